package disk

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/tree"
)

const mark = "# ours\n"

// marked stands for the rule of package overlay: what begins with the mark is ours.
func marked(_ string, data []byte) bool { return bytes.HasPrefix(data, []byte(mark)) }

// files makes a tree of pairs of path (below sites/) and content.
func files(pairs ...string) map[string][]byte {
	m := map[string][]byte{}
	for i := 0; i < len(pairs); i += 2 {
		m["sites/"+pairs[i]] = []byte(mark + pairs[i+1])
	}
	return m
}

func base() map[string][]byte {
	return files("turin/site.yaml", "turin", "turin/flux/k.yaml", "flux", "turin/tenants/acme/prod/boundary/ns.yaml", "acme")
}

func put(t *testing.T, dir, path, data string) {
	t.Helper()
	path = filepath.Join(dir, path)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(data), 0o644))
}

// everything is what a folder really holds, read without the package.
func everything(t *testing.T, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		m[filepath.ToSlash(rel)] = string(data)
		return err
	}))
	return m
}

func text(files map[string][]byte, extra ...string) map[string]string {
	m := map[string]string{}
	for path, data := range files {
		m[path] = string(data)
	}
	for i := 0; i < len(extra); i += 2 {
		m[extra[i]] = extra[i+1]
	}
	return m
}

func mustReplace(t *testing.T, dir string, files map[string][]byte) tree.Changes {
	t.Helper()
	changes, err := Replace(t.Context(), dir, files, marked)
	require.NoError(t, err)
	return changes
}

// snapshot is every path with its inode's times and mode.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		m[path] = info.Mode().String() + " " + info.ModTime().Format(time.RFC3339Nano)
		return err
	}))
	return m
}

func TestReplaceThenReadGivesTheSame(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "fleet")
	changes := mustReplace(t, dir, base())
	require.Len(t, changes, 3)
	require.Equal(t, text(base()), everything(t, dir))

	got, err := Read(t.Context(), dir, marked)
	require.NoError(t, err)
	require.Equal(t, base(), got)
}

func TestReplaceReportsAndAppliesEveryChange(t *testing.T) {
	dir := t.TempDir()
	mustReplace(t, dir, base())
	next := base()
	delete(next, "sites/turin/flux/k.yaml")
	next["sites/turin/site.yaml"] = []byte(mark + "new")
	next["sites/turin/empty.yaml"] = nil

	changes := mustReplace(t, dir, next)
	require.Equal(t, tree.Changes{
		{Path: "sites/turin/empty.yaml", After: []byte{}},
		{Path: "sites/turin/flux/k.yaml", Before: []byte(mark + "flux")},
		{Path: "sites/turin/site.yaml", Before: []byte(mark + "turin"), After: []byte(mark + "new")},
	}, changes)
	require.Equal(t, text(next), everything(t, dir))
	require.NoDirExists(t, filepath.Join(dir, "sites/turin/flux"))
}

func TestReplaceWritesNothingWhenNothingChanged(t *testing.T) {
	dir := t.TempDir()
	mustReplace(t, dir, base())
	before := snapshot(t, dir)
	require.Empty(t, mustReplace(t, dir, base()))
	require.Equal(t, before, snapshot(t, dir))
}

func TestReplaceKeepsForeignFilesAndUntouchedOnes(t *testing.T) {
	dir := t.TempDir()
	mustReplace(t, dir, base())
	foreign := []string{
		"README.md", "mine",
		"sites/notes.txt", "mine",
		"sites/turin/flux/extra.yaml", "mine",
		"sites/milan/by-hand.yaml", "mine",
		"sites/turin/tenants/acme/prod/boundary/.keep", "",
	}
	for i := 0; i < len(foreign); i += 2 {
		put(t, dir, foreign[i], foreign[i+1])
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "sites/turin/empty"), 0o755))
	before := snapshot(t, dir)

	next := files("turin/site.yaml", "turin") // all else is gone
	mustReplace(t, dir, next)
	require.Equal(t, text(next, foreign...), everything(t, dir))
	require.DirExists(t, filepath.Join(dir, "sites/turin/empty"))
	after := snapshot(t, dir)
	for _, path := range []string{"sites/notes.txt", "sites/turin/flux/extra.yaml", "sites/turin/site.yaml"} {
		path = filepath.Join(dir, path)
		require.Equal(t, before[path], after[path])
	}
}

func TestReplaceKeepsModes(t *testing.T) {
	dir := t.TempDir()
	mustReplace(t, dir, base())
	require.NoError(t, os.Chmod(filepath.Join(dir, "sites/turin/site.yaml"), 0o600))
	require.NoError(t, os.Chmod(filepath.Join(dir, "sites/turin/flux"), 0o750|fs.ModeSetgid))
	next := base()
	next["sites/turin/site.yaml"] = []byte(mark + "new")
	mustReplace(t, dir, next)

	info, err := os.Stat(filepath.Join(dir, "sites/turin/site.yaml"))
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode())
	info, err = os.Stat(filepath.Join(dir, "sites/turin/flux"))
	require.NoError(t, err)
	require.Equal(t, fs.ModeDir|fs.ModeSetgid|0o750, info.Mode())
}

