package review

import (
	"fmt"
	"slices"

	"github.com/tenantc/tenantc/internal/capacity"
	"github.com/tenantc/tenantc/internal/change"
	"github.com/tenantc/tenantc/internal/diff"
)

// capacityNote shows, of each site where the change promises more or less, the
// scarcest thing that it takes or gives back; nothing where it does neither.
func capacityNote(c change.Change) []Note {
	note := Note{Title: "Capacity", Header: []string{"site", "scarcest of what changes", "before", "after"}}
	before := map[string]capacity.Site{}
	for _, s := range capacity.Sites(c.Before.Plan) {
		before[s.Name] = s
	}
	touched := map[string]bool{}
	for _, s := range c.Report.Sites {
		touched[s.Name] = s.Change != diff.Removed
	}
	for _, s := range capacity.Sites(c.After.Plan) {
		was := before[s.Name]
		s.Pots = slices.DeleteFunc(slices.Clone(s.Pots), func(p capacity.Pot) bool {
			old, known := potOf(was, p)
			return known && old.Used() == p.Used() && old.Capacity == p.Capacity
		})
		if pot, any := s.Tightest(); any && touched[s.Name] {
			note.Rows = append(note.Rows, capacityRow(s.Name, was, pot))
		}
	}
	if len(note.Rows) == 0 {
		return nil
	}
	return []Note{note}
}

func capacityRow(site string, was capacity.Site, pot capacity.Pot) []string {
	old := ""
	if p, known := potOf(was, pot); known {
		old = capacity.Percent(p.Share())
	}
	return []string{site, scarce(pot), old, capacity.Percent(pot.Share())}
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
