package compiler

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/tenantc/tenantc/generators"
	"github.com/tenantc/tenantc/internal/cache"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/overlay"
	"github.com/tenantc/tenantc/internal/platform"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
	"github.com/tenantc/tenantc/internal/verify"
	"github.com/tenantc/tenantc/templates"
)

func newGenerator(plan resolve.Plan, own templates.Files, o Options) *generator {
	return &generator{
		tenancy: plan.Tenancy, own: own, options: o, platforms: &platform.Cache{},
		inputs:  cache.KeyOf("tenancy", encode(plan.Tenancy), encode(own)),
		written: sync.OnceValue(func() map[object.ID]diag.Position { return platform.Written(own) }),
	}
}

// generate makes the tree of all sites, side by side.
func (g *generator) generate(ctx context.Context, plan resolve.Plan) part {
	parts := make([]part, len(plan.Sites))
	clusters := bySite(plan.Clusters)
	var workers sync.WaitGroup
	turns := make(chan struct{}, g.options.workers())
	for i, site := range plan.Sites {
		workers.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			if ctx.Err() == nil {
				parts[i] = g.site(site, clusters(site.Name))
			}
		})
	}
	workers.Wait()
	whole := part{tree: tree.New(), sites: map[string]remembered{}}
	for _, p := range parts {
		whole.add(p)
		maps.Copy(whole.sites, p.sites)
	}
	return whole
}

// bySite gives the clusters of a site. Those of all sites would be a second plan.
func bySite(clusters []resolve.Cluster) func(site string) []resolve.Cluster {
	at := map[string][]int{}
	for i := range clusters {
		at[clusters[i].Site] = append(at[clusters[i].Site], i)
	}
	return func(site string) []resolve.Cluster {
		out := make([]resolve.Cluster, len(at[site]))
		for i, n := range at[site] {
			out[i] = clusters[n]
		}
		return out
	}
}

// part is a piece of the tree with what was found wrong in making it.
type part struct {
	tree   tree.Tree
	hash   tree.Hash // of its folder, where there is one and a base that tells
	faults diag.List
	sites  map[string]remembered // whole sites that were made, or found to be as they were
	proof  evidence              // for a certificate
}

func (p *part) add(other part) {
	p.tree.Merge(other.tree)
	p.faults = append(p.faults, other.faults...)
	p.proof.add(other.proof)
}

// generator holds what all sites share.
type generator struct {
	tenancy   resolve.Tenancy
	own       templates.Files
	options   Options
	platforms *platform.Cache
	inputs    cache.Key                          // of the above
	written   func() map[object.ID]diag.Position // where objects of own stand

	paired  bool               // another tenancy is compiled beside this one: see Pair
	skip    map[cache.Key]bool // what need not be made: what both have
	trusted bool               // nothing needs to be proven
	certify bool               // what was judged is kept

	settled map[string]remembered // sites that the base holds, see settle.go
}

// site makes one site's folder. When the base has it already, made of the same
// inputs, nothing of it is made.
func (g *generator) site(s resolve.Site, clusters []resolve.Cluster) part {
	if had, settled := g.settled[s.Name]; settled {
		return keep(s.Folder(), had.Folder)
	}
	whole, keys := g.siteKeys(s, clusters)
	if g.skip[whole] {
		return part{tree: tree.New()}
	}
	if p, same := g.unchanged(whole, s.Folder()); same {
		p.sites = map[string]remembered{s.Name: {p.tree.Unchanged[s.Folder()], append(keys, whole)}}
		return p
	}
	p := part{tree: tree.New()}
	layers := make([]verify.Layer, 0, 2*len(clusters)+1)
	known := tree.New() // the same tree, of which a cluster's folder is no more than its hash
	for i, c := range clusters {
		made, of := g.cluster(keys[i], s, c)
		p.add(made)
		known.Unchanged[c.Folder()] = made.hash
		layers = append(layers, of...)
	}
	wide := g.siteWide(s, clusters, layers, known)
	p.add(wide)
	if !p.faults.HasErrors() {
		p.sites = map[string]remembered{s.Name: {g.remember(whole, wide.hash), append(keys, whole)}}
	}
	switch {
	case g.inBase(s.Folder(), wide.hash):
		p.tree = keep(s.Folder(), wide.hash).tree
	case wide.hash != "" || g.certify: // of which no more is asked for than a commit or a digest
		p.tree = p.tree.Stow(s.Folder(), wide.hash)
	}
	return p
}

