package diff

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tenantc/tenantc/internal/tree"
)

const (
	suspended = "suspended"
	retired   = "retired"
)

// lifecycleEffects is what happens to a tenant cluster as a whole (design:
// nothing leaves by accident).
func (c ClusterChange) lifecycleEffects() []Effect {
	one := func(kind EffectKind, text string) []Effect { return []Effect{{Kind: kind, Text: text}} }
	switch {
	case c.Change == Removed && c.From != purged:
		return one(Refused, "publish refuses this: the site would keep it running with nobody to change or remove it. It leaves by lifecycle: retired, then purged")
	case c.Change != Changed || c.From == c.To:
		return nil
	case c.To == suspended && c.From == active:
		return one(Interrupts, "the tenant's traffic is closed; nothing is deleted")
	case c.To == active && c.From == suspended:
		return one(Interrupts, "the tenant's traffic is opened again")
	case c.To == retired && c.From != purged:
		return one(Deleted, "the tenant cluster is deleted with its data; its namespace, quota and fence stay until it is purged")
	case c.To == purged && c.From == retired:
		return one(Deleted, "the namespace is deleted with what is left in it")
	case c.To == purged:
		return one(Refused, "publish refuses this: it must be retired, and published so, before it is purged")
	case c.From == retired || c.From == purged:
		return one(Replaced, "the tenant cluster is made again, empty")
	}
	return nil
}

// settle drops what the cluster's objects say for themselves where all of the
// cluster goes: that it does, and how, is said once.
func (c *Cluster) settle() {
	if !c.Leaving() && c.Change != Removed {
		return
	}
	for i := range c.Objects {
		c.Objects[i].Effects = nil
	}
}

// Leaving tells whether the change takes a tenant cluster off its site by its
// lifecycle.
func (c ClusterChange) Leaving() bool {
	return c.Change == Changed && c.From != c.To && (c.To == retired || c.To == purged)
}

// Move is a tenant cluster that goes in one place and comes in another: to
// another site, or on its site under another name. To Kubernetes it is no move
// but a deletion and a creation.
type Move struct {
	Kind string     `json:"kind"` // move (another site) or rename
	From tree.Place `json:"from"`
	To   tree.Place `json:"to"`
	Text string     `json:"text"` // what it does, for a person
}

// moves pairs what goes with what comes, each once: first the same tenant and
// cluster on another site, then on the same site the same cluster of another
// tenant, then another cluster of the same tenant. Clusters that come are
// paired with those that leave the fleet or are retired in the same change.
func moves(sites []Site) []Move {
	var going, coming []tree.Place
	for _, s := range sites {
		for _, c := range s.Clusters {
			at := tree.Place{Site: s.Name, Tenant: c.Tenant, Cluster: c.Name}
			switch {
			case c.Change == Added && (c.To == active || c.To == suspended):
				coming = append(coming, at)
			case c.Change == Removed && c.From != purged, c.Change == Changed && c.From != c.To && c.To == retired:
				going = append(going, at)
			}
		}
	}
	var found []Move
	pair := func(kind string, same func(a, b tree.Place) bool) {
		for _, from := range slices.Clone(going) {
			i := slices.IndexFunc(coming, func(to tree.Place) bool { return same(from, to) })
			if i < 0 {
				continue
			}
			found = append(found, newMove(kind, from, coming[i]))
			coming = slices.Delete(coming, i, i+1)
			going = slices.DeleteFunc(going, func(r tree.Place) bool { return r == from })
		}
	}
	pair("move", func(a, b tree.Place) bool { return a.Tenant == b.Tenant && a.Cluster == b.Cluster })
	pair("rename", func(a, b tree.Place) bool { return a.Site == b.Site && a.Cluster == b.Cluster })
	pair("rename", func(a, b tree.Place) bool { return a.Site == b.Site && a.Tenant == b.Tenant })
	slices.SortFunc(found, func(a, b Move) int { return cmp.Compare(a.From.String(), b.From.String()) })
	return found
}

func newMove(kind string, from, to tree.Place) Move {
	m := Move{Kind: kind, From: from, To: to}
	m.Text = fmt.Sprintf("%s → %s is a deletion and a new, empty tenant cluster: its data does not come along", from, to)
	return m
}
