package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tenantc/tenantc/lab/internal/kube"
	"github.com/tenantc/tenantc/lab/internal/site"
)

// The tenant cluster that is attacked: on SQLite, in Cloud Hypervisor, alone in its namespace.
const (
	victim        = "acme-test"
	victimCluster = "test"
	victimSandbox = "kata-clh"
)

// attackers are who tries: each holds what a break-in would give.
type attackers struct {
	syncer  *kube.Client // the control plane's account, whose Role is the chart's
	cluster *kube.Client // the account of the cluster layer: whoever writes into the fleet's folder
	root    *kube.Client // the account of the site's root: whoever writes into flux/
	admin   *kube.Client // the site's administrator, by mistake
}

// attack is something that must be refused, with words of the refusal: a
// refusal for another reason proves nothing.
type attack struct {
	shows   string // the invariant of `tenantc prove` that the refusal keeps
	name    string
	try     func(context.Context) error
	refusal string
}

// testAttacks: what a tenant, a broken control plane, a hand in the fleet or a
// slip of the administrator's might do is refused, and what they may do is not.
func testAttacks(ctx context.Context, t *testing.T, s *stage) {
	at := s.sites[turin]
	who := newAttackers(t, at)
	require.NoError(t, createAndDelete(ctx, who.syncer, pod()), "a pod that keeps the rules must start, or the attacks below prove nothing")
	attacks := podAttacks(who)
	attacks = append(attacks, controlPlaneAttacks(ctx, t, at, who)...)
	attacks = append(attacks, networkAttacks(who)...)
	attacks = append(attacks, chartAttacks(ctx, t, at, who)...)
	attacks = append(attacks, siteAttacks(ctx, t, at, who)...)
	refused, tried := map[string]int{}, map[string]int{}
	proven := s.invariants(ctx, t)
	for _, a := range attacks {
		require.Contains(t, proven, a.shows, a.name)
		tried[a.shows]++
		t.Run(a.name, func(t *testing.T) {
			require.ErrorContains(t, a.try(ctx), a.refusal)
			refused[a.shows]++
		})
	}
	s.report.refusals(refused, tried)
	t.Run("quota counts the sandbox", func(t *testing.T) { testOverhead(ctx, t, who) })
}

// invariants are those that `tenantc prove` has shown of the tenancy before it
// was published: what is tried here is that they hold on a running site, too.
func (s *stage) invariants(ctx context.Context, t *testing.T) []string {
	out, err := s.tenancy.Run(ctx, "prove", "--output", "json")
	require.NoError(t, err)
	var certificate struct{ Invariants []struct{ ID string } }
	require.NoError(t, json.Unmarshal(out, &certificate))
	var ids []string
	for _, i := range certificate.Invariants {
		ids = append(ids, i.ID)
	}
	return ids
}

func newAttackers(t *testing.T, at *site.Site) attackers {
	account := func(namespace, name string) *kube.Client {
		client, err := at.Admin.AsAccount(namespace, name)
		require.NoError(t, err)
		return client
	}
	return attackers{
		syncer:  account(victim, "vc-"+victimCluster),
		cluster: account(site.FluxNamespace, "cluster-"+victim),
		root:    account(site.FluxNamespace, "tenantc-site"),
		admin:   at.Admin,
	}
}

// pod is one that a tenant may start. Changes are made to it in order.
func pod(changes ...func(*kube.Object)) *kube.Object {
	o := kube.Must(`
apiVersion: v1
kind: Pod
metadata: {generateName: attack-, namespace: %s}
spec:
  runtimeClassName: %s
  priorityClassName: tenant-workload
  automountServiceAccountToken: false
  containers:
    - name: main
      image: example.org/main
      resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {cpu: 20m, memory: 16Mi}}
`, victim, victimSandbox)
	for _, change := range changes {
		change(o)
	}
	return o
}

func secret(name string, labels map[string]any) *kube.Object {
	o := kube.Must("{apiVersion: v1, kind: Secret, metadata: {name: %s, namespace: %s}}", name, victim)
	set(labels, "metadata", "labels")(o)
	return o
}

// set returns a change of one field; a nil value removes it.
func set(value any, path ...string) func(*kube.Object) {
	return func(o *kube.Object) {
		if value == nil {
			unstructured.RemoveNestedField(o.Object, path...)
			return
		}
		if err := unstructured.SetNestedField(o.Object, value, path...); err != nil {
			panic(err)
		}
	}
}

