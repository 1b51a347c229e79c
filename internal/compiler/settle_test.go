package compiler_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/cache"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/tree"
)

// editing is a tenancy of several sites that is edited at random: soundly, and
// with every fault that is between documents.
type editing struct {
	*rand.Rand
	files map[string]string
}

const editingSites, editingTenants = 5, 7

func newEditing(seed uint64) *editing {
	e := &editing{rand.New(rand.NewPCG(seed, 7)), sound()}
	for _, path := range []string{"tenants/example.yaml", "tenants/acme.yaml", "sites/site-1.yaml"} {
		delete(e.files, path)
	}
	e.files["classes/standard.yaml"] = strings.Replace(e.files["classes/standard.yaml"], "memory: 128Gi", "memory: 4Ti", 1)
	for i := range editingSites {
		e.files[fmt.Sprintf("sites/site-%d.yaml", i)] = siteOf(i, 10, fmt.Sprintf("site-%d.k8s.example.net", i))
	}
	for i := range editingTenants {
		e.files[fmt.Sprintf("tenants/t%d.yaml", i)] = e.tenant(i, false)
	}
	e.files["tenants/placed.yaml"] = tenantSpec("placed", "standard", clusterSpec("main", "placement: {matchLabels: {region: north}}", "1Gi", 10, "[]"))
	e.files[spec.LockFile] = "placed/main: {site: site-0}\n"
	return e
}

func siteOf(i, nodes int, domain string) string {
	site := sound()["sites/site-1.yaml"]
	for old, new := range map[string]string{
		"name: site-1": fmt.Sprintf("name: site-%d", i), "site-1.k8s.example.net": domain, "nodes: 10": fmt.Sprintf("nodes: %d", nodes),
		"  reserve:": fmt.Sprintf("    loadBalancerPool: 172.16.%d.0/26\n  reserve:", i),
	} {
		site = strings.Replace(site, old, new, 1)
	}
	return site
}

// tenant is a tenant of one or two clusters on sites of any kind.
func (e *editing) tenant(i int, faulty bool) string {
	class, out := "standard", ""
	if faulty && e.IntN(8) == 0 {
		class = "platinum"
	}
	first := e.IntN(editingSites)
	for k := range 1 + e.IntN(4)/3 {
		name, memory, hosts := []string{"main", "other"}[k], "1Gi", fmt.Sprintf("[www.t%d.example, %q]", i, fmt.Sprintf("*.apps.t%d.example", i))
		where := fmt.Sprintf("site: site-%d", (first+k)%editingSites)
		if faulty {
			name = e.any(name, "main")
			memory = e.any(memory, memory, "3000Gi", "3Ti", "9Ti")
			where = e.any(where, where, where, "site: site-9", "placement: {matchLabels: {region: "+e.any("north", "south")+"}}")
			hosts = e.any(hosts, hosts, "[www.shared.example]", "[\"*.shared.example\"]", "[api.site-1.k8s.example.net]", "[\"*.site-2.k8s.example.net\"]", "[www.t1.example]")
		}
		out += clusterSpec(name, where, memory, 10+e.IntN(3), hosts)
	}
	return tenantSpec(fmt.Sprintf("t%d", i), class, out)
}

func clusterSpec(name, where, memory string, pods int, hosts string) string {
	return fmt.Sprintf("    - name: %s\n      %s\n      quota: {cpu: \"1\", memory: %s, storage: 10Gi, pods: \"%d\"}\n      storage: {classes: [local]}\n      network: {hosts: %s}\n",
		name, where, memory, pods, hosts)
}

func tenantSpec(name, class, clusters string) string {
	return fmt.Sprintf("apiVersion: tenantc.dev/v1alpha1\nkind: Tenant\nmetadata: {name: %s}\nspec:\n  class: %s\n  clusters:\n%s", name, class, clusters)
}

func (e *editing) any(of ...string) string { return of[e.IntN(len(of))] }

