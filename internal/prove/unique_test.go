package prove

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/object"
)

// Two tenant clusters of one site share nothing that only one may have.
func TestClaimedOnce(t *testing.T) {
	var all []Cluster
	built := sites(t)
	for _, site := range built {
		all = append(all, site.clusters...)
	}
	require.Empty(t, JudgeFleet(all))

	acme, other := built["turin-1"].clusters[0], built["turin-1"].clusters[1]
	require.NotEqual(t, acme.Plan.Namespace, other.Plan.Namespace)
	withHosts := func(hosts string) Cluster {
		c := other
		c.Boundary = nil
		for _, o := range other.Boundary {
			if o.ID.Kind == "Namespace" {
				o.Value = clone(o.Value).(map[string]any)
				o.Value["metadata"].(map[string]any)["annotations"].(map[string]any)[object.AnnotationHosts] = hosts
			}
			c.Boundary = append(c.Boundary, o)
		}
		return c
	}
	twin := other
	twin.Boundary = append([]object.Object{one(t, acme.Boundary, "FlowSchema", "tenant-acme-prod")}, other.Boundary...)
	sameAPI := other
	sameAPI.Plan.APIHost = acme.Plan.APIHost
	sameLabels := withHosts("free.example")
	namespace := one(t, sameLabels.Boundary, "Namespace", other.Plan.Namespace)
	maps.Copy(namespace.Value["metadata"].(map[string]any)["labels"].(map[string]any), map[string]any{object.LabelTenant: "acme", object.LabelCluster: "prod"})
	made := other
	made.Boundary = append([]object.Object{object.From(map[string]any{"apiVersion": "capsule.clastix.io/v1beta2", "kind": "Tenant", "metadata": map[string]any{"name": "acme"}})}, other.Boundary...)
	for name, c := range map[string]struct {
		second Cluster
		want   string
	}{
		"the object":                 {twin, "FlowSchema.flowcontrol.apiserver.k8s.io tenant-acme-prod is claimed"},
		"a host of the wildcard":     {withHosts("www.acme.example"), "host www.acme.example is claimed"},
		"the wildcard":               {withHosts("*.acme.example"), "host *.acme.example is claimed"},
		"the API server's name":      {sameAPI, "the API server's name"},
		"the labels":                 {sameLabels, "the labels of acme/prod is claimed"},
		"a namespace to be made":     {made, "the namespace acme-prod is claimed"},
		"a deeper host is another":   {withHosts("a.b.acme.example"), ""},
		"a parent host is another":   {withHosts("acme.example"), ""},
		"a host on another's domain": {withHosts("www.globex.example"), ""},
	} {
		found := JudgeFleet([]Cluster{acme, c.second})
		if c.want == "" {
			require.Empty(t, found, name)
			continue
		}
		require.NotEmpty(t, found, name)
		require.Contains(t, found[0].Message, c.want, name)
		require.Equal(t, "claimed-once", found[0].Invariant.ID, name)
	}
}
