// Package place decides on which site a tenant cluster goes whose spec leaves it
// open, once for all. A site must meet what the placement asks for (labels,
// cost, neighbours), pass the checks that every cluster passes where it runs
// (package resolve) and have room (package capacity). Among those that do, the
// choice is simple enough to be explained in a line; see docs/placement.md.
//
// What was decided is kept in the lock file, which package spec reads and
// writes. Nothing here moves what is placed.
package place

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tenantc/tenantc/internal/capacity"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
)

// Outcome is what was decided.
type Outcome struct {
	Lock    []spec.Decision // all of them, for the lock file
	Placed  []Placed        // the new ones, in order of tenant and cluster
	Dropped []spec.Decision // lines of the lock that nobody asks for any more
}

// Placed is one cluster's new site, and why it is that one.
type Placed struct {
	spec.Decision
	Fitting int          // how many sites would have done
	Pot     capacity.Pot // the fullest that the cluster draws from there, with it
}

// Decide places every open cluster. The diagnostics are the faults of the specs
// and the clusters that fit nowhere; with errors among them the outcome is not
// to be kept. The same documents give the same outcome, and what the lock has
// already is never changed.
func Decide(docs spec.Documents) (Outcome, diag.List) {
	return decide(docs, rule{hardestFirst, compareCandidates})
}

// rule is how to decide: which cluster comes first, and which of the sites that
// would do is the best. There is one; the benchmark knows others to hold it
// against.
type rule struct {
	clusters func(a, b wanted) int
	sites    func(a, b candidate) int
}

func decide(docs spec.Documents, by rule) (Outcome, diag.List) {
	prospect := resolve.NewProspect(docs)
	if prospect.Faults.HasErrors() {
		return Outcome{}, prospect.Faults
	}
	fleet := newFleet(prospect.Plan)
	kinds := kindsOf(prospect, fleet)
	var out Outcome
	var faults diag.List
	wants := tried(prospect, kinds)
	slices.SortStableFunc(wants, by.clusters)
	for _, want := range wants {
		placed, why := fleet.place(want, kinds, by)
		if placed == nil {
			faults = append(faults, unplaceable(want, why))
			continue
		}
		out.Placed = append(out.Placed, *placed)
	}
	slices.SortFunc(out.Placed, func(a, b Placed) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Cluster, b.Cluster))
	})
	out.Lock, out.Dropped = remember(prospect, docs.Lock, fleet)
	return out, faults
}

// remember makes the new lock: for each cluster that leaves something open, its
// site and its stack.
func remember(p resolve.Prospect, old spec.Lock, f *fleet) (lock, dropped []spec.Decision) {
	kept := map[string]bool{}
	for _, left := range p.Left() {
		d := spec.Decision{Tenant: left.Tenant, Cluster: left.Cluster, On: left.On}
		at := left.On
		if at == "" {
			at = f.placed[d.Key()]
			d.Site = at
		}
		if c, found := f.clusters[left.Tenant+"/"+left.Cluster+" "+at]; found && left.Stack {
			d.Stack = c.Stack
		}
		if d.Site+d.Stack != "" {
			lock = append(lock, d)
			kept[d.Key()] = true
		}
	}
	for _, d := range old.Decisions() {
		if !kept[d.Key()] {
			dropped = append(dropped, d)
		}
	}
	return lock, dropped
}

// Why says the choice in a line.
func (p Placed) Why() string {
	of := string(p.Pot.Resource)
	if p.Pot.Of != "" {
		of += " of " + p.Pot.Of
	}
	return fmt.Sprintf("%s fit; %s will be %s used there", sites(p.Fitting), of, capacity.Percent(p.Pot.Share()))
}

func sites(n int) string {
	if n == 1 {
		return "1 site would"
	}
	return fmt.Sprintf("%d sites would", n)
}
