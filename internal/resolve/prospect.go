package resolve

import (
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/schema"
)

// Prospect is a tenancy some of whose clusters are on no site yet, and can be
// tried on any. What a cluster needs of a site is said by the very checks that
// it must pass there later.
type Prospect struct {
	Plan   Plan // of what is placed
	Faults diag.List
	Open   []Open // by tenant, in the order of its clusters

	resolver *resolver
}

// Open is a cluster without a site.
type Open struct {
	doc  *spec.Document[schema.Tenant]
	path string
	spec schema.Cluster
}

// NewProspect resolves what is placed. Faults are all but those of open
// placements.
func NewProspect(docs spec.Documents) Prospect {
	r := resolveAll(docs)
	p := Prospect{Plan: r.plan, Open: r.open, resolver: r}
	for _, d := range r.diags {
		if d.Code != diag.PlacementOpen {
			p.Faults = append(p.Faults, d)
		}
	}
	return p
}

// Try resolves an open cluster as if it were on a site. The site need not be
// one of the plan.
func (p Prospect) Try(open Open, site Site) (Cluster, diag.List) {
	r := p.resolver.cluster(open.doc, open.path, open.spec, &site)
	if r.class == nil {
		return Cluster{}, p.Faults // which say that there is no such class
	}
	return r.resolve(), r.diags
}

// Left is what a cluster's spec leaves to be decided, and remembered.
type Left struct {
	Tenant, Cluster string
	On              string // the site that the spec names; empty: it is to be decided
	Stack           bool   // neither the spec nor the class names one
}

// Left lists what all clusters leave open. A purged cluster has no stack any more.
func (p Prospect) Left() []Left {
	var out []Left
	for _, doc := range p.resolver.docs.Tenants {
		for _, c := range doc.Value.Spec.Clusters {
			left := Left{Tenant: doc.Value.Metadata.Name, Cluster: c.Name, On: c.Site, Stack: p.resolver.stackOpen(doc, c)}
			if left.On == "" || left.Stack && State(orZero(c.Lifecycle).State) != Purged {
				out = append(out, left)
			}
		}
	}
	return out
}

// Tenant and Name of the cluster.
func (o Open) Tenant() string { return o.doc.Value.Metadata.Name }
func (o Open) Name() string   { return o.spec.Name }

// Placement is what it asks of its site.
func (o Open) Placement() Placement { return orZero(placement(o.spec.Placement)) }

// At is where a field of the cluster, as in placement.spread, was written.
func (o Open) At(field string) diag.Position { return o.doc.At(o.path + "." + field) }

// Path is that field in its document.
func (o Open) Path(field string) string { return o.path + "." + field }
