package place

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/bench"
	"github.com/tenantc/tenantc/internal/capacity"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
)

var written = regexp.MustCompile(`site: site-\d+`)

// tenancy is a random one: sites of three kinds, and tenants whose clusters,
// all of random size, are open, some of them apart from or near each other.
func tenancy(r *rand.Rand, clusters int) map[string][]byte {
	files := bench.Fleet(clusters)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasPrefix(path, "tenants/") {
			continue
		}
		text := written.ReplaceAllStringFunc(string(files[path]), func(string) string {
			return "placement: " + []string{"{matchLabels: {country: it}}", "{spread: {}}", "{spread: {topologyKey: region}}", "{affinity: {topologyKey: country}}", "{maxCost: 2}"}[r.IntN(5)]
		})
		text = strings.ReplaceAll(text, "memory: 32Gi\n", fmt.Sprintf("memory: %dGi\n", 16+r.IntN(600)))
		files[path] = []byte(text)
	}
	return files
}

func parsed(t testing.TB, files map[string][]byte, without func(string) bool) spec.Documents {
	var list []spec.File
	for path, data := range files { // in no order: it does not matter
		if without == nil || !without(path) {
			list = append(list, spec.File{Path: path, Data: data})
		}
	}
	docs, faults := spec.Parse(t.Context(), list, 2)
	require.Empty(t, faults)
	return docs
}

// unplaced leaves out that some cluster fits nowhere, which random ones may.
func unplaced(t *testing.T, faults diag.List) int {
	for _, d := range faults {
		require.Equal(t, diag.Unplaceable, d.Code, d.Message)
		require.NotEmpty(t, d.Notes)
	}
	return len(faults)
}

// Over random tenancies: no site is ever promised more than it has, and every
// constraint holds where a cluster was put; the same specs give the same lock;
// and who was placed stays, whoever comes later.
func TestPlacementProperties(t *testing.T) {
	placed, refused := 0, 0
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 3))
		files := tenancy(r, 20+r.IntN(60))
		docs := parsed(t, files, nil)
		outcome, faults := Decide(docs)
		refused += unplaced(t, faults)
		placed += len(outcome.Placed)
		requireSound(t, docs, outcome)

		again, _ := Decide(parsed(t, files, nil))
		require.Equal(t, string(spec.EncodeLock(outcome.Lock)), string(spec.EncodeLock(again.Lock)))

		// The same tenants, but a half of them came first.
		before := parsed(t, files, func(path string) bool {
			return strings.HasPrefix(path, "tenants/") && len(path)%2 == int(path[len(path)-6])%2
		})
		first, faults := Decide(before)
		unplaced(t, faults)
		docs.Lock = spec.NewLock(first.Lock)
		second, faults := Decide(docs)
		unplaced(t, faults)
		require.Subset(t, second.Lock, first.Lock, "who was placed stays")
		require.Less(t, len(first.Lock), len(second.Lock))
		requireSound(t, docs, second)
	}
	require.Greater(t, placed, 100)
	require.Positive(t, refused, "the sizes must make some clusters fit nowhere")
}

// requireSound resolves a tenancy with its lock as compile would.
func requireSound(t *testing.T, docs spec.Documents, o Outcome) {
	t.Helper()
	docs.Lock = spec.NewLock(o.Lock)
	plan, faults := resolve.Resolve(docs)
	for _, d := range faults {
		require.Equal(t, diag.PlacementOpen, d.Code, d.Message)
	}
	for _, s := range capacity.Sites(plan) {
		require.True(t, s.Fits(), "%s: %v", s.Name, s.Findings)
	}
	require.Empty(t, Check(docs, plan))
}

// example is a tenancy of three sites; its placement and its rest are a case's.
func example(cluster string, more ...string) map[string][]byte {
	files := bench.Fleet(50)
	for path := range files {
		if strings.HasPrefix(path, "tenants/") || path == "sites/site-0002.yaml" || path == "sites/site-0003.yaml" {
			delete(files, path)
		}
	}
	costly := strings.Replace(string(files["sites/site-0001.yaml"]), "  reserve:", "  cost: 3\n  reserve:", 1)
	files["sites/site-0001.yaml"] = []byte(costly)
	header := "apiVersion: tenantc.dev/v1alpha1\nkind: Tenant\nmetadata: {name: %s}\nspec:\n  class: free\n  clusters:\n"
	files["classes/free.yaml"] = []byte("apiVersion: tenantc.dev/v1alpha1\nkind: TenantClass\nmetadata: {name: free}\nspec: {isolation: soft}\n")
	files["tenants/acme.yaml"] = []byte(fmt.Sprintf(header, "acme") + cluster + strings.Join(more, ""))
	return files
}

func oneCluster(name, rest string) string {
	return fmt.Sprintf("    - name: %s\n      kubernetes: \"1.33\"\n      storage: {classes: [nvme]}\n%s\n", name, rest)
}

const (
	small    = "      quota: {cpu: \"2\", memory: 4Gi}\n"
	anywhere = "      placement: {}\n"
)

