package place

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/schema"
)

// namedSites bounds how many sites of one reason are named.
const namedSites = 5

// unplaceable says of every site why a cluster cannot go there, sites with the
// same reasons together, those that lack the least first.
func unplaceable(want wanted, why map[string][]string) diag.Diagnostic {
	alike := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(why)) {
		reasons := strings.Join(why[name], "; ")
		alike[reasons] = append(alike[reasons], name)
	}
	reasons := slices.SortedFunc(maps.Keys(alike), func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "; "), strings.Count(b, "; ")), cmp.Compare(alike[a][0], alike[b][0]))
	})
	d := diag.Diagnostic{
		Severity: diag.Error, Code: diag.Unplaceable, Tenant: want.open.Tenant(),
		Path: want.open.Path("placement"), Position: want.open.At("placement"),
		Message: fmt.Sprintf("no site fits cluster %s", want.open.Name()),
		Hint:    "ask for less, or add capacity; what is placed is never moved to make room",
	}
	for _, r := range reasons {
		d.Notes = append(d.Notes, diag.Note{Position: d.Position, Message: naming(alike[r]) + ": " + r})
	}
	return d
}

func naming(names []string) string {
	if len(names) == 1 {
		return "site " + names[0]
	}
	if more := len(names) - namedSites; more > 0 {
		return fmt.Sprintf("sites %s and %d more", strings.Join(names[:namedSites], ", "), more)
	}
	return "sites " + strings.Join(names, ", ")
}

// Check warns about clusters on sites that their placement would no longer
// choose, and refuses neighbours that do not exist.
func Check(docs spec.Documents, plan resolve.Plan) diag.List {
	list := checkNames(docs)
	f := &fleet{byName: map[string]*site{}, tenants: map[string][]resolve.Cluster{}}
	for _, s := range plan.Sites {
		f.byName[s.Name] = &site{Site: s}
	}
	for _, c := range plan.Clusters {
		if stays(c) {
			f.tenants[c.Tenant] = append(f.tenants[c.Tenant], c)
		}
	}
	for _, c := range plan.Clusters {
		if c.Placement == nil || !stays(c) || docs.Broken("Tenant", c.Tenant) { // of whom not all neighbours are known
			continue
		}
		s := f.byName[c.Site].Site
		unmet := append(unmetBySite(*c.Placement, s), f.unmetNeighbours(c.Tenant, c.Name, *c.Placement, s)...)
		if len(unmet) > 0 {
			list = append(list, diag.Diagnostic{
				Severity: diag.Warning, Code: diag.PlacementUnmet, Tenant: c.Tenant, Position: c.Origin.Cluster(),
				Message: fmt.Sprintf("cluster %s is on site %s, which its placement would no longer choose: %s", c.Name, c.Site, strings.Join(unmet, "; ")),
				Hint:    "it stays there; change the placement, or move it by adding a cluster of another name and retiring this one",
			})
		}
	}
	return list
}

// checkNames refuses neighbours that the tenant does not have.
func checkNames(docs spec.Documents) diag.List {
	var list diag.List
	for _, doc := range docs.Tenants {
		names := map[string]bool{}
		for _, c := range doc.Value.Spec.Clusters {
			names[c.Name] = true
		}
		for i, c := range doc.Value.Spec.Clusters {
			if c.Placement == nil {
				continue
			}
			for field, n := range map[string]*schema.Neighbours{"spread": c.Placement.Spread, "affinity": c.Placement.Affinity} {
				if n == nil {
					continue
				}
				for j, name := range n.Clusters {
					if names[name] && name != c.Name {
						continue
					}
					path := fmt.Sprintf("spec.clusters[%d].placement.%s.clusters[%d]", i, field, j)
					list = append(list, diag.Diagnostic{
						Severity: diag.Error, Code: diag.NeighbourUnknown, Tenant: doc.Value.Metadata.Name, Path: path, Position: doc.At(path),
						Message: fmt.Sprintf("tenant %s has no other cluster %s", doc.Value.Metadata.Name, name),
						Hint:    "name another cluster of the tenant, or none for all others",
					})
				}
			}
		}
	}
	return list
}
