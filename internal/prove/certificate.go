package prove

import (
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
)

// Certificate says of a fleet which invariants hold, of what. It is a function
// of the tenancy alone: the same tenancy has the same certificate, on any day.
type Certificate struct {
	Tenancy     string           `json:"tenancy"`
	Source      string           `json:"source"` // SHA-256 over the tenancy's files
	Tree        string           `json:"tree"`   // the same over the fleet tree's
	Holds       bool             `json:"holds"`
	Invariants  []Held           `json:"invariants"`
	Benchmark   []Check          `json:"benchmark"`
	PodSecurity []Control        `json:"podSecurity"`
	Left        []Left           `json:"left"`
	Sites       []CertifiedSite  `json:"sites"`
	Clusters    []CertifiedPlace `json:"tenantClusters"`
}

// Held is one invariant, with how much it was judged on.
type Held struct {
	ID        string      `json:"id"`
	Code      diag.Code   `json:"code"`
	Title     string      `json:"title"`
	Threat    string      `json:"threat"`
	Considers string      `json:"considers"`
	Enforced  []string    `json:"enforcedBy,omitempty"` // at run time; none: by what was built
	Judged    int         `json:"judged"`               // tenant clusters, or sites
	Of        string      `json:"of"`                   // tenant cluster, or site
	Objects   int         `json:"objects"`              // that were considered
	Broken    []Exception `json:"broken,omitempty"`
	Assumed   []Exception `json:"assumed,omitempty"` // resting on the tenancy's own templates
}

// Exception is a counterexample, by what it is about.
type Exception struct {
	Where   string `json:"where"` // tenant/cluster on site, or site
	Message string `json:"message"`
}

// CertifiedSite is a site's own part of the fleet.
type CertifiedSite struct {
	Site    string `json:"site"`
	Digest  string `json:"digest"` // SHA-256 over its files without the tenants'
	Objects int    `json:"objects"`
}

// CertifiedPlace is one tenant cluster.
type CertifiedPlace struct {
	Tenant    string `json:"tenant"`
	Cluster   string `json:"cluster"`
	Site      string `json:"site"`
	State     string `json:"state"`
	Stack     string `json:"stack"`
	Isolation string `json:"isolation"`
	Sandbox   string `json:"sandbox"`
	Digest    string `json:"digest"`
	Objects   int    `json:"objects"`
}

// Judged is one part of a fleet with the faults that were found in it.
type Judged[T Cluster | Site] struct {
	What   T
	Digest string
	Faults []Fault
}

// Settled is a judged tenant cluster without what nobody asks for once it is
// judged: who its objects are stays, and what its Namespace says. All objects of
// a large fleet are gigabytes.
func Settled(c Cluster) Cluster {
	c.Boundary, c.Layer = outlined(c.Boundary), outlined(c.Layer)
	return c
}

// SettledSite is the same of a site, of which nobody asks for more than who its
// objects are.
func SettledSite(s Site) Site {
	return Site{Site: s.Site, Platform: outlined(s.Platform), Flux: outlined(s.Flux), Bootstrap: outlined(s.Bootstrap)}
}

func outlined(objects []object.Object) []object.Object {
	out := make([]object.Object, len(objects))
	for i, o := range objects {
		out[i].ID = o.ID
		if o.ID.Kind == "Namespace" {
			out[i] = o
		}
	}
	return out
}

// Certify puts together what was judged; what Settled and SettledSite leave is
// enough.
func Certify(tenancy, source, tree string, sites []Judged[Site], clusters []Judged[Cluster]) Certificate {
	c := Certificate{Tenancy: tenancy, Source: source, Tree: tree, Holds: true, PodSecurity: controls()}
	for _, s := range sites {
		c.Sites = append(c.Sites, CertifiedSite{s.What.Site.Name, s.Digest, len(s.What.Platform) + len(s.What.Flux)})
	}
	for _, p := range clusters {
		plan := p.What.Plan
		c.Clusters = append(c.Clusters, CertifiedPlace{
			Tenant: plan.Tenant, Cluster: plan.Name, Site: plan.Site, State: string(plan.State), Stack: plan.Stack, Isolation: plan.Isolation,
			Sandbox: plan.Sandbox.Name, Digest: p.Digest, Objects: len(p.What.Boundary) + len(p.What.Layer),
		})
	}
	c.Left = left(clusters)
	for _, invariant := range clusterInvariants {
		c.Invariants = append(c.Invariants, heldByClusters(invariant, clusters))
	}
	together := judgedTogether(clusters)
	for _, invariant := range fleetInvariants {
		c.Invariants = append(c.Invariants, heldByClusters(invariant, together))
	}
	for _, invariant := range siteInvariants {
		c.Invariants = append(c.Invariants, heldBySites(invariant, sites))
	}
	c.Holds = !slices.ContainsFunc(c.Invariants, func(h Held) bool { return len(h.Broken) > 0 })
	c.Benchmark = benchmark(c.Invariants)
	return c
}

// judgedTogether are the clusters with what is wrong between them.
func judgedTogether(clusters []Judged[Cluster]) []Judged[Cluster] {
	out := make([]Judged[Cluster], len(clusters))
	all := make([]Cluster, len(clusters))
	place := map[string]int{}
	for i, c := range clusters {
		out[i].What, all[i] = c.What, c.What
		place[c.What.Plan.Site+" "+c.What.Plan.Namespace] = i
	}
	for _, j := range JudgeFleet(all) {
		i := place[j.In.Plan.Site+" "+j.In.Plan.Namespace]
		out[i].Faults = append(out[i].Faults, j.Fault)
	}
	return out
}

func newHeld(i *Invariant, judged int, of string) Held {
	return Held{
		ID: i.ID, Code: i.Code, Title: i.Title, Threat: i.Threat, Considers: i.Considers, Enforced: i.Enforced, Judged: judged, Of: of,
	}
}

func heldByClusters(invariant *Invariant, clusters []Judged[Cluster]) Held {
	h := newHeld(invariant, len(clusters), "tenant cluster")
	for _, c := range clusters {
		h.Objects += invariant.considered(c.What.Boundary) + invariant.considered(c.What.Layer)
		h.add(invariant, c.What.Plan.Tenant+"/"+c.What.Plan.Name+" on "+c.What.Plan.Site, c.Faults)
	}
	return h
}

func heldBySites(invariant *Invariant, sites []Judged[Site]) Held {
	h := newHeld(invariant, len(sites), "site")
	for _, s := range sites {
		for _, objects := range [][]object.Object{s.What.Platform, s.What.Flux, s.What.Bootstrap} {
			h.Objects += invariant.considered(objects)
		}
		h.add(invariant, s.What.Site.Name, s.Faults)
	}
	return h
}

func (h *Held) add(invariant *Invariant, where string, faults []Fault) {
	for _, f := range faults {
		switch {
		case f.Invariant != invariant:
		case f.Assumed:
			h.Assumed = append(h.Assumed, Exception{where, f.text()})
		default:
			h.Broken = append(h.Broken, Exception{where, f.text()})
		}
	}
}

// considered counts the objects that an invariant looks at.
func (i *Invariant) considered(objects []object.Object) int {
	n := 0
	for _, o := range objects {
		if slices.Contains(i.Kinds, "*") || slices.Contains(i.Kinds, o.ID.Kind) {
			n++
		}
	}
	return n
}

// by lists who enforces something at run time, for people.
func by(enforced []string) string {
	if len(enforced) == 0 {
		return "what was built"
	}
	return strings.Join(enforced, ", ")
}
