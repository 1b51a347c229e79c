// Package diff says what differs between two compiled trees in the words of
// the people who review it: by site, tenant cluster, object and field, instead
// of by file and line. It also prints that, for a terminal, for programs and
// for a pull request, and sums it up for a commit.
//
// It is pure. Where the trees come from (a folder, a revision, the compiler)
// and what a difference is worth (risk, gates) belong elsewhere; what a
// difference does on a site is said here, beside it.
package diff

import (
	"github.com/tenantc/tenantc/internal/object"
)

// Change says what happened to a thing.
type Change string

const (
	Added   Change = "added"
	Removed Change = "removed"
	Changed Change = "changed"
)

// Report is what differs. What is the same in both trees is not in it.
type Report struct {
	Sites  []Site `json:"sites"`           // by name
	Moves  []Move `json:"moves,omitempty"` // by where from
	Counts Counts `json:"counts"`
}

// Counts sums a report up.
type Counts struct {
	Sites    Tally `json:"sites"`
	Clusters Tally `json:"clusters"`
	Objects  Tally `json:"objects"`
}

// Tally counts things of one sort by what happened to them.
type Tally struct {
	Added   int `json:"added"`
	Changed int `json:"changed"`
	Removed int `json:"removed"`
}

// Site is what differs on one site.
type Site struct {
	Name     string    `json:"name"`
	Change   Change    `json:"change"`
	Root     []Object  `json:"root,omitempty"`     // in no folder of the following
	Platform []Object  `json:"platform,omitempty"` // site-wide
	Flux     []Object  `json:"flux,omitempty"`     // what makes Flux apply the rest
	Clusters []Cluster `json:"clusters,omitempty"` // by tenant and name
}

// Cluster is what differs in one tenant cluster, boundary and cluster alike.
type Cluster struct {
	ClusterChange
	Effects []Effect `json:"effects,omitempty"` // of what happens to the cluster as a whole
	Objects []Object `json:"objects,omitempty"`
}

// ClusterChange says which tenant cluster changed and how. From and To are its
// lifecycle states: both where the state changed, one where the cluster was
// added or removed, none where the state is the same.
type ClusterChange struct {
	Tenant string `json:"tenant"`
	Name   string `json:"name"`
	Change Change `json:"change"`
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
}

// Object is one Kubernetes object that differs. File is where it is in the
// newer tree, or was. A file that holds no object is one of kind File, named
// by its path below the site.
type Object struct {
	ID     object.ID `json:"id"`
	Change Change    `json:"change"`
	File   string    `json:"file"`
	Fields []Field   `json:"fields,omitempty"` // of a changed object, in order of the path

	Effects []Effect `json:"effects,omitempty"` // on the site, the worst first
}

// Field is one value that differs. A path is as in
// spec.ports[name=https].port; within the chart values of a VCluster it goes
// on as spec.helmRelease.values.sync. Before is absent for an added field,
// After for a removed one. Where neither is there, the note says what changed.
type Field struct {
	Path   string `json:"path"`
	Change Change `json:"change"`
	Before any    `json:"before,omitempty"`
	After  any    `json:"after,omitempty"`
	Note   string `json:"note,omitempty"`
}

// Empty tells whether nothing differs.
func (r Report) Empty() bool { return len(r.Sites) == 0 }

func (t *Tally) count(c Change) {
	switch c {
	case Added:
		t.Added++
	case Removed:
		t.Removed++
	case Changed:
		t.Changed++
	}
}

func (t Tally) total() int { return t.Added + t.Changed + t.Removed }

// objects calls visit with every list of objects of the site.
func (s Site) objects(visit func([]Object)) {
	visit(s.Root)
	visit(s.Platform)
	visit(s.Flux)
	for _, cluster := range s.Clusters {
		visit(cluster.Objects)
	}
}

func count(sites []Site) Counts {
	var c Counts
	for _, site := range sites {
		c.Sites.count(site.Change)
		for _, cluster := range site.Clusters {
			c.Clusters.count(cluster.Change)
		}
		site.objects(func(objects []Object) {
			for _, o := range objects {
				c.Objects.count(o.Change)
			}
		})
	}
	return c
}
