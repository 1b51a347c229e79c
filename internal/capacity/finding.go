package capacity

import (
	"cmp"
	"slices"

	"github.com/tenantc/tenantc/internal/resolve"
)

// Kind is what is the matter with a promise.
type Kind string

// The kinds. The last two are warnings: every promise can be kept.
const (
	Oversold    Kind = "oversold"      // more is promised than there is
	NoPool      Kind = "no pool"       // no pool may run the cluster's pods
	PodTooLarge Kind = "pod too large" // a promised pod is larger than a node
	TooFewNodes Kind = "too few nodes" // replicas cannot keep apart
	NearlyFull  Kind = "nearly full"   // more is promised than the tenancy's threshold
	Fragmented  Kind = "fragmented"    // the largest pod may find all nodes too full
)

func (k Kind) breaks() bool { return k != NearlyFull && k != Fragmented }

// Finding is a promise of a site that cannot be kept, or only just.
type Finding struct {
	Kind     Kind
	Site     string
	Resource Resource
	Of       []string // pools or storage classes
	Capacity int64    // what there is
	Wanted   int64    // what is promised
	More     int64    // how many more nodes of the first pool would do; 0 for no pool
	Reserved bool     // all nodes of that pool are the reserve
	Pod      string   // which pod
	Takers   []Taker  // who it was promised to, the largest first
}

// Taker is what one tenant cluster takes.
type Taker struct {
	Cluster *resolve.Cluster
	Amount  int64
}

// oversold says which pots are overdrawn together, and by whom.
func (l *Ledger) oversold(r Resource, a allotment, tight []int, short int64) Finding {
	f := Finding{Kind: Oversold, Site: l.site.Name, Resource: r, Wanted: short}
	for _, pot := range tight {
		f.Of = append(f.Of, names(l.pots[r][pot])...)
		f.Capacity += l.mayUse(l.pots[r][pot])
	}
	f.Wanted += f.Capacity
	f.More, f.Reserved = l.more(r, l.pots[r][tight[0]].Of, short)
	for _, g := range a.groups {
		if !slices.ContainsFunc(g.pots, func(pot int) bool { return !slices.Contains(tight, pot) }) {
			f.Takers = append(f.Takers, g.takers...)
		}
	}
	f.Takers = merged(f.Takers)
	return f
}

// merged has each cluster once, the largest first.
func merged(takers []Taker) []Taker {
	slices.SortStableFunc(takers, func(x, y Taker) int { return cmp.Compare(x.Cluster.Namespace, y.Cluster.Namespace) })
	var out []Taker
	for _, t := range takers {
		if last := len(out) - 1; last >= 0 && out[last].Cluster.Namespace == t.Cluster.Namespace {
			out[last].Amount += t.Amount
			continue
		}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(x, y Taker) int { return cmp.Compare(y.Amount, x.Amount) })
	return out
}

// more is how many nodes a pool lacks to have so much more of a resource, beyond
// those that its reserve lacks; 0 for what is of no pool.
func (l *Ledger) more(r Resource, pool string, short int64) (nodes int64, reserved bool) {
	at := slices.IndexFunc(l.site.Pools, func(p resolve.Pool) bool { return p.Name == pool })
	if at < 0 || r == Storage {
		return 0, false
	}
	p := l.site.Pools[at]
	one := percent(l.ofNodes(p, r, 1), l.policy.Refuse)
	if one <= 0 {
		return 0, false
	}
	return (short+one-1)/one + int64(max(0, l.site.ReserveNodes-p.Nodes)), p.Nodes <= l.site.ReserveNodes
}

