package compiler_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/templates"
)

const heldSite = "sites/site-1.yaml"

// What the base holds, proven, is judged no more; and yet nothing is kept back
// that a run against no base would say, whichever fact a site is judged by
// changes, with templates that follow it and with such as do not.
func TestHeldSitesKeepNothingBack(t *testing.T) {
	hidden := sound() // nothing but the platform has the class
	maps.DeleteFunc(hidden, func(path, _ string) bool { return strings.HasPrefix(path, "tenants/") })
	deaf := own(hidden, "admission-ingress", func(file, data string) string {
		before, _, _ := strings.Cut(data, "replacements:")
		if strings.HasSuffix(file, "policy.yaml") {
			return strings.Replace(data, `"'nginx'"`, `'"nginx"'`, 1)
		}
		return before
	})
	bold := own(sound(), "admission-ingress", func(_, data string) string {
		return strings.Replace(data, `"!has(object.spec.defaultBackend)"`, `"true"`, 1)
	})
	held := map[string]int{}
	for name, c := range map[string]struct {
		files          map[string]string
		path, old, new string
	}{
		"nothing":                   {sound(), heldSite, "", ""},
		"class":                     {hidden, heldSite, "class: nginx", "class: public"},
		"class, template is deaf":   {deaf, heldSite, "class: nginx", "class: public"},
		"template is the tenancy's": {bold, heldSite, "", ""},
		"sandbox's version":         {sound(), heldSite, `kata: "3.24"`, `kata: "4.1"`},
		"sandboxes":                 {sound(), heldSite, "kata-qemu", "kata-fc"},
		"network":                   {sound(), heldSite, "cni: cilium", "cni: calico"},
		"where Flux is":             {sound(), "tenancy.yaml", "namespace: flux-system", "namespace: gitops"},
		"where sites pull":          {sound(), "tenancy.yaml", "pullURL: https://git", "pullURL: https://elsewhere"},
	} {
		before, faults := compiler.Compile(t.Context(), one(c.files), compiler.Options{})
		require.False(t, faults.HasErrors(), "%s: %v", name, faults)
		next := maps.Clone(c.files)
		require.Contains(t, next[c.path], c.old, name)
		next[c.path] = strings.Replace(next[c.path], c.old, c.new, 1)
		want, plain := compiler.Compile(t.Context(), one(next), compiler.Options{})
		made, faults := compiler.Compile(t.Context(), one(next), compiler.Options{Base: baseOf(t, before.Tree, true)})
		require.Equal(t, plain.Sorted(), faults.Sorted(), name)
		if !plain.HasErrors() {
			require.Equal(t, want.Tree.Files, filled(made.Tree, before.Tree), name)
		}
		if _, same := made.Tree.Unchanged["sites/site-1"]; same {
			held[name] = len(plain)
		}
	}
	require.Equal(t, map[string]int{"nothing": 0, "where sites pull": 0, "class, template is deaf": 1, "template is the tenancy's": 1}, held,
		"the faults of sites that the base holds to the byte")
}

// own is a tenancy with a template of its own, the built-in one rewritten.
func own(files map[string]string, name string, rewrite func(file, data string) string) map[string]string {
	out := maps.Clone(files)
	for file, data := range templates.Default() {
		if strings.HasPrefix(file, name+"/") {
			out["templates/"+file] = rewrite(file, string(data))
		}
	}
	return out
}

// The chart's schema is asked about all that the base does not hold, proven.
func TestRefusedValuesAreTold(t *testing.T) {
	source := one(sound())
	before, faults := compiler.Compile(t.Context(), source, compiler.Options{})
	require.Empty(t, faults)
	for name, o := range map[string]compiler.Options{
		"no base": {}, "a base": {Base: baseOf(t, before.Tree, false)}, "a proven base": {Base: baseOf(t, before.Tree, true)},
	} {
		checked, faults := compiler.Check(t.Context(), source, compiler.Options{})
		require.Empty(t, faults)
		checked.Plan.Clusters = append([]resolve.Cluster{}, checked.Plan.Clusters...)
		c := &checked.Plan.Clusters[0]
		c.ControlPlane.Distro = catalogue.K0s // gone from this chart
		_, faults = compiler.Generate(t.Context(), checked, source, o)
		require.Len(t, faults, 1, name)
		require.Equal(t, diag.ChartValues, faults[0].Code, name)
		require.Equal(t, c.Origin.Cluster(), faults[0].Position, name)
	}
}
