package prove

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/resolve"
)

// programPinned: the control plane runs outside the sandbox, so the values say
// exactly which programs it runs, with which arguments, volumes and privileges.
func programPinned(v view) []Fault {
	if !v.virtual() {
		return nil
	}
	cp, site := v.Plan.ControlPlane, v.Site
	image := "loft-sh/vcluster-oss"
	if site.Components.VClusterPro {
		image = "loft-sh/vcluster-pro"
	}
	faults := v.value("controlPlane.statefulSet.image.repository", image)
	var registry any
	if site.ImageRegistry != "" {
		registry = site.ImageRegistry
	}
	faults = append(faults, v.value("controlPlane.advanced.defaultImageRegistry", registry)...)
	distros, _ := at(v.values, "controlPlane.distro").(map[string]any)
	if len(distros) != 1 || distros[cp.Distro] == nil {
		return append(faults, broken(v.vcluster.ID, valuesPath, "controlPlane.distro is not %s alone", cp.Distro)...)
	}
	distro, _ := distros[cp.Distro].(map[string]any)
	tag := at(distro, "image.tag")
	if tag == nil {
		tag = distro["version"]
	}
	if tag != cp.Image {
		faults = append(faults, broken(v.vcluster.ID, valuesPath, "controlPlane.distro.%s runs %v instead of %s", cp.Distro, tag, cp.Image)...)
	}
	for path := range leaves("", distro) {
		if !slices.ContainsFunc([]string{"enabled", "image.tag", "version", "resources.", "apiServer.extraArgs", "extraArgs"}, func(k string) bool { return strings.HasPrefix(path, k) }) {
			faults = append(faults, broken(v.vcluster.ID, valuesPath, "controlPlane.distro.%s.%s is not among the values that are proven", cp.Distro, path)...)
		}
	}
	if distro["enabled"] != true {
		faults = append(faults, broken(v.vcluster.ID, valuesPath, "controlPlane.distro.%s is not enabled: the chart would run its default", cp.Distro)...)
	}
	faults = append(faults, programVolumes(v)...)
	return append(faults, storePinned(v)...)
}

// programVolumes: besides what the chart itself mounts, the Secret of an
// external store at most.
func programVolumes(v view) []Fault {
	persistence, _ := at(v.values, "controlPlane.statefulSet.persistence").(map[string]any)
	var faults []Fault
	for path := range leaves("", persistence) {
		switch {
		case strings.HasPrefix(path, "volumeClaim."):
		case path == "addVolumes" && catalogue.External(v.Plan.ControlPlane.Store.Type):
			faults = append(faults, storeVolumes(v, persistence["addVolumes"])...)
		case path == "addVolumeMounts" && catalogue.External(v.Plan.ControlPlane.Store.Type):
			faults = append(faults, storeMounts(v, persistence["addVolumeMounts"])...)
		default:
			faults = append(faults, broken(v.vcluster.ID, valuesPath, "controlPlane.statefulSet.persistence.%s is not among the values that are proven", path)...)
		}
	}
	return faults
}

func storeVolumes(v view, volumes any) []Fault {
	items, _ := volumes.([]any)
	for _, item := range items {
		volume, _ := item.(map[string]any)
		secret, _ := volume["secret"].(map[string]any)
		if len(volume) != 2 || secret["secretName"] != v.Plan.ControlPlane.Store.Secret {
			return broken(v.vcluster.ID, valuesPath, "controlPlane.statefulSet.persistence.addVolumes mounts something else than the store's Secret")
		}
	}
	return nil
}

// mountFolder is where nothing of the program's own is.
const mountFolder = "/etc/tenantc/"

func storeMounts(v view, mounts any) []Fault {
	items, _ := mounts.([]any)
	for _, item := range items {
		mount, _ := item.(map[string]any)
		path, _ := mount["mountPath"].(string)
		if len(mount) != 3 || mount["readOnly"] != true || mount["name"] == nil || !strings.HasPrefix(path, mountFolder) {
			return broken(v.vcluster.ID, valuesPath, "controlPlane.statefulSet.persistence.addVolumeMounts mounts something writable, or over the program")
		}
	}
	return nil
}

