package compiler

import (
	"context"
	"maps"

	"github.com/tenantc/tenantc/generators"
	"github.com/tenantc/tenantc/internal/cache"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
	"github.com/tenantc/tenantc/internal/verify"
)

// Side is one of two tenancies that are compared: what Check made of it, and
// what it was made of.
type Side struct {
	Checked Result
	Source  Source
}

// Pair compiles two tenancies as far as they can differ: sites and tenant
// clusters that are made of the same inputs on both sides are made on neither,
// so a file that is in neither tree is the same in both. What the newer one has
// is proven as Generate does it; the older one was, when it came in. The list
// has the faults of the newer side.
func Pair(ctx context.Context, before, after Side, o Options) (b, a tree.Tree, faults diag.List) {
	o.Base = nil // nothing of either side is in a base
	old := newGenerator(before.Checked.Plan, before.Source.Templates, o)
	next := newGenerator(after.Checked.Plan, after.Source.Templates, o)
	same := old.keys(before.Checked.Plan)
	theirs := next.keys(after.Checked.Plan)
	maps.DeleteFunc(same, func(key cache.Key, _ bool) bool { return !theirs[key] })
	old.skip, next.skip, old.trusted = same, same, true
	made := next.generate(ctx, after.Checked.Plan)
	return old.generate(ctx, before.Checked.Plan).tree, made.tree, made.faults
}

// keys digest the inputs of every site and of every tenant cluster.
func (g *generator) keys(plan resolve.Plan) map[cache.Key]bool {
	all := map[cache.Key]bool{}
	clusters := bySite(plan.Clusters)
	for _, s := range plan.Sites {
		whole, each := g.siteKeys(s, clusters[s.Name])
		all[whole] = true
		for _, key := range each {
			all[key] = true
		}
	}
	return all
}

// layersOf are what the checks across a site need of a cluster of which nothing
// else is needed.
func (g *generator) layersOf(s resolve.Site, c resolve.Cluster) []verify.Layer {
	if g.trusted {
		return nil
	}
	layer, _ := generators.Layer(g.tenancy, s, c)
	return []verify.Layer{
		verify.LayerOf(c.Folder()+"/"+tree.BoundaryFolder, generators.Boundary(g.tenancy, s, c)),
		verify.LayerOf(c.Folder()+"/"+tree.ClusterFolder, layer),
	}
}
