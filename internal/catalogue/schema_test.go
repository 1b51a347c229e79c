package catalogue

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A capability in the table is what the chart's schema really has.
func TestCapabilitiesAgreeWithTheSchema(t *testing.T) {
	for _, c := range charts() {
		t.Run(c.Version, func(t *testing.T) {
			keys := schemaKeys(t, c)
			require.Equal(t, keys.has("sync.toHost.pods.runtimeClassName"), c.ForcesRuntimeClass)
			require.Equal(t, keys.has("sync.toHost.pods.priorityClassName"), c.ForcesRuntimeClass)
			require.Equal(t, keys.has("controlPlane.statefulSet.runtimeClassName"), c.ControlPlaneRuntimeClass)
			require.Equal(t, keys.has("sync.fromHost.storageClasses.selector"), c.SelectsStorageClasses)
			require.Equal(t, keys.has("controlPlane.distro.k8s.image"), c.DistroImage)
			removed := c.Version == "0.36.0" // by the chart's templates, not by its schema
			require.Equal(t, keys.has("sync.toHost.volumeSnapshots") && !removed, c.VolumeSnapshots)
			require.Equal(t, keys.has("rbac.enableVolumeSnapshotRules") && !removed, c.VolumeSnapshotRules)
			for _, distro := range []string{K8s, K3s, K0s} {
				require.Equal(t, keys.has("controlPlane.distro."+distro), len(c.Distros[distro]) > 0, distro)
			}
		})
	}
}

// Each chart's schema refuses what it does not know, at the key that is wrong.
func TestCheckRefuses(t *testing.T) {
	for _, c := range charts() {
		require.Empty(t, c.Check(map[string]any{"telemetry": map[string]any{"enabled": false}}), c.Version)

		refused := c.Check(map[string]any{
			"telemetry": map[string]any{"enabled": "perhaps"},
			"sync":      map[string]any{"toHost": map[string]any{"pods": map[string]any{"runtimeClassname": "kata-clh"}}},
		})
		paths := map[string]string{}
		for _, r := range refused {
			paths[r.Path] = r.Message
		}
		require.Len(t, paths, 2, c.Version)
		require.Contains(t, paths["sync.toHost.pods"], "runtimeClassname", c.Version)
		require.Contains(t, paths["telemetry.enabled"], "boolean", c.Version)
	}
}

func TestCheckUnknownChart(t *testing.T) {
	require.NotEmpty(t, Chart{Version: "9.9.9"}.Check(map[string]any{}))
}

func BenchmarkCheck(b *testing.B) {
	c, _ := Lookup("0.30.0")
	values := map[string]any{
		"telemetry": map[string]any{"enabled": false},
		"sync":      map[string]any{"toHost": map[string]any{"pods": map[string]any{"runtimeClassName": "kata-clh"}}},
	}
	c.Check(values)
	for b.Loop() {
		c.Check(values)
	}
}

// schemaTree is a JSON schema as a test looks keys up in it.
type schemaTree struct{ root, definitions map[string]any }

func schemaKeys(t *testing.T, c Chart) schemaTree {
	data, err := schemas.ReadFile(c.Schema)
	require.NoError(t, err)
	var root map[string]any
	require.NoError(t, json.Unmarshal(data, &root))
	definitions, _ := root["$defs"].(map[string]any)
	return schemaTree{root: root, definitions: definitions}
}

func (s schemaTree) resolve(node any) map[string]any {
	m, _ := node.(map[string]any)
	if ref, ok := m["$ref"].(string); ok {
		m, _ = s.definitions[ref[strings.LastIndex(ref, "/")+1:]].(map[string]any)
	}
	return m
}

func (s schemaTree) has(path string) bool {
	node := s.resolve(s.root)
	for key := range strings.SplitSeq(path, ".") {
		properties, _ := node["properties"].(map[string]any)
		next, found := properties[key]
		if !found {
			return false
		}
		node = s.resolve(next)
	}
	return true
}

// The schema is the program's own, wherever the program was started.
func TestCompileInAFolderThatIsGone(t *testing.T) {
	gone := t.TempDir()
	t.Chdir(gone)
	require.NoError(t, os.Remove(gone))
	for _, c := range charts() {
		require.NotNil(t, compile(c.Schema))
	}
}
