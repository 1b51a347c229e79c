package place

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/capacity"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/resolve"
)

// kinds remembers which sites are alike, so that a cluster is tried once on
// each kind and not on each of a thousand sites.
type kinds struct {
	prospect resolve.Prospect
	of       map[string]int // the kind of each site
	examples []resolve.Site // one site of each kind
}

func kindsOf(p resolve.Prospect, f *fleet) kinds {
	k := kinds{prospect: p, of: map[string]int{}}
	known := map[string]int{}
	for _, s := range f.sites {
		key := kindKey(s.Site)
		at, found := known[key]
		if !found {
			at = len(k.examples)
			known[key] = at
			k.examples = append(k.examples, s.Site)
		}
		k.of[s.Name] = at
	}
	return k
}

// kindKey is all of a site that matters to whether a cluster can run there, but
// for its addresses: those are judged when a site is about to be chosen.
func kindKey(s resolve.Site) string {
	s.Name, s.Labels, s.APIDomain, s.Cost, s.ReserveNodes = "", nil, "", 0, 0
	n := s.Network
	s.Network = resolve.SiteNetwork{CNI: n.CNI, IngressClass: n.IngressClass, IngressNamespace: n.IngressNamespace}
	if n.LoadBalancerPool != "" {
		s.Network.LoadBalancerPool = "some"
	}
	s.Pools = slices.Clone(s.Pools)
	for i := range s.Pools {
		s.Pools[i].Nodes = 0
	}
	s.StorageClasses = slices.Clone(s.StorageClasses)
	for i := range s.StorageClasses {
		s.StorageClasses[i].Capacity.Set(0)
	}
	data, err := json.Marshal(s)
	if err != nil {
		panic("place: " + err.Error()) // plain data
	}
	return string(data)
}

// wanted is an open cluster with what became of it on each kind of site.
type wanted struct {
	open   resolve.Open
	trials []trial
	round  int   // in which it is placed: those with affinity after the others
	choice int   // how many sites it could run on, were they empty
	size   int64 // of its memory on the site
}

type trial struct {
	cluster resolve.Cluster
	demand  capacity.Demand
	faults  []string
}

func (w wanted) on(k kinds, s *site) trial { return w.trials[k.of[s.Name]] }

// tried tries every open cluster on every kind of site.
func tried(p resolve.Prospect, k kinds) []wanted {
	out := make([]wanted, len(p.Open))
	for i, open := range p.Open {
		w := wanted{open: open}
		for _, example := range k.examples {
			cluster, faults := p.Try(open, example)
			t := trial{cluster: cluster, faults: messages(faults, example.Name)}
			if !faults.HasErrors() {
				t.faults, t.demand = nil, capacity.DemandOf(&cluster, example)
				memory := cluster.Quota["requests.memory"]
				w.size = max(w.size, memory.Value())
			}
			w.trials = append(w.trials, t)
		}
		for _, kind := range k.of {
			if len(w.trials[kind].faults) == 0 {
				w.choice++
			}
		}
		if open.Placement().Affinity != nil {
			w.round = 1
		}
		out[i] = w
	}
	return out
}

// hardestFirst puts first what has the fewest sites to choose from, then the
// largest: others find room where it does not. Those that want to be near
// others come last.
func hardestFirst(a, b wanted) int {
	return cmp.Or(cmp.Compare(a.round, b.round), cmp.Compare(a.choice, b.choice), cmp.Compare(b.size, a.size), cmp.Compare(a.open.Tenant(), b.open.Tenant()), cmp.Compare(a.open.Name(), b.open.Name()))
}

// messages are the faults of a trial on a site, in words that hold for every
// site of its kind.
func messages(faults diag.List, site string) []string {
	var out []string
	for _, d := range faults.Sorted() {
		if d.Severity == diag.Error {
			out = append(out, strings.ReplaceAll(d.Message, "site "+site, "the site"))
		}
	}
	return out
}
