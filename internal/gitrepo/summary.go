package gitrepo

import (
	"fmt"
	"path"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/tenantc/tenantc/internal/tree"
)

// place is where in the fleet a path belongs: to a tenant cluster, to the
// site's list of Flux Kustomizations, or to the site itself.
type place struct{ site, tenant, cluster string }

func (p place) folder() string {
	if p.tenant == "" {
		return path.Join(sites, p.site)
	}
	return path.Join(sites, p.site, "tenants", p.tenant, p.cluster)
}

// placeOf reads a path of the fleet (design.md §4). shared is a file that
// changes with the tenant clusters of the site.
func placeOf(file string) (p place, shared bool) {
	names := strings.SplitN(file, "/", 6)
	if len(names) < 3 {
		return place{}, false
	}
	p.site = names[1]
	if names[2] == "tenants" && len(names) == 6 {
		p.tenant, p.cluster = names[3], names[4]
	}
	return p, names[2] == "flux"
}

// tally counts the changed files of a place.
type tally struct{ all, removed, added, shared int }

// Summarize says of changes, which lie between the head and what will be
// committed on it, what they do to tenant clusters and sites.
func (f *Fleet) Summarize(changes tree.Changes) ([]Line, error) {
	places, touched := map[place]tally{}, map[string]bool{}
	for _, c := range changes {
		p, shared := placeOf(c.Path)
		t := places[p]
		t.count(c, shared)
		places[p] = t
		if p.tenant != "" {
			touched[p.site] = true
			whole := place{site: p.site}
			t := places[whole]
			t.count(c, true)
			places[whole] = t
		}
	}
	var lines []Line
	for p, t := range places {
		verb, err := f.verb(p, t)
		if err != nil {
			return nil, fmt.Errorf("summing up the changes: %w", err)
		}
		if p.tenant == "" && verb == Change && touched[p.site] && t.all == t.shared {
			continue // it changes because its tenant clusters do
		}
		lines = append(lines, Line{Site: p.site, Tenant: p.tenant, Cluster: p.cluster, Verb: verb})
	}
	return lines, nil
}

func (t *tally) count(c tree.Change, shared bool) {
	t.all++
	switch {
	case c.Before == nil:
		t.added++
	case c.After == nil:
		t.removed++
	}
	if shared {
		t.shared++
	}
}

// verb is Add where the head has nothing, and Remove where nothing stays.
func (f *Fleet) verb(p place, t tally) (Verb, error) {
	base, found, err := f.find(p.folder())
	switch {
	case err != nil:
		return "", err
	case !found:
		return Add, nil
	case t.removed < t.all || !base.isFolder():
		return Change, nil
	}
	files, err := f.objects.count(base.hash, t.removed)
	if err == nil && files == t.removed {
		return Remove, nil
	}
	return Change, err
}

// count is the number of entries below a folder that are not folders; it stops
// when it is past a bound.
func (o *objects) count(folder plumbing.Hash, bound int) (int, error) {
	entries, err := o.tree(folder)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, e := range entries {
		below := 1
		if e.isFolder() {
			if below, err = o.count(e.hash, bound-n); err != nil {
				return 0, err
			}
		}
		if n += below; n > bound {
			return n, nil
		}
	}
	return n, nil
}
