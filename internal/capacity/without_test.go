package capacity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/capacity"
	"github.com/tenantc/tenantc/internal/resolve"
)

// Nodes are taken off what is named, never below none, and of a copy.
func TestWithout(t *testing.T) {
	sites := func() []resolve.Site {
		return []resolve.Site{
			{Name: "turin-1", Pools: []resolve.Pool{{Name: "general", Nodes: 5}, {Name: "gpu", Nodes: 1}}},
			{Name: "milan-2", Pools: []resolve.Pool{{Name: "general", Nodes: 3}}},
		}
	}
	for text, want := range map[string][3]int{
		"node":              {4, 0, 2},
		"node=2":            {3, 0, 1},
		"turin-1":           {4, 0, 3},
		"turin-1/general=9": {0, 1, 3},
	} {
		given := sites()
		got, err := capacity.Without(given, text)
		require.NoError(t, err, text)
		require.Equal(t, want, [3]int{got[0].Pools[0].Nodes, got[0].Pools[1].Nodes, got[1].Pools[0].Nodes}, text)
		require.Equal(t, sites(), given)
	}
	for text, says := range map[string]string{"rome-1": "no such site or pool", "turin-1/cpu": "no such site or pool", "node=0": "is no number of nodes", "node=x": "is no number of nodes"} {
		_, err := capacity.Without(sites(), text)
		require.ErrorContains(t, err, says, text)
	}
}
