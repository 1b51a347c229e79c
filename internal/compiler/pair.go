package compiler

import (
	"context"
	"maps"

	"github.com/tenantc/tenantc/generators"
	"github.com/tenantc/tenantc/internal/cache"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/platform"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/tree"
	"github.com/tenantc/tenantc/internal/verify"
)

// Side is one of two tenancies that are compared: what Check made of it, and
// what it was made of.
type Side struct {
	Checked Result
	Source  Source
}

// CheckPair is Check of two tenancies that are to be compared, with the faults
// of each. Tenants whose sites are alike on both sides are left out of both when
// the cache knows that there is nothing to say about them; see settle.go.
func CheckPair(ctx context.Context, before, after Source, o Options) (b, a Result, old, faults diag.List) {
	was := settle(spec.Judge(ctx, before.Specs, o.workers(), o.Cache), before, o)
	is := settle(spec.Judge(ctx, after.Specs, o.workers(), o.Cache), after, o)
	alike := func(site string, _ remembered) bool { return was.keys[site] == is.keys[site] }
	b, old = was.only(alike).check()
	a, faults = is.only(alike).check()
	return b, a, old, append(faults, platform.Outdated(after.Templates)...)
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
	old.paired, next.paired = true, true
	old.settled, next.settled = before.Checked.settled.folders, after.Checked.settled.folders
	same := old.keys(before.Checked.Plan)
	theirs := next.keys(after.Checked.Plan)
	maps.DeleteFunc(same, func(key cache.Key, _ bool) bool { return !theirs[key] })
	old.skip, next.skip, old.trusted = same, same, true
	made := next.generate(ctx, after.Checked.Plan)
	before.Checked.settled.remember(o.Cache, looked(before.Checked.Plan), nil)
	after.Checked.settled.remember(o.Cache, looked(after.Checked.Plan), made.faults)
	return old.generate(ctx, before.Checked.Plan).tree, made.tree, made.faults
}

// looked are the sites of a plan, whether anything of them was made or not.
func looked(plan resolve.Plan) map[string]remembered {
	sites := map[string]remembered{}
	for _, s := range plan.Sites {
		sites[s.Name] = remembered{}
	}
	return sites
}

// keys digest the inputs of every site and of every tenant cluster that is not
// settled.
func (g *generator) keys(plan resolve.Plan) map[cache.Key]bool {
	all := map[cache.Key]bool{}
	clusters := bySite(plan.Clusters)
	for _, s := range plan.Sites {
		if _, settled := g.settled[s.Name]; settled {
			continue
		}
		whole, each := g.siteKeys(s, clusters(s.Name))
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
	return []verify.Layer{
		verify.LayerOf(c.Folder()+"/"+tree.BoundaryFolder, generators.Boundary(g.tenancy, s, c)),
		verify.LayerOf(c.Folder()+"/"+tree.ClusterFolder, generators.Layer(g.tenancy, s, c)),
	}
}
