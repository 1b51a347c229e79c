package disk

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCreateWritesNewFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	files := map[string][]byte{"tenancy.yaml": []byte("a"), "a/b/c.yaml": []byte("b"), "a/d.yaml": nil}
	require.NoError(t, Create(t.Context(), dir, files))
	require.Equal(t, text(files), everything(t, dir))
	require.NoError(t, Create(t.Context(), dir, map[string][]byte{"a/e.yaml": []byte("e")}))
}

// TestCreateOverwritesNothing: it is all or nothing, and what was there stays.
func TestCreateOverwritesNothing(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(dir string) error
		files   map[string][]byte
		want    []string
	}{
		{"files that are there", func(dir string) error { return os.WriteFile(filepath.Join(dir, "mine"), []byte("mine"), 0o644) },
			map[string][]byte{"a/new": nil, "mine": nil, "sub": nil}, []string{"mine: file already exists", "sub: file already exists"}},
		{"a link that leads nowhere", func(dir string) error { return os.Symlink("nowhere", filepath.Join(dir, "link")) },
			map[string][]byte{"a/new": nil, "link": nil}, []string{"link: file already exists"}},
		{"a file where a folder is to be", func(dir string) error { return os.WriteFile(filepath.Join(dir, "z"), nil, 0o644) },
			map[string][]byte{"a/b/new": nil, "z/new": nil}, []string{"z/new: not a directory"}},
		{"a link that leads outside", func(dir string) error { return os.Symlink(os.TempDir(), filepath.Join(dir, "z")) },
			map[string][]byte{"a/b/new": nil, "z/tenantc-new": nil}, []string{"escapes"}},
		{"two that cannot be together", func(string) error { return nil },
			map[string][]byte{"a/b/new": nil, "f": nil, "f/g": nil}, []string{"f/g: not a directory"}},
		{"a path that leads outside", func(string) error { return nil },
			map[string][]byte{"a/new": nil, "b/../../new": nil}, []string{"b/../../new: invalid argument"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(dir, "sub"), 0o755))
			require.NoError(t, test.prepare(dir))
			before := names(t, dir)
			err := Create(t.Context(), dir, test.files)
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
			require.Equal(t, before, names(t, dir))
		})
	}
	_, err := os.Lstat(filepath.Join(os.TempDir(), "tenantc-new"))
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// names is every path below a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		all = append(all, path)
		return err
	}))
	return all
}

func TestCreateStopsWhenCancelled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, Create(ctx, dir, map[string][]byte{"a": nil}), context.Canceled)
	require.NoDirExists(t, dir)
	require.ErrorIs(t, Create(t.Context(), "/dev/null", nil), errNotFolder)
}