// edit is the tenancy with one thing changed, for good or for this time.
func (e *editing) edit() map[string]string {
	next, i := maps.Clone(e.files), e.IntN(editingTenants)
	tenant, site := fmt.Sprintf("tenants/t%d.yaml", i), e.IntN(editingSites)
	switch e.IntN(12) {
	case 0:
		next[fmt.Sprintf("sites/site-%d.yaml", site)] = siteOf(site, 2+e.IntN(9), fmt.Sprintf("site-%d.k8s.example.net", site))
	case 1:
		next[fmt.Sprintf("sites/site-%d.yaml", site)] = siteOf(site, 10, e.any("t1.example", "apps.t2.example", "example", "site-1.k8s.example.net"))
	case 2:
		next["tenancy.yaml"] += "# another comment\n"
	case 3:
		next["classes/standard.yaml"] = strings.Replace(next["classes/standard.yaml"], "clusters: 3", "clusters: "+e.any("1", "2", "3"), 1)
	case 4:
		delete(next, tenant)
	case 5:
		next[tenant] += e.any("    bad: [", "# fine\n", "      sandbox: gvisor\n")
	case 6:
		next[spec.LockFile] += fmt.Sprintf("t%d/main: {site: site-%d}\n", i, site) + e.any("", "t9/main: {site: site-1}\n", "t1/other: {site: site-7}\n", "<<<<<<<\n")
	case 7:
		next["tenants/copy.yaml"] = e.tenant(i, false)
	default:
		next[tenant] = e.tenant(i, e.IntN(3) > 0)
	}
	return next
}

// A run that leaves out what an earlier one has settled has the faults of one
// that looks at everything, and makes the same files, whatever was edited, in
// whatever order, and whatever the base holds.
func TestSettlingChangesNothing(t *testing.T) {
	left, faulty, warned := 0, 0, 0
	for seed := range max(uint64(*builds)/15, 1) {
		e, dir, base := newEditing(seed), t.TempDir(), tree.New()
		for step := range 40 {
			files := e.edit()
			source := one(files)
			want, plain := compiler.Compile(t.Context(), source, compiler.Options{})
			o := compiler.Options{Cache: cache.Open(dir, "test", "/"), Settle: true}
			checked, faults := compiler.Check(t.Context(), source, o)
			require.Equal(t, describe(want.Documents, checked), describe(want.Documents, want), "seed %d, step %d", seed, step)
			made := checked
			if !faults.HasErrors() {
				o.Base = baseOf(t, base, e.IntN(2) == 0)
				var more diag.List
				made, more = compiler.Generate(t.Context(), checked, source, o)
				faults = append(faults, more...)
			}
			require.Equal(t, plain.Sorted(), faults.Sorted(), "seed %d, step %d", seed, step)
			require.NoError(t, o.Cache.Save(t.Context()))
			left += len(made.Documents.Left)
			if plain.HasErrors() {
				faulty++
				continue
			}
			warned += len(plain)
			require.Equal(t, want.Tree.Files, filled(made.Tree, base), "seed %d, step %d", seed, step)
			if e.IntN(3) > 0 {
				e.files = files
			}
			if e.IntN(4) > 0 {
				base = want.Tree
			}
		}
	}
	require.NotZero(t, left, "nothing was ever left out: the test shows nothing")
	require.NotZero(t, faulty, "nothing was ever wrong: the test shows nothing")
	require.NotZero(t, warned, "nothing was ever warned of: the test shows nothing")
}

// What a tenant comes to share with one on another site, who is settled, is
// found; whichever of the two it is told of.
func TestSettledTenantsAreStillComparedWithOthers(t *testing.T) {
	files := newEditing(1).files
	maps.DeleteFunc(files, func(path, _ string) bool { return strings.HasPrefix(path, "tenants/") || path == spec.LockFile })
	tenant := func(i int, hosts string) string {
		return tenantSpec(fmt.Sprintf("t%d", i), "standard", clusterSpec("main", fmt.Sprintf("site: site-%d", i), "1Gi", 10, hosts))
	}
	for i := range 3 {
		files[fmt.Sprintf("tenants/t%d.yaml", i)] = tenant(i, fmt.Sprintf("[www.t%d.example, \"*.apps.t%d.example\"]", i, i))
	}
	base := baseOf(t, compiled(t, one(files), compiler.Options{}), false)
	for name, edit := range map[string][2]string{
		"the host of an earlier one":       {"tenants/t1.yaml", tenant(1, "[www.t0.example]")},
		"the host of a later one":          {"tenants/t1.yaml", tenant(1, "[www.t2.example]")},
		"a wildcard over an earlier one":   {"tenants/t1.yaml", tenant(1, "[\"*.t0.example\"]")},
		"a wildcard over a later one":      {"tenants/t1.yaml", tenant(1, "[\"*.t2.example\"]")},
		"a host below a later wildcard":    {"tenants/t1.yaml", tenant(1, "[www.apps.t2.example]")},
		"the wildcard of a later one":      {"tenants/t1.yaml", tenant(1, "[\"*.apps.t2.example\"]")},
		"a domain that is a tenant's host": {"sites/site-1.yaml", siteOf(1, 10, "www.t0.example")},
		"a domain that a host lies in":     {"sites/site-1.yaml", siteOf(1, 10, "t2.example")},
	} {
		dir := t.TempDir()
		run := func(files map[string]string) (compiler.Result, diag.List) {
			o := compiler.Options{Cache: cache.Open(dir, "test", "/"), Settle: true}
			checked, faults := compiler.Check(t.Context(), one(files), o)
			if !faults.HasErrors() {
				o.Base = base
				_, faults = compiler.Generate(t.Context(), checked, one(files), o)
			}
			require.NoError(t, o.Cache.Save(t.Context()))
			return checked, faults
		}
		_, faults := run(files)
		require.Empty(t, faults, name)
		settled, faults := run(files)
		require.Empty(t, faults, name)
		require.Len(t, settled.Documents.Left, 3, name)

		next := maps.Clone(files)
		next[edit[0]] = edit[1]
		_, want := compiler.Check(t.Context(), one(next), compiler.Options{})
		require.True(t, want.HasErrors(), name)
		_, faults = run(next)
		require.Equal(t, want.Sorted(), faults.Sorted(), name)
	}
}

