package generators

import (
	"testing"

	"github.com/stretchr/testify/require"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tenantc/tenantc/internal/object"
)

// Every object of every scene that is written out by hand is what the general
// conversion makes of the typed struct, and holds nothing that the struct does
// not know.
func TestWrittenOutIsAsTheTypedOnes(t *testing.T) {
	seen := map[object.ID]int{}
	for name, s := range scenes(t) {
		for _, o := range Boundary(s.tenancy, s.site, s.cluster) {
			switch kind := (object.ID{Group: o.ID.Group, Kind: o.ID.Kind}); kind {
			case object.ID{Group: netv1.GroupName, Kind: "NetworkPolicy"}:
				as(t, name, o, policyOf)
				seen[kind]++
			case object.ID{Kind: "ResourceQuota"}:
				as(t, name, o, resourceQuotaOf)
				seen[kind]++
			case object.ID{Kind: "LimitRange"}:
				as(t, name, o, limitRangeOf)
				seen[kind]++
			case object.ID{Kind: "Namespace"}:
				as(t, name, o, namespaceOf)
				seen[kind]++
			}
		}
	}
	require.Len(t, seen, 4)
}

// as reads an object into its type and holds what is made of that by hand
// against what the general conversion makes of it.
func as[T any](t *testing.T, scene string, o object.Object, byHand func(T) object.Object) {
	var typed T
	require.NoError(t, runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(o.Value, &typed, true), "%s: %s", scene, o.ID)
	require.Equal(t, object.From(&typed), o, "%s: %s", scene, o.ID)
	labels := any(&typed).(metav1.Object).GetLabels()
	require.Equal(t, o, byHand(typed).Label(labels), "%s: %s", scene, o.ID)
}
