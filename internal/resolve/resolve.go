package resolve

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/schema"
)

// Resolve completes everything that the documents say. It goes on after a
// fault, so that one run reports all of them; a Plan that came with errors is
// for reading only.
func Resolve(docs spec.Documents) (Plan, diag.List) {
	r := resolveAll(docs)
	return r.plan, r.diags
}

func resolveAll(docs spec.Documents) *resolver {
	r := newResolver(docs)
	for _, doc := range slices.Concat(docs.Tenants, docs.Faulty) {
		r.tenant(doc, nil)
	}
	r.checkFleet()
	r.checkPeers()
	r.checkOffloads()
	r.checkLock()
	slices.SortFunc(r.plan.Clusters, compareClusters)
	return r
}

// Explain completes one tenant and records where each value came from. False
// if there is no such tenant.
func Explain(docs spec.Documents, tenant string) ([]Cluster, diag.List, bool) {
	r := newResolver(docs)
	for _, doc := range docs.Tenants {
		if doc.Value.Metadata.Name == tenant {
			r.tenant(doc, func() *recorder { return &recorder{} })
			return r.plan.Clusters, r.diags, true
		}
	}
	return nil, nil, false
}

// resolver holds what every cluster is completed from.
type resolver struct {
	docs    spec.Documents
	policy  policy
	classes map[string]*spec.Document[schema.TenantClass]
	sites   map[string]*Site
	plan    Plan
	entries []entry
	open    []Open
	diags   diag.List
}

// entry keeps a resolved cluster with where it was written, for the checks
// over the whole fleet.
type entry struct {
	cluster Cluster
	written *schema.Cluster
	doc     *spec.Document[schema.Tenant]
	path    string
}

func (e entry) at(field string) diag.Position { return e.doc.At(e.path + "." + field) }

func newResolver(docs spec.Documents) *resolver {
	r := &resolver{docs: docs, classes: map[string]*spec.Document[schema.TenantClass]{}, sites: map[string]*Site{}}
	r.plan.Tenancy, r.policy = resolveTenancy(docs.Tenancy)
	r.diags = append(r.diags, checkRepository(docs.Tenancy)...)
	r.plan.Capacity = capacityPolicy(docs.Tenancy)
	for _, doc := range docs.Classes {
		r.classes[doc.Value.Metadata.Name] = doc
	}
	for _, doc := range docs.Sites {
		site, faults := resolveSite(doc)
		r.diags = append(r.diags, faults...)
		r.diags = append(r.diags, checkVerification(doc, docs.Tenancy, r.plan.Tenancy.Fleet.Verify)...)
		r.plan.Sites = append(r.plan.Sites, site)
	}
	slices.SortFunc(r.plan.Sites, func(a, b Site) int { return cmp.Compare(a.Name, b.Name) })
	for i := range r.plan.Sites {
		r.sites[r.plan.Sites[i].Name] = &r.plan.Sites[i]
	}
	return r
}

func compareClusters(a, b Cluster) int {
	return cmp.Or(cmp.Compare(a.Site, b.Site), cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Name, b.Name))
}

// tenant resolves the clusters of one tenant whose class and site exist. Of a
// tenant with faults, these are the clusters that have none of them.
func (r *resolver) tenant(doc *spec.Document[schema.Tenant], record func() *recorder) {
	tenant := doc.Value
	class := r.class(doc)
	for i, cluster := range tenant.Spec.Clusters {
		path := fmt.Sprintf("spec.clusters[%d]", i)
		if !doc.Sound("metadata.name") || !doc.Sound(path) {
			r.names(doc, path, cluster)
			continue
		}
		site := r.site(doc, path, cluster)
		if class == nil || site == nil {
			continue
		}
		cr := r.cluster(doc, path, cluster, site)
		if record != nil {
			cr.rec = record()
		}
		resolved := cr.resolve()
		r.diags = append(r.diags, cr.diags...)
		r.plan.Clusters = append(r.plan.Clusters, resolved)
		r.entries = append(r.entries, entry{resolved, &tenant.Spec.Clusters[i], doc, path})
	}
}

// class finds the class of a tenant; nil, with a diagnostic, where there is none.
func (r *resolver) class(doc *spec.Document[schema.Tenant]) *spec.Document[schema.TenantClass] {
	if !doc.Sound("spec.class") {
		return nil
	}
	name := doc.Value.Spec.Class
	class, known := r.classes[name]
	switch {
	case known && doc.Sound("spec.clusters"):
		r.checkClusterCount(doc, class)
	case !known && !r.docs.Broken("TenantClass", name):
		r.fault(doc, diag.ClassUnknown, "spec.class", fmt.Sprintf("there is no class %s", name), spec.Choose(name, sortedKeys(r.classes)))
	}
	return class
}

// names tells of a cluster with faults which of the names in it nobody has. What
// else it says may hang on what is wrong.
func (r *resolver) names(doc *spec.Document[schema.Tenant], path string, cluster schema.Cluster) {
	if cluster.Site == "" {
		return
	}
	if site := r.site(doc, path, cluster); site != nil {
		cr := r.cluster(doc, path, cluster, site)
		cr.checkNames()
		r.diags = append(r.diags, cr.diags...)
	}
}

func (r *resolver) cluster(doc *spec.Document[schema.Tenant], path string, cluster schema.Cluster, site *Site) *clusterResolver {
	return &clusterResolver{doc: doc, path: path, spec: cluster, class: r.classes[doc.Value.Spec.Class], others: r.docs.Classes, site: site, policy: r.policy, lock: r.docs.Lock}
}

func (r *resolver) checkClusterCount(doc *spec.Document[schema.Tenant], class *spec.Document[schema.TenantClass]) {
	limit := orZero(class.Value.Spec.Limits).Clusters
	count := 0
	for _, c := range doc.Value.Spec.Clusters {
		if state := State(orZero(c.Lifecycle).State); state != Retired && state != Purged {
			count++
		}
	}
	if limit != nil && count > *limit {
		r.fault(doc, diag.TooManyClusters, "spec.clusters", fmt.Sprintf("%d clusters exceed class %s's limit of %d", count, class.Value.Metadata.Name, *limit),
			"retire some, or ask for a class with a higher limit")
	}
}

func (r *resolver) fault(doc *spec.Document[schema.Tenant], code diag.Code, path, message, hint string) {
	r.diags = append(r.diags, diag.Diagnostic{
		Severity: diag.Error, Code: code, Tenant: doc.Value.Metadata.Name, Path: path,
		Message: message, Hint: hint, Position: doc.At(path),
	})
}
