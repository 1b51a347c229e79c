package review

import (
	"fmt"

	"github.com/tenantc/tenantc/internal/capacity"
	"github.com/tenantc/tenantc/internal/change"
	"github.com/tenantc/tenantc/internal/diff"
)

// capacityNote shows what is scarcest on the sites where the change promises
// more or less; nothing where it does neither.
func capacityNote(c change.Change) []Note {
	note := Note{Title: "Capacity", Header: []string{"site", "scarcest", "before", "after"}}
	before := map[string]capacity.Site{}
	for _, s := range capacity.Sites(c.Before.Plan) {
		before[s.Name] = s
	}
	touched := map[string]bool{}
	for _, s := range c.Report.Sites {
		touched[s.Name] = s.Change != diff.Removed
	}
	for _, s := range capacity.Sites(c.After.Plan) {
		pot, any := s.Tightest()
		was, known := potOf(before[s.Name], pot)
		if !touched[s.Name] || !any || known && was.Used() == pot.Used() && was.Capacity == pot.Capacity {
			continue
		}
		old := ""
		if known {
			old = capacity.Percent(was.Share())
		}
		note.Rows = append(note.Rows, []string{s.Name, scarce(pot), old, capacity.Percent(pot.Share())})
	}
	if len(note.Rows) == 0 {
		return nil
	}
	return []Note{note}
}

func scarce(p capacity.Pot) string {
	if p.Of == "" {
		return string(p.Resource)
	}
	return fmt.Sprintf("%s of %s", p.Resource, p.Of)
}

// potOf finds the pot of a site that is for the same thing as another.
func potOf(s capacity.Site, like capacity.Pot) (capacity.Pot, bool) {
	for _, p := range s.Pots {
		if p.Resource == like.Resource && p.Of == like.Of {
			return p, true
		}
	}
	return capacity.Pot{}, false
}
