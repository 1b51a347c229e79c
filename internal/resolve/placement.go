package resolve

import (
	"fmt"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/schema"
)

// site finds the site of a cluster, in its spec or in what tenantc place has
// decided; nil, with a diagnostic, where there is none.
func (r *resolver) site(doc *spec.Document[schema.Tenant], path string, cluster schema.Cluster) *Site {
	if cluster.Site == "" {
		return r.placed(doc, path, cluster)
	}
	site, known := r.sites[cluster.Site]
	if !known && !r.docs.Broken("Site", cluster.Site) {
		r.fault(doc, diag.SiteUnknown, path+".site", fmt.Sprintf("there is no site %s", cluster.Site), spec.Choose(cluster.Site, sortedKeys(r.sites)))
	}
	return site
}

// placed finds the site of a cluster that leaves it to tenantc place.
func (r *resolver) placed(doc *spec.Document[schema.Tenant], path string, cluster schema.Cluster) *Site {
	tenant := doc.Value.Metadata.Name
	decision, _ := r.docs.Lock.Of(tenant, cluster.Name, "")
	if decision.Site == "" {
		r.open = append(r.open, Open{doc: doc, path: path, spec: cluster})
		if !r.docs.Lock.Broken() {
			r.fault(doc, diag.PlacementOpen, path+".placement", fmt.Sprintf("cluster %s is not placed on a site yet", cluster.Name),
				"run tenantc place, and commit "+spec.LockFile+" with the spec")
		}
		return nil
	}
	site, known := r.sites[decision.Site]
	if !known && !r.docs.Broken("Site", decision.Site) {
		r.fault(doc, diag.SiteUnknown, path+".placement", fmt.Sprintf("cluster %s is placed on the site %s, which no document defines any more", cluster.Name, decision.Site),
			"put the site back; a cluster moves by adding one of another name and retiring the old one")
		r.diags[len(r.diags)-1].Notes = []diag.Note{{Position: r.docs.Lock.At(decision), Message: "it was placed here"}}
	}
	return site
}

// checkLock warns about what the lock remembers in vain.
func (r *resolver) checkLock() {
	tenants := map[string]*spec.Document[schema.Tenant]{}
	for _, doc := range r.docs.Tenants {
		tenants[doc.Value.Metadata.Name] = doc
	}
	for _, d := range r.docs.Lock.Decisions() {
		if r.docs.Broken("Tenant", d.Tenant) || r.docs.IsLeft(d.Tenant) {
			continue
		}
		if why := r.stale(d, tenants[d.Tenant]); why != "" {
			r.diags = append(r.diags, diag.Diagnostic{
				Severity: diag.Warning, Code: diag.LockStale, Tenant: d.Tenant, Position: r.docs.Lock.At(d),
				Message: why, Hint: "run tenantc place, which brings the file up to date",
			})
		}
	}
}

// stale says what of a decision nobody asks for; doc is nil where there is no
// such tenant.
func (r *resolver) stale(d spec.Decision, doc *spec.Document[schema.Tenant]) string {
	vain := "no spec leaves anything open for the tenant cluster " + d.Key()
	if doc == nil {
		return vain
	}
	for _, cluster := range doc.Value.Spec.Clusters {
		if cluster.Name != d.Cluster || cluster.Site != d.On {
			continue
		}
		if d.Stack != "" && !r.stackOpen(doc, cluster) {
			return "the spec or the class of " + d.Key() + " names its stack itself"
		}
		return ""
	}
	return vain
}

// stackOpen tells whether neither spec nor class names the stack. While the
// class cannot be read, it is as before.
func (r *resolver) stackOpen(doc *spec.Document[schema.Tenant], cluster schema.Cluster) bool {
	class := r.classes[doc.Value.Spec.Class]
	return cluster.Stack == "" && (class == nil || orZero(class.Value.Spec.Defaults).Stack == "")
}

func placement(p *schema.Placement) *Placement {
	if p == nil {
		return nil
	}
	return &Placement{MatchLabels: p.MatchLabels, Spread: neighbours(p.Spread), Affinity: neighbours(p.Affinity), MaxCost: p.MaxCost}
}

func neighbours(n *schema.Neighbours) *Neighbours {
	if n == nil {
		return nil
	}
	return &Neighbours{Clusters: n.Clusters, TopologyKey: n.TopologyKey}
}
