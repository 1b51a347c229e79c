package compiler_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/tree"
)

// changed is the reference tenancy with one document edited.
func changed(t *testing.T, source compiler.Source, path, old, new string) compiler.Source {
	specs := slices.Clone(source.Specs)
	i := slices.IndexFunc(specs, func(f spec.File) bool { return f.Path == path })
	require.Contains(t, string(specs[i].Data), old)
	specs[i].Data = bytes.Replace(specs[i].Data, []byte(old), []byte(new), 1)
	source.Specs = specs
	return source
}

// TestPairIsWhatDiffers: a pair has the same differences as two whole
// compilations, and nothing of clusters that are made of the same inputs.
func TestPairIsWhatDiffers(t *testing.T) {
	source, faults, err := compiler.Load(t.Context(), "../..")
	require.NoError(t, err)
	require.Empty(t, faults)
	for _, edit := range []struct {
		path, old, new string
		clusters       []string // of which files are made
	}{
		{"tenants/acme.yaml", "groups: [acme-admins]", "groups: [acme-owners]", []string{"acme"}},
		{"tenancy.yaml", "interval: 5m", "interval: 6m", nil},
		{"tenancy.yaml", "name: alpine-telecom", "name: alpine-telecom", []string{}},
	} {
		next := changed(t, source, edit.path, edit.old, edit.new)
		before, faults := compiler.Compile(t.Context(), source, compiler.Options{})
		require.Empty(t, faults)
		after, faults := compiler.Compile(t.Context(), next, compiler.Options{})
		require.Empty(t, faults)
		b, a, faults := compiler.Pair(t.Context(), compiler.Side{Checked: before, Source: source}, compiler.Side{Checked: after, Source: next}, compiler.Options{})
		require.Empty(t, faults)
		whole, _ := diff.Trees(before.Tree.Files, after.Tree.Files)
		pair, _ := diff.Trees(b.Files, a.Files)
		require.Equal(t, whole, pair)
		require.Equal(t, edit.old != edit.new, !pair.Empty())
		if edit.clusters == nil {
			continue
		}
		for _, made := range []tree.Tree{b, a} {
			for _, path := range made.Paths() {
				if at, _, is := tree.PlaceOf(path); is {
					require.Contains(t, edit.clusters, at.Tenant, path)
				}
			}
		}
	}
}

// TestPairProves: a fault of the newer side is found.
func TestPairProves(t *testing.T) {
	source, _, err := compiler.Load(t.Context(), "../..")
	require.NoError(t, err)
	next := source
	next.Templates = map[string][]byte{}
	for path, data := range source.Templates {
		next.Templates[path] = data
		if strings.HasSuffix(path, "/kustomization.yaml") {
			next.Templates[path] = append(slices.Clip(data), "namePrefix: x-\n"...)
		}
	}
	before, _ := compiler.Check(t.Context(), source, compiler.Options{})
	after, _ := compiler.Check(t.Context(), next, compiler.Options{})
	_, _, faults := compiler.Pair(t.Context(), compiler.Side{Checked: before, Source: source}, compiler.Side{Checked: after, Source: next}, compiler.Options{})
	require.True(t, faults.HasErrors())
}
