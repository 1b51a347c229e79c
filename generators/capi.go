package generators

import (
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// Groups of Cluster API.
const (
	clusterGroup  = "cluster.x-k8s.io"
	infraGroup    = "infrastructure.cluster.x-k8s.io"
	planeGroup    = "controlplane.cluster.x-k8s.io"
	bootGroup     = "bootstrap.cluster.x-k8s.io"
	addonsGroup   = "addons.cluster.x-k8s.io"
	infraVersion  = "v1alpha1" // of the vCluster and KubeVirt providers, in all their releases
	kubeadmSocket = "unix:///var/run/containerd/containerd.sock"
)

// firstV1beta2 is the Cluster API that began to serve v1beta2 of its objects.
// Older ones know v1beta1 only, newer ones are about to drop it (in 1.16).
const firstV1beta2 = "1.11"

// capi writes the objects of Cluster API in the version that the site serves.
// They are written as maps: the typed v1beta1 objects add an empty endpoint and
// status, which Flux would own and reset.
type capi struct {
	v1beta2 bool
	cluster resolve.Cluster
	by      provider // of its machines; none where it has none
}

func capiOf(s resolve.Site, c resolve.Cluster) capi {
	return capi{version.MustParseGeneric(s.Components.ClusterAPI).AtLeast(version.MustParseGeneric(firstV1beta2)), c, providers()[c.Stack]}
}

// api is an API version of one of Cluster API's own groups.
func (a capi) api(group string) string {
	if a.v1beta2 {
		return group + "/v1beta2"
	}
	return group + "/v1beta1"
}

// ref refers to an object of the same namespace. v1beta1 says so in full.
func (a capi) ref(group, version, kind, name string) map[string]any {
	if a.v1beta2 {
		return map[string]any{"apiGroup": group, "kind": kind, "name": name}
	}
	return map[string]any{"apiVersion": group + "/" + version, "kind": kind, "name": name, "namespace": a.cluster.Namespace}
}

// infra is a reference to one of the objects of the machines' provider.
func (a capi) infra(kind, name string) map[string]any {
	return a.ref(infraGroup, a.by.version, kind, name)
}

// kubeadm is a reference to one of kubeadm's objects, which have the versions
// of Cluster API itself.
func (a capi) kubeadm(group, kind, name string) map[string]any {
	if a.v1beta2 {
		return a.ref(group, "v1beta2", kind, name)
	}
	return a.ref(group, "v1beta1", kind, name)
}

func (a capi) object(apiVersion, kind, name string, spec map[string]any) object.Object {
	return object.From(map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": meta(a.cluster, name), "spec": spec})
}

// clusterOf is the Cluster of an infrastructure and a control plane.
func (a capi) clusterOf(infra, plane map[string]any) object.Object {
	spec := map[string]any{"infrastructureRef": infra, "controlPlaneRef": plane}
	if n := a.cluster.Inside; n.PodCIDR != "" {
		spec["clusterNetwork"] = map[string]any{
			"pods":     map[string]any{"cidrBlocks": []string{n.PodCIDR}},
			"services": map[string]any{"cidrBlocks": []string{n.ServiceCIDR}},
		}
	}
	return a.object(a.api(clusterGroup), "Cluster", a.cluster.Name, spec)
}

// arguments of a component: a map in v1beta1, a list in v1beta2.
func (a capi) arguments(args [][2]string) any {
	if !a.v1beta2 {
		out := map[string]any{}
		for _, arg := range args {
			out[arg[0]] = arg[1]
		}
		return out
	}
	var out []any
	for _, arg := range args {
		out = append(out, map[string]any{"name": arg[0], "value": arg[1]})
	}
	return out
}

// available is the condition that Cluster API's own objects have in v1beta2;
// in v1beta1 it is Ready.
func (a capi) available() string {
	if a.v1beta2 {
		return conditionTrue("Available")
	}
	return conditionTrue("Ready")
}

// conditionTrue is written with exists: all would be true of no condition.
func conditionTrue(kind string) string {
	return "has(status.conditions) && status.conditions.exists(c, c.type == '" + kind + "' && c.status == 'True')"
}
