package prove

import (
	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
)

// annotateMap on a namespace lets Liqo take it over that has not made it.
const annotateMap = "liqo.io/managed-by-namespace-map"

// offloaded: Liqo sends the pods of a cluster of its stack to the peer and the
// namespace that the specs name, all of them, and of no other cluster any; and
// takes over no namespace but one that the specs say another site's pods run in.
func offloaded(v view) []Fault {
	if !v.fenced() {
		return nil
	}
	sends, takes := "", ""
	if v.Plan.Stack == catalogue.Liqo {
		sends = "true"
	}
	if from := v.Plan.OffloadFrom; from != nil {
		takes = from.ClusterID
	}
	var faults []Fault
	for label, want := range map[string]string{"liqo.io/scheduling-enabled": sends, "liqo.io/remote-cluster-id": takes} {
		faults = append(faults, differs(v.namespace.ID, "metadata.labels."+label, want, v.namespace.Text("metadata", "labels", label), "Liqo would read from it what the specs do not say")...)
	}
	if sends == "" || !v.runs() {
		return faults
	}
	id := object.ID{Group: "offloading.liqo.io", Kind: "NamespaceOffloading", Namespace: v.Plan.Namespace, Name: "offloading"}
	o, found := find(v.Layer, id)
	if !found {
		return append(faults, missing(id)...)
	}
	return append(faults, differs(id, "spec", any(map[string]any{
		"namespaceMappingStrategy": "SelectedName",
		"remoteNamespaceName":      v.Plan.Tenant + "-" + v.Plan.Offload.Cluster,
		"podOffloadingStrategy":    "Remote",
		"clusterSelector": map[string]any{"nodeSelectorTerms": []any{map[string]any{"matchExpressions": []any{
			map[string]any{"key": "liqo.io/remote-cluster-id", "operator": "In", "values": []any{v.Plan.Offload.Peer.ClusterID}},
		}}}},
	}), o.Get("spec"), "pods would go elsewhere, or stay")...)
}
