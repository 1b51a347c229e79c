package diff

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/tree"
)

// Trees compares two compiled trees, or the files in which they differ: a file
// that is in neither map is taken to be the same in both. Objects are matched
// by identity within their site, wherever their files are; what only orders or
// lists (the order of keys, the resources of a kustomization) is no difference.
// The list has a warning for each file that is no YAML.
func Trees(before, after map[string][]byte) (Report, diag.List) {
	return Changes(slices.Values(tree.Compare(before, after)))
}

// Changes is Trees of the files in which they differ.
func Changes(changes iter.Seq[tree.Change]) (Report, diag.List) {
	pairs, outlined := map[string]pair{}, outline{}
	for c := range changes {
		pairs[c.Path] = pair{c.Before, c.After}
		outlined.look(c.Path, pairs[c.Path])
	}
	return report(pairs, outlined)
}

// Consequences is Changes without the objects that are only added, which take
// away nothing and replace nothing: all that a judgement over the change needs,
// and cheap when a whole fleet is new. Its counts of objects are not complete,
// those of the summary are.
func Consequences(changes iter.Seq[tree.Change]) (Report, Summary) {
	pairs, outlined := map[string]pair{}, outline{}
	for c := range changes {
		outlined.look(c.Path, pair{c.Before, c.After})
		if c.Before != nil {
			pairs[c.Path] = pair{c.Before, c.After}
		}
	}
	r, _ := report(pairs, outlined)
	return r, outlined.summary()
}

// report compares files that differ.
func report(pairs map[string]pair, outlined outline) (Report, diag.List) {
	old, faults := decodeAll(pairs, func(p pair) []byte { return p.before })
	next, more := decodeAll(pairs, func(p pair) []byte { return p.after })
	var sites []Site
	for _, name := range outlined.names() {
		site := newSite(name, outlined[name])
		site.fill(old[name], next[name])
		if site.differs() {
			sites = append(sites, site)
		}
	}
	return Report{Sites: sites, Moves: moves(sites), Counts: count(sites)}, append(faults, more...)
}

// decodeAll decodes one side of the pairs, by site.
func decodeAll(pairs map[string]pair, side func(pair) []byte) (map[string][]item, diag.List) {
	items := map[string][]item{}
	var faults diag.List
	for _, name := range slices.Sorted(maps.Keys(pairs)) {
		at, ok := locate(name)
		data := side(pairs[name])
		if !ok || data == nil {
			continue
		}
		found, bad := decode(name, at, data)
		items[at.site] = append(items[at.site], found...)
		faults = append(faults, bad...)
	}
	return items, faults
}

func newSite(name string, o *siteOutline) Site {
	site := Site{Name: name, Change: o.change}
	for _, change := range o.sorted() {
		site.Clusters = append(site.Clusters, Cluster{ClusterChange: change, Effects: change.lifecycleEffects()})
	}
	return site
}

// fill adds the objects that differ, each to its part of the site, and drops
// clusters in which none does.
func (s *Site) fill(before, after []item) {
	for _, pair := range match(before, after) {
		o, at := pair.object()
		if o.Change == Changed && len(o.Fields) == 0 {
			continue
		}
		part := s.part(at)
		*part = append(*part, o)
	}
	for i := range s.Clusters {
		s.Clusters[i].settle()
	}
	s.Clusters = slices.DeleteFunc(s.Clusters, func(c Cluster) bool { return len(c.Objects) == 0 && c.same() })
}

// part is where objects at a place are listed.
func (s *Site) part(at place) *[]Object {
	switch at.folder {
	case tree.PlatformFolder:
		return &s.Platform
	case tree.FluxFolder:
		return &s.Flux
	case tree.TenantsFolder:
		i, found := slices.BinarySearchFunc(s.Clusters, at, func(c Cluster, at place) int {
			return cmp.Or(cmp.Compare(c.Tenant, at.tenant), cmp.Compare(c.Name, at.cluster))
		})
		if !found {
			c := Cluster{ClusterChange: ClusterChange{Tenant: at.tenant, Name: at.cluster, Change: Changed}}
			s.Clusters = slices.Insert(s.Clusters, i, c)
		}
		return &s.Clusters[i].Objects
	}
	return &s.Root
}

// same tells whether only files differ, and nothing that anybody would see.
func (c ClusterChange) same() bool { return c.Change == Changed && c.From == c.To }

func (s Site) differs() bool {
	found := s.Change != Changed || len(s.Clusters) > 0
	s.objects(func(objects []Object) { found = found || len(objects) > 0 })
	return found
}

// matched is an object in both trees; nil where it is absent.
type matched struct{ before, after *item }

// match pairs items of the same identity, in order of it. An identity that
// occurs more than once on one side (a patch beside its object) is paired in
// order of the file.
func match(before, after []item) []matched {
	byID := map[object.ID][]matched{}
	for i := range before {
		byID[before[i].id] = append(byID[before[i].id], matched{before: &before[i]})
	}
	taken := map[object.ID]int{}
	for i := range after {
		id := after[i].id
		if n := taken[id]; n < len(byID[id]) {
			byID[id][n].after = &after[i]
		} else {
			byID[id] = append(byID[id], matched{after: &after[i]})
		}
		taken[id]++
	}
	var all []matched
	for _, id := range slices.SortedFunc(maps.Keys(byID), object.Compare) {
		all = append(all, byID[id]...)
	}
	return all
}

// object is the pair as it is reported, and where.
func (m matched) object() (Object, place) {
	switch {
	case m.before == nil:
		return Object{ID: m.after.id, Change: Added, File: m.after.file}, m.after.at
	case m.after == nil:
		return Object{ID: m.before.id, Change: Removed, File: m.before.file, Effects: m.effects(nil)}, m.before.at
	}
	found := fields(*m.before, *m.after)
	return Object{ID: m.after.id, Change: Changed, File: m.after.file, Fields: found, Effects: m.effects(found)}, m.after.at
}
