package prove

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/tree"
)

// Version is a tenancy at one time, as far as it says whose output may differ
// from another version's. Digests stand for documents, by name.
type Version struct {
	Tenancy   string
	Templates string
	Sites     map[string]string
	Classes   map[string]string
	Tenants   map[string]string
	ClassOf   map[string]string   // of a tenant
	SitesOf   map[string][]string // of a tenant's clusters, in order
	Files     map[string][]byte   // of the fleet tree
}

// Touched is what a change does to one tenant's output, or to what a site has of
// its own, and why.
type Touched struct {
	Tenant  string   `json:"tenant,omitempty"`
	Site    string   `json:"site,omitempty"`
	Files   int      `json:"files"`
	Reasons []string `json:"reasons"` // none: it should not have changed
}

// Interference lists whose output differs between two versions, tenants before
// sites, with what of its inputs differs. A tenant's are its spec, its class,
// where its clusters are placed, those sites, and the tenancy; a site's, its
// spec, the tenancy, the templates and, for what Flux applies, its tenants.
func Interference(before, after Version) []Touched {
	files := map[owner]int{}
	for _, c := range tree.Compare(before.Files, after.Files) {
		files[ownerOf(c.Path)]++
	}
	var touched []Touched
	changed := map[string]bool{}
	for _, o := range slices.SortedFunc(maps.Keys(files), compareOwners) {
		t := Touched{Tenant: o.tenant, Site: o.site, Files: files[o]}
		if o.tenant != "" {
			t.Reasons = tenantReasons(before, after, o.tenant)
			changed[o.tenant] = true
		} else {
			t.Reasons = siteReasons(before, after, o.site, changed)
		}
		touched = append(touched, t)
	}
	return touched
}

// owner of a file of the fleet tree: a tenant, or a site.
type owner struct{ tenant, site string }

// ownerOf tells whose a file is by its path alone. A site's Flux Kustomizations
// are the tenants' whose layers they apply; the names of those have the tenant
// before the last hyphen.
func ownerOf(path string) owner {
	if place, _, is := tree.PlaceOf(path); is {
		return owner{tenant: place.Tenant}
	}
	site, rest, _ := strings.Cut(strings.TrimPrefix(path, tree.SitesFolder+"/"), "/")
	name := strings.TrimSuffix(strings.TrimPrefix(rest, tree.FluxFolder+"/"), ".yaml")
	for _, layer := range []string{"kustomization-boundary-", "kustomization-cluster-"} {
		if namespace, is := strings.CutPrefix(name, layer); is {
			if i := strings.LastIndexByte(namespace, '-'); i > 0 {
				return owner{tenant: namespace[:i]}
			}
		}
	}
	return owner{site: site}
}

func compareOwners(a, b owner) int {
	if (a.tenant == "") != (b.tenant == "") {
		return strings.Compare(b.tenant, a.tenant)
	}
	return strings.Compare(a.tenant+a.site, b.tenant+b.site)
}

func tenantReasons(before, after Version, tenant string) []string {
	reasons := differing("its own spec", before.Tenants[tenant], after.Tenants[tenant])
	if !slices.Equal(before.SitesOf[tenant], after.SitesOf[tenant]) {
		reasons = append(reasons, "where it is placed")
	}
	for _, class := range sortedSet(before.ClassOf[tenant], after.ClassOf[tenant]) {
		reasons = append(reasons, differing("class "+class, before.Classes[class], after.Classes[class])...)
	}
	for _, site := range sortedSet(slices.Concat(before.SitesOf[tenant], after.SitesOf[tenant])...) {
		reasons = append(reasons, differing("site "+site, before.Sites[site], after.Sites[site])...)
	}
	return append(reasons, differing("the tenancy", before.Tenancy, after.Tenancy)...)
}

// siteReasons: what Flux applies on a site changes with the tenants there.
func siteReasons(before, after Version, site string, tenants map[string]bool) []string {
	reasons := differing("its own spec", before.Sites[site], after.Sites[site])
	reasons = append(reasons, differing("the tenancy", before.Tenancy, after.Tenancy)...)
	reasons = append(reasons, differing("a template", before.Templates, after.Templates)...)
	for _, tenant := range slices.Sorted(maps.Keys(tenants)) {
		if slices.Contains(before.SitesOf[tenant], site) != slices.Contains(after.SitesOf[tenant], site) || len(before.SitesOf[tenant]) != len(after.SitesOf[tenant]) {
			reasons = append(reasons, "tenant "+tenant+" comes or goes")
		}
	}
	return reasons
}

func differing(what, before, after string) []string {
	if before == after {
		return nil
	}
	return []string{what}
}

func sortedSet(names ...string) []string {
	slices.Sort(names)
	names = slices.Compact(names)
	return slices.DeleteFunc(names, func(n string) bool { return n == "" })
}

// TouchedJSON writes what a change touches for programs.
func TouchedJSON(w io.Writer, touched []Touched) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(map[string]any{"touched": slices.Concat([]Touched{}, touched)})
}

// TouchedText writes it for people.
func TouchedText(w io.Writer, touched []Touched) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	tenants := 0
	for _, t := range touched {
		name := "site " + t.Site
		if t.Tenant != "" {
			name = "tenant " + t.Tenant
			tenants++
		}
		why := strings.Join(t.Reasons, ", ")
		if len(t.Reasons) == 0 {
			why = "NOTHING that it is made of changed"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", name, diag.Plural(t.Files, "file"), why)
	}
	fmt.Fprintf(table, "%s and %s touched; every other file is the same to the byte\n", diag.Plural(tenants, "tenant"), diag.Plural(len(touched)-tenants, "site"))
	return table.Flush()
}
