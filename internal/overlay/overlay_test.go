package overlay

import (
	"bytes"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/kustomize"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

func configMap(namespace, name, value string) object.Object {
	return object.From(map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": name, "namespace": namespace, "labels": map[string]any{object.LabelTenant: "acme"}},
		"data":     map[string]any{"key": value, "yes": "0123"},
	})
}

func namespace(state resolve.State) object.Object {
	return object.From(map[string]any{
		"apiVersion": "v1", "kind": "Namespace",
		"metadata": map[string]any{"name": "acme-prod", "annotations": map[string]any{object.AnnotationState: string(state)}},
	})
}

func archive(files map[string][]byte) []byte {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(files)) {
		b.WriteString("-- " + name + " --\n")
		b.Write(files[name])
	}
	return b.Bytes()
}

// The layout of the fleet tree, byte for byte.
func TestFolders(t *testing.T) {
	cluster, faults := ClusterFolder([]object.Object{namespace(resolve.Active), configMap("acme-prod", "a", "x")}, nil)
	require.Empty(t, faults)
	golden.Check(t, filepath.Join("testdata", "cluster.txt"), archive(cluster))

	site, faults := SiteFolder("turin-1", []object.Object{configMap("flux-system", "b", "y")}, []object.Object{configMap("flux-system", "c", "z")})
	require.Empty(t, faults)
	golden.Check(t, filepath.Join("testdata", "site.txt"), archive(site))
	for name, data := range site {
		require.True(t, Owned("sites/turin-1/"+name, data), name)
	}
}

// The order of the objects changes no byte, and every layer passes the scan and builds.
func TestLayerIsDeterministicAndBuilds(t *testing.T) {
	objects := []object.Object{configMap("ns", "b", "1"), configMap("ns", "a", "1"), namespace(resolve.Active)}
	one, faults := Layer(objects)
	require.Empty(t, faults)
	slices.Reverse(objects)
	other, faults := Layer(objects)
	require.Empty(t, faults)
	require.Equal(t, one, other)

	built, faults := kustomize.Build(one, ".")
	require.Empty(t, faults)
	require.ElementsMatch(t, objects, built)
}

func TestLayerRefuses(t *testing.T) {
	crd := object.From(map[string]any{"apiVersion": "x.io/v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "a"}})
	_, faults := Layer([]object.Object{configMap("ns", "a", "1"), crd})
	require.Equal(t, diag.FileCollision, faults[0].Code)
	require.Contains(t, faults[0].Message, "ConfigMap.x.io a")

	_, faults = Layer([]object.Object{configMap("ns", "a", "${HOME}")})
	require.Equal(t, diag.Substitution, faults[0].Code)
	require.Equal(t, "acme", faults[0].Tenant)
}

// What was written can be read back: each state from its own folder.
func TestStateOf(t *testing.T) {
	something := []object.Object{configMap("acme-prod", "a", "1")}
	for state, layers := range map[resolve.State][2][]object.Object{
		resolve.Active:    {{namespace(resolve.Active), configMap("acme-prod", "b", "1")}, something},
		resolve.Suspended: {{namespace(resolve.Suspended)}, something},
		resolve.Retired:   {{namespace(resolve.Retired)}, nil},
		resolve.Purged:    {nil, nil},
	} {
		files, faults := ClusterFolder(layers[0], layers[1])
		require.Empty(t, faults)
		got, known := StateOf(files)
		require.True(t, known, state)
		require.Equal(t, state, got)
	}
}

// A folder that is not whole has no state: nothing is concluded from what is missing.
func TestStateOfForeign(t *testing.T) {
	whole := func() map[string][]byte {
		files, _ := ClusterFolder([]object.Object{namespace(resolve.Active)}, nil)
		return files
	}
	for name, damage := range map[string]func(map[string][]byte){
		"nothing there":      func(f map[string][]byte) { clear(f) },
		"no boundary":        func(f map[string][]byte) { delete(f, "boundary/kustomization.yaml") },
		"no cluster":         func(f map[string][]byte) { delete(f, "cluster/kustomization.yaml") },
		"no namespace":       func(f map[string][]byte) { delete(f, "boundary/namespace-acme-prod.yaml") },
		"namespace not YAML": func(f map[string][]byte) { f["boundary/namespace-acme-prod.yaml"] = []byte("{") },
		"another state":      func(f map[string][]byte) { f["boundary/namespace-acme-prod.yaml"] = namespace("gone").YAML() },
		"boundary empty, cluster not": func(f map[string][]byte) {
			f["boundary/kustomization.yaml"], f["cluster/kustomization.yaml"] = kustomization(nil), kustomization([]string{"a.yaml"})
		},
		"kustomization cut short": func(f map[string][]byte) { f["boundary/kustomization.yaml"] = []byte(Marker) },
	} {
		files := whole()
		damage(files)
		_, known := StateOf(files)
		require.False(t, known, name)
	}
}

func TestOwned(t *testing.T) {
	require.False(t, Owned("README.md", []byte(Marker)))
	require.False(t, Owned("sites/turin-1/notes.md", []byte("notes")))
	require.False(t, Owned("sites/turin-1/empty", nil))
}
