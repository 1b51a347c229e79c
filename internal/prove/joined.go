package prove

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/version"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
)

// Groups of Cluster API, but for that of its infrastructure.
const (
	clusterGroup = "cluster.x-k8s.io"
	planeGroup   = "controlplane.cluster.x-k8s.io"
	bootGroup    = "bootstrap.cluster.x-k8s.io"
	addonsGroup  = "addons.cluster.x-k8s.io"
)

// joined: Cluster API makes as many machines as were sold, of the templates that
// are there, joins them to the tenant's own cluster and to no other, and leaves
// nothing running when that cluster goes.
func joined(v view) []Fault {
	if !v.machines() || !v.runs() {
		return nil
	}
	by := v.infra()
	infra, plane := v.ref(vclusterGroup, by.version, by.cluster, v.Plan.Name), v.ref(planeGroup, "", "KubeadmControlPlane", v.Plan.Name+"-control-plane")
	if v.stack.Plane == catalogue.PlaneHosted {
		plane = v.ref(planeGroup, v.kamajiVersion(), "KamajiControlPlane", v.Plan.Name)
	}
	spec := map[string]any{"infrastructureRef": infra, "controlPlaneRef": plane}
	if inside := v.Plan.Inside; inside.PodCIDR != "" {
		spec["clusterNetwork"] = map[string]any{
			"pods": map[string]any{"cidrBlocks": []any{inside.PodCIDR}}, "services": map[string]any{"cidrBlocks": []any{inside.ServiceCIDR}},
		}
	}
	faults := exactObject(v.Layer, v.named(clusterGroup, "Cluster", v.Plan.Name), spec)
	faults = append(faults, v.planeOfMachines()...)
	faults = append(faults, v.deployments()...)
	faults = append(faults, v.replaced()...)
	faults = append(faults, v.appliedInside()...)
	return append(faults, v.leftToClusterAPI()...)
}

func (v view) named(group, kind, name string) object.ID {
	return object.ID{Group: group, Kind: kind, Namespace: v.Plan.Namespace, Name: name}
}

// v1beta2 tells how the site's Cluster API writes its objects.
func (v view) v1beta2() bool {
	return version.MustParseGeneric(v.Site.Components.ClusterAPI).AtLeast(version.MustParseGeneric("1.11"))
}

func (v view) kamajiVersion() string {
	if version.MustParseGeneric(v.Site.Components.KamajiProvider).AtLeast(version.MustParseGeneric("0.20")) {
		return "v1alpha2"
	}
	return "v1alpha1"
}

// ref refers to an object of the same namespace; an empty version is Cluster
// API's own.
func (v view) ref(group, version, kind, name string) map[string]any {
	if v.v1beta2() {
		return map[string]any{"apiGroup": group, "kind": kind, "name": name}
	}
	if version == "" {
		version = "v1beta1"
	}
	return map[string]any{"apiVersion": group + "/" + version, "kind": kind, "name": name, "namespace": v.Plan.Namespace}
}

// template is the name of the one template of its kind for a pool: a digest
// follows the pool's name.
func (v view) template(group, kind, pool string) string {
	const digest = 8
	prefix := v.Plan.Name + "-" + pool + "-"
	for _, o := range ofKind(v.Layer, group, kind) {
		if rest, is := strings.CutPrefix(o.ID.Name, prefix); is && len(rest) == digest {
			return o.ID.Name
		}
	}
	return ""
}

func (v view) machineRef(pool string) map[string]any {
	by := v.infra()
	return v.ref(vclusterGroup, by.version, by.template, v.template(vclusterGroup, by.template, pool))
}

