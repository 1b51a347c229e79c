package publish

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
)

// A cluster in the fleet keeps its stack, and its Kubernetes goes up by one
// minor version at a time.
func TestUpgrade(t *testing.T) {
	for name, test := range map[string]struct {
		before string // stack and version in the fleet; empty for none
		stack  string
		now    string
		state  resolve.State
		want   diag.Code
	}{
		"the same":                        {"vcluster 1.33", "vcluster", "1.33", resolve.Active, ""},
		"the next":                        {"vcluster 1.33", "vcluster", "1.34", resolve.Active, ""},
		"one left out":                    {"vcluster 1.33", "vcluster", "1.35", resolve.Active, diag.VersionSkipped},
		"back":                            {"kubevirt 1.34", "kubevirt", "1.33", resolve.Suspended, diag.VersionDowngrade},
		"back by number, not by letter":   {"kubevirt 1.10", "kubevirt", "1.9", resolve.Active, diag.VersionDowngrade},
		"another stack":                   {"vcluster 1.33", "kubevirt", "1.33", resolve.Active, diag.StackChanged},
		"another stack, retired":          {"vcluster 1.33", "kubevirt", "1.33", resolve.Retired, diag.StackChanged},
		"another stack, purged":           {"vcluster 1.33", "kubevirt", "1.33", resolve.Purged, ""},
		"nothing of it runs":              {"vcluster 1.33", "vcluster", "1.36", resolve.Retired, ""},
		"the site's own version":          {"namespace 1.33", "namespace", "1.35", resolve.Active, ""},
		"new":                             {"", "vcluster", "1.33", resolve.Active, ""},
		"published before it was written": {" ", "vcluster", "1.33", resolve.Active, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := resolve.Cluster{Tenant: "acme", Name: "prod", Site: "s1", Namespace: "acme-prod", Stack: test.stack, Kubernetes: test.now, State: test.state}
			change := tree.Change{Path: "sites/s1/tenants/acme/prod/boundary/namespace-acme-prod.yaml", After: []byte("x")}
			var stack, minor string
			fmt.Sscan(test.before, &stack, &minor)
			if test.before != "" {
				change.Before = []byte(fmt.Sprintf("metadata: {annotations: {tenantc.dev/stack: %q, tenantc.dev/kubernetes: %q}}\n", stack, minor))
			}
			faults := upgrade([]resolve.Cluster{c}, tree.DeltaOf(tree.Changes{change}))
			if test.want == "" {
				require.Empty(t, faults)
				return
			}
			require.Len(t, faults, 1)
			require.Equal(t, test.want, faults[0].Code, faults[0].Message)
			require.NotEmpty(t, faults[0].Hint)
		})
	}
}

// A namespace of a tree does not go while its cluster is there: the site would
// keep it, without its fence.
func TestNamespacesStay(t *testing.T) {
	const file = "sites/s1/tenants/acme/prod/boundary/namespace-acme-prod--mail.yaml"
	for name, test := range map[string]struct {
		before string // the state in the fleet
		after  []byte
		state  resolve.State
		want   diag.Code
	}{
		"dropped":                 {"active", nil, resolve.Active, diag.NamespaceDropped},
		"dropped with the retire": {"suspended", nil, resolve.Retired, diag.NamespaceDropped},
		"dropped of a retired":    {"retired", nil, resolve.Retired, ""},
		"purged":                  {"retired", nil, resolve.Purged, ""},
		"changed":                 {"active", []byte("x"), resolve.Active, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := resolve.Cluster{Tenant: "acme", Name: "prod", Site: "s1", Namespace: "acme-prod", Stack: "hnc", State: test.state}
			change := tree.Change{Path: file, Before: []byte("metadata: {annotations: {tenantc.dev/state: " + test.before + "}}\n"), After: test.after}
			faults := upgrade([]resolve.Cluster{c}, tree.DeltaOf(tree.Changes{change}))
			if test.want == "" {
				require.Empty(t, faults)
				return
			}
			require.Len(t, faults, 1)
			require.Equal(t, test.want, faults[0].Code)
			require.Contains(t, faults[0].Message, "acme-prod--mail")
		})
	}
}
