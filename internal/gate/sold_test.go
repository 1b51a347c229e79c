package gate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/gate"
	"github.com/tenantc/tenantc/internal/object"
)

// TestSellsMore: a cluster that comes, and a quota that lets in more, sell
// more; what is only changed or given back does not.
func TestSellsMore(t *testing.T) {
	quota := func(kind string, fields ...diff.Field) diff.Site {
		return diff.Site{Clusters: []diff.Cluster{{ClusterChange: diff.ClusterChange{Change: diff.Changed}, Objects: []diff.Object{{ID: object.ID{Kind: kind}, Change: diff.Changed, Fields: fields}}}}}
	}
	field := func(path, before, after string) diff.Field {
		return diff.Field{Path: path, Change: diff.Changed, Before: before, After: after}
	}
	for _, c := range []struct {
		name string
		site diff.Site
		more bool
	}{
		{"a cluster comes", diff.Site{Clusters: []diff.Cluster{{ClusterChange: diff.ClusterChange{Change: diff.Added}}}}, true},
		{"a cluster goes", diff.Site{Clusters: []diff.Cluster{{ClusterChange: diff.ClusterChange{Change: diff.Removed}}}}, false},
		{"more of one, less of another", quota("ResourceQuota", field(`spec.hard["limits.cpu"]`, "32", "31"), field("spec.hard.pods", "100", "101")), true},
		{"another unit, and more", quota("ResourceQuota", field(`spec.hard["limits.memory"]`, "1Gi", "1025Mi")), true},
		{"less", quota("ResourceQuota", field(`spec.hard["limits.memory"]`, "1Gi", "1000Mi")), false},
		{"a limit falls away", quota("ResourceQuota", diff.Field{Path: "spec.hard.pods", Change: diff.Removed, Before: "9"}), true},
		{"a limit comes", quota("ResourceQuota", diff.Field{Path: "spec.hard.pods", Change: diff.Added, After: "9"}), false},
		{"more in Capsule's namespaces", quota("Tenant", field(`spec.resourceQuotas.items[0].hard["limits.cpu"]`, "4", "5")), true},
		{"less there", quota("Tenant", field(`spec.resourceQuotas.items[0].hard["limits.cpu"]`, "4", "3")), false},
		{"another number of a Tenant", quota("Tenant", field("spec.namespaceOptions.quota", "4", "5")), false},
		{"a cluster comes back", quota("Namespace", field(`metadata.annotations["tenantc.dev/state"]`, "retired", "active")), true},
		{"a cluster is suspended", quota("Namespace", field(`metadata.annotations["tenantc.dev/state"]`, "active", "suspended")), false},
		{"a cluster is purged", quota("Namespace", field(`metadata.annotations["tenantc.dev/state"]`, "retired", "purged")), false},
		{"no quota", quota("LimitRange", field("spec.hard.pods", "1", "2")), false},
		{"a label", quota("ResourceQuota", field("metadata.labels.x", "1", "2")), false},
	} {
		require.Equal(t, c.more, gate.SellsMore(c.site), c.name)
	}
}
