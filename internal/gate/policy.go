package gate

import (
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/schema"
)

// limits reads policy.gates. Deletions are declared one by one by lifecycle, so
// that nothing bounds their number unless the tenancy does. What is declared
// nowhere else is 0 unless the tenancy says otherwise.
func limits(doc *spec.Document[schema.Tenancy]) ([]Limit, []string) {
	var g schema.Gates
	if p := doc.Value.Spec.Policy; p != nil && p.Gates != nil {
		g = *p.Gates
	}
	none := 0
	var all []Limit
	for _, l := range []struct {
		gate     Name
		max      *int
		fallback *int
	}{
		{Sites, g.Sites, nil}, {Tenants, g.Tenants, nil}, {Deletions, g.Deletions, nil},
		{Replacements, g.Replacements, &none}, {Weakened, g.Weakened, &none}, {Sold, g.Sold, nil},
	} {
		if l.max == nil {
			l.max = l.fallback
		}
		if l.max != nil {
			all = append(all, Limit{l.gate, *l.max, doc.At("spec.policy.gates." + string(l.gate))})
		}
	}
	return all, g.LiftedBy
}

// stood tells whether the revision before had the same waiver.
func stood(before spec.Documents, waiver *spec.Document[schema.Waiver]) bool {
	for _, doc := range before.Waivers {
		if doc.Value.Metadata.Name == waiver.Value.Metadata.Name && doc.Value.Spec == waiver.Value.Spec {
			return true
		}
	}
	return false
}
