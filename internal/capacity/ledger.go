package capacity

import (
	"math"
	"net/netip"
	"slices"

	"github.com/tenantc/tenantc/internal/resolve"
)

// Ledger adds up what is promised on one site, demand by demand. It keeps sums
// only, so that asking whether one more fits costs the same however many there
// are.
type Ledger struct {
	site     resolve.Site
	policy   resolve.CapacityPolicy
	pots     map[Resource][]Pot
	groups   []group
	clusters int
	findings []Finding // of single pods, which sums do not show
	largest  []Unit    // the largest pod of each set of pools
}

// group is the sum of all claims that the same pots may answer.
type group struct {
	resource Resource
	pots     []int // by index among those of the resource, rising
	sold     int64
	stacks   int64
	takers   []Taker
}

// NewLedger is a site on which nothing is promised yet.
func NewLedger(s resolve.Site, policy resolve.CapacityPolicy) *Ledger {
	l := &Ledger{site: s, policy: policy, pots: map[Resource][]Pot{}}
	for _, p := range s.Pools {
		nodes := int64(max(0, p.Nodes-s.ReserveNodes))
		for _, r := range []Resource{CPU, Memory, Pods} {
			l.pots[r] = append(l.pots[r], Pot{Resource: r, Of: p.Name, Nodes: p.Nodes, Reserve: min(s.ReserveNodes, p.Nodes), Capacity: l.ofNodes(p, r, nodes)})
		}
	}
	for _, c := range s.StorageClasses {
		l.pots[Storage] = append(l.pots[Storage], Pot{Resource: Storage, Of: c.Name, Capacity: c.Capacity.Value()})
	}
	if n := addresses(s.Network.LoadBalancerPool); n > 0 {
		l.pots[LoadBalancers] = []Pot{{Resource: LoadBalancers, Capacity: n}}
	}
	return l
}

// ofNodes is what a number of nodes of a pool have to sell.
func (l *Ledger) ofNodes(p resolve.Pool, r Resource, nodes int64) int64 {
	switch r {
	case CPU:
		return int64(math.Floor(float64(p.CPU.MilliValue()*nodes) * l.site.OvercommitCPU))
	case Memory:
		return p.Memory.Value() * nodes
	}
	return p.Pods * nodes
}

// addresses is how many a range has, and no more than a billion.
func addresses(cidr string) int64 {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil {
		return 0
	}
	return 1 << min(30, prefix.Addr().BitLen()-prefix.Bits())
}

// Add promises what a tenant cluster takes.
func (l *Ledger) Add(d Demand) {
	if len(d.Claims) == 0 {
		return
	}
	l.clusters++
	for _, c := range d.Claims {
		g := l.group(c)
		g.sold += c.Sold
		g.stacks += c.Stacks
		g.takers = append(g.takers, Taker{d.Cluster, c.Sold + c.Stacks})
	}
	l.findings = append(l.findings, l.single(d)...)
	for _, u := range d.Pods {
		l.remember(u)
	}
}

// Fits tells whether the promises could all be kept with one more demand.
func (l *Ledger) Fits(d Demand) bool { return len(l.Unmet(d)) == 0 }

// Unmet is why one more demand does not fit: only what it would break itself.
func (l *Ledger) Unmet(d Demand) []Finding {
	out := slices.DeleteFunc(l.single(d), func(f Finding) bool { return !f.Kind.breaks() })
	for _, c := range d.Claims {
		if pots := l.answering(c); len(pots) == 1 && !l.shared(c.Resource) {
			out = append(out, l.unmetByOne(c, pots[0])...)
			continue
		}
		more := *l
		more.groups = slices.Clone(l.groups)
		g := more.group(c)
		g.sold += c.Sold
		g.stacks += c.Stacks
		_, over := more.allot(c.Resource)
		out = append(out, over...)
	}
	return out
}