// container changes a field of the pod's container.
func container(value any, path ...string) func(*kube.Object) {
	return func(o *kube.Object) {
		containers, _, _ := unstructured.NestedSlice(o.Object, "spec", "containers")
		if err := unstructured.SetNestedField(containers[0].(map[string]any), value, path...); err != nil {
			panic(err)
		}
		_ = unstructured.SetNestedSlice(o.Object, containers, "spec", "containers")
	}
}

func volume(kind string, source map[string]any) func(*kube.Object) {
	return set([]any{map[string]any{"name": "v", kind: source}}, "spec", "volumes")
}

func create(client *kube.Client, o *kube.Object) func(context.Context) error {
	return func(ctx context.Context) error { return createAndDelete(ctx, client, o) }
}

// createAndDelete creates the object, and removes it again if that succeeds.
func createAndDelete(ctx context.Context, client *kube.Client, o *kube.Object) error {
	made, err := client.Create(ctx, o)
	if err != nil {
		return err
	}
	return client.Delete(ctx, kube.RefOf(made))
}

// patchStatus makes a pod that is not scheduled yet, and patches it through its
// status: what is written would be there when the kubelet starts the pod.
func patchStatus(ctx context.Context, client *kube.Client, patch string) error {
	waiting, err := client.Create(ctx, pod(set([]any{map[string]any{"name": "example.org/later"}}, "spec", "schedulingGates")))
	if err != nil {
		return fmt.Errorf("the pod itself: %w", err)
	}
	return errors.Join(client.Merge(ctx, kube.RefOf(waiting), patch, "status"), client.Delete(ctx, kube.RefOf(waiting)))
}

func podAttacks(who attackers) []attack {
	try := func(shows, name, refusal string, changes ...func(*kube.Object)) attack {
		return attack{shows, "pod: " + name, create(who.syncer, pod(changes...)), refusal}
	}
	return []attack{
		try("sandbox", "no sandbox", "must run in the sandbox kata-clh", set(nil, "spec", "runtimeClassName")),
		try("sandbox", "another sandbox", "must run in the sandbox kata-clh", set("gvisor", "spec", "runtimeClassName")),
		try("pod-security", "privileged", "violates PodSecurity", container(true, "securityContext", "privileged")),
		try("pod-security", "hostPath", "violates PodSecurity", volume("hostPath", map[string]any{"path": "/"})),
		try("pod-security", "nfs volume", "a tenant's volumes are", volume("nfs", map[string]any{"server": "192.168.10.1", "path": "/"})),
		try("pod-security", "host network", "violates PodSecurity", set(true, "spec", "hostNetwork")),
		try("pod-security", "host processes", "violates PodSecurity", set(true, "spec", "hostPID")),
		try("pod-security", "host port", "violates PodSecurity", container([]any{map[string]any{"containerPort": int64(80), "hostPort": int64(80)}}, "ports")),
		try("pod-security", "added capability", "violates PodSecurity", container([]any{"SYS_ADMIN"}, "securityContext", "capabilities", "add")),
		try("clean", "Kata annotation", "does not set these annotations", set(map[string]any{"io.katacontainers.config.hypervisor.path": "/bin/sh"}, "metadata", "annotations")),
		try("clean", "device annotation", "does not set these annotations", set(map[string]any{"cdi.k8s.io/gpu": "nvidia.com/gpu=all"}, "metadata", "annotations")),
		try("clean", "further network", "does not set these annotations", set(map[string]any{"k8s.v1.cni.cncf.io/networks": "storage"}, "metadata", "annotations")),
		try("pod-security", "names its node", "does not name its node", set("turin-1-general-0", "spec", "nodeName")),
		try("pod-security", "device of the node", "no devices and huge pages", container(map[string]any{
			"requests": map[string]any{"cpu": "10m", "memory": "16Mi", "devices.kubevirt.io/kvm": "1"},
			"limits":   map[string]any{"cpu": "20m", "memory": "16Mi", "devices.kubevirt.io/kvm": "1"}}, "resources")),
		try("pod-security", "device of a driver", "no devices and huge pages", set([]any{
			map[string]any{"name": "gpu", "resourceClaimName": "gpu"}}, "spec", "resourceClaims")),
		try("below-site", "keeps others' pods from its zone", "with or apart from pods of its own namespace", set([]any{map[string]any{
			"topologyKey": "topology.kubernetes.io/zone", "namespaceSelector": map[string]any{}, "labelSelector": map[string]any{}}},
			"spec", "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution")),
		try("clean", "pool of addresses", "does not set these annotations", set(map[string]any{"ipam.cilium.io/ip-pool": "storage"}, "metadata", "annotations")),
		try("pod-security", "tolerates everything", "tolerate no taints", set([]any{map[string]any{"operator": "Exists"}}, "spec", "tolerations")),
		try("below-site", "system priority", "priority class", set("system-node-critical", "spec", "priorityClassName")),
		try("below-site", "control plane's priority", "priority classes", set("tenant-control-plane", "spec", "priorityClassName")),
		try("below-site", "no priority class, which is the site's", "priority classes", set(nil, "spec", "priorityClassName")),
		try("sandbox", "poses as the control plane", "is made by a StatefulSet or ReplicaSet only",
			set(nil, "spec", "runtimeClassName"), set("vc-"+victimCluster, "spec", "serviceAccountName")),
		try("chart-makes", "another tenant's namespace", "forbidden", set("uni-trento-lab", "metadata", "namespace")),
		{"sandbox", "pod: poses as the control plane, by an administrator", create(who.admin, pod(
			set(nil, "spec", "runtimeClassName"), set("vc-"+victimCluster, "spec", "serviceAccountName"))),
			"is made by a StatefulSet or ReplicaSet only"},
	}
}

