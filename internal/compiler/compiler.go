// Package compiler is the driver: it reads as the ordered list of stages that
// turn a tenancy into the fleet tree. Each stage is a package of its own; what
// is here is their order, what runs side by side, and what an earlier run saves.
// Nothing here writes anything.
package compiler

import (
	"context"
	"runtime"

	"github.com/tenantc/tenantc/internal/cache"
	"github.com/tenantc/tenantc/internal/capacity"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/place"
	"github.com/tenantc/tenantc/internal/platform"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/tree"
)

// Options say what a run may use. The zero value is good: all CPUs, no cache,
// everything made anew. The result is the same whatever they are.
type Options struct {
	Workers int          // 0: one for each CPU
	Cache   *cache.Cache // nil: none
	Base    *Base        // nil: none

	// Settle lets the plan leave out tenants of whom an earlier run with this
	// cache knows that nothing about them is new; see settle.go. Their sites are in
	// the tree as folders that the base has. The faults are those of all.
	Settle bool
}

// Base is the tree that the result will be written onto. Folders that the base
// has already are left out of the result's files.
type Base struct {
	Folder HashOf                            // of the base
	Hashes func(t tree.Tree) (HashOf, error) // that folders of a tree would have
	Proven bool                              // the base was built and checked by this very tenantc
}

// HashOf tells the hash of a folder; "" where there is none.
type HashOf = func(folder string) (tree.Hash, error)

// Result is what a tenancy compiles to. After Resolve and Check it has no tree.
type Result struct {
	Documents spec.Documents
	Plan      resolve.Plan
	Tree      tree.Tree

	settled settlement
}

// Resolve validates and resolves, but does not ask whether what is promised
// fits the sites.
func Resolve(ctx context.Context, source Source, o Options) (Result, diag.List) {
	documents, faults := spec.ParseCached(ctx, source.Specs, o.workers(), o.Cache)
	plan, more := resolve.Resolve(documents)
	return Result{Documents: documents, Plan: plan}, append(faults, more...)
}

// Check is everything that can be said of the specs themselves: Resolve, and
// what is promised against what the sites have. Beside other errors only the
// sums are judged, since a cluster with a fault of its own may fit nowhere.
func Check(ctx context.Context, source Source, o Options) (Result, diag.List) {
	files := spec.Judge(ctx, source.Specs, o.workers(), o.Cache)
	settled := settlement{files: files}
	if o.Settle {
		settled = settle(files, source, o).only(o.mayHold)
	}
	result, faults := settled.check()
	return result, append(faults, platform.Outdated(source.Templates)...)
}

func check(documents spec.Documents) (Result, diag.List) {
	plan, faults := resolve.Resolve(documents)
	result, broken := Result{Documents: documents, Plan: plan}, faults.HasErrors()
	for _, d := range capacity.Check(result.Documents, result.Plan) {
		if !broken || d.Code == diag.Oversold {
			faults = append(faults, d)
		}
	}
	return result, append(faults, place.Check(result.Documents, result.Plan)...)
}

// Place decides the open placements. Documents are the tenancy with what was
// decided, to be resolved again; the faults are all that validate would report
// of that, so that nothing is decided which would then be refused.
func Place(ctx context.Context, source Source, o Options) (place.Outcome, Result, diag.List) {
	documents, faults := spec.ParseCached(ctx, source.Specs, o.workers(), o.Cache)
	if faults.HasErrors() {
		return place.Outcome{}, Result{}, faults
	}
	outcome, more := place.Decide(documents)
	if faults = append(faults, more...); faults.HasErrors() {
		return outcome, Result{}, faults
	}
	documents.Lock = spec.NewLock(outcome.Lock)
	result, more := check(documents)
	return outcome, result, append(faults, more...)
}

// Generate makes the fleet tree of what Check found to be without errors, and
// proves every overlay of it.
func Generate(ctx context.Context, checked Result, source Source, o Options) (Result, diag.List) {
	checked, faults := checked.against(o)
	g := newGenerator(checked.Plan, source.Templates, o)
	g.settled = checked.settled.folders
	whole := g.generate(ctx, checked.Plan)
	checked.Tree = whole.tree
	checked.settled.remember(o.Cache, whole.sites, whole.faults)
	return checked, append(faults, whole.faults...)
}

// Compile is Check, then Generate. Without a sound plan nothing is generated.
func Compile(ctx context.Context, source Source, o Options) (Result, diag.List) {
	checked, faults := Check(ctx, source, o)
	if faults.HasErrors() || ctx.Err() != nil {
		return checked, faults
	}
	result, more := Generate(ctx, checked, source, o)
	return result, append(faults, more...)
}

// Explain resolves one tenant with a record of where each value came from: no
// cluster of one whose document has faults. False if there is no such tenant.
func Explain(ctx context.Context, source Source, o Options, tenant string) ([]resolve.Cluster, diag.List, bool) {
	documents, faults := spec.ParseCached(ctx, source.Specs, o.workers(), o.Cache)
	clusters, more, found := resolve.Explain(documents, tenant)
	return clusters, append(faults, more...), found || documents.Broken("Tenant", tenant)
}

// PlaceAt is where a tenant cluster is written; where its tenant is, if the
// cluster is in no spec any more.
func (r Result) PlaceAt(p tree.Place) diag.Position {
	for _, c := range r.Plan.Clusters {
		if c.Site == p.Site && c.Tenant == p.Tenant && c.Name == p.Cluster {
			return c.Origin.Cluster()
		}
	}
	return r.TenantAt(p.Tenant)
}

// TenantAt is where a tenant is written; nowhere if no spec has it.
func (r Result) TenantAt(name string) diag.Position {
	for _, doc := range r.Documents.Tenants {
		if doc.Value.Metadata.Name == name {
			return doc.At("spec.clusters")
		}
	}
	for _, left := range r.Documents.Left {
		if left.Name == name {
			return left.At("spec.clusters")
		}
	}
	return diag.Position{}
}

// SitesOf tells for each tenant cluster, by its namespace, the site that the
// specs have it on; of several the last.
func (r Result) SitesOf() map[string]string {
	sites := map[string]string{}
	for _, c := range r.Plan.Clusters {
		sites[c.Namespace] = c.Site
	}
	for _, tenant := range r.Documents.Left {
		for _, c := range tenant.Clusters {
			namespace := resolve.NamespaceOf(tenant.Name, c.Name)
			sites[namespace] = max(sites[namespace], siteOf(tenant.Name, c, r.Documents.Lock))
		}
	}
	return sites
}

func (o Options) workers() int {
	if o.Workers > 0 {
		return o.Workers
	}
	return runtime.GOMAXPROCS(0)
}
