package generators

import (
	"testing"

	"github.com/stretchr/testify/require"
	netv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tenantc/tenantc/internal/object"
)

// Every network policy of every scene is what the general conversion makes of
// the typed struct, and holds nothing that the struct does not know.
func TestPoliciesAreAsTheTypedOnes(t *testing.T) {
	seen := 0
	for name, s := range scenes(t) {
		for _, o := range Boundary(s.tenancy, s.site, s.cluster) {
			if o.ID.Group != netv1.GroupName || o.ID.Kind != "NetworkPolicy" {
				continue
			}
			var typed netv1.NetworkPolicy
			require.NoError(t, runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(o.Value, &typed, true), "%s: %s", name, o.ID)
			require.Equal(t, object.From(&typed), o, "%s: %s", name, o.ID)
			require.Equal(t, o, policyOf(typed).Label(typed.Labels), "%s: %s", name, o.ID)
			seen++
		}
	}
	require.NotZero(t, seen)
}
