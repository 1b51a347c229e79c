package prove

import (
	"maps"
	"slices"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
)

// atHome: every object of a tenant cluster is in the cluster's namespace or
// under a cluster-scoped name that only this cluster can have, of a kind that
// its layer may have, and labelled as this cluster's and no other's.
func atHome(v view) []Fault {
	var faults []Fault
	for _, o := range v.Boundary {
		faults = append(faults, placed(v, o, true)...)
		faults = append(faults, labelled(v, o)...)
	}
	for _, o := range v.Layer {
		faults = append(faults, placed(v, o, false)...)
		faults = append(faults, labelled(v, o)...)
	}
	return faults
}

// placed checks where an object stands. Only the boundary, which is applied
// with the site's rights, has anything outside of the namespace.
func placed(v view, o object.Object, boundary bool) []Fault {
	c := v.Plan
	kind, known := kindOf(v, o.ID, boundary)
	switch {
	case !known || kind.boundary != boundary:
		return broken(o.ID, "kind", "this layer of a tenant cluster has no such kind")
	case kind.namespaced && o.ID.Namespace == "":
		return broken(o.ID, "metadata.namespace", "it has no namespace, and would land wherever it is applied")
	case !kind.namespaced && o.ID.Namespace != "":
		return broken(o.ID, "metadata.namespace", "it has a namespace, which its kind does not have")
	case slices.Contains(c.AllNamespaces(), o.ID.Namespace) && o.ID.Kind != "ServiceAccount":
		return nil
	case !kind.namespaced && ownName(v, o.ID):
		return nil
	case o.ID == accountOf(v):
		return nil
	}
	return broken(o.ID, "metadata.name", "it does not belong to tenant cluster %s/%s", c.Tenant, c.Name)
}

// accountOf is the one object of a tenant cluster outside of its namespace: the
// account that applies the cluster layer.
func accountOf(v view) object.ID {
	return object.ID{Kind: "ServiceAccount", Namespace: v.Tenancy.Flux.Namespace, Name: v.Plan.Account()}
}

// kind is what is known of a kind that a tenant cluster's layers have. kustomize
// does not know the scope of half of them.
type kind struct {
	namespaced bool
	boundary   bool // in the boundary; else in the cluster layer
}

func kindOf(v view, id object.ID, inBoundary bool) (kind, bool) {
	own := func(k catalogue.Kind) bool { return k.Group == id.Group && k.Kind == id.Kind }
	if !inBoundary && slices.ContainsFunc(v.stack.Kinds, own) {
		return kind{namespaced: true}, true
	}
	switch id.Group + "/" + id.Kind {
	case "/Namespace", "storage.k8s.io/StorageClass", "flowcontrol.apiserver.k8s.io/FlowSchema":
		return kind{boundary: true}, true
	case "/ResourceQuota", "/LimitRange", "/ServiceAccount", "rbac.authorization.k8s.io/RoleBinding",
		"networking.k8s.io/NetworkPolicy", "cilium.io/CiliumNetworkPolicy", "projectcalico.org/NetworkPolicy":
		return kind{namespaced: true, boundary: true}, true
	}
	return kind{boundary: true}, slices.ContainsFunc(v.stack.Fence, own)
}

// ownName tells whether a cluster-scoped object has a name that only this
// tenant cluster can have.
func ownName(v view, id object.ID) bool {
	c := v.Plan
	switch id.Kind {
	case "Namespace":
		return slices.Contains(c.AllNamespaces(), id.Name)
	case "Tenant":
		return id.Name == c.Namespace
	case "FlowSchema":
		return id.Name == c.FlowSchemaName()
	case "StorageClass":
		return slices.Contains(storageNames(v), id.Name)
	}
	return false
}

func storageNames(v view) []string {
	var names []string
	for _, own := range v.Plan.Storage {
		names = append(names, own.Name)
	}
	return names
}

// labelled: policies, selectors and people tell tenants apart by these labels.
func labelled(v view, o object.Object) []Fault {
	var faults []Fault
	want := v.Plan.Labels()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got := o.Text("metadata", "labels", name); got != want[name] {
			faults = append(faults, broken(o.ID, "metadata.labels."+name, "it is %q instead of %q", got, want[name])...)
		}
	}
	return faults
}

// nothingForeign: no object names a namespace but the cluster's own and those of
// the site's own controllers.
func nothingForeign(v view) []Fault {
	var faults []Fault
	for _, o := range slices.Concat(v.Boundary, v.Layer) {
		body := maps.Clone(o.Value)
		delete(body, "metadata")
		for _, ref := range references("", body) {
			switch {
			case ref.namespace == every:
				faults = append(faults, broken(o.ID, ref.path, "it selects namespaces that it does not name")...)
			case !mayName(v, ref.namespace):
				faults = append(faults, broken(o.ID, ref.path, "it names the namespace %q", ref.namespace)...)
			}
		}
	}
	return faults
}

// hostDNS is where a site's own DNS runs, which control planes look names up in.
const hostDNS = "kube-system"

func mayName(v view, namespace string) bool {
	switch namespace {
	case v.Plan.Namespace, v.Tenancy.Flux.Namespace, hostDNS, v.Site.Namespaces.ClusterAPI,
		v.Site.Namespaces.VClusterProvider, v.Site.Namespaces.Metrics, v.Site.Network.IngressNamespace:
		return true
	}
	return slices.Contains(v.Plan.AllNamespaces(), namespace) || slices.Contains(v.controllers(), namespace)
}
