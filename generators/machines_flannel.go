package generators

import (
	"bytes"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/object"
)

// The network of pods inside a cluster of machines is flannel: an overlay, with
// no settings to get wrong and nothing on the site. Tenants who want another
// replace it: the cluster is theirs.
const (
	flannelName   = "kube-flannel"
	flannelImage  = "ghcr.io/flannel-io/flannel:v0.26.7"
	flannelPlugin = "ghcr.io/flannel-io/flannel-cni-plugin:v1.6.2-flannel1"
	flannelConfig = "/etc/kube-flannel"
)

// flannel is what Cluster API applies in the tenant's cluster.
func flannel(podCIDR string) string {
	var out bytes.Buffer
	for _, v := range []any{
		corev1.Namespace{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
			// It sets up the nodes' own network.
			ObjectMeta: metav1.ObjectMeta{Name: flannelName, Labels: map[string]string{"pod-security.kubernetes.io/enforce": "privileged"}},
		},
		corev1.ServiceAccount{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"}, ObjectMeta: flannelMeta()},
		clusterRole(flannelName,
			rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"get"}},
			rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"nodes"}, Verbs: []string{"get", "list", "watch"}},
			rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"nodes/status"}, Verbs: []string{"patch"}}),
		bindClusterRole(flannelName, flannelName),
		corev1.ConfigMap{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
			ObjectMeta: flannelMeta(),
			Data: map[string]string{
				"cni.json": `{"name":"cbr0","cniVersion":"0.3.1","plugins":[{"type":"flannel","delegate":{"hairpinMode":true,"isDefaultGateway":true}},{"type":"portmap","capabilities":{"portMappings":true}}]}`,
				"net.json": fmt.Sprintf(`{"Network":%q,"Backend":{"Type":"vxlan"}}`, podCIDR),
			},
		},
		flannelDaemon(),
	} {
		out.WriteString("---\n")
		out.Write(object.From(v).YAML())
	}
	return out.String()
}

func flannelMeta() metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: flannelName, Namespace: flannelName}
}

// flannelDaemon runs on every node, ready or not: without it none gets ready.
// Two init containers put the plugin and its configuration where the container
// runtime looks for them.
func flannelDaemon() appsv1.DaemonSet {
	labels := map[string]string{"app": "flannel"}
	install := func(name, image, from, to string, mounts ...corev1.VolumeMount) corev1.Container {
		return corev1.Container{Name: name, Image: image, Command: []string{"cp"}, Args: []string{"-f", from, to}, VolumeMounts: mounts}
	}
	plugins, configs := flannelMount("plugins", "/opt/cni/bin"), flannelMount("configs", "/etc/cni/net.d")
	settings := flannelMount("settings", flannelConfig)
	return appsv1.DaemonSet{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "DaemonSet"},
		ObjectMeta: flannelMeta(),
		Spec: appsv1.DaemonSetSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{
					HostNetwork:        true,
					PriorityClassName:  "system-node-critical",
					ServiceAccountName: flannelName,
					Tolerations:        []corev1.Toleration{{Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule}},
					InitContainers: []corev1.Container{
						install("plugin", flannelPlugin, "/flannel", "/opt/cni/bin/flannel", plugins),
						install("config", flannelImage, flannelConfig+"/cni.json", "/etc/cni/net.d/10-flannel.conflist", configs, settings),
					},
					Containers: []corev1.Container{flannelContainer(settings)},
					Volumes: []corev1.Volume{
						flannelPath("run", "/run/flannel", corev1.HostPathDirectoryOrCreate),
						flannelPath("plugins", "/opt/cni/bin", corev1.HostPathDirectoryOrCreate),
						flannelPath("configs", "/etc/cni/net.d", corev1.HostPathDirectoryOrCreate),
						flannelPath("lock", "/run/xtables.lock", corev1.HostPathFileOrCreate),
						{Name: "settings", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: flannelName}}}},
					},
				},
			},
		},
	}
}

func flannelContainer(settings corev1.VolumeMount) corev1.Container {
	field := func(name, path string) corev1.EnvVar {
		return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: path}}}
	}
	privileged := false
	return corev1.Container{
		Name: "flannel", Image: flannelImage,
		Command: []string{"/opt/bin/flanneld"},
		Args:    []string{"--ip-masq", "--kube-subnet-mgr", "--net-config-path=" + flannelConfig + "/net.json"},
		Env:     []corev1.EnvVar{field("POD_NAME", "metadata.name"), field("POD_NAMESPACE", "metadata.namespace")},
		SecurityContext: &corev1.SecurityContext{
			Privileged:   &privileged,
			Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"NET_ADMIN", "NET_RAW"}},
		},
		VolumeMounts: []corev1.VolumeMount{flannelMount("run", "/run/flannel"), flannelMount("lock", "/run/xtables.lock"), settings},
	}
}

func flannelMount(name, path string) corev1.VolumeMount {
	return corev1.VolumeMount{Name: name, MountPath: path}
}

func flannelPath(name, path string, kind corev1.HostPathType) corev1.Volume {
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: path, Type: &kind}}}
}
