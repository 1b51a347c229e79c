package origin

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/scaffold"
	"github.com/tenantc/tenantc/internal/spec"
)

// tenancy is the one that init makes, and what it compiles to.
func tenancy(t *testing.T) (compiler.Source, compiler.Result) {
	t.Helper()
	var files []spec.File
	for path, data := range scaffold.Init(scaffold.Options{Name: "test"}) {
		files = append(files, spec.File{Path: path, Data: data})
	}
	source := compiler.NewSource(files)
	result, faults := compiler.Compile(t.Context(), source, compiler.Options{})
	require.False(t, faults.HasErrors(), "%v", faults)
	return source, result
}

// lineWith is the line of a file that has a text in it.
func lineWith(t *testing.T, data []byte, text string) int {
	t.Helper()
	lines := strings.Split(string(data), "\n")
	i := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, text) })
	require.GreaterOrEqual(t, i, 0, "no line with %q", text)
	return i + 1
}

// What lines of every sort came from.
func TestOf(t *testing.T) {
	const cluster = "sites/site-1/tenants/example/main/"
	source, result := tenancy(t)
	for _, c := range []struct {
		file, line, field string
		causes            []string
	}{
		{cluster + "boundary/resourcequota-tenantc.yaml", "limits.cpu:", `spec.hard["limits.cpu"]`, []string{"tenant example spec.clusters[0].quota.cpu: 4"}},
		{cluster + "boundary/resourcequota-tenantc.yaml", "kind:", "kind", nil},
		{cluster + "boundary/resourcequota-tenantc.yaml", "# Written by", "", nil},
		{cluster + "boundary/namespace-example-main.yaml", "  name: example-main", "metadata.name", []string{"tenant example spec.clusters[0].name: main", "tenant example metadata.name: example"}},
		{cluster + "boundary/kustomization.yaml", "storageclass-example-main-local.yaml", "", []string{
			"tenant example spec.clusters[0].storage.classes[0]: local", "tenant example spec.clusters[0].name: main",
			"tenant example metadata.name: example", "site site-1 spec.storageClasses[0].name: local"}},
		{"sites/site-1/flux/kustomization-cluster-example-main.yaml", "  interval:", "spec.interval", []string{"tenancy spec.flux.interval: 5m"}},
		{"sites/site-1/flux/kustomization-platform.yaml", "  path:", "spec.path", []string{"site site-1 metadata.name: site-1"}},
		{"sites/site-1/site.yaml", "  format:", "spec.format", nil},
	} {
		data, found := result.Tree.Files[c.file]
		require.True(t, found, c.file)
		got, err := Of(t.Context(), result, source.Templates, "fleet/"+c.file, lineWith(t, data, c.line))
		require.NoError(t, err)
		var causes []string
		for _, cause := range got.Causes {
			require.NotZero(t, cause.Position.Line, cause.Path)
			if cause.Presence {
				require.Equal(t, "spec.clusters[0].lifecycle.state", cause.Path)
				continue
			}
			causes = append(causes, fmt.Sprintf("%s %s: %s", cause.Source, cause.Path, cause.Value))
		}
		for _, want := range c.causes {
			require.Contains(t, causes, want, "%s: %s", c.file, c.line)
		}
		if c.causes == nil && c.field != "" {
			require.Empty(t, causes, "%s: %s", c.file, c.line)
		}
		if c.field != "" {
			require.Equal(t, c.field, got.Field)
		}
	}
}

// A line within the values of a chart, which are a text of their own, is told
// by its own path; and one of the platform by its template.
func TestOfWithin(t *testing.T) {
	source, result := tenancy(t)
	const vcluster = "sites/site-1/tenants/example/main/cluster/vcluster-main.yaml"
	data := result.Tree.Files[vcluster]
	got, err := Of(t.Context(), result, source.Templates, vcluster, lineWith(t, data, "controlPlane:")+1)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(got.Field, "spec.helmRelease.values.controlPlane."), got.Field)

	const policy = "sites/site-1/platform/validatingadmissionpolicy-tenantc-keep-namespace.yaml"
	got, err = Of(t.Context(), result, source.Templates, policy, lineWith(t, result.Tree.Files[policy], "failurePolicy:"))
	require.NoError(t, err)
	require.Equal(t, "templates/admission-keep/policy.yaml", got.Template.File)
	line := strings.Split(string(source.Templates["admission-keep/policy.yaml"]), "\n")[got.Template.Line-1]
	require.Contains(t, line, "failurePolicy:")
}

// What a line is said to come from does change it, when the user's file is
// changed there; and what is not said does not.
func TestCausesAreTrue(t *testing.T) {
	source, result := tenancy(t)
	const file = "sites/site-1/tenants/example/main/boundary/resourcequota-tenantc.yaml"
	at := lineWith(t, result.Tree.Files[file], "limits.memory:")
	got, err := Of(t.Context(), result, source.Templates, file, at)
	require.NoError(t, err)
	edited := func(was, now string) string {
		changed := source
		changed.Specs = slices.Clone(source.Specs)
		found := false
		for i, f := range changed.Specs {
			if strings.Contains(string(f.Data), was) && f.Path == "tenants/example.yaml" {
				changed.Specs[i].Data, found = []byte(strings.Replace(string(f.Data), was, now, 1)), true
			}
		}
		require.True(t, found, was)
		again, faults := compiler.Compile(t.Context(), changed, compiler.Options{})
		require.False(t, faults.HasErrors(), "%v", faults)
		return strings.Split(string(again.Tree.Files[file]), "\n")[at-1]
	}
	said := func(path string) bool {
		return slices.ContainsFunc(got.Causes, func(c Cause) bool { return c.Path == path })
	}
	require.True(t, said("spec.clusters[0].quota.memory"))
	require.NotEqual(t, got.Text, edited("memory: 8Gi", "memory: 9Gi"))
	require.False(t, said("spec.clusters[0].quota.cpu"))
	require.Equal(t, got.Text, edited(`cpu: "4"`, `cpu: "3"`))
}

// What is no line of the output is told so.
func TestNotFound(t *testing.T) {
	source, result := tenancy(t)
	for file, says := range map[string]string{
		"README.md":               "not a file of the fleet",
		"sites/nowhere/site.yaml": "no such site",
		"sites/site-1/tenants/example/other/boundary/x.yaml": "no such site or tenant cluster",
		"sites/site-1/flux/nothing.yaml":                     "does not compile to",
		"sites/site-1/site.yaml":                             "has 7 lines",
	} {
		_, err := Of(t.Context(), result, source.Templates, file, 1000)
		var none NotFoundError
		require.ErrorAs(t, err, &none, file)
		require.ErrorContains(t, err, says, file)
	}
}

// Every file can be explained.
func TestEveryFile(t *testing.T) {
	source, result := tenancy(t)
	for i, file := range result.Tree.Paths() {
		if i%20 == 0 {
			_, err := Of(t.Context(), result, source.Templates, file, strings.Count(string(result.Tree.Files[file]), "\n"))
			require.NoError(t, err, file)
		}
	}
}
