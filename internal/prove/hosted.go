package prove

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// hostedPlain: pods of a hosted control plane may run outside of the sandbox, so
// they are what Kamaji starts itself, no larger than was sold, and in the
// sandbox where there is one.
func hostedPlain(v view) []Fault {
	if v.stack.Plane != catalogue.PlaneHosted || !v.runs() {
		return nil
	}
	id := v.hostedID()
	plane, found := find(v.Layer, id)
	if !found {
		return missing(id)
	}
	spec, _ := plane.Get("spec").(map[string]any)
	return append(hostedSize(v, id, spec), exactly(id, "spec", any(hostedSpec(v, spec)), any(spec))...)
}

func (v view) hostedID() object.ID {
	return object.ID{Group: planeGroup, Kind: "KamajiControlPlane", Namespace: v.Plan.Namespace, Name: v.Plan.Name}
}

// hostedSize: each container of a replica has resources of its own, and together
// they are no more than the replica was sold with.
func hostedSize(v view, id object.ID, spec map[string]any) []Fault {
	var faults []Fault
	for _, name := range []string{"limits.cpu", "limits.memory", "requests.cpu", "requests.memory"} {
		sold := v.Plan.ControlPlane.CPU
		if strings.HasSuffix(name, ".memory") {
			sold = v.Plan.ControlPlane.Memory
		}
		var sum resource.Quantity
		for _, container := range []string{"apiServer", "controllerManager", "scheduler", "addons.konnectivity.server"} {
			path := container + ".resources." + name
			q, ok := quantityOf(at(spec, path))
			if !ok || q.Sign() <= 0 {
				faults = append(faults, broken(id, "spec."+path, "the container has none of its own")...)
			}
			sum.Add(q)
		}
		if sum.Cmp(sold) > 0 {
			faults = append(faults, broken(id, "spec", "the containers' %s come to %s, more than the %s of a replica", name, &sum, &sold)...)
		}
	}
	return faults
}

// hostedSpec is all that a hosted control plane says. How much its containers
// have is hostedSize's to judge, the API server's arguments identityPrefixed's.
func hostedSpec(v view, spec map[string]any) map[string]any {
	c := v.Plan
	container := func(path string) map[string]any {
		q := func(name string) any { return at(spec, path+".resources."+name) }
		return map[string]any{"resources": map[string]any{
			"limits":   map[string]any{"cpu": q("limits.cpu"), "memory": q("limits.memory")},
			"requests": map[string]any{"cpu": q("requests.cpu"), "memory": q("requests.memory")},
		}}
	}
	api, konnectivity := container("apiServer"), container("addons.konnectivity.server")
	konnectivity["port"] = int64(8132)
	if args := at(spec, "apiServer.extraArgs"); args != nil {
		api["extraArgs"] = args
	}
	network := map[string]any{"serviceType": serviceOf(c), "certSANs": []any{c.APIHost}}
	if serviceOf(c) == "LoadBalancer" {
		network["loadBalancerConfig"] = map[string]any{"loadBalancerSourceRanges": list(httpsFrom(c))}
	}
	return map[string]any{
		"version": c.Version, "replicas": int64(c.ControlPlane.Replicas), "dataStoreName": v.Site.DataStore,
		"apiServer": api, "controllerManager": container("controllerManager"), "scheduler": container("scheduler"),
		"addons":     map[string]any{"coreDNS": map[string]any{}, "kubeProxy": map[string]any{}, "konnectivity": map[string]any{"server": konnectivity}},
		"kubelet":    map[string]any{"cgroupfs": "systemd", "preferredAddressTypes": []any{"InternalIP", "ExternalIP"}},
		"network":    network,
		"deployment": hostedPods(c),
	}
}

func hostedPods(c resolve.Cluster) map[string]any {
	pods := map[string]any{"topologySpreadConstraints": apart("kamaji.clastix.io/name", c.Name)}
	if c.Sandbox.Name != catalogue.None {
		pods["runtimeClassName"] = c.Sandbox.Name
	}
	onNodes(c, pods)
	return pods
}

// serviceOf is the type of the API server's Service: an ingress controller, too,
// reaches it inside of the site.
func serviceOf(c resolve.Cluster) string {
	if c.ControlPlane.Expose == "loadBalancer" {
		return "LoadBalancer"
	}
	return "ClusterIP"
}

// httpsFrom are the ranges of allowFrom that may use HTTPS.
func httpsFrom(c resolve.Cluster) []string {
	var sold []string
	for _, p := range c.Network.AllowFrom {
		if len(p.Ports) == 0 || slices.Contains(p.Ports, 443) {
			sold = append(sold, p.CIDR)
		}
	}
	return sold
}
