package generators

import (
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/version"

	netv1 "k8s.io/api/networking/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

const kamajiPlane = "KamajiControlPlane"

// kamajiStack is a control plane in pods of the site, in the sandbox if the spec
// asks for one, and workers in virtual machines. Its state is in a data store
// that the site has for all tenants, each in a schema of its own.
func kamajiStack() stack {
	return stack{guards: kamajiGuards, network: kamajiNetwork, layer: kamajiLayer, usable: kamajiUsable}
}

// kamajiGuards: control plane pods run in the namespace's sandbox. Where it has
// none, they are exempt as a virtual cluster's are, under the account that
// Kamaji leaves them: only the site's controllers make pods of it out of a
// Deployment, and nobody of the tenant's writes one.
func kamajiGuards(s resolve.Site, c resolve.Cluster) map[string]string {
	guards := machineGuards(s, c)
	if c.Sandbox.Name == catalogue.None {
		guards[object.AnnotationControlPlane] = "default"
		return guards
	}
	guards[object.AnnotationRuntimeClass] = c.Sandbox.Name
	return guards
}

func kamajiLabels(c resolve.Cluster) map[string]string {
	return map[string]string{"kamaji.clastix.io/name": c.Name}
}

// kamajiNetwork adds the way to the data store, which the control plane looks
// up in the site's DNS. Kamaji itself sets the new cluster up.
func kamajiNetwork(s resolve.Site, c resolve.Cluster) []object.Object {
	n := s.Namespaces
	store := netv1.NetworkPolicyEgressRule{To: peers(inNamespace(n.Kamaji)), Ports: tcp(portEtcdClient)}
	return append(
		machineNetwork(s, c, kamajiLabels(c), n.ClusterAPI, n.KubeadmBootstrap, n.KubeVirtProvider, n.Kamaji),
		policy(c, "data-store", kamajiLabels(c), nil, []netv1.NetworkPolicyEgressRule{store, hostDNS()}))
}

func kamajiLayer(_ resolve.Tenancy, s resolve.Site, c resolve.Cluster) []object.Object {
	a := capiOf(s, c)
	objects := []object.Object{
		a.clusterOf(a.infra(a.by.cluster, c.Name), a.ref(planeGroup, kamajiVersion(s), kamajiPlane, c.Name)),
		// Kamaji's provider writes its endpoint; the KubeVirt one is to make no Service.
		a.infrastructure(map[string]any{clusterGroup + "/managed-by": "kamaji"}, map[string]any{}),
		kept(a.object(planeGroup+"/"+kamajiVersion(s), kamajiPlane, c.Name, kamajiSpec(s, c))),
	}
	objects = append(objects, a.workers(s)...)
	objects = append(objects, a.network()...)
	return append(objects, a.apiIngress(s, c.Name)...)
}

// kamajiVersion is the API of the site's provider: 0.20 brought v1alpha2, with
// the same fields in the spec.
func kamajiVersion(s resolve.Site) string {
	if version.MustParseGeneric(s.Components.KamajiProvider).AtLeast(version.MustParseGeneric("0.20")) {
		return "v1alpha2"
	}
	return "v1alpha1"
}

func kamajiSpec(s resolve.Site, c resolve.Cluster) map[string]any {
	network := map[string]any{"serviceType": serviceType(c), "certSANs": []string{c.APIHost}}
	if c.ControlPlane.Expose == exposeLoadBalancer {
		network["loadBalancerConfig"] = map[string]any{"loadBalancerSourceRanges": c.APIRanges()}
	}
	api := kamajiComponent(s, c, kamajiAPIShare)
	if args := planeArguments(c); args != nil {
		api["extraArgs"] = flags(args)
	}
	return map[string]any{
		"version":           c.Version,
		"replicas":          c.ControlPlane.Replicas,
		"dataStoreName":     s.DataStore,
		"apiServer":         api,
		"controllerManager": kamajiComponent(s, c, kamajiManagerShare),
		"scheduler":         kamajiComponent(s, c, kamajiSchedulerShare),
		"addons": map[string]any{
			"coreDNS":      map[string]any{},
			"kubeProxy":    map[string]any{},
			"konnectivity": map[string]any{"server": konnectivity(s, c)},
		},
		"kubelet":    map[string]any{"cgroupfs": "systemd", "preferredAddressTypes": []string{"InternalIP", "ExternalIP"}},
		"network":    network,
		"deployment": kamajiDeployment(c),
	}
}

// Shares of one replica, in tenths, that its four containers have.
const (
	kamajiAPIShare          = 6
	kamajiManagerShare      = 2
	kamajiSchedulerShare    = 1
	kamajiKonnectivityShare = 1
)

func kamajiComponent(s resolve.Site, c resolve.Cluster, share int64) map[string]any {
	cpu := *resource.NewMilliQuantity(c.ControlPlane.CPU.MilliValue()*share/10, resource.DecimalSI)
	memory := *resource.NewQuantity(c.ControlPlane.Memory.Value()*share/10>>20<<20, resource.BinarySI)
	return map[string]any{"resources": resources(catalogue.Footprint{
		RequestsCPU: s.RequestCPU(cpu), LimitsCPU: cpu, RequestsMemory: memory, LimitsMemory: memory,
	})}
}

func konnectivity(s resolve.Site, c resolve.Cluster) map[string]any {
	server := kamajiComponent(s, c, kamajiKonnectivityShare)
	server["port"] = portKonnectivity
	return server
}

func kamajiDeployment(c resolve.Cluster) map[string]any {
	d := map[string]any{"topologySpreadConstraints": []any{map[string]any{
		"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway",
		"labelSelector": map[string]any{"matchLabels": kamajiLabels(c)},
	}}}
	if c.Sandbox.Name != catalogue.None {
		d["runtimeClassName"] = c.Sandbox.Name
	}
	if len(c.Nodes.Selector) > 0 {
		d["nodeSelector"] = labels(c.Nodes.Selector)
	}
	if len(c.Nodes.Tolerations) > 0 {
		d["tolerations"] = tolerationList(c)
	}
	return d
}

func flags(args [][2]string) []string {
	var out []string
	for _, arg := range args {
		out = append(out, "--"+arg[0]+"="+arg[1])
	}
	return out
}

func kamajiUsable(s resolve.Site, c resolve.Cluster) []check {
	current := conditionTrue("Available")
	if kamajiVersion(s) == "v1alpha1" {
		current = "has(status.ready) && status.ready"
	}
	plane := check{apiVersion: planeGroup + "/" + kamajiVersion(s), kind: kamajiPlane, name: c.Name, current: current}
	return append([]check{plane}, capiOf(s, c).workersUsable()...)
}
