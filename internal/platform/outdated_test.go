package platform_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/platform"
	"github.com/tenantc/tenantc/templates"
)

// templates/known.txt has every built-in template that there is or was. A line
// is never taken away: a copy of that template may be in a tenancy.
func TestEveryTemplateIsKnown(t *testing.T) {
	lines := map[string]bool{}
	for line := range strings.Lines(templates.Known()) {
		lines[line] = true
	}
	missing := len(lines)
	for file := range templates.Default() {
		if name, _, below := strings.Cut(file, "/"); below {
			lines[name+" "+platform.FolderDigest(templates.Default(), name)+"\n"] = true
		}
	}
	missing = len(lines) - missing
	if golden.Update() {
		require.NoError(t, os.WriteFile("../../templates/known.txt", []byte(strings.Join(slices.Sorted(maps.Keys(lines)), "")), 0o644))
		return
	}
	require.Zero(t, missing, "templates/known.txt lacks templates: TENANTC_UPDATE=1 go test ./internal/platform/ adds them")
}

// A copy that nobody changed is warned of once it is no longer the built-in one;
// a current copy and one that somebody changed are not.
func TestOutdatedCopies(t *testing.T) {
	own := templates.Default()
	require.Empty(t, platform.Outdated(own))

	old := templates.Files{
		"priority/kustomization.yaml": []byte("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources:\n  - priorityclasses.yaml\n"),
	}
	require.Empty(t, platform.Outdated(old), "somebody's own")

	const name = "admission-keep"
	copied := templates.Files{}
	for _, file := range []string{name + "/kustomization.yaml", name + "/policy.yaml"} {
		data, err := os.ReadFile("testdata/earlier/" + file)
		require.NoError(t, err)
		copied[file] = data
	}
	faults := platform.Outdated(copied)
	require.Len(t, faults, 1)
	require.Equal(t, diag.PlatformOutdated, faults[0].Code)
	require.Equal(t, diag.Warning, faults[0].Severity)
	require.Equal(t, "templates/"+name, faults[0].Position.File)

	copied[name+"/policy.yaml"] = append(copied[name+"/policy.yaml"], "# mine\n"...)
	require.Empty(t, platform.Outdated(copied), "changed")
}