// controlPlaneAttacks are made from inside a control plane on its own pod,
// which runs outside the sandbox.
func controlPlaneAttacks(ctx context.Context, t *testing.T, at *site.Site, who attackers) []attack {
	pods, err := at.Admin.List(ctx, kube.Ref{APIVersion: "v1", Kind: "Pod", Namespace: victim}, "app=vcluster,release="+victimCluster)
	require.NoError(t, err)
	require.NotEmpty(t, pods)
	own := kube.RefOf(&pods[0])
	containers, _, _ := unstructured.NestedSlice(pods[0].Object, "spec", "containers")
	name := containers[0].(map[string]any)["name"]
	image := fmt.Sprintf(`{"spec":{"containers":[{"name":%q,"image":"example.org/evil"}]}}`, name)
	ephemeral := `{"spec":{"ephemeralContainers":[{"name":"evil","image":"example.org/evil"}]}}`
	return []attack{
		{"program", "control plane: another image", func(ctx context.Context) error { return who.syncer.Strategic(ctx, own, image) }, "keeps its images"},
		{"program", "control plane: ephemeral container", func(ctx context.Context) error {
			return who.syncer.Strategic(ctx, own, ephemeral, "ephemeralcontainers")
		}, "gets no ephemeral containers"},
		{"clean", "control plane: Kata annotation along with the status of a pod that waits", func(ctx context.Context) error {
			return patchStatus(ctx, who.syncer, `{"metadata":{"annotations":{"io.katacontainers.config.hypervisor.path":"/bin/sh"}}}`)
		}, "does not set these annotations"},
		{"chart-makes", "control plane: another tenant's address as its pod's, for the ingress to lead to", func(ctx context.Context) error {
			return patchStatus(ctx, who.syncer, `{"status":{"podIP":"10.0.0.9","podIPs":[{"ip":"10.0.0.9"}]}}`)
		}, "does not say which addresses"},
		{"chart-makes", "control plane: a Secret that Helm takes for the newest release", create(who.syncer, secret("evil", map[string]any{
			"owner": "helm", "name": victimCluster, "status": "deployed", "version": "9999"})), "records of Helm"},
		{"chart-makes", "control plane: where Cluster API sends its token", func(ctx context.Context) error {
			return who.syncer.Merge(ctx, kube.RefOf(secret(victimCluster+"-kubeconfig", nil)), `{"data":{"value":""}}`)
		}, "is written by the site"},
		{"chart-makes", "control plane: reads another tenant's secrets", func(ctx context.Context) error {
			_, err := who.syncer.List(ctx, kube.Ref{APIVersion: "v1", Kind: "Secret", Namespace: "acme-prod"}, "")
			return err
		}, "forbidden"},
		{"chart-makes", "control plane: reads Flux's secrets", func(ctx context.Context) error {
			_, err := who.syncer.List(ctx, kube.Ref{APIVersion: "v1", Kind: "Secret", Namespace: site.FluxNamespace}, "")
			return err
		}, "forbidden"},
		{"chart-makes", "control plane: changes its quota", func(ctx context.Context) error {
			return who.syncer.Merge(ctx, kube.Ref{APIVersion: "v1", Kind: "ResourceQuota", Namespace: victim, Name: "tenantc"}, `{"spec":{"hard":{"pods":"1000"}}}`)
		}, "forbidden"},
		{"chart-makes", "control plane: another VCluster", create(who.syncer, vcluster("second")), "forbidden"},
	}
}
