package place

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tenantc/tenantc/internal/resolve"
)

// unmet says why a cluster cannot go to a site, constraint by constraint; none
// where it can. Whether there is room is asked last, of sites that would do.
func (f *fleet) unmet(want wanted, t trial, s *site) []string {
	p := want.open.Placement()
	out := unmetBySite(p, s.Site)
	out = append(out, f.unmetNeighbours(want.open.Tenant(), want.open.Name(), p, s.Site)...)
	out = append(out, t.faults...)
	if len(out) > 0 {
		return out
	}
	if other, taken := s.dedicated[t.cluster.Nodes.Pool]; t.cluster.Nodes.Dedicated && taken && other != t.cluster.Tenant {
		return []string{fmt.Sprintf("pool %s is dedicated to another tenant", t.cluster.Nodes.Pool)}
	}
	for _, finding := range s.ledger.Unmet(t.demand) {
		out = append(out, finding.Reason())
	}
	return out
}

// unmetBySite holds a placement against the site alone.
func unmetBySite(p resolve.Placement, s resolve.Site) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(p.MatchLabels)) {
		switch have, labelled := s.Labels[key]; {
		case !labelled:
			out = append(out, fmt.Sprintf("it has no label %s", key))
		case have != p.MatchLabels[key]:
			out = append(out, fmt.Sprintf("its label %s is %s, not %s", key, have, p.MatchLabels[key]))
		}
	}
	if p.MaxCost != nil && s.Cost > *p.MaxCost {
		out = append(out, fmt.Sprintf("it costs %g, more than %g", s.Cost, *p.MaxCost))
	}
	return out
}

// unmetNeighbours holds a cluster's spread and affinity, and those of the
// tenant's other clusters towards it, against where the others are.
func (f *fleet) unmetNeighbours(tenant, name string, p resolve.Placement, s resolve.Site) []string {
	var out []string
	for _, other := range f.tenants[tenant] {
		if other.Name == name {
			continue
		}
		there := f.byName[other.Site].Site
		if concerns(p.Spread, other.Name) {
			out = append(out, apart(p.Spread, other.Name, there, s)...)
		}
		if concerns(p.Affinity, other.Name) {
			out = append(out, near(p.Affinity, other.Name, there, s)...)
		}
		if other.Placement != nil && concerns(other.Placement.Spread, name) {
			out = append(out, apart(other.Placement.Spread, other.Name, there, s)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func concerns(n *resolve.Neighbours, cluster string) bool {
	return n != nil && (len(n.Clusters) == 0 || slices.Contains(n.Clusters, cluster))
}

// placeOf is what makes a place by a key: a label's value, or the site itself;
// false for a site without the label.
func placeOf(key string, s resolve.Site) (string, bool) {
	if key == "" {
		return s.Name, true
	}
	value, labelled := s.Labels[key]
	return value, labelled
}

func apart(n *resolve.Neighbours, other string, there, here resolve.Site) []string {
	a, labelled := placeOf(n.TopologyKey, here)
	b, labelledThere := placeOf(n.TopologyKey, there)
	switch {
	case !labelled:
		return []string{fmt.Sprintf("it has no label %s to spread by", n.TopologyKey)}
	case labelledThere && a == b && n.TopologyKey == "":
		return []string{fmt.Sprintf("cluster %s, from which it is to be apart, is there", other)}
	case labelledThere && a == b:
		return []string{fmt.Sprintf("cluster %s, from which it is to be apart, is on %s, also with %s %s", other, there.Name, n.TopologyKey, a)}
	}
	return nil
}

func near(n *resolve.Neighbours, other string, there, here resolve.Site) []string {
	a, labelled := placeOf(n.TopologyKey, here)
	b, labelledThere := placeOf(n.TopologyKey, there)
	switch {
	case labelled && labelledThere && a == b:
		return nil
	case n.TopologyKey == "":
		return []string{fmt.Sprintf("cluster %s, to which it is to be near, is on %s", other, there.Name)}
	}
	return []string{fmt.Sprintf("cluster %s, to which it is to be near, is on %s, with %s %q", other, there.Name, n.TopologyKey, b)}
}
