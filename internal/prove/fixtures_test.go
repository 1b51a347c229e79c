package prove

import (
	"context"
	"maps"
	"path"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/generators"
	"github.com/tenantc/tenantc/internal/kustomize"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/overlay"
	"github.com/tenantc/tenantc/internal/platform"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
)

// sites are the compiled sites of the reference tenancy and of testdata/tenancy,
// which has what the reference leaves out: every overlay written and built.
func sites(t testing.TB) map[string]builtSite {
	out := map[string]builtSite{}
	for _, dir := range []string{"../..", "testdata/tenancy"} {
		files, faults, err := spec.ReadDir(context.Background(), dir)
		require.NoError(t, err)
		require.Empty(t, faults)
		files = slices.DeleteFunc(files, func(f spec.File) bool {
			return path.Ext(f.Path) != ".yaml" || path.Dir(f.Path) == "templates" || len(f.Path) > 10 && f.Path[:10] == "templates/"
		})
		documents, faults := spec.Parse(context.Background(), files, 1)
		require.False(t, faults.HasErrors(), "%v", faults)
		plan, faults := resolve.Resolve(documents)
		require.False(t, faults.HasErrors(), "%v", faults)
		maps.Copy(out, build(t, plan))
	}
	return out
}

// builtSite is a site with its tenant clusters.
type builtSite struct {
	site     Site
	clusters []Cluster
}

func build(t testing.TB, plan resolve.Plan) map[string]builtSite {
	out := map[string]builtSite{}
	for _, s := range plan.Sites {
		var own []resolve.Cluster
		var clusters []Cluster
		for _, c := range plan.Clusters {
			if c.Site == s.Name {
				own = append(own, c)
				clusters = append(clusters, buildCluster(t, plan.Tenancy, s, c))
			}
		}
		wide, faults := platform.Objects(plan.Tenancy, s, nil)
		require.Empty(t, faults)
		files, faults := overlay.SiteFolder(s.Name, generators.Flux(plan.Tenancy, s, own), wide)
		require.Empty(t, faults)
		bootstrap, faults := generators.Bootstrap(plan.Tenancy, s)
		require.Empty(t, faults)
		out[s.Name] = builtSite{clusters: clusters, site: Site{
			Tenancy: plan.Tenancy, Site: s, Platform: kustomized(t, files, "platform"), Flux: kustomized(t, files, "flux"), Bootstrap: bootstrap, Clusters: own,
		}}
	}
	return out
}

func buildCluster(t testing.TB, tenancy resolve.Tenancy, s resolve.Site, c resolve.Cluster) Cluster {
	files, faults := overlay.ClusterFolder(generators.Boundary(tenancy, s, c), generators.Layer(tenancy, s, c))
	require.Empty(t, faults)
	return Cluster{Tenancy: tenancy, Site: s, Plan: c, Boundary: kustomized(t, files, "boundary"), Layer: kustomized(t, files, "cluster")}
}

func kustomized(t testing.TB, files map[string][]byte, dir string) []object.Object {
	objects, faults := kustomize.Build(files, dir)
	require.Empty(t, faults, dir)
	return objects
}

// one is the object of a kind and name, in any of the lists.
func one(t testing.TB, objects []object.Object, kind, name string) object.Object {
	i := slices.IndexFunc(objects, func(o object.Object) bool { return o.ID.Kind == kind && o.ID.Name == name })
	require.GreaterOrEqual(t, i, 0, "no %s %s", kind, name)
	return objects[i]
}
