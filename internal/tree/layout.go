package tree

import (
	"cmp"
	"strings"
)

// The layout of the fleet tree (design.md §4). Nothing else spells it out.
const (
	SitesFolder    = "sites"
	SiteFile       = "site.yaml" // says that tenantc owns the site's folder
	FluxFolder     = "flux"      // of a site
	PlatformFolder = "platform"  // of a site
	TenantsFolder  = "tenants"   // of a site
	BoundaryFolder = "boundary"  // of a tenant cluster
	ClusterFolder  = "cluster"   // of a tenant cluster
)

// SiteFolder is the folder of a site.
func SiteFolder(site string) string { return SitesFolder + "/" + site }

// Place is where a tenant cluster is in the fleet tree. Without a tenant it is
// the site itself.
type Place struct {
	Site    string `json:"site"`
	Tenant  string `json:"tenant,omitempty"`
	Cluster string `json:"cluster,omitempty"`
}

// String is as in: turin-1 acme/prod.
func (p Place) String() string {
	if p.Tenant == "" {
		return p.Site
	}
	return p.Site + " " + p.Tenant + "/" + p.Cluster
}

// Folder of the tenant cluster.
func (p Place) Folder() string {
	return SiteFolder(p.Site) + "/" + TenantsFolder + "/" + p.Tenant + "/" + p.Cluster
}

// PlaceOf reads a tenant cluster's place from the path of one of its files, and
// the file's path below its folder; false where the path is no cluster's.
func PlaceOf(file string) (p Place, rest string, is bool) {
	parts := strings.SplitN(file, "/", 6)
	if len(parts) < 6 || parts[0] != SitesFolder || parts[2] != TenantsFolder {
		return Place{}, "", false
	}
	return Place{parts[1], parts[3], parts[4]}, parts[5], true
}

// ComparePaths orders paths so that a name, then all that is below the folder
// of that name, stand together: the slash comes before every other character.
func ComparePaths(a, b string) int {
	for i := range min(len(a), len(b)) {
		switch {
		case a[i] == b[i]:
		case a[i] == '/':
			return -1
		case b[i] == '/':
			return 1
		default:
			return cmp.Compare(a[i], b[i])
		}
	}
	return cmp.Compare(len(a), len(b))
}
