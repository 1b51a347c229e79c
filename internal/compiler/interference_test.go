package compiler_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/bench"
	"github.com/tenantc/tenantc/internal/cache"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/tree"
)

// fleet is a random tenancy by path: some of whose clusters leave the size of
// their control plane to the class, or are suspended or retired.
func fleet(random *rand.Rand) map[string]string {
	files := map[string]string{}
	for path, data := range bench.Fleet(11 + random.IntN(12)) {
		lines := strings.SplitAfter(string(data), "\n")
		for i, line := range lines {
			switch {
			case strings.HasPrefix(path, "tenants/") && strings.Contains(line, "        resources: ") && random.IntN(2) == 0:
				lines[i] = ""
			case strings.Contains(line, "lifecycle: {state: active}"):
				state := []string{"active", "active", "active", "suspended", "retired", "purged"}[random.IntN(6)]
				lines[i] = strings.Replace(line, "active", state, 1)
			}
		}
		files[path] = strings.Join(lines, "")
	}
	return files
}

// change is an edit of a random tenancy, and whom it may touch: a tenant, or else
// what a site has of its own.
type change struct {
	kind  string
	files map[string]string
	own   []string // templates that the tenancy has a version of its own of
	may   func(tenant, site string) bool
}

// randomChange edits one document of a tenancy, or its templates.
func randomChange(random *rand.Rand, kind string, files map[string]string) change {
	c := change{kind: kind, files: maps.Clone(files)}
	pick := func(folder string) string {
		paths := slices.DeleteFunc(slices.Sorted(maps.Keys(files)), func(p string) bool { return !strings.HasPrefix(p, folder) })
		return paths[random.IntN(len(paths))]
	}
	edit := func(path, old, new string) { c.files[path] = strings.ReplaceAll(c.files[path], old, new) }
	tenant, site := pick("tenants/"), pick("sites/")
	name, siteName := nameOf(tenant), nameOf(site)
	sitesOf := func(text string) func(string) bool {
		return func(site string) bool { return strings.Contains(text, "site: "+site+"\n") }
	}
	class := []string{"bronze", "silver", "gold"}[random.IntN(3)]
	switch kind {
	case "spec":
		edits := [][2]string{
			{`pods: "100"`, fmt.Sprintf(`pods: "%d"`, 20+random.IntN(70))}, {"storage: 500Gi", "storage: 499Gi"},
			{"ports: [443, 8443]", "ports: [8443]"}, {"-admins]", "-owners]"}, {"state: active", "state: suspended"}, {"www.", "web."},
		}
		e := edits[random.IntN(len(edits))]
		edit(tenant, e[0], e[1])
		c.may = func(t, s string) bool { return t == name }
	case "leaves":
		delete(c.files, tenant)
		there := sitesOf(files[tenant])
		c.may = func(t, s string) bool { return t == name || t == "" && there(s) }
	case "comes":
		c.files["tenants/new.yaml"] = fmt.Sprintf(newcomer, siteName)
		c.may = func(t, s string) bool { return t == "newcomer" || t == "" && s == siteName }
	case "class":
		documents := strings.Split(files["classes/classes.yaml"], "---\n")
		for i, document := range documents {
			if strings.Contains(document, "name: "+class+"\n") {
				document = strings.Replace(document, "      resources: {cpu: \"1\", memory: 2Gi}\n", "", 1)
				documents[i] = strings.Replace(document, "controlPlane:\n", "controlPlane:\n      resources: {cpu: 1500m, memory: 3Gi}\n", 1)
			}
		}
		c.files["classes/classes.yaml"] = strings.Join(documents, "---\n")
		c.may = func(t, s string) bool { return strings.Contains(files["tenants/"+t+".yaml"], "class: "+class+"\n") }
	case "site":
		edits := [][2]string{{"cpu: 2.0", "cpu: 1.5"}, {"labels: {region:", "labels: {rack: a, region:"}, {"168.20.53", "168.20.55"}, {"apiDomain: ", "apiDomain: x."}, {"ingress-nginx", "ingress-public"}}
		e := edits[random.IntN(len(edits))]
		edit(site, e[0], e[1])
		there := func(t string) bool { return sitesOf(files["tenants/"+t+".yaml"])(siteName) }
		c.may = func(t, s string) bool { return t == "" && s == siteName || t != "" && there(t) }
	case "tenancy":
		edit("tenancy.yaml", "interval: 5m", "interval: 6m")
		c.may = func(string, string) bool { return true }
	case "template":
		c.own = []string{"priority/kustomization.yaml", "priority/priorityclasses.yaml", "priority/prioritylevel.yaml"}
		c.may = func(t, s string) bool { return t == "" }
	}
	return c
}

const newcomer = `apiVersion: tenantc.dev/v1alpha1
kind: Tenant
metadata: {name: newcomer}
spec:
  class: bronze
  clusters:
    - name: main
      site: %s
      quota: {cpu: "1", memory: 1Gi, pods: "10", storage: 10Gi}
      storage: {classes: [nvme]}
`

func nameOf(path string) string {
	return strings.TrimSuffix(path[strings.LastIndexByte(path, '/')+1:], ".yaml")
}

// Over random edits of random tenancies: what a change touches is what it says,
// to the byte, and is told with the reason; nothing else differs.
func TestNonInterference(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	kinds := []string{"spec", "leaves", "comes", "class", "site", "tenancy", "template"}
	effect := map[string]int{}
	o := compiler.Options{Cache: cache.Open(t.TempDir(), "test", "/")}
	for i := range max(2*len(kinds), *builds/2) {
		files := fleet(random)
		c := randomChange(random, kinds[i%len(kinds)], files)
		before, after := one(files), one(c.files)
		after.Templates = map[string][]byte{}
		for _, path := range c.own {
			data, err := os.ReadFile("../../templates/" + path)
			require.NoError(t, err)
			after.Templates[path] = bytes.Replace(data, []byte("nominalConcurrencyShares: 20"), []byte("nominalConcurrencyShares: 10"), 1)
		}
		touched, faults := compiler.Interference(t.Context(), before, after, o)
		require.False(t, faults.HasErrors(), "change %d, %s: %v", i, c.kind, faults)
		told, every := 0, 5
		for _, of := range touched {
			require.NotEmpty(t, of.Reasons, "change %d, %s: %v", i, c.kind, of)
			require.True(t, c.may(of.Tenant, of.Site), "change %d, %s, touches %s%s", i, c.kind, of.Tenant, of.Site)
			told += of.Files
		}
		if i%every == 0 {
			require.Equal(t, differences(t, before, after, c, o), told, "change %d, %s", i, c.kind)
		}
		effect[c.kind] += told
	}
	for _, kind := range kinds {
		require.Positive(t, effect[kind], "no %s changed anything: the test shows nothing", kind)
	}
}

// differences counts the files that differ, having looked itself whose they are.
func differences(t *testing.T, before, after compiler.Source, c change, o compiler.Options) int {
	old, _ := compiler.Compile(t.Context(), before, o)
	next, _ := compiler.Compile(t.Context(), after, o)
	paths := differing(old.Tree.Files, next.Tree.Files)
	for _, path := range paths {
		if at, _, is := tree.PlaceOf(path); is {
			require.True(t, c.may(at.Tenant, ""), "%s touches %s", c.kind, path)
		}
	}
	return len(paths)
}