func TestReplaceRefusesAndTouchesNothing(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(t *testing.T, dir string)
		next    map[string][]byte
		want    []string
	}{
		{"a foreign file where one is to be written", func(t *testing.T, dir string) {
			put(t, dir, "sites/turin/new.yaml", "mine")
			put(t, dir, "sites/turin/other.yaml", "mine")
		}, files("turin/site.yaml", "x", "turin/new.yaml", "x", "turin/other.yaml", "x"),
			[]string{"sites/turin/new.yaml is in the way", "sites/turin/other.yaml is in the way"}},
		{"a foreign file where a folder is to be", func(t *testing.T, dir string) {
			put(t, dir, "sites/turin/tenants/zeta", "mine")
		}, files("turin/site.yaml", "x", "turin/tenants/zeta/prod/ns.yaml", "x"),
			[]string{"sites/turin/tenants/zeta is in the way"}},
		{"a foreign file in a folder where a file is to be", func(t *testing.T, dir string) {
			put(t, dir, "sites/turin/new.yaml/mine", "mine")
		}, files("turin/site.yaml", "x", "turin/new.yaml", "x"),
			[]string{"sites/turin/new.yaml/mine is in the way"}},
		{"a site's folder that is not tenantc's", func(t *testing.T, dir string) {
			put(t, dir, "sites/milan/site.yaml.bak", "mine")
		}, files("turin/site.yaml", "x", "milan/site.yaml", "x"),
			[]string{"sites/milan/ holds files, but tenantc's site.yaml is not among them"}},
		{"another kind of folder", func(t *testing.T, dir string) {
			require.NoError(t, os.RemoveAll(filepath.Join(dir, "sites")))
			put(t, dir, "sites/turin.yaml", "kind: Site")
		}, base(), []string{"holds files, but no site that tenantc wrote"}},
		{"a symbolic link", func(t *testing.T, dir string) {
			require.NoError(t, os.Symlink("site.yaml", filepath.Join(dir, "sites/turin/link.yaml")))
		}, files("turin/site.yaml", "x"), []string{"sites/turin/link.yaml is a symbolic link"}},
		{"sites is a link", func(t *testing.T, dir string) {
			require.NoError(t, os.Rename(filepath.Join(dir, "sites"), filepath.Join(dir, "elsewhere")))
			require.NoError(t, os.Symlink("elsewhere", filepath.Join(dir, "sites")))
		}, files("turin/site.yaml", "x"), []string{"sites is a symbolic link, not a folder"}},
		{"sites is a file", func(t *testing.T, dir string) {
			require.NoError(t, os.RemoveAll(filepath.Join(dir, "sites")))
			put(t, dir, "sites", "mine")
		}, base(), []string{"sites is a file, not a folder"}},
		{"a path outside", func(*testing.T, string) {},
			map[string][]byte{"sites/../../x": nil}, []string{`"sites/../../x" is no path`}},
		{"a path beside sites", func(*testing.T, string) {},
			map[string][]byte{"README.md": nil}, []string{`"README.md" is no path`}},
		{"a file that could not be read back", func(*testing.T, string) {},
			map[string][]byte{"sites/turin/big": make([]byte, maxFile+1)}, []string{"at most 4194304"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			mustReplace(t, dir, base())
			test.prepare(t, dir)
			before := snapshot(t, dir)
			_, err := Replace(t.Context(), dir, test.next, marked)
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
			require.Equal(t, before, snapshot(t, dir))
		})
	}
}

func TestReplaceRefusesAFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "fleet")
	require.NoError(t, os.WriteFile(dir, nil, 0o644))
	_, err := Replace(t.Context(), dir, base(), marked)
	require.ErrorContains(t, err, "it is a file, not a folder")
}

func TestReplaceStopsWhenCancelled(t *testing.T) {
	absent := filepath.Join(t.TempDir(), "fleet")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Replace(ctx, absent, base(), marked)
	require.ErrorIs(t, err, context.Canceled)
	require.NoDirExists(t, absent)

	dir := t.TempDir()
	mustReplace(t, dir, base())
	before := snapshot(t, dir)
	before[dir] = "" // its entries came and went
	ctx, cancel = context.WithCancel(t.Context())
	interrupt := func(path string, data []byte) bool {
		cancel() // while the old tree is read: what follows is staging
		return marked(path, data)
	}
	_, err = Replace(ctx, dir, files("turin/site.yaml", "new"), interrupt)
	require.ErrorIs(t, err, context.Canceled)
	after := snapshot(t, dir)
	after[dir] = ""
	require.Equal(t, before, after)
}

func TestReadRefuses(t *testing.T) {
	_, err := Read(t.Context(), filepath.Join(t.TempDir(), "absent"), marked)
	require.ErrorIs(t, err, fs.ErrNotExist)

	dir := t.TempDir()
	got, err := Read(t.Context(), dir, marked)
	require.NoError(t, err)
	require.Empty(t, got)

	mustReplace(t, dir, base())
	put(t, dir, "sites/turin/foreign.yaml", "mine")
	got, err = Read(t.Context(), dir, marked)
	require.NoError(t, err)
	require.Equal(t, base(), got, "only tenantc's own files")

	put(t, dir, "sites/turin/big.yaml", mark+strings.Repeat("x", maxFile))
	_, err = Read(t.Context(), dir, marked)
	require.ErrorContains(t, err, "sites/turin/big.yaml has 4194311 bytes")
	require.NoError(t, os.Remove(filepath.Join(dir, "sites/turin/big.yaml")))

	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(dir, "sites/turin/link")))
	_, err = Read(t.Context(), dir, marked)
	require.ErrorContains(t, err, "sites/turin/link is a symbolic link")
}
