package prove

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// exposed: the tenant's API server is reached as the specs say, under the one
// name that is the cluster's, and takes no port on a node.
func exposed(v view) []Fault {
	if v.machines() && v.runs() {
		return ingressOfMachines(v)
	}
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
	if ranges, _ := at(v.values, service+".loadBalancerSourceRanges").([]any); !slices.Equal(texts(ranges), httpsFrom(v.Plan)) {
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
	have, _ := at(v.values, "controlPlane.ingress.annotations").(map[string]any)
	if sameLabels(have, passThrough()) {
		return nil
	}
	return broken(v.vcluster.ID, valuesPath, "controlPlane.ingress.annotations are not those that pass TLS through")
}

func passThrough() map[string]string {
	const domain = "nginx.ingress.kubernetes.io/"
	return map[string]string{domain + "backend-protocol": "HTTPS", domain + "ssl-passthrough": "true", domain + "ssl-redirect": "true"}
}

// ingressOfMachines: where the specs ask for one, a single Ingress passes TLS
// through to the Service of the API server, under the cluster's own name. The
// Service itself is of the control plane's object, which joined and hostedPlain
// judge.
func ingressOfMachines(v view) []Fault {
	id := v.named("networking.k8s.io", "Ingress", v.Plan.Name)
	all := ofKind(v.Layer, id.Group, id.Kind)
	if v.Plan.ControlPlane.Expose != "ingress" {
		var faults []Fault
		for _, o := range all {
			faults = append(faults, broken(o.ID, "", "the specs ask for none")...)
		}
		return faults
	}
	if len(all) != 1 {
		return broken(id, "", "there are %d Ingresses instead of one", len(all))
	}
	service := v.Plan.Name
	if v.stack.Plane == catalogue.PlaneMachines {
		service += v.infra().suffix
	}
	backend := map[string]any{"service": map[string]any{"name": service, "port": map[string]any{"number": int64(6443)}}}
	faults := exactly(id, "metadata.annotations", any(anyMap(passThrough())), all[0].Get("metadata", "annotations"))
	return append(faults, exactObject(all, id, map[string]any{
		"ingressClassName": v.Site.Network.IngressClass,
		"rules": []any{map[string]any{"host": v.Plan.APIHost, "http": map[string]any{"paths": []any{
			map[string]any{"path": "/", "pathType": "ImplementationSpecific", "backend": backend},
		}}}},
	})...)
}

// identityPrefixed: names and groups from a tenant's identity provider begin
// with a prefix, so that no claim becomes a name of the cluster's own; and only
// such names are made administrators.
func identityPrefixed(v view) []Fault {
	if v.machines() && v.runs() {
		return identityOfMachines(v)
	}
	if !v.virtual() {
		return nil
	}
	args := texts(at(v.values, "controlPlane.distro."+v.Plan.ControlPlane.Distro+".apiServer.extraArgs"))
	args = append(args, texts(at(v.values, "controlPlane.distro."+v.Plan.ControlPlane.Distro+".extraArgs"))...)
	for i, arg := range args {
		args[i] = strings.Replace(arg, "--kube-apiserver-arg=", "--", 1)
	}
	inside, _ := at(v.values, "experimental.deploy.vcluster.manifests").(string)
	faults := identifies(v, v.vcluster.ID, valuesPath, args)
	return append(faults, adminsPrefixed(v, v.vcluster.ID, valuesPath, inside)...)
}

// identityOfMachines: the same, of a control plane that kubeadm or Kamaji starts,
// and of what Cluster API applies inside.
func identityOfMachines(v view) []Fault {
	id, path := v.named(planeGroup, "KubeadmControlPlane", v.Plan.Name+"-control-plane"), "spec.kubeadmConfigSpec.clusterConfiguration.apiServer.extraArgs"
	if v.stack.Plane == catalogue.PlaneHosted {
		id, path = v.hostedID(), "spec.apiServer.extraArgs"
	}
	plane, _ := find(v.Layer, id)
	network := v.named("", "ConfigMap", v.Plan.Name+"-network")
	config, found := find(v.Layer, network)
	if !found {
		return missing(network)
	}
	return append(identifies(v, id, path, argsOf(at(plane.Value, path))),
		adminsPrefixed(v, network, "data.admins.yaml", config.Text("data", "admins.yaml"))...)
}

// argsOf reads arguments as flags: in the forms of v1beta1, a map; of v1beta2, a
// list of names and values; and of Kamaji, a list of flags.
func argsOf(args any) []string {
	var out []string
	if m, is := args.(map[string]any); is {
		for name, value := range m {
			out = append(out, fmt.Sprintf("--%s=%v", name, value))
		}
	}
	items, _ := args.([]any)
	for _, item := range items {
		if m, is := item.(map[string]any); is {
			item = fmt.Sprintf("--%v=%v", m["name"], m["value"])
		}
		out = append(out, fmt.Sprint(item))
	}
	return out
}

// identifies: the API server's arguments are those of the identity provider.
func identifies(v view, id object.ID, path string, args []string) []Fault {
	var want []string
	for _, arg := range identityArgs(v.Plan.Access.OIDC) {
		want = append(want, "--"+arg)
	}
	slices.Sort(args)
	slices.Sort(want)
	if !slices.Equal(args, want) {
		return broken(id, path, "the API server's arguments are not those of the identity provider with the prefix %s", resolve.Prefix)
	}
	return nil
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

// adminsPrefixed: what is installed inside the tenant cluster is one binding, of
// people that the specs name.
func adminsPrefixed(v view, id object.ID, path, text string) []Fault {
	if text == "" {
		return nil
	}
	var binding struct {
		Kind     string
		Subjects []struct{ Kind, Name string }
	}
	if err := yaml.Unmarshal([]byte(text), &binding); err != nil || binding.Kind != "ClusterRoleBinding" || strings.Contains(text, "\n---") {
		return broken(id, path, "what is applied inside is something else than one ClusterRoleBinding")
	}
	allowed := map[string][]string{"Group": v.Plan.Access.Groups, "User": v.Plan.Access.Users}
	for _, s := range binding.Subjects {
		name, prefixed := strings.CutPrefix(s.Name, resolve.Prefix)
		if !prefixed || !slices.Contains(allowed[s.Kind], name) {
			return broken(id, path, "%s %s would administer the tenant cluster", s.Kind, s.Name)
		}
	}
	return nil
}
