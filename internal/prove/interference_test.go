package prove

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a change touches is told with its reason, and what has none is told to
// have none.
func TestInterference(t *testing.T) {
	before := Version{
		Tenancy: "t", Templates: "p",
		Sites:   map[string]string{"s1": "1", "s2": "1"},
		Classes: map[string]string{"gold": "1"},
		Tenants: map[string]string{"acme": "1", "globex": "1"},
		ClassOf: map[string]string{"acme": "gold", "globex": "gold"},
		SitesOf: map[string][]string{"acme": {"s1"}, "globex": {"s1"}},
		Files: map[string][]byte{
			"sites/s1/tenants/acme/prod/boundary/a.yaml":                []byte("1"),
			"sites/s1/tenants/globex/prod/boundary/a.yaml":              []byte("1"),
			"sites/s1/flux/kustomization-boundary-acme-prod.yaml":       []byte("1"),
			"sites/s1/flux/kustomization-cluster-globex-corp-prod.yaml": []byte("1"),
			"sites/s1/flux/kustomization.yaml":                          []byte("1"),
			"sites/s1/platform/p.yaml":                                  []byte("1"),
		},
	}
	const acme, globex = "sites/s1/tenants/acme/prod/boundary/a.yaml", "sites/s1/tenants/globex/prod/boundary/a.yaml"
	for name, c := range map[string]struct {
		change func(*Version)
		touch  []string
		want   []Touched
	}{
		"nothing":          {func(*Version) {}, nil, nil},
		"its own spec":     {func(v *Version) { v.Tenants["acme"] = "2" }, []string{acme}, []Touched{{Tenant: "acme", Files: 1, Reasons: []string{"its own spec"}}}},
		"another's spec":   {func(v *Version) { v.Tenants["acme"] = "2" }, []string{acme, globex}, []Touched{{Tenant: "acme", Files: 1, Reasons: []string{"its own spec"}}, {Tenant: "globex", Files: 1}}},
		"the class":        {func(v *Version) { v.Classes["gold"] = "2" }, []string{globex}, []Touched{{Tenant: "globex", Files: 1, Reasons: []string{"class gold"}}}},
		"another site":     {func(v *Version) { v.Sites["s2"] = "2" }, []string{acme}, []Touched{{Tenant: "acme", Files: 1}}},
		"the placement":    {func(v *Version) { v.SitesOf["acme"] = []string{"s2"} }, []string{acme}, []Touched{{Tenant: "acme", Files: 1, Reasons: []string{"where it is placed"}}}},
		"a template":       {func(v *Version) { v.Templates = "q" }, []string{"sites/s1/platform/p.yaml", acme}, []Touched{{Tenant: "acme", Files: 1}, {Site: "s1", Files: 1, Reasons: []string{"a template"}}}},
		"by its Flux name": {func(v *Version) { v.Tenants["globex"] = "2" }, []string{"sites/s1/flux/kustomization-cluster-globex-corp-prod.yaml"}, []Touched{{Tenant: "globex-corp", Files: 1}}},
		"comes":            {func(v *Version) { v.Tenants["acme"], v.SitesOf["acme"] = "2", []string{"s1", "s1"} }, []string{acme, "sites/s1/flux/kustomization.yaml"}, []Touched{{Tenant: "acme", Files: 1, Reasons: []string{"its own spec", "where it is placed"}}, {Site: "s1", Files: 1, Reasons: []string{"tenant acme comes or goes"}}}},
		"the list alone":   {func(*Version) {}, []string{"sites/s1/flux/kustomization.yaml"}, []Touched{{Site: "s1", Files: 1}}},
	} {
		after := before
		after.Tenants, after.Classes, after.Sites = maps.Clone(before.Tenants), maps.Clone(before.Classes), maps.Clone(before.Sites)
		after.SitesOf, after.Files = maps.Clone(before.SitesOf), maps.Clone(before.Files)
		c.change(&after)
		for _, path := range c.touch {
			after.Files[path] = []byte("2")
		}
		require.Equal(t, c.want, Interference(before, after), name)
	}
}
