package spec_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/spec"
)

// corpus is every archive of files with faults.
func corpus(t testing.TB) map[string][]spec.File {
	names, err := filepath.Glob("testdata/bad/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	all := map[string][]spec.File{}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		require.NoError(t, err)
		for _, f := range archive.Files {
			if spec.IsSpec(f.Name) || f.Name == spec.LockFile {
				all[name] = append(all[name], spec.File{Path: f.Name, Data: f.Data})
			}
		}
		if all[name] == nil {
			all[name] = []spec.File{}
		}
	}
	return all
}

func printed(t testing.TB, list diag.List) []byte {
	var out bytes.Buffer
	require.NoError(t, diag.Print(&out, list, diag.Text))
	return out.Bytes()
}

// Every fault is told as people need it: these files say how.
func TestCorpus(t *testing.T) {
	for name, files := range corpus(t) {
		_, faults := spec.Parse(context.Background(), files, 1)
		require.True(t, faults.HasErrors(), name)
		golden.Check(t, strings.TrimSuffix(name, ".txtar")+".txt", printed(t, faults))
	}
}

// Every code of these stages is produced by the corpus or by the tests of ReadDir.
func TestCorpusCoversCodes(t *testing.T) {
	seen := map[diag.Code]bool{diag.UnreadableFile: true, diag.SpecialFile: true, diag.NotRead: true} // TestReadDirRefuses
	for _, files := range corpus(t) {
		_, faults := spec.Parse(context.Background(), files, 1)
		for _, d := range faults {
			seen[d.Code] = true
		}
	}
	for _, e := range diag.Entries() {
		if strings.HasPrefix(string(e.Code), "TC10") || strings.HasPrefix(string(e.Code), "TC11") {
			require.True(t, seen[e.Code], e.Code)
		}
	}
}

// Neither the order of the files nor the number of workers shows in the result.
func TestParseIsDeterministic(t *testing.T) {
	var all []spec.File
	for name, files := range corpus(t) {
		for _, f := range files {
			all = append(all, spec.File{Path: f.Path[:len(f.Path)-len(filepath.Base(f.Path))] + filepath.Base(name) + filepath.Base(f.Path), Data: f.Data})
		}
	}
	all = append(all, reference(t)...)
	docs, faults := spec.Parse(context.Background(), all, 1)
	want := printed(t, faults)
	for workers := range 6 {
		rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		again, faults := spec.Parse(context.Background(), all, workers)
		require.Equal(t, string(want), string(printed(t, faults)))
		require.Equal(t, docs.Tenancy.Value, again.Tenancy.Value)
		for i := range docs.Tenants {
			require.Equal(t, docs.Tenants[i].Value, again.Tenants[i].Value)
		}
	}
}

// reference is the project's own tenancy.
func reference(t testing.TB) []spec.File {
	files, faults, err := spec.ReadDir(context.Background(), "../..")
	require.NoError(t, err)
	require.Empty(t, faults)
	var specs []spec.File
	for _, f := range files {
		if spec.IsSpec(f.Path) {
			specs = append(specs, f)
		}
	}
	return specs
}

// A document that comes out of a cache is the one that went in, positions included.
func TestItemsSurviveACache(t *testing.T) {
	p := spec.NewParser()
	for _, f := range reference(t) {
		items, faults := p.ParseFile(f)
		require.Empty(t, faults)
		again, ok := spec.DecodeItems(f, spec.EncodeItems(items))
		require.True(t, ok)
		a, _ := spec.Collect(items)
		b, _ := spec.Collect(again)
		for i, d := range a.Tenants {
			require.Equal(t, d.Value, b.Tenants[i].Value)
			for _, path := range []string{"", "spec", "spec.clusters[0]", "spec.clusters[0].quota.memory", "spec.clusters[0].quota.nothing", `metadata.labels["a.b/c"].x`} {
				require.NotZero(t, d.At(path).Line)
				require.Equal(t, d.At(path), b.Tenants[i].At(path), path)
			}
		}
	}
	for _, useless := range []string{"", "no JSON\n{}", `[{"kind":"Tenant","name":"a"}]`, "[]\nmore"} {
		_, ok := spec.DecodeItems(spec.File{}, []byte(useless))
		require.False(t, ok, useless)
	}
	f := reference(t)[0]
	items, _ := p.ParseFile(f)
	spoilt, ok := spec.DecodeItems(f, bytes.Replace(spec.EncodeItems(items), []byte(`"metadata":{`), []byte(`"metadata":[`), 1))
	require.True(t, ok)
	a, _ := spec.Collect(items)
	b, _ := spec.Collect(spoilt)
	require.NotEmpty(t, a.Classes)
	require.Equal(t, a.Classes[0].Value, b.Classes[0].Value, "a value that cannot be decoded is not read from the file again")
}

func TestReadDirRefuses(t *testing.T) {
	root := t.TempDir()
	write := func(name, data string) {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(data), 0o644))
	}
	write("tenancy.yaml/inside.yaml", "")
	write("tenants/a.yaml", "a: b")
	write("tenants/deep/acme.json", "{}")
	write("tenants/.vscode/settings.json", "{}")
	write("templates/own/schema.json", "{}")
	write("tenants/notes.md", "not a spec")
	write("tenants/sub/.git", "gitdir: elsewhere")
	write("tenants/large.yaml", strings.Repeat("#", 1<<20+1))
	write("tenants/a\u202eb.yaml", "")
	write("elsewhere/x.yaml", "")
	require.NoError(t, os.Symlink("../elsewhere", filepath.Join(root, "tenants/link")))
	require.NoError(t, os.Symlink("/etc", filepath.Join(root, "sites")))
	files, faults, err := spec.ReadDir(context.Background(), root)
	require.NoError(t, err)
	require.Len(t, files, 1)
	golden.Check(t, "testdata/readdir.txt", printed(t, faults))

	_, _, err = spec.ReadDir(context.Background(), filepath.Join(root, "nowhere"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func BenchmarkParse(b *testing.B) {
	files := reference(b)
	p := spec.NewParser()
	n := 0
	for b.Loop() {
		for _, f := range files {
			items, _ := p.ParseFile(f)
			n += len(items)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "µs/document")
}
