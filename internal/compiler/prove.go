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

// proveCluster builds both layers, holds them against the plan, and judges
// whether they isolate. What is judged is what was built: it is looked at only
// where that equals the plan. It is not asked of what the base has to the byte,
// which was proven when it was published.
func (g *generator) proveCluster(s resolve.Site, c resolve.Cluster, files map[string][]byte, boundary, layer []object.Object) diag.List {
	faults := verify.Overlay(files, tree.BoundaryFolder, boundary)
	if faults = append(faults, verify.Overlay(files, tree.ClusterFolder, layer)...); len(faults) > 0 {
		return faults
	}
	broken := prove.JudgeCluster(prove.Cluster{Tenancy: g.tenancy, Site: s, Plan: c, Boundary: boundary, Layer: layer})
	return prove.Diagnose(broken, c.Tenant, c.Origin.Cluster(), c.Folder(), files, tree.BoundaryFolder, tree.ClusterFolder)
}

// proveSite judges what a site has besides its tenant clusters.
func (g *generator) proveSite(s resolve.Site, clusters []resolve.Cluster, files map[string][]byte, flux, platform []object.Object) diag.List {
	bootstrap, _ := generators.Bootstrap(g.tenancy, s) // one that sites cannot pull has none, which bootstrap says
	broken := prove.JudgeSite(prove.Site{
		Tenancy: g.tenancy, Site: s, Own: g.own, Platform: platform, Flux: flux, Bootstrap: bootstrap, Clusters: clusters,
	})
	return prove.Diagnose(broken, "", diag.Position{}, s.Folder(), files, tree.PlatformFolder, tree.FluxFolder)
}
