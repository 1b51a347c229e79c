package place

import (
	"cmp"
	"slices"

	"github.com/tenantc/tenantc/internal/capacity"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
)

// fleet is what is promised on all sites so far.
type fleet struct {
	sites    []*site // by name
	byName   map[string]*site
	tenants  map[string][]resolve.Cluster // that are placed and not leaving
	clusters map[string]resolve.Cluster   // by tenant/cluster and site
	placed   map[string]string            // the site of each open placement, by the lock's key
}

type site struct {
	resolve.Site
	ledger    *capacity.Ledger
	dedicated map[string]string // the tenant that a pool is dedicated to
}

func newFleet(plan resolve.Plan) *fleet {
	f := &fleet{byName: map[string]*site{}, tenants: map[string][]resolve.Cluster{}, clusters: map[string]resolve.Cluster{}, placed: map[string]string{}}
	for _, s := range plan.Sites {
		f.sites = append(f.sites, &site{s, capacity.NewLedger(s, plan.Capacity), map[string]string{}})
		f.byName[s.Name] = f.sites[len(f.sites)-1]
	}
	for i := range plan.Clusters {
		c := &plan.Clusters[i]
		f.add(*c, f.byName[c.Site].ledger.Demand(c))
	}
	return f
}

// add promises a cluster on its site.
func (f *fleet) add(c resolve.Cluster, d capacity.Demand) {
	s := f.byName[c.Site]
	s.ledger.Add(d)
	if c.Nodes.Dedicated && c.State != resolve.Purged {
		s.dedicated[c.Nodes.Pool] = c.Tenant
	}
	if stays(c) {
		f.tenants[c.Tenant] = append(f.tenants[c.Tenant], c)
	}
	f.clusters[c.Tenant+"/"+c.Name+" "+c.Site] = c
	if c.Placement != nil {
		f.placed[spec.Decision{Tenant: c.Tenant, Cluster: c.Name}.Key()] = c.Site
	}
}

// stays tells whether neighbours matter to a cluster, and it to them.
func stays(c resolve.Cluster) bool { return c.State != resolve.Retired && c.State != resolve.Purged }

// place finds the best site of a cluster and promises it there. Nil, with the
// reasons of every site, where there is none.
func (f *fleet) place(want wanted, kinds kinds, by rule) (*Placed, map[string][]string) {
	var fitting []candidate
	for _, s := range f.sites {
		if t := want.on(kinds, s); len(t.faults) == 0 && s.ledger.Fits(t.demand) && len(f.unmet(want, t, s)) == 0 {
			fitting = append(fitting, candidate{s, s.ledger.With(t.demand)})
		}
	}
	refused := map[string][]string{}
	slices.SortFunc(fitting, by.sites)
	for _, c := range fitting {
		// The trial was of the site's kind; its own addresses have the last word.
		cluster, faults := kinds.prospect.Try(want.open, c.site.Site)
		if faults.HasErrors() {
			refused[c.site.Name] = messages(faults, c.site.Name)
			continue
		}
		d := c.site.ledger.Demand(&cluster)
		f.add(cluster, d)
		return &Placed{
			Decision: spec.Decision{Tenant: cluster.Tenant, Cluster: cluster.Name, Site: c.site.Name},
			Fitting:  len(fitting), Pot: c.Fullest,
		}, nil
	}
	for _, s := range f.sites {
		if refused[s.Name] == nil {
			refused[s.Name] = f.unmet(want, want.on(kinds, s), s)
		}
	}
	return nil, refused
}

// candidate is a site that a cluster fits on, and how full it is with it.
type candidate struct {
	site *site
	capacity.Fill
}

// compareCandidates puts the best first: a site that stays below the threshold
// of warning; then the cheapest; then the one whose resources are used most
// evenly, so that none runs out while the others lie idle; then the emptiest;
// then the first by name.
func compareCandidates(a, b candidate) int {
	return cmp.Or(
		compareBools(a.Crowded, b.Crowded),
		cmp.Compare(a.site.Cost, b.site.Cost),
		cmp.Compare(a.Uneven(), b.Uneven()),
		cmp.Compare(a.Fullest.Share(), b.Fullest.Share()),
		cmp.Compare(a.site.Name, b.site.Name),
	)
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
