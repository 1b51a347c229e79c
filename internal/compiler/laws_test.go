package compiler_test

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/cache"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/tree"
)

// builds is how many random cases each law is tried with; security.md's bar
// wants 1,000 builds and 10,000 changes: go test -args -builds=10000.
var builds = flag.Int("builds", 30, "try the laws of the compiler with so many random cases")

func compiled(t *testing.T, source compiler.Source, o compiler.Options) tree.Tree {
	result, faults := compiler.Compile(t.Context(), source, o)
	require.Empty(t, faults)
	return result.Tree
}

// one is a tenancy of a few clusters, as a source.
func one(files map[string]string) compiler.Source {
	var list []spec.File
	for _, path := range slices.Sorted(maps.Keys(files)) {
		list = append(list, spec.File{Path: path, Data: []byte(files[path])})
	}
	return compiler.NewSource(list)
}

// Neither the names of the files, nor their order, how documents are spread over
// them, the time zone or the number of workers shows in a single byte.
func TestSameInputSameBytes(t *testing.T) {
	files := sound()
	want := compiled(t, one(files), compiler.Options{}).Digest()
	all := reference(t)
	whole := compiled(t, all, compiler.Options{}).Digest()
	local := time.Local
	t.Cleanup(func() { time.Local = local })
	random := rand.New(rand.NewPCG(3, 4))
	for i := range *builds {
		time.Local = time.FixedZone("elsewhere", random.IntN(24*3600)-12*3600)
		o := compiler.Options{Workers: 1 + random.IntN(9)}
		require.Equal(t, want, compiled(t, shuffled(random, one(files)), o).Digest(), "build %d", i)
		if i%20 == 0 {
			require.Equal(t, whole, compiled(t, shuffled(random, all), o).Digest(), "build %d", i)
		}
	}
}

// shuffled has the same documents in another order, in files of other names.
func shuffled(random *rand.Rand, source compiler.Source) compiler.Source {
	var out []spec.File
	together := map[string][]string{}
	for _, f := range source.Specs {
		folder, _, below := strings.Cut(f.Path, "/")
		if below && f.Path != spec.LockFile {
			name := fmt.Sprintf("%s/%c/%c.yaml", folder, 'a'+rune(random.IntN(3)), 'a'+rune(random.IntN(3)))
			together[name] = append(together[name], string(f.Data))
			continue
		}
		out = append(out, f)
	}
	for name, documents := range together {
		random.Shuffle(len(documents), func(i, j int) { documents[i], documents[j] = documents[j], documents[i] })
		out = append(out, spec.File{Path: name, Data: []byte(strings.Join(documents, "\n---\n"))})
	}
	random.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return compiler.Source{Specs: out, Templates: source.Templates}
}

// A change to one tenant touches its folder, its two Flux Kustomizations a
// cluster and the list of them, and nothing of another tenant or of the platform.
func TestLocality(t *testing.T) {
	o := compiler.Options{Cache: cache.Open(t.TempDir(), "test", "/")}
	random := rand.New(rand.NewPCG(5, 6))
	files := sound()
	files["tenants/second.yaml"] = tenantOf("second", "main", "4")
	before := compiled(t, one(files), o)
	for i := range *builds {
		name := []string{"second", "third", "second-a"}[random.IntN(3)]
		next := maps.Clone(files)
		path := "tenants/" + name + ".yaml"
		if _, there := next[path]; there && random.IntN(4) == 0 {
			delete(next, path)
		} else {
			next[path] = tenantOf(name, []string{"main", "other"}[random.IntN(2)], fmt.Sprint(1+random.IntN(8))) + randomParts(random, name)
		}
		after := compiled(t, one(next), o)
		for _, changed := range differing(before.Files, after.Files) {
			require.True(t, belongs(changed, name), "change %d, of tenant %s, touches %s", i, name, changed)
		}
		files, before = next, after
	}
}

func tenantOf(name, cluster, cpu string) string {
	return strings.Replace(evil(name, cluster, ""), `cpu: "1"`, fmt.Sprintf("cpu: %q", cpu), 1)
}

// randomParts are further fields of a tenant's cluster.
func randomParts(random *rand.Rand, name string) string {
	var out string
	for _, part := range []string{
		"      network: {hosts: [\"*." + name + ".example\"], allowTo: [{cidr: 198.51.100.0/24, ports: [443]}]}\n",
		"      access: {oidc: {issuer: https://login." + name + ".example, clientID: k}, admins: {groups: [" + name + "-admins]}}\n",
		"      controlPlane: {replicas: 3, store: {type: etcd}}\n",
		"      lifecycle: {state: " + []string{"suspended", "retired", "purged"}[random.IntN(3)] + "}\n",
	} {
		if random.IntN(2) == 0 {
			out += part
		}
	}
	return out
}

func differing(before, after map[string][]byte) []string {
	var out []string
	for path := range before {
		if other, there := after[path]; !there || !bytes.Equal(before[path], other) {
			out = append(out, path)
		}
	}
	for path := range after {
		if _, there := before[path]; !there {
			out = append(out, path)
		}
	}
	return out
}

// belongs tells whether a path may change with a tenant. The two names are as
// design.md §4 has them, for the two cluster names of this test.
func belongs(path, tenant string) bool {
	at, _, is := tree.PlaceOf(path)
	if is {
		return at.Tenant == tenant
	}
	flux := []string{"kustomization.yaml"}
	for _, cluster := range []string{"main", "other"} {
		flux = append(flux, "kustomization-boundary-"+tenant+"-"+cluster+".yaml", "kustomization-cluster-"+tenant+"-"+cluster+".yaml")
	}
	return filepath.Base(filepath.Dir(path)) == "flux" && slices.Contains(flux, filepath.Base(path))
}

// A run with what an earlier one has cached makes the same bytes and finds the
// same faults; a cache file that was tampered with, or is another version's,
// changes nothing.
func TestCacheChangesNothing(t *testing.T) {
	dir := t.TempDir()
	open := func(version string) *cache.Cache { return cache.Open(dir, version, "/tenancy") }
	files := sound()
	files["tenants/faulty.yaml"] = evil("faulty", "main", "      sandbox: gvisor\n")
	source := one(files)
	_, cold := compiler.Check(t.Context(), source, compiler.Options{})
	require.NotEmpty(t, cold)
	delete(files, "tenants/faulty.yaml")
	want := compiled(t, one(files), compiler.Options{})

	run := func(version string) *cache.Cache {
		c := open(version)
		_, faults := compiler.Check(t.Context(), source, compiler.Options{Cache: c})
		require.Equal(t, cold.Sorted(), faults.Sorted())
		require.Equal(t, want.Files, compiled(t, one(files), compiler.Options{Cache: c}).Files)
		return c
	}
	require.NoError(t, run("v1").Save(t.Context()))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	name := filepath.Join(dir, entries[0].Name())
	good, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Contains(t, string(good), "acme", "nothing of the specs is cached: the test shows nothing")

	run("v1")
	random := rand.New(rand.NewPCG(1, 9))
	for range min(*builds, 30) {
		poisoned := bytes.Replace(slices.Clone(good), []byte(`acme`), []byte(`evil`), -1)
		if random.IntN(2) == 0 {
			poisoned = slices.Clone(good)
			poisoned[random.IntN(len(poisoned))] ^= byte(1 + random.IntN(255))
		}
		poisoned = poisoned[:len(poisoned)-random.IntN(2)*random.IntN(len(poisoned))]
		require.NoError(t, os.WriteFile(name, poisoned, 0o600))
		run("v1")
	}
	require.NoError(t, os.WriteFile(name, good, 0o600))
	run("v2")
}