// storePinned: one store, the one that was resolved; a chart's own etcd without
// privileges; an external one by a verified connection.
func storePinned(v view) []Fault {
	const etcd = "controlPlane.backingStore.etcd.deploy"
	switch cp := v.Plan.ControlPlane; {
	case cp.Store.Type == catalogue.Etcd:
		context := etcd + ".statefulSet.security.containerSecurityContext"
		faults := v.value(etcd+".enabled", true)
		faults = append(faults, v.value(context+".allowPrivilegeEscalation", false)...)
		faults = append(faults, v.value(context+".seccompProfile.type", "RuntimeDefault")...)
		faults = append(faults, v.value(etcd+".statefulSet.enableServiceLinks", false)...)
		faults = append(faults, v.value(etcd+".statefulSet.scheduling.priorityClassName", resolve.ControlPlanePriority)...)
		drop, _ := at(v.values, context+".capabilities.drop").([]any)
		if !slices.Contains(texts(drop), "ALL") {
			faults = append(faults, broken(v.vcluster.ID, valuesPath, "%s.capabilities.drop lacks ALL", context)...)
		}
		return faults
	case catalogue.External(cp.Store.Type):
		const path = "controlPlane.backingStore.database.external"
		faults := v.value(path+".enabled", true)
		source, _ := at(v.values, path+".dataSource").(string)
		if !strings.Contains(source, cp.Store.Endpoint) || (cp.Store.Type == catalogue.Postgres && !strings.HasSuffix(source, "sslmode=verify-full")) {
			faults = append(faults, broken(v.vcluster.ID, valuesPath, "%s.dataSource is not a verified connection to %s", path, cp.Store.Endpoint)...)
		}
		for _, file := range []string{"caFile", "certFile", "keyFile"} {
			if name, _ := at(v.values, path+"."+file).(string); !strings.HasPrefix(name, mountFolder) {
				faults = append(faults, broken(v.vcluster.ID, valuesPath, "%s.%s is not set: the server or the client would not be verified", path, file)...)
			}
		}
		return faults
	case cp.Store.Type == catalogue.EmbeddedEtcd:
		return v.value("controlPlane.backingStore.etcd.embedded.enabled", true)
	}
	return v.value("controlPlane.backingStore.database.embedded.enabled", true)
}

// exposed: the tenant's API server is reached as the specs say, under the one
// name that is the cluster's, and takes no port on a node.
func exposed(v view) []Fault {
	if !v.virtual() {
		return nil
	}
	const ingress, service = "controlPlane.ingress", "controlPlane.service.spec"
	faults := reachedAs(v)
	byIngress := v.Plan.ControlPlane.Expose == "ingress"
	faults = append(faults, v.value(ingress+".enabled", byIngress)...)
	if byIngress {
		faults = append(faults, v.value(ingress+".host", v.Plan.APIHost)...)
		faults = append(faults, v.value(ingress+".spec.ingressClassName", v.Site.Network.IngressClass)...)
		faults = append(faults, ingressAnnotations(v)...)
	}
	if v.Plan.ControlPlane.Expose != "loadBalancer" {
		return append(faults, v.value(service+".type", "ClusterIP")...)
	}
	faults = append(faults, v.value(service+".type", "LoadBalancer")...)
	faults = append(faults, v.value(service+".allocateLoadBalancerNodePorts", false)...)
	faults = append(faults, v.value(service+".externalTrafficPolicy", "Local")...)
	var sold []string
	for _, p := range v.Plan.Network.AllowFrom {
		if len(p.Ports) == 0 || slices.Contains(p.Ports, 443) {
			sold = append(sold, p.CIDR)
		}
	}
	if ranges, _ := at(v.values, service+".loadBalancerSourceRanges").([]any); !slices.Equal(texts(ranges), sold) {
		faults = append(faults, broken(v.vcluster.ID, valuesPath, "%s.loadBalancerSourceRanges admits others than allowFrom", service)...)
	}
	return faults
}

// reachedAs: the names in the API server's certificate, and the one that its
// kubeconfigs send people to, are the cluster's own.
func reachedAs(v view) []Fault {
	own := []string{v.Plan.Name + "." + v.Plan.Namespace + ".svc"}
	server := own[0]
	if v.Plan.ControlPlane.Expose == "ingress" || v.Plan.ControlPlane.Expose == "loadBalancer" {
		own, server = append(own, v.Plan.APIHost), v.Plan.APIHost
	}
	var faults []Fault
	for _, name := range texts(at(v.values, "controlPlane.proxy.extraSANs")) {
		if !slices.Contains(own, name) {
			faults = append(faults, broken(v.vcluster.ID, valuesPath, "controlPlane.proxy.extraSANs has %q, which is not the cluster's", name)...)
		}
	}
	if got := at(v.values, "exportKubeConfig.server"); got != nil && got != "https://"+server {
		faults = append(faults, broken(v.vcluster.ID, valuesPath, "exportKubeConfig.server is %v instead of https://%s", got, server)...)
	}
	return faults
}

