package diff

import (
	"path"
	"strings"

	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/tree"
)

// listingFile is the kustomization of a folder.
const listingFile = "kustomization.yaml"

// place is where in a site a file stands. Tenant and cluster are empty outside
// of tenants/, folder is empty at the site's root.
type place struct {
	site    string
	folder  string // platform, flux or tenants
	tenant  string
	cluster string
	rest    string // the path below all of that
}

// locate reads a path of the tree. A path that is not below a site gives false.
func locate(name string) (place, bool) {
	if p, rest, is := tree.PlaceOf(name); is {
		return place{p.Site, tree.TenantsFolder, p.Tenant, p.Cluster, rest}, true
	}
	parts := strings.Split(name, "/")
	if len(parts) < 3 || parts[0] != tree.SitesFolder {
		return place{}, false
	}
	p := place{site: parts[1], rest: path.Join(parts[2:]...)}
	switch folder := parts[2]; {
	case (folder == tree.PlatformFolder || folder == tree.FluxFolder) && len(parts) > 3:
		p.folder, p.rest = folder, path.Join(parts[3:]...)
	}
	return p, true
}

// of is the place to list an object at: what Flux needs for a tenant cluster
// stands in the site's flux folder, but is read with the cluster.
func (p place) of(value map[string]any) place {
	meta, _ := value["metadata"].(map[string]any)
	labels, _ := meta["labels"].(map[string]any)
	tenant, _ := labels[object.LabelTenant].(string)
	cluster, _ := labels[object.LabelCluster].(string)
	if p.folder == tree.FluxFolder && tenant != "" && cluster != "" {
		p.folder, p.tenant, p.cluster = tree.TenantsFolder, tenant, cluster
	}
	return p
}
