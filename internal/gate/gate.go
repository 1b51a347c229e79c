// Package gate judges whether a change may reach as far as it does: a pure
// judgement over what package diff found, by the limits in tenancy.yaml and the
// waivers in the tenancy. Publish and review ask it; compile never does, because
// what it answers depends on the previous state and on the day.
//
// What a change does is package diff's; whether a cluster may leave at all,
// package publish's.
package gate

import (
	"slices"
	"time"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/tree"
)

// Name of a gate, as in policy.gates.
type Name string

const (
	Sites        Name = "sites"
	Tenants      Name = "tenants"
	Deletions    Name = "deletions"
	Replacements Name = "replacements"
	Weakened     Name = "weakened"
	Sold         Name = "sold"
)

// Policy is what a tenancy allows one change to do, with where it says so.
type Policy struct {
	Limits   []Limit // of the gates that have one, in a fixed order
	LiftedBy []string
	Waivers  []Waiver // by name
}

// Limit is how far a gate lets a change reach.
type Limit struct {
	Gate Name
	Max  int
	At   diag.Position
}

// Waiver lifts a gate up to a number, until the end of a day (UTC). Standing
// says that it was there before the change, so that it is none of it.
type Waiver struct {
	Name       string        `json:"name"`
	Gate       Name          `json:"gate"`
	UpTo       int           `json:"upTo"`
	Reason     string        `json:"reason"`
	ApprovedBy string        `json:"approvedBy,omitempty"`
	Expires    time.Time     `json:"expires"`
	Standing   bool          `json:"standing,omitempty"`
	At         diag.Position `json:"at,omitzero"`
}

// Measure is how far a change reaches at one gate, and which things count.
type Measure struct {
	Gate   Name
	Amount int
	Places []tree.Place // by site, tenant and cluster
}

// PolicyOf reads the limits and waivers of a tenancy. before are the documents
// of the revision that the change is made to; empty where it is not known.
func PolicyOf(docs, before spec.Documents) Policy {
	var p Policy
	if docs.Tenancy != nil {
		p.Limits, p.LiftedBy = limits(docs.Tenancy)
	}
	for _, doc := range docs.Waivers {
		s := doc.Value.Spec
		expires, err := time.Parse(time.DateOnly, s.Expires)
		if err != nil {
			continue // the schema has told of it
		}
		p.Waivers = append(p.Waivers, Waiver{
			Name: doc.Value.Metadata.Name, Gate: Name(s.Gate), UpTo: s.UpTo, Reason: s.Reason, ApprovedBy: s.ApprovedBy, Expires: expires,
			Standing: stood(before, doc), At: doc.At("spec.gate"),
		})
	}
	return p
}

// Measures tell how far a change reaches, by the differences of two compiled
// trees (diff.Trees, or diff.Consequences). New sites and new tenant clusters
// are in nobody's way and do not count.
func Measures(r diff.Report) []Measure {
	sites, tenants := Measure{Gate: Sites}, Measure{Gate: Tenants}
	deleted, replaced, weakened := Measure{Gate: Deletions}, Measure{Gate: Replacements}, Measure{Gate: Weakened}
	seen := map[string]bool{}
	for _, s := range r.Sites {
		if s.Change != diff.Added && touched(s) {
			sites.count(tree.Place{Site: s.Name})
		}
		if slices.ContainsFunc(s.OwnEffects(), notInPlace) {
			replaced.count(tree.Place{Site: s.Name})
		}
		for _, c := range s.Clusters {
			at := tree.Place{Site: s.Name, Tenant: c.Tenant, Cluster: c.Name}
			if c.Change == diff.Added {
				continue
			}
			if !seen[c.Tenant] {
				seen[c.Tenant] = true
				tenants.count(at)
			}
			if c.Leaving() {
				deleted.count(at)
				continue
			}
			effects := c.AllEffects()
			if c.Change == diff.Changed && slices.ContainsFunc(effects, notInPlace) {
				replaced.count(at)
			}
			if slices.ContainsFunc(effects, func(e diff.Effect) bool { return e.Kind == diff.Weakens }) {
				weakened.count(at)
			}
		}
	}
	return []Measure{sites, tenants, deleted, replaced, weakened}
}

// touched tells whether anything but new tenant clusters differs on a site.
// Flux's own objects of a new cluster stand with the cluster.
func touched(s diff.Site) bool {
	return s.Change == diff.Removed || len(s.Root)+len(s.Platform)+len(s.Flux) > 0 ||
		slices.ContainsFunc(s.Clusters, func(c diff.Cluster) bool { return c.Change != diff.Added })
}

func notInPlace(e diff.Effect) bool { return e.Kind.NotInPlace() || e.Kind == diff.Deleted }

func (m *Measure) count(at tree.Place) {
	m.Amount++
	m.Places = append(m.Places, at)
}
