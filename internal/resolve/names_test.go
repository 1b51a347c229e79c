package resolve_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/resolve"
)

// No two tenant clusters share a derived name, over a million pairs of tenants
// and clusters that are made to be confused: short, with hyphens, of few letters.
func TestDerivedNamesAreInjective(t *testing.T) {
	const pairs = 1_000_000
	random := rand.New(rand.NewPCG(1, 2))
	owners := map[string]string{}
	for range pairs {
		tenant, cluster := word(random, "ab-", 25), word(random, "ab", 15)
		c := resolve.Cluster{Tenant: tenant, Name: cluster, Namespace: resolve.NamespaceOf(tenant, cluster)}
		owner := tenant + " " + cluster
		for _, name := range []string{"namespace " + c.Namespace, "kustomization " + c.BoundaryName(), "kustomization " + c.LayerName(), "flowschema " + c.FlowSchemaName()} {
			if other, taken := owners[name]; taken && other != owner {
				t.Fatalf("%q and %q share the %s", other, owner, name)
			}
			owners[name] = owner
		}
	}
}

// word is a name as the schema allows it: it begins with a letter and does not
// end in a hyphen.
func word(random *rand.Rand, letters string, longest int) string {
	out := []byte{"ab"[random.IntN(2)]}
	for range random.IntN(min(longest, 8)) {
		out = append(out, letters[random.IntN(len(letters))])
	}
	if out[len(out)-1] == '-' {
		out[len(out)-1] = 'a'
	}
	return string(out)
}

// The longest names stay within the limits of what they name: labels and
// Namespaces have 63 characters, and the chart cuts its ClusterRole there.
func TestLongestNamesAreWithinLimits(t *testing.T) {
	tenant, cluster := fmt.Sprintf("%025d", 0), fmt.Sprintf("%015d", 0)
	c := resolve.Cluster{Tenant: tenant, Name: cluster, Namespace: resolve.NamespaceOf(tenant, cluster)}
	require.LessOrEqual(t, len(c.BoundaryName()), 63)
	require.LessOrEqual(t, len(c.LayerName()), 63)
	require.LessOrEqual(t, len("vc-"+c.Name+"-v-"+c.Namespace), 63)
	require.LessOrEqual(t, len(resolve.StorageClassName(tenant, cluster, fmt.Sprintf("%0180d", 0))), 226)
}
