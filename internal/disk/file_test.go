package disk

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A file is made or replaced as a whole; where that cannot be, the folder is as
// it was.
func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "lock.yaml")
	for _, data := range []string{"one", "two"} {
		require.NoError(t, WriteFile(name, []byte(data)))
		require.Equal(t, map[string]string{"lock.yaml": data}, everything(t, dir))
	}
	require.NoError(t, os.Remove(name))
	put(t, dir, "lock.yaml/file", "in the way")
	before := names(t, dir)
	require.Error(t, WriteFile(name, []byte("three")))
	require.Equal(t, before, names(t, dir))
	require.ErrorIs(t, WriteFile(filepath.Join(dir, "absent", "x"), nil), os.ErrNotExist)
}
