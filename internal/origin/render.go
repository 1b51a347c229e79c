package origin

import (
	"strings"

	"github.com/tenantc/tenantc/generators"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/overlay"
	"github.com/tenantc/tenantc/internal/platform"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/tree"
	"github.com/tenantc/tenantc/schema"
	"github.com/tenantc/tenantc/templates"
)

// renderer makes one part of the tree: a tenant cluster's folder, or what a
// site has besides, with the Flux objects of one cluster at most.
type renderer struct {
	own       templates.Files
	platforms *platform.Cache
	documents spec.Documents // the tenancy, one site, and one tenant of one cluster with its class
	cluster   int            // which of the tenant's it is; -1 for none
	siteWide  bool
}

// rendered is what came of documents: the plan and, if that has no errors,
// files by path.
type rendered struct {
	plan  resolve.Plan
	files map[string][]byte
	sound bool
}

// newRenderer finds out what a file is made of.
func newRenderer(documents spec.Documents, own templates.Files, file string) (*renderer, bool) {
	r := &renderer{own: own, platforms: &platform.Cache{}, cluster: -1}
	r.documents = documents
	r.documents.Sites, r.documents.Tenants, r.documents.Classes, r.documents.Waivers = nil, nil, nil, nil
	parts := strings.SplitN(file, "/", 4)
	if len(parts) < 3 {
		return nil, false
	}
	for _, site := range documents.Sites {
		if site.Value.Metadata.Name == parts[1] {
			r.documents.Sites = []*spec.Document[schema.Site]{site}
		}
	}
	place, _, ofCluster := tree.PlaceOf(file)
	r.siteWide = !ofCluster
	if len(r.documents.Sites) == 0 {
		return nil, false
	}
	found := false
	for _, tenant := range documents.Tenants {
		found = found || r.choose(documents, tenant, parts[1], place, file)
	}
	return r, found || r.siteWide
}

// choose takes the tenant's cluster that the file belongs to, if it is there.
func (r *renderer) choose(documents spec.Documents, tenant *spec.Document[schema.Tenant], site string, place tree.Place, file string) bool {
	name := tenant.Value.Metadata.Name
	for i, c := range tenant.Value.Spec.Clusters {
		namespace := resolve.NamespaceOf(name, c.Name)
		of := tree.Place{Site: site, Tenant: name, Cluster: c.Name} == place
		if r.siteWide {
			of = strings.HasSuffix(file, "-"+namespace+".yaml")
		}
		if !of || c.Site != "" && c.Site != site {
			continue
		}
		r.cluster = i
		r.documents.Tenants = []*spec.Document[schema.Tenant]{only(tenant, i)}
		for _, class := range documents.Classes {
			if class.Value.Metadata.Name == tenant.Value.Spec.Class {
				r.documents.Classes = []*spec.Document[schema.TenantClass]{class}
			}
		}
		return true
	}
	return false
}

// only is a tenant with one of its clusters.
func only(tenant *spec.Document[schema.Tenant], i int) *spec.Document[schema.Tenant] {
	one := *tenant
	one.Value.Spec.Clusters = tenant.Value.Spec.Clusters[i : i+1]
	return &one
}

func (r *renderer) render(documents spec.Documents) rendered {
	plan, faults := resolve.Resolve(documents)
	out := rendered{plan: plan, files: map[string][]byte{}}
	whole := len(plan.Sites) == 1 && len(plan.Clusters) == len(documents.Tenants)
	if out.sound = whole && !faults.HasErrors(); out.sound {
		out.sound = !r.make(plan, out.files).HasErrors()
	}
	return out
}

func (r *renderer) make(plan resolve.Plan, files map[string][]byte) diag.List {
	site := plan.Sites[0]
	folder, made, faults := site.Folder(), map[string][]byte(nil), diag.List(nil)
	if r.siteWide {
		wide, more := r.platforms.Objects(plan.Tenancy, site, r.own)
		made, faults = overlay.SiteFolder(site.Name, generators.Flux(plan.Tenancy, site, plan.Clusters), wide)
		faults = append(faults, more...)
	} else {
		c := plan.Clusters[0]
		made, faults = overlay.ClusterFolder(generators.Boundary(plan.Tenancy, site, c), generators.Layer(plan.Tenancy, site, c))
		folder, faults = c.Folder(), append(faults, generators.Refused(site, c)...)
	}
	for name, data := range made {
		files[folder+"/"+name] = data
	}
	return faults
}

// named is the file of a name, once every path has its own names again.
func (r rendered) named(back *strings.Replacer, file string) []byte {
	if back == nil {
		return r.files[file]
	}
	for name, data := range r.files {
		if back.Replace(name) == file {
			return data
		}
	}
	return nil
}

// template is where a platform object's line stands in the templates, or the
// object, where it is not in there as it came out.
func (r *renderer) template(made rendered, data []byte, at path) *diag.Position {
	id, ok := identity(data)
	if !ok || !r.siteWide {
		return nil
	}
	source, found := platform.Template(made.plan.Tenancy, made.plan.Sites[0], r.own, id)
	if !found {
		return nil
	}
	return &diag.Position{File: source.File, Line: source.Line + lineOf(source.Data, at) - 1, Column: 1}
}