// ingressAnnotations: TLS ends at the tenant's API server, and nothing else is
// told to the ingress controller.
func ingressAnnotations(v view) []Fault {
	const domain = "nginx.ingress.kubernetes.io/"
	want := map[string]string{domain + "backend-protocol": "HTTPS", domain + "ssl-passthrough": "true", domain + "ssl-redirect": "true"}
	have, _ := at(v.values, "controlPlane.ingress.annotations").(map[string]any)
	if sameLabels(have, want) {
		return nil
	}
	return broken(v.vcluster.ID, valuesPath, "controlPlane.ingress.annotations are not those that pass TLS through")
}

// identityPrefixed: names and groups from a tenant's identity provider begin
// with a prefix, so that no claim becomes a name of the cluster's own; and only
// such names are made administrators.
func identityPrefixed(v view) []Fault {
	if !v.virtual() {
		return nil
	}
	var faults []Fault
	args := texts(at(v.values, "controlPlane.distro."+v.Plan.ControlPlane.Distro+".apiServer.extraArgs"))
	args = append(args, texts(at(v.values, "controlPlane.distro."+v.Plan.ControlPlane.Distro+".extraArgs"))...)
	want := identityArgs(v.Plan.Access.OIDC)
	for i, arg := range args {
		_, arg, _ = strings.Cut(strings.Replace(arg, "--kube-apiserver-arg=", "--", 1), "--")
		args[i] = arg
	}
	slices.Sort(args)
	slices.Sort(want)
	if !slices.Equal(args, want) {
		faults = append(faults, broken(v.vcluster.ID, valuesPath, "the API server's arguments are not those of the identity provider with the prefix %s", resolve.Prefix)...)
	}
	return append(faults, adminsPrefixed(v)...)
}

func identityArgs(oidc *resolve.OIDC) []string {
	if oidc == nil {
		return nil
	}
	args := []string{
		"oidc-issuer-url=" + oidc.Issuer, "oidc-client-id=" + oidc.ClientID,
		"oidc-username-claim=" + oidc.UsernameClaim, "oidc-username-prefix=" + resolve.Prefix,
	}
	if oidc.GroupsClaim != "" {
		args = append(args, "oidc-groups-claim="+oidc.GroupsClaim, "oidc-groups-prefix="+resolve.Prefix)
	}
	return args
}

// adminsPrefixed: what is installed inside the tenant cluster is one binding.
func adminsPrefixed(v view) []Fault {
	text, _ := at(v.values, "experimental.deploy.vcluster.manifests").(string)
	if text == "" {
		return nil
	}
	var binding struct {
		Kind     string
		Subjects []struct{ Kind, Name string }
	}
	if err := yaml.Unmarshal([]byte(text), &binding); err != nil || binding.Kind != "ClusterRoleBinding" || strings.Contains(text, "\n---") {
		return broken(v.vcluster.ID, valuesPath, "experimental.deploy.vcluster.manifests is more than one ClusterRoleBinding")
	}
	allowed := map[string][]string{"Group": v.Plan.Access.Groups, "User": v.Plan.Access.Users}
	for _, s := range binding.Subjects {
		name, prefixed := strings.CutPrefix(s.Name, resolve.Prefix)
		if !prefixed || !slices.Contains(allowed[s.Kind], name) {
			return broken(v.vcluster.ID, valuesPath, "%s %s would administer the tenant cluster", s.Kind, s.Name)
		}
	}
	return nil
}

// dnsDiscreet: the tenant's DNS asks the site's resolvers and nobody else, and
// no pod of the tenant reaches the site's own, which knows every tenant's names.
// The second half is flowsAllowed's.
func dnsDiscreet(v view) []Fault {
	if !v.virtual() {
		return nil
	}
	config, _ := at(v.values, "controlPlane.coredns.overwriteConfig").(string)
	want := "forward . " + strings.Join(v.Site.Network.Resolvers, " ")
	var faults []Fault
	forwards := 0
	for _, line := range strings.Split(config, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "forward ") {
			forwards++
			if strings.TrimSpace(line) != want {
				faults = append(faults, broken(v.vcluster.ID, valuesPath, "the tenant's DNS has %q instead of %q", strings.TrimSpace(line), want)...)
			}
		}
	}
	if forwards != 1 {
		faults = append(faults, broken(v.vcluster.ID, valuesPath, "controlPlane.coredns.overwriteConfig forwards %s", fmt.Sprintf("%d times: the chart's own would read the node's resolv.conf", forwards))...)
	}
	return append(faults, v.value("networking.advanced.fallbackHostCluster", false)...)
}