// Where a cluster goes and why, and what makes it go nowhere, constraint by
// constraint and site by site, as a user reads it.
func TestExplanations(t *testing.T) {
	var out bytes.Buffer
	for _, c := range []struct {
		name  string
		files map[string][]byte
	}{
		{"the cheapest", example(oneCluster("main", small+anywhere))},
		{"a label", example(oneCluster("main", small+"      placement: {matchLabels: {region: region-1}}"))},
		{"apart and near", example(oneCluster("a", small+"      placement: {matchLabels: {region: region-4}}\n      controlPlane: {distro: k0s}\n      kubernetes: \"1.30\""), oneCluster("b", small+"      placement: {spread: {}}"), oneCluster("c", small+"      placement: {affinity: {clusters: [b]}}"))},
		{"labels and cost", example(oneCluster("main", small+"      placement: {matchLabels: {region: region-1, tier: edge}, maxCost: 2}"))},
		{"stack", example(oneCluster("main", small+anywhere+"      stack: kubevirt"))},
		{"sandbox and storage class", example(oneCluster("main", small+anywhere+"      sandbox: kata-fc"), oneCluster("bulky", small+"      placement: {maxCost: 1}\n      sandbox: kata-fc"))},
		{"hardware", example(oneCluster("main", small+anywhere+"      nodes: {mode: shared, matchLabels: {gpu: l4}}"))},
		{"room", example(oneCluster("main", anywhere+"      quota: {cpu: \"2\", memory: 6000Gi}"), oneCluster("pod", anywhere+"      quota: {cpu: \"200\", memory: 400Gi, largestPod: {cpu: \"150\", memory: 10Gi}}"))},
		{"addresses of the site", example(oneCluster("main", small+anywhere+"      network: {allowTo: [{cidr: 10.0.0.0/24}]}"))},
		{"not apart enough", example(oneCluster("a", small+"      placement: {spread: {topologyKey: country}}"), oneCluster("b", small+anywhere))},
		{"no label to spread by", example(oneCluster("a", small+"      placement: {spread: {topologyKey: rack}}"), oneCluster("b", small+anywhere))},
	} {
		for path := range c.files { // the document's own kubernetes stands once
			c.files[path] = bytes.Replace(c.files[path], []byte("      kubernetes: \"1.33\"\n      storage: {classes: [nvme]}\n      quota: {cpu: \"2\", memory: 4Gi}\n      placement: {matchLabels: {region: region-4}}"), []byte("      storage: {classes: [nvme]}\n      quota: {cpu: \"2\", memory: 4Gi}\n      placement: {matchLabels: {region: region-4}}"), 1)
		}
		outcome, faults := Decide(parsed(t, c.files, nil))
		fmt.Fprintf(&out, "== %s\n", c.name)
		for _, p := range outcome.Placed {
			fmt.Fprintf(&out, "%s on %s: %s\n", p.Key(), p.Site, p.Why())
		}
		require.NoError(t, diag.Print(&out, faults, diag.Text))
	}
	golden.Check(t, filepath.Join("testdata", "explanations.txt"), out.Bytes())
}

// The best site stays below the threshold, is the cheapest, is used most evenly,
// is the emptiest, is the first by name: in this order.
func TestTheBestSite(t *testing.T) {
	of := func(name string, cost float64, used int64, average float64, crowded bool) candidate {
		return candidate{&site{Site: resolve.Site{Name: name, Cost: cost}}, capacity.Fill{Fullest: capacity.Pot{Capacity: 100, Sold: used}, Average: average, Crowded: crowded}}
	}
	want := []candidate{
		of("even", 1, 50, 0.25, false),
		of("even and fuller", 1, 75, 0.5, false),
		of("even and fuller, later", 1, 75, 0.5, false),
		of("uneven", 1, 40, 0, false),
		of("costly", 2, 10, 0.1, false),
		of("crowded", 1, 90, 0.9, true),
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, compareCandidates)
	for i := range want {
		require.Equal(t, want[i].site.Name, got[i].site.Name)
	}
}

// A pool that is dedicated is nobody else's, whoever came first.
func TestDedicatedPoolsAreNotShared(t *testing.T) {
	kept := func(files map[string][]byte) map[string][]byte {
		site := string(files["sites/site-0000.yaml"])
		site = strings.Replace(site, "  storageClasses:", "    - name: kept\n      nodes: 3\n      allocatable: {cpu: \"92\", memory: 360Gi, pods: \"250\"}\n      labels: {gpu: l4}\n      taints: [{key: gpu, effect: NoSchedule}]\n  storageClasses:", 1)
		files["sites/site-0000.yaml"] = []byte(site)
		return files
	}
	dedicated := small + anywhere + "      nodes: {mode: dedicated, matchLabels: {gpu: l4}}"
	files := kept(example(oneCluster("a", dedicated), oneCluster("b", dedicated)))
	files["tenants/other.yaml"] = []byte(strings.ReplaceAll(string(files["tenants/acme.yaml"]), "name: acme", "name: other"))
	outcome, faults := Decide(parsed(t, files, nil))
	require.Len(t, outcome.Placed, 2)
	require.Equal(t, []string{"acme/a", "acme/b"}, []string{outcome.Placed[0].Key(), outcome.Placed[1].Key()})
	require.Len(t, faults, 2)
	require.Contains(t, faults[0].Notes[0].Message, "site site-0000: pool kept is dedicated to another tenant")
}

// What is placed stays when its site no longer suits, with a warning; a
// neighbour that does not exist is a fault.
func TestCheck(t *testing.T) {
	files := example(oneCluster("main", small+"      placement: {matchLabels: {region: region-7}, maxCost: 1, spread: {clusters: [other, main]}}"))
	files[spec.LockFile] = []byte("acme/main: {site: site-0001}\n")
	docs := parsed(t, files, nil)
	outcome, faults := Decide(docs)
	require.False(t, faults.HasErrors())
	require.Empty(t, outcome.Placed)
	require.Equal(t, []spec.Decision{{Tenant: "acme", Cluster: "main", Site: "site-0001", Stack: "vcluster"}}, outcome.Lock)
	plan, _ := resolve.Resolve(docs)
	var out bytes.Buffer
	require.NoError(t, diag.Print(&out, Check(docs, plan), diag.Text))
	golden.Check(t, filepath.Join("testdata", "check.txt"), out.Bytes())
}
