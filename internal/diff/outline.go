package diff

import (
	"cmp"
	"maps"
	"path"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
)

// Lifecycle states that are more than a name here: the usual one, and the one
// that no namespace tells of, because it is gone and only folders are left.
const (
	active = "active"
	purged = "purged"
)

// outline is which sites and clusters differ, read off the paths: it decodes
// next to nothing, and so stays cheap when a whole fleet is new.
type outline map[string]*siteOutline

type siteOutline struct {
	change   Change
	platform bool
	flux     bool
	clusters map[clusterKey]*ClusterChange
}

type clusterKey struct{ tenant, name string }

// pair is one file in both trees; nil where it is absent.
type pair struct{ before, after []byte }

// look learns from one file what happened to its site and its cluster.
func (o outline) look(name string, files pair) {
	at, ok := locate(name)
	if !ok {
		return
	}
	site := o.site(at.site)
	site.platform = site.platform || at.folder == tree.PlatformFolder
	site.flux = site.flux || at.folder == tree.FluxFolder
	switch {
	case at.rest == tree.SiteFile && at.folder == "":
		site.change = files.change()
	case at.cluster != "":
		site.cluster(at).look(at, files)
	}
}

// look learns from one file of a cluster what happened to the cluster.
func (c *ClusterChange) look(at place, files pair) {
	folder, name := path.Split(at.rest)
	if folder != tree.BoundaryFolder+"/" {
		return
	}
	switch {
	case name == listingFile:
		c.Change = files.change()
		c.From = cmp.Or(c.From, purgedIfEmpty(files.before))
		c.To = cmp.Or(c.To, purgedIfEmpty(files.after))
	case name == "namespace-"+resolve.NamespaceOf(at.tenant, at.cluster)+".yaml": // it may have further ones
		c.From = cmp.Or(stateIn(files.before), c.From)
		c.To = cmp.Or(stateIn(files.after), c.To)
	}
}

func (f pair) change() Change {
	switch {
	case f.before == nil:
		return Added
	case f.after == nil:
		return Removed
	}
	return Changed
}

func (o outline) site(name string) *siteOutline {
	if o[name] == nil {
		o[name] = &siteOutline{change: Changed, clusters: map[clusterKey]*ClusterChange{}}
	}
	return o[name]
}

func (s *siteOutline) cluster(at place) *ClusterChange {
	key := clusterKey{at.tenant, at.cluster}
	if s.clusters[key] == nil {
		s.clusters[key] = &ClusterChange{Tenant: at.tenant, Name: at.cluster, Change: Changed}
	}
	return s.clusters[key]
}

// sorted lists the clusters by tenant and name. A state that did not change is
// left out.
func (s *siteOutline) sorted() []ClusterChange {
	var list []ClusterChange
	for _, c := range s.clusters {
		if c.Change == Changed && c.From == c.To {
			c.From, c.To = "", ""
		}
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b ClusterChange) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Name, b.Name))
	})
	return list
}

func (o outline) names() []string { return slices.Sorted(maps.Keys(o)) }

// stateIn reads the lifecycle state off a cluster's namespace.
func stateIn(data []byte) string {
	var namespace struct {
		Metadata struct {
			Annotations map[string]string `yaml:"annotations"`
		} `yaml:"metadata"`
	}
	if yaml.Unmarshal(data, &namespace) != nil {
		return ""
	}
	return namespace.Metadata.Annotations[object.AnnotationState]
}

// purgedIfEmpty tells a tombstone: a boundary that lists nothing.
func purgedIfEmpty(data []byte) string {
	var listing struct {
		Resources []string `yaml:"resources"`
	}
	if data == nil || yaml.Unmarshal(data, &listing) != nil || len(listing.Resources) > 0 {
		return ""
	}
	return purged
}
