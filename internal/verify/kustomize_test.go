package verify_test

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/generators"
	"github.com/tenantc/tenantc/internal/kustomize"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/overlay"
)

// root of the project.
const root = "../.."

// command finds the unmodified kustomize that make installs. make test sets
// TENANTC_KUSTOMIZE, and what that names has to be there: only a bare go test
// may go without.
func command(t *testing.T) string {
	if named := os.Getenv("TENANTC_KUSTOMIZE"); named != "" {
		require.FileExists(t, named)
		return named
	}
	installed, err := filepath.Abs(filepath.Join(root, "build", "tools", "kustomize-v5.8.2"))
	require.NoError(t, err)
	if _, err := os.Stat(installed); err != nil {
		t.Skip("not compared with the kustomize command, which is not installed: make tools installs it, and make test insists on it")
	}
	return installed
}

// built runs `kustomize build` on a folder and reads what it prints.
func built(t *testing.T, program, folder string) []object.Object {
	out, err := exec.Command(program, "build", folder).Output()
	require.NoError(t, err, folder)
	objects := []object.Object{}
	for dec := yaml.NewDecoder(bytes.NewReader(out)); ; {
		var value map[string]any
		if dec.Decode(&value) != nil {
			break
		}
		objects = append(objects, object.From(value))
	}
	object.Sort(objects)
	return objects
}

// same compares what the command and what the package build, for every folder
// that has a kustomization.
func same(t *testing.T, program, folder string) {
	files := map[string][]byte{}
	require.NoError(t, fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			files[name], err = os.ReadFile(filepath.Join(folder, name))
		}
		return err
	}))
	compared := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Base(name) != kustomize.FileName {
			continue
		}
		ours, faults := kustomize.Build(files, path.Dir(name))
		require.Empty(t, faults, name)
		object.Sort(ours)
		require.Equal(t, built(t, program, filepath.Join(folder, path.Dir(name))), ours, name)
		compared++
	}
	require.NotZero(t, compared, "no kustomization in %s", folder)
}

// The command that a site's engineer runs builds what tenantc built in process.
func TestKustomizeCommand(t *testing.T) {
	program := command(t)
	folder := t.TempDir()
	put := func(dir string, files map[string][]byte) {
		for name, data := range files {
			file := filepath.Join(folder, dir, name)
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
			require.NoError(t, os.WriteFile(file, data, 0o644))
		}
	}
	files, faults := overlay.SiteFolder("turin-1", generators.Flux(tenancy(), site(), clusters()), nil)
	require.Empty(t, faults)
	put(site().Folder(), files)
	for _, c := range clusters() {
		files, faults := overlay.ClusterFolder(generators.Boundary(tenancy(), site(), c), generators.Layer(tenancy(), site(), c))
		require.Empty(t, faults)
		put(c.Folder(), files)
	}
	same(t, program, folder)
}

// Every folder of the reference fleet builds with it, too.
func TestKustomizeCommandOnFleet(t *testing.T) {
	same(t, command(t), filepath.Join(root, "fleet"))
}
