package diff

import (
	"slices"

	"github.com/tenantc/tenantc/internal/tree"
)

// Hazard is an effect that cannot be taken back, or that a running cluster does
// not take in place, with all the places where it happens alike.
type Hazard struct {
	Effect
	Places []tree.Place // a place without a tenant is the site itself

	block block
}

// Hazards lists them, the worst first.
func Hazards(r Report) []Hazard {
	var all []Hazard
	for _, b := range blocks(r) {
		effects := b.effects()
		seen := map[string]bool{}
		for _, e := range effects {
			if e.Kind.Severity() < OneWay.Severity() || seen[e.Text] {
				continue
			}
			seen[e.Text] = true
			all = append(all, Hazard{e, b.places, b})
		}
	}
	slices.SortStableFunc(all, func(a, b Hazard) int { return b.Kind.Severity() - a.Kind.Severity() })
	return all
}

func (b block) effects() []Effect {
	if b.site != nil {
		return b.site.OwnEffects()
	}
	return b.cluster.AllEffects()
}