// single finds what is wrong with one demand whatever else is promised.
func (l *Ledger) single(d Demand) []Finding {
	var out []Finding
	of := func(kind Kind) Finding {
		return Finding{Kind: kind, Site: l.site.Name, Takers: []Taker{{Cluster: d.Cluster}}}
	}
	for _, c := range d.Claims {
		if c.Resource == CPU && len(l.answering(c)) == 0 {
			out = append(out, of(NoPool))
		}
	}
	for _, u := range d.Pods {
		if most, fits := l.node(u); !fits && len(u.Pools) > 0 {
			f := of(PodTooLarge)
			f.Pod, f.Of = u.Name, u.Pools
			f.Resource, f.Wanted, f.Capacity = Memory, u.Memory, most.Memory
			if u.CPU > most.CPU {
				f.Resource, f.Wanted, f.Capacity = CPU, u.CPU, most.CPU
			}
			out = append(out, f)
		}
	}
	if pools, nodes := l.nodes(d); len(pools) > 0 && d.Apart > nodes {
		f := of(TooFewNodes)
		f.Of, f.Capacity, f.Wanted = pools, int64(nodes), int64(d.Apart)
		out = append(out, f)
	}
	return out
}

// node tells whether an empty node of some pool is large enough for a pod, and
// else the largest that a node of its pools gives.
func (l *Ledger) node(u Unit) (most Unit, fits bool) {
	for _, p := range l.site.Pools {
		if !slices.Contains(u.Pools, p.Name) {
			continue
		}
		cpu, memory := p.CPU.MilliValue(), p.Memory.Value()
		if u.CPU <= cpu && u.Memory <= memory {
			return Unit{}, true
		}
		most.CPU, most.Memory = max(most.CPU, cpu), max(most.Memory, memory)
	}
	return most, false
}

// nodes counts the nodes that may run a demand's pods.
func (l *Ledger) nodes(d Demand) (pools []string, nodes int) {
	for _, c := range d.Claims {
		if c.Resource != Pods {
			continue
		}
		for _, p := range l.site.Pools {
			if slices.Contains(c.Of, p.Name) {
				pools, nodes = append(pools, p.Name), nodes+p.Nodes
			}
		}
	}
	return pools, nodes
}

// nearlyFull finds the pots that are over the threshold but not oversold.
func (l *Ledger) nearlyFull(s Site) []Finding {
	var out []Finding
	for _, p := range s.Pots {
		oversold := slices.ContainsFunc(s.Findings, func(f Finding) bool { return f.Kind == Oversold && f.Resource == p.Resource })
		if p.Used() > percent(p.Capacity, l.policy.Warn) && !oversold {
			out = append(out, Finding{Kind: NearlyFull, Site: s.Name, Resource: p.Resource, Of: names(p), Capacity: p.Capacity, Wanted: p.Used()})
		}
	}
	return out
}

// remember keeps a tenant's largest promised pods for fragmented.
func (l *Ledger) remember(u Unit) {
	for i, known := range l.largest {
		if slices.Equal(known.Pools, u.Pools) {
			l.largest[i].CPU, l.largest[i].Memory = max(known.CPU, u.CPU), max(known.Memory, u.Memory)
			return
		}
	}
	l.largest = append(l.largest, u)
}

// fragmented finds pools in which the largest promised pod may find no node
// with room, although the sums fit. While less than nodes × (node − pod) of
// memory is in use, some node has room for the pod, however the others lie;
// beyond that it is up to chance. Memory is judged, which is never sold twice.
func (l *Ledger) fragmented(s Site) []Finding {
	var out []Finding
	for _, pot := range s.Pots {
		pod := l.largestIn(pot.Of)
		if pot.Resource != Memory || pod == 0 || pot.Nodes <= pot.Reserve {
			continue
		}
		nodes := int64(pot.Nodes - pot.Reserve)
		certain := nodes*max(0, pot.Capacity/nodes-pod) + pod
		if pot.Used() > certain && pot.Used() <= l.mayUse(pot) && pod <= pot.Capacity/nodes {
			out = append(out, Finding{Kind: Fragmented, Site: s.Name, Resource: Memory, Of: names(pot), Capacity: certain, Wanted: pot.Used(), Pod: Format(Memory, pod)})
		}
	}
	return out
}

func (l *Ledger) largestIn(pool string) int64 {
	var largest int64
	for _, u := range l.largest {
		if slices.Contains(u.Pools, pool) {
			largest = max(largest, u.Memory)
		}
	}
	return largest
}
