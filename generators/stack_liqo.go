package generators

import (
	"maps"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// Liqo's words (liqotech/liqo 1.2, apis/offloading/v1beta1, pkg/consts).
const (
	liqoVersion    = "offloading.liqo.io/v1beta1"
	liqoOffloading = "NamespaceOffloading"
	liqoName       = "offloading" // Liqo's webhook refuses any other
	liqoCluster    = "liqo.io/remote-cluster-id"
	liqoScheduling = "liqo.io/scheduling-enabled"
	liqoMap        = "liqo.io/managed-by-namespace-map"
)

// liqoStack is a namespace as of the stack namespace, whose pods a peer of the
// site runs in a namespace of the same tenant there. Every pod goes: what stays
// would have no room that was sold. What a pod may be is judged here, when it is
// made; what it may reach and how much there may be of it, there.
//
// Liqo's own RuntimeClass is not written: pods would choose for themselves. Nor
// does a sandbox's go with the stack: its node selector keeps pods off a node
// that is none.
func liqoStack() stack {
	s := namespaceStack()
	s.guards = func(_ resolve.Site, c resolve.Cluster) map[string]string {
		if c.Offload == nil {
			return nil
		}
		return map[string]string{object.AnnotationOffload: c.Offload.Peer.ClusterID + "/" + c.OffloadNamespace()}
	}
	s.layer = func(_ resolve.Tenancy, _ resolve.Site, c resolve.Cluster) []object.Object {
		return append(tenantAdmins(c), namespaceOffloading(c))
	}
	s.usable = func(resolve.Site, resolve.Cluster) []check {
		return []check{{apiVersion: liqoVersion, kind: liqoOffloading, name: liqoName, current: liqoReady}}
	}
	return s
}

// liqoReady: the phase is Ready when every peer that was selected, and at least
// one, has the namespace.
const liqoReady = "has(status.offloadingPhase) && status.offloadingPhase == 'Ready'"

// namespaceOffloading sends all pods to the one peer, into the namespace that is
// fenced in there.
func namespaceOffloading(c resolve.Cluster) object.Object {
	selector := map[string]any{"key": liqoCluster, "operator": "In", "values": []string{c.Offload.Peer.ClusterID}}
	return object.From(map[string]any{"apiVersion": liqoVersion, "kind": liqoOffloading, "metadata": meta(c, liqoName), "spec": map[string]any{
		"namespaceMappingStrategy": "SelectedName",
		"remoteNamespaceName":      c.OffloadNamespace(),
		"podOffloadingStrategy":    "Remote",
		"clusterSelector":          map[string]any{"nodeSelectorTerms": []any{map[string]any{"matchExpressions": []any{selector}}}},
	}})
}

// liqoLabels are those that Liqo looks for on a namespace: where pods leave, so
// that none is made before it can be sent; where they arrive, whose they are.
func liqoLabels(c resolve.Cluster) map[string]string {
	switch {
	case c.Stack == catalogue.Liqo:
		return map[string]string{liqoScheduling: "true"}
	case c.OffloadFrom != nil:
		return map[string]string{liqoCluster: c.OffloadFrom.ClusterID}
	}
	return nil
}

// liqoAnnotations let Liqo take over a namespace that it has not made itself.
func liqoAnnotations(s resolve.Site, c resolve.Cluster) map[string]string {
	if c.OffloadFrom == nil {
		return nil
	}
	return map[string]string{liqoMap: s.NamespaceMapOf(*c.OffloadFrom)}
}

// with adds to a map what another has.
func with(m, more map[string]string) map[string]string {
	maps.Copy(m, more)
	return m
}
