package compiler

import (
	"context"
	"strings"
	"sync"

	"github.com/tenantc/tenantc/generators"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/kustomize"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/prove"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
)

// Certify builds every overlay of a compiled tree once more, as Flux will, and
// judges it by every invariant. The list has what kustomize could not build.
func Certify(ctx context.Context, r Result, source Source, o Options) (prove.Certificate, diag.List) {
	c := certifier{result: r, source: source, folders: byFolder(r.Tree)}
	clusters := make([]prove.Judged[prove.Cluster], len(r.Plan.Clusters))
	sites := make([]prove.Judged[prove.Site], len(r.Plan.Sites))
	faults := make([]diag.List, len(clusters)+len(sites))
	facts := map[string]resolve.Site{}
	var workers sync.WaitGroup
	turns := make(chan struct{}, o.workers())
	run := func(do func()) {
		workers.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			if ctx.Err() == nil {
				do()
			}
		})
	}
	for i, s := range r.Plan.Sites {
		facts[s.Name] = s
		run(func() { sites[i], faults[i] = c.site(s) })
	}
	for i, of := range r.Plan.Clusters {
		site := facts[of.Site]
		run(func() { clusters[i], faults[len(sites)+i] = c.cluster(site, of) })
	}
	workers.Wait()
	var all diag.List
	for _, list := range faults {
		all = append(all, list...)
	}
	return prove.Certify(r.Plan.Tenancy.Name, source.Digest(), r.Tree.Digest(), sites, clusters), all
}

type certifier struct {
	result  Result
	source  Source
	folders map[string]tree.Tree // of each site without its tenants', and of each tenant cluster
}

// byFolder cuts a tree into what belongs to one tenant cluster, and to a site
// itself. Paths count from there.
func byFolder(whole tree.Tree) map[string]tree.Tree {
	folders := map[string]tree.Tree{}
	for path, data := range whole.Files {
		folder, rest := folderOf(path)
		if _, found := folders[folder]; !found {
			folders[folder] = tree.New()
		}
		folders[folder].Add(rest, data)
	}
	return folders
}

func folderOf(path string) (folder, rest string) {
	if place, rest, is := tree.PlaceOf(path); is {
		return place.Folder(), rest
	}
	site, rest, _ := strings.Cut(strings.TrimPrefix(path, tree.SitesFolder+"/"), "/")
	return tree.SiteFolder(site), rest
}

func (c *certifier) cluster(s resolve.Site, of resolve.Cluster) (prove.Judged[prove.Cluster], diag.List) {
	files := c.folders[of.Folder()]
	boundary, faults := built(files, tree.BoundaryFolder)
	layer, more := built(files, tree.ClusterFolder)
	judged := prove.Cluster{Tenancy: c.result.Plan.Tenancy, Site: s, Plan: of, Boundary: boundary, Layer: layer}
	broken := prove.JudgeCluster(judged)
	return prove.Judged[prove.Cluster]{What: prove.Settled(judged), Digest: files.Digest(), Faults: broken}, append(faults, more...)
}

func (c *certifier) site(s resolve.Site) (prove.Judged[prove.Site], diag.List) {
	files := c.folders[s.Folder()]
	platform, faults := built(files, tree.PlatformFolder)
	flux, more := built(files, tree.FluxFolder)
	bootstrap, _ := generators.Bootstrap(c.result.Plan.Tenancy, s) // one that sites cannot pull has none, which bootstrap says
	judged := prove.Site{
		Tenancy: c.result.Plan.Tenancy, Site: s, Own: c.source.Templates, Platform: platform, Flux: flux, Bootstrap: bootstrap,
		Clusters: bySite(c.result.Plan.Clusters)[s.Name],
	}
	return prove.Judged[prove.Site]{What: judged, Digest: files.Digest(), Faults: prove.JudgeSite(judged)}, append(faults, more...)
}

// built is what kustomize makes of a folder; nothing of one that is not there.
func built(files tree.Tree, dir string) ([]object.Object, diag.List) {
	return kustomize.Build(files.Files, dir)
}