// siteKeys digest what a site's folder is made of, and each tenant cluster's in
// it. Where nobody remembers them they are all zero.
func (g *generator) siteKeys(s resolve.Site, clusters []resolve.Cluster) (whole cache.Key, each []cache.Key) {
	if g.options.Cache == nil && !g.paired {
		return cache.Key{}, make([]cache.Key, len(clusters))
	}
	facts := cache.KeyOf("site facts", g.inputs[:], encode(s))
	each = make([]cache.Key, len(clusters))
	parts := [][]byte{facts[:]}
	for i, c := range clusters {
		each[i] = clusterKey(facts, c)
		parts = append(parts, each[i][:])
	}
	return cache.KeyOf("site", parts...), each
}

// siteWide makes what a site's folder holds besides its tenant clusters, and
// checks what must hold between all its layers. The hash is that of the whole
// folder, of which the known part is given.
func (g *generator) siteWide(s resolve.Site, clusters []resolve.Cluster, layers []verify.Layer, known tree.Tree) part {
	wide, faults := g.platforms.Objects(g.tenancy, s, g.own)
	flux := generators.Flux(g.tenancy, s, clusters)
	files, more := overlay.SiteFolder(s.Name, flux, wide)
	faults = append(faults, more...)
	made := under(s.Folder(), files)
	known.Merge(made)
	hashes := g.hashes(known)
	var proof evidence
	if !faults.HasErrors() && !g.trusted {
		site, more := g.proveSite(s, clusters, hashes, files, flux, wide)
		proof, faults = site, append(faults, more...)
		layers = append(layers, verify.LayerOf(s.Folder()+"/"+tree.PlatformFolder, wide))
		faults = append(faults, verify.Site(s, flux, layers)...)
	}
	return part{tree: made, hash: hashes(s.Folder()), faults: faults, proof: proof}
}

// cluster makes the folder of one tenant cluster, of its own inputs only.
func (g *generator) cluster(key cache.Key, s resolve.Site, c resolve.Cluster) (part, []verify.Layer) {
	if g.skip[key] {
		return part{tree: tree.New()}, g.layersOf(s, c)
	}
	if p, layers, same := g.unchangedCluster(key, c.Folder()); same {
		return p, layers
	}
	boundary := generators.Boundary(g.tenancy, s, c)
	layer := generators.Layer(g.tenancy, s, c)
	files, faults := overlay.ClusterFolder(boundary, layer)
	made := under(c.Folder(), files)
	hash := g.hashes(made)(c.Folder())
	same := g.inBase(c.Folder(), hash)
	var proof evidence
	if !g.trusted && !(same && g.proven()) {
		if faults = append(faults, generators.Refused(s, c)...); !faults.HasErrors() {
			judged, more := g.proveCluster(s, c, files, boundary, layer)
			proof, faults = judged, append(faults, more...)
		}
	}
	layers := []verify.Layer{
		verify.LayerOf(c.Folder()+"/"+tree.BoundaryFolder, boundary),
		verify.LayerOf(c.Folder()+"/"+tree.ClusterFolder, layer),
	}
	if !faults.HasErrors() {
		g.rememberCluster(key, hash, layers)
	}
	if same { // to be compared and hashed no more
		made = keep(c.Folder(), hash).tree
	}
	return part{tree: made, hash: hash, faults: placed(faults, c), proof: proof}, layers
}

// placed gives a fault in the output the place in the spec that it came from.
func placed(faults diag.List, c resolve.Cluster) diag.List {
	for i := range faults {
		if faults[i].Position.File == "" {
			faults[i].Position = c.Origin.Cluster()
		}
	}
	return faults
}

// under moves files below a folder.
func under(folder string, files map[string][]byte) tree.Tree {
	t := tree.New()
	for path, data := range files {
		t.Add(folder+"/"+path, data)
	}
	return t
}

// clusterKey digests all that one cluster's folder is made of: not where it was
// written or how long its data is kept, which the output does not know.
func clusterKey(site cache.Key, c resolve.Cluster) cache.Key {
	c.Origin, c.Values, c.KeepDataUntil = resolve.Origin{}, nil, time.Time{}
	return cache.KeyOf("cluster", site[:], encode(c))
}

// encode is a value's bytes for a digest. All of them are plain data.
func encode(v any) []byte {
	if files, is := v.(templates.Files); is {
		h := sha256.New()
		for _, path := range slices.Sorted(maps.Keys(files)) {
			fmt.Fprintf(h, "%d %s %d ", len(path), path, len(files[path]))
			h.Write(files[path])
		}
		return h.Sum(nil)
	}
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("compiler: %T: %v", v, err))
	}
	return data
}
