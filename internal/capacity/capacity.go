// Package capacity holds what is promised to tenants against what sites have:
// pure functions over small summaries, one Demand a tenant cluster and one
// Ledger a site. It repeats no figure: what a stack and its sandbox take is in
// the plan's quotas, which package resolve adds up of the catalogue.
//
// Where a cluster goes is package place, which asks the same ledgers.
package capacity

import (
	"slices"

	"github.com/tenantc/tenantc/internal/resolve"
)

// Resource is what a site can run out of.
type Resource string

// The resources. CPU is counted in thousandths as it is sold (limits), memory
// and storage in bytes, the others by number.
const (
	CPU           Resource = "cpu"
	Memory        Resource = "memory"
	Pods          Resource = "pods"
	Storage       Resource = "storage"
	LoadBalancers Resource = "load balancers"
)

func resources() []Resource { return []Resource{CPU, Memory, Pods, Storage, LoadBalancers} }

// Pot is one resource of one pool, of one storage class, or of the site.
type Pot struct {
	Resource Resource
	Of       string // the pool or storage class; empty for what the site has once
	Nodes    int    // of the pool; 0 where there is none
	Reserve  int    // how many of them are kept free
	Capacity int64  // what may be sold: without the reserve, CPU times the overcommit
	Sold     int64  // what tenants bought
	Stacks   int64  // what their stacks and sandboxes take on top
}

// Used is what is promised, in all.
func (p Pot) Used() int64 { return p.Sold + p.Stacks }

// Left is what can still be sold; negative where too much is.
func (p Pot) Left() int64 { return p.Capacity - p.Used() }

// Share is how much of the capacity is used: 1 is all. Of nothing, it is 0
// while nothing is used, and 2 otherwise.
func (p Pot) Share() float64 {
	switch {
	case p.Capacity > 0:
		return float64(p.Used()) / float64(p.Capacity)
	case p.Used() > 0:
		return 2
	}
	return 0
}

// Site is what is promised on one site.
type Site struct {
	Name     string
	Clusters int // that take anything of it
	Pots     []Pot
	Findings []Finding
}

// Tightest is the pot of the largest share; false where the site has none.
func (s Site) Tightest() (Pot, bool) {
	if len(s.Pots) == 0 {
		return Pot{}, false
	}
	return slices.MaxFunc(s.Pots, func(a, b Pot) int {
		if a.Share() < b.Share() {
			return -1
		} else if a.Share() > b.Share() {
			return 1
		}
		return 0
	}), true
}

// Fits tells whether every promise of the site can be kept.
func (s Site) Fits() bool {
	return !slices.ContainsFunc(s.Findings, func(f Finding) bool { return f.Kind.breaks() })
}

// Sites adds up every site of a plan, in order of their names.
func Sites(plan resolve.Plan) []Site {
	ledgers := map[string]*Ledger{}
	for _, s := range plan.Sites {
		ledgers[s.Name] = NewLedger(s, plan.Capacity)
	}
	for i := range plan.Clusters {
		ledger := ledgers[plan.Clusters[i].Site]
		ledger.Add(ledger.Demand(&plan.Clusters[i]))
	}
	out := make([]Site, len(plan.Sites))
	for i, s := range plan.Sites {
		out[i] = ledgers[s.Name].Site()
	}
	return out
}
