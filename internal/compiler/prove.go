package compiler

import (
	"github.com/tenantc/tenantc/generators"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/prove"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
	"github.com/tenantc/tenantc/internal/verify"
)

// evidence is what a certificate says of a part of the tree.
type evidence struct {
	clusters []prove.Judged[prove.Cluster]
	sites    []prove.Judged[prove.Site]
}

func (e *evidence) add(other evidence) {
	e.clusters, e.sites = append(e.clusters, other.clusters...), append(e.sites, other.sites...)
}

// proveCluster builds both layers, holds them against the plan, and judges
// whether what was built isolates; where it is not as planned, there is nothing
// to judge. It is not asked of what the base has to the byte, which was proven
// when it was published.
func (g *generator) proveCluster(s resolve.Site, c resolve.Cluster, files map[string][]byte, boundary, layer []object.Object) (evidence, diag.List) {
	builtBoundary, faults := verify.Overlay(files, tree.BoundaryFolder, boundary)
	builtLayer, more := verify.Overlay(files, tree.ClusterFolder, layer)
	if faults = append(faults, more...); len(faults) > 0 {
		return evidence{}, faults
	}
	what := prove.Cluster{Tenancy: g.tenancy, Site: s, Plan: c, Boundary: builtBoundary, Layer: builtLayer}
	broken := prove.JudgeCluster(what)
	faults = prove.Diagnose(broken, c.Tenant, c.Origin.Cluster(), c.Folder(), files, tree.BoundaryFolder, tree.ClusterFolder)
	if !g.certify {
		return evidence{}, faults
	}
	return evidence{clusters: []prove.Judged[prove.Cluster]{{What: prove.Settled(what), Digest: digestOfFiles(files), Faults: broken}}}, faults
}

// proveSite is the same of what a site has besides its tenant clusters. What the
// base has already is not built: of that the planned objects are judged. Of a
// site that the base has as a whole, only what is not in the fleet is.
func (g *generator) proveSite(s resolve.Site, clusters []resolve.Cluster, hashes func(folder string) tree.Hash, files map[string][]byte, flux, platform []object.Object) (evidence, diag.List) {
	flux, faults := g.built(s.Folder()+"/"+tree.FluxFolder, hashes, files, ".", flux)
	platform, more := g.built(s.Folder()+"/"+tree.PlatformFolder, hashes, files, tree.PlatformFolder, platform)
	faults = append(faults, more...)
	judge := prove.JudgeSite
	if g.heldWhole(s, hashes(s.Folder())) {
		judge = prove.JudgeBeside
	}
	bootstrap, _ := generators.Bootstrap(g.tenancy, s) // one that sites cannot pull has none, which bootstrap says
	what := prove.Site{
		Tenancy: g.tenancy, Site: s, Own: g.own, Platform: platform, Flux: flux, Bootstrap: bootstrap, Clusters: clusters,
	}
	broken := judge(what)
	for i, d := range prove.Diagnose(broken, "", diag.Position{}, s.Folder(), files, tree.PlatformFolder, tree.FluxFolder) {
		d.Position = g.written()[broken[i].Object]
		faults = append(faults, d)
	}
	if !g.certify {
		return evidence{}, faults
	}
	return evidence{sites: []prove.Judged[prove.Site]{{What: prove.SettledSite(what), Digest: digestOfFiles(files), Faults: broken}}}, faults
}

// heldWhole tells whether the base has a site's folder to the byte, proven. With
// templates of the tenancy's own that says nothing of the specs: such a template
// need not follow them.
func (g *generator) heldWhole(s resolve.Site, hash tree.Hash) bool {
	return len(g.own) == 0 && g.proven() && g.inBase(s.Folder(), hash)
}

// built is what kustomize makes of a folder of a site, held against the plan.
// The kustomization is in dir of the files.
func (g *generator) built(folder string, hashes func(folder string) tree.Hash, files map[string][]byte, dir string, planned []object.Object) ([]object.Object, diag.List) {
	if g.proven() && g.inBase(folder, hashes(folder)) {
		return planned, nil
	}
	built, faults := verify.Overlay(files, dir, planned)
	if len(faults) > 0 {
		return planned, faults
	}
	return built, nil
}

func digestOfFiles(files map[string][]byte) string { return tree.Tree{Files: files}.Digest() }