// planeOfMachines are the cluster's infrastructure and, where it has machines of
// its own, its control plane, which kubeadm sets up in them. The API server's
// arguments are identityPrefixed's to judge.
func (v view) planeOfMachines() []Fault {
	by := v.infra()
	infra := v.named(vclusterGroup, by.cluster, v.Plan.Name)
	if v.stack.Plane == catalogue.PlaneHosted {
		return exactObject(v.Layer, infra, nil)
	}
	faults := exactObject(v.Layer, infra, by.exposed(serviceOf(v.Plan)))
	id := v.named(planeGroup, "KubeadmControlPlane", v.Plan.Name+"-control-plane")
	plane, _ := find(v.Layer, id)
	api := map[string]any{"certSANs": []any{v.Plan.APIHost}}
	if args := plane.Get("spec", "kubeadmConfigSpec", "clusterConfiguration", "apiServer", "extraArgs"); args != nil {
		api["extraArgs"] = args
	}
	config := v.joining()
	config["clusterConfiguration"], config["initConfiguration"] = map[string]any{"apiServer": api}, config["joinConfiguration"]
	spec := map[string]any{"replicas": int64(v.Plan.ControlPlane.Replicas), "version": "v" + v.Plan.Version, "kubeadmConfigSpec": config}
	strategy := map[string]any{"type": "RollingUpdate", "rollingUpdate": map[string]any{"maxSurge": int64(1)}}
	machine := map[string]any{"infrastructureRef": v.machineRef(planePool)}
	if v.v1beta2() {
		spec["rollout"], spec["machineTemplate"] = map[string]any{"strategy": strategy}, map[string]any{"spec": machine}
	} else {
		spec["rolloutStrategy"], spec["machineTemplate"] = strategy, machine
	}
	return append(faults, exactObject(v.Layer, id, spec)...)
}

// joining is how a machine joins, and what is done to it before.
func (v view) joining() map[string]any {
	by, node, spec := v.infra(), map[string]any{}, map[string]any{}
	if by.node != nil {
		node, spec = by.node(v), by.prepared(v)
	}
	node["criSocket"] = "unix:///var/run/containerd/containerd.sock"
	spec["joinConfiguration"] = map[string]any{"nodeRegistration": node}
	return spec
}

// deployments are the workers, one machine more than was sold at a time, and
// that in a roll-out only: the quota has room for one.
func (v view) deployments() []Fault {
	const joins = "KubeadmConfigTemplate"
	var faults []Fault
	for _, w := range v.Plan.Workers {
		name := v.Plan.Name + "-" + w.Name
		labels := map[string]any{clusterGroup + "/cluster-name": v.Plan.Name, clusterGroup + "/deployment-name": name}
		join := v.template(bootGroup, joins, w.Name)
		spec := map[string]any{
			"clusterName": v.Plan.Name, "replicas": w.Count, "selector": map[string]any{"matchLabels": labels},
			"template": map[string]any{"metadata": map[string]any{"labels": labels}, "spec": map[string]any{
				"clusterName": v.Plan.Name, "version": "v" + v.Plan.Version,
				"bootstrap": map[string]any{"configRef": v.ref(bootGroup, "", joins, join)}, "infrastructureRef": v.machineRef(w.Name),
			}},
		}
		strategy := map[string]any{"type": "RollingUpdate", "rollingUpdate": map[string]any{"maxSurge": int64(1), "maxUnavailable": int64(0)}}
		if v.v1beta2() {
			spec["rollout"] = map[string]any{"strategy": strategy}
		} else {
			spec["strategy"] = strategy
		}
		faults = append(faults, exactObject(v.Layer, v.named(clusterGroup, "MachineDeployment", name), spec)...)
		faults = append(faults, exactObject(v.Layer, v.named(bootGroup, joins, join), map[string]any{
			"template": map[string]any{"spec": v.joining()},
		})...)
	}
	return faults
}

// appliedInside: Cluster API applies one ConfigMap, and that into the tenant's
// own cluster only.
func (v view) appliedInside() []Fault {
	name := v.Plan.Name + "-network"
	return exactObject(v.Layer, v.named(addonsGroup, "ClusterResourceSet", name), map[string]any{
		"clusterSelector": map[string]any{"matchLabels": map[string]any{object.LabelCluster: v.Plan.Name}},
		"resources":       []any{map[string]any{"kind": "ConfigMap", "name": name}},
		"strategy":        "Reconcile",
	})
}

// leftToClusterAPI: Flux prunes the Cluster alone, and that takes down machines
// and control plane in order; and of a hosted control plane the KubeVirt
// provider makes no Service.
func (v view) leftToClusterAPI() []Fault {
	var faults []Fault
	for _, o := range v.Layer {
		want := map[string]any{annotatePrune: "disabled"}
		switch o.ID.Kind {
		case "KubevirtCluster":
			if v.stack.Plane == catalogue.PlaneHosted {
				want[annotateManaged] = "kamaji"
			}
		case "VirtinkCluster", "VirtinkMachineTemplate", "KubevirtMachineTemplate", "KubeadmConfigTemplate", "KubeadmControlPlane", "KamajiControlPlane":
		default:
			continue
		}
		faults = append(faults, exactly(o.ID, "metadata.annotations", any(want), o.Get("metadata", "annotations"))...)
	}
	return faults
}