// Two tenancies that are compared have the differences and the faults that they
// have without what a cache knows; and most of both is left out.
func TestSettlingChangesNoPair(t *testing.T) {
	left, faulty := 0, 0
	e, dir := newEditing(2), t.TempDir()
	for step := range max(*builds, 20) {
		old, next := one(e.files), one(e.edit())
		before, was := compiler.Check(t.Context(), old, compiler.Options{})
		require.False(t, was.HasErrors())
		after, faults := compiler.Check(t.Context(), next, compiler.Options{})
		o := compiler.Options{Cache: cache.Open(dir, "test", "/")}
		b, a, told, found := compiler.CheckPair(t.Context(), old, next, o)
		require.Equal(t, was.Sorted(), told.Sorted(), "step %d", step)
		require.Equal(t, faults.Sorted(), found.Sorted(), "step %d", step)
		require.Equal(t, describe(after.Documents, after), describe(after.Documents, a), "step %d", step)
		left += len(a.Documents.Left)
		if faults.HasErrors() {
			faulty++
			continue
		}
		wantB, wantA, wantFaults := compiler.Pair(t.Context(), compiler.Side{Checked: before, Source: old}, compiler.Side{Checked: after, Source: next}, compiler.Options{})
		madeB, madeA, madeFaults := compiler.Pair(t.Context(), compiler.Side{Checked: b, Source: old}, compiler.Side{Checked: a, Source: next}, o)
		require.Equal(t, wantFaults.Sorted(), madeFaults.Sorted(), "step %d", step)
		require.Equal(t, tree.Compare(wantB.Files, wantA.Files), tree.Compare(madeB.Files, madeA.Files), "step %d", step)
		require.NoError(t, o.Cache.Save(t.Context()))
		if e.IntN(2) == 0 {
			e.files = filesOf(next)
		}
	}
	require.NotZero(t, left, "nothing was ever left out: the test shows nothing")
	require.NotZero(t, faulty, "nothing was ever wrong: the test shows nothing")
}

func filesOf(source compiler.Source) map[string]string {
	files := map[string]string{}
	for _, f := range source.Files() {
		files[f.Path] = string(f.Data)
	}
	return files
}

// describe is what is asked of a result about tenants, whether they were left
// out or not.
func describe(all spec.Documents, r compiler.Result) string {
	out := fmt.Sprintln(r.SitesOf())
	for _, doc := range all.Tenants {
		out += fmt.Sprintln(r.TenantAt(doc.Value.Metadata.Name))
	}
	return out
}

func baseOf(t *testing.T, of tree.Tree, proven bool) *compiler.Base {
	folder, err := gitrepo.FolderHashes(of)
	require.NoError(t, err)
	return &compiler.Base{Folder: folder, Hashes: gitrepo.FolderHashes, Proven: proven}
}

// filled is a tree with the files of its unchanged folders, as the base has them.
func filled(made, base tree.Tree) map[string][]byte {
	made = made.Whole()
	out := maps.Clone(made.Files)
	for folder := range made.Unchanged {
		for path, data := range base.Files {
			if strings.HasPrefix(path, folder+"/") {
				out[path] = data
			}
		}
	}
	return out
}