// unmetByOne is the common case: one pot alone answers the claim.
func (l *Ledger) unmetByOne(c Claim, at int) []Finding {
	wanted := c.Sold + c.Stacks
	for _, g := range l.groups {
		if g.resource == c.Resource && slices.Contains(g.pots, at) { // of what no pot answers, it has none
			wanted += g.sold + g.stacks
		}
	}
	pot := l.pots[c.Resource][at]
	if may := l.mayUse(pot); wanted > may {
		return []Finding{{Kind: Oversold, Site: l.site.Name, Resource: c.Resource, Of: names(pot), Capacity: may, Wanted: wanted}}
	}
	return nil
}

// shared tells whether some claims on a resource can be answered by several pots.
func (l *Ledger) shared(r Resource) bool {
	return slices.ContainsFunc(l.groups, func(g group) bool { return g.resource == r && len(g.pots) > 1 })
}

// Fill is how full the pots are that a demand draws from, with it.
type Fill struct {
	Fullest Pot
	Average float64 // share that is used
	Crowded bool    // one is over the tenancy's threshold
}

// Uneven is by how much more of the fullest pot is used than on average: what the
// others have left when that one is empty is of no use to anybody.
func (f Fill) Uneven() float64 { return f.Fullest.Share() - f.Average }

// With is how full the pots are that a demand which fits draws from, with it.
// Where several pots answer a claim, the emptiest of them counts.
func (l *Ledger) With(d Demand) Fill {
	var f Fill
	for _, c := range d.Claims {
		var best Pot
		for n, at := range l.answering(c) {
			p := l.pots[c.Resource][at]
			p.Sold, p.Stacks = c.Sold, c.Stacks
			for _, g := range l.groups {
				if g.resource == c.Resource && slices.Contains(g.pots, at) {
					p.Sold += g.sold / int64(len(g.pots))
					p.Stacks += g.stacks / int64(len(g.pots))
				}
			}
			if n == 0 || p.Share() < best.Share() {
				best = p
			}
		}
		f.Crowded = f.Crowded || best.Used() > percent(best.Capacity, l.policy.Warn)
		f.Average += best.Share() / float64(len(d.Claims))
		if best.Share() >= f.Fullest.Share() && best.Resource != "" {
			f.Fullest = best
		}
	}
	return f
}

// group finds the group of a claim, or begins one.
func (l *Ledger) group(c Claim) *group {
	pots := l.answering(c)
	at := slices.IndexFunc(l.groups, func(g group) bool { return g.resource == c.Resource && slices.Equal(g.pots, pots) })
	if at < 0 {
		at = len(l.groups)
		l.groups = append(l.groups, group{resource: c.Resource, pots: pots})
	}
	return &l.groups[at]
}

// answering are the pots that may answer a claim, by index among those of its
// resource.
func (l *Ledger) answering(c Claim) []int {
	if c.pots != nil {
		return c.pots
	}
	var out []int
	for i, p := range l.pots[c.Resource] {
		if p.Of == "" || slices.Contains(c.Of, p.Of) {
			out = append(out, i)
		}
	}
	return out
}

// mayUse is how much of a pot the tenancy's policy lets be sold.
func (l *Ledger) mayUse(p Pot) int64 {
	return percent(p.Capacity, l.policy.Refuse)
}

// percent rounds down, and does not overflow.
func percent(n int64, p int) int64 { return n/100*int64(p) + n%100*int64(p)/100 }

// Site is what is promised so far, and what of it cannot be kept.
func (l *Ledger) Site() Site {
	out := Site{Name: l.site.Name, Clusters: l.clusters, Findings: slices.Clone(l.findings)}
	pots := map[Resource][]Pot{}
	for _, r := range resources() {
		filled, over := l.allot(r)
		pots[r] = filled
		out.Findings = append(out.Findings, over...)
	}
	for i := range l.site.Pools {
		out.Pots = append(out.Pots, pots[CPU][i], pots[Memory][i], pots[Pods][i])
	}
	out.Pots = slices.Concat(out.Pots, pots[Storage], pots[LoadBalancers])
	out.Findings = append(out.Findings, l.nearlyFull(out)...)
	out.Findings = append(out.Findings, l.fragmented(out)...)
	return out
}

func names(pots ...Pot) []string {
	var out []string
	for _, p := range pots {
		if p.Of != "" {
			out = append(out, p.Of)
		}
	}
	return out
}
