package cache_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/cache"
)

func key(s string) cache.Key { return cache.KeyOf("test", []byte(s)) }

func TestEntriesSurviveARunAndUnusedOnesAreDropped(t *testing.T) {
	dir, root := t.TempDir(), t.TempDir()
	first := cache.Open(dir, "v1", root)
	first.Put(key("a"), []byte("one"))
	first.Put(key("b"), nil)
	require.NoError(t, first.Save(t.Context()))

	second := cache.Open(dir, "v1", root)
	data, found := second.Get(key("a"))
	require.True(t, found)
	require.Equal(t, "one", string(data))
	require.NoError(t, second.Save(t.Context()))

	third := cache.Open(dir, "v1", root)
	_, found = third.Get(key("b"))
	require.False(t, found, "an entry that the last run did not use is kept")
}

// An entry can name others, and so keep them without their being asked for.
func TestNamedEntriesAreKept(t *testing.T) {
	dir, root := t.TempDir(), t.TempDir()
	first := cache.Open(dir, "v1", root)
	first.Put(key("a"), []byte("one"))
	names, err := json.Marshal([]cache.Key{key("a"), key("absent")})
	require.NoError(t, err)
	first.Put(key("names"), names)
	require.NoError(t, first.Save(t.Context()))

	second := cache.Open(dir, "v1", root)
	data, found := second.Get(key("names"))
	require.True(t, found)
	var named []cache.Key
	require.NoError(t, json.Unmarshal(data, &named))
	second.Keep(named)
	second.Put(key("b"), nil)
	require.NoError(t, second.Save(t.Context()))

	third := cache.Open(dir, "v1", root)
	data, found = third.Get(key("a"))
	require.True(t, found)
	require.Equal(t, "one", string(data))
	_, found = third.Get(key("absent"))
	require.False(t, found)
	require.Error(t, json.Unmarshal([]byte(`["ab"]`), &named))
}

func TestAnotherVersionOrTenancySeesNothing(t *testing.T) {
	dir, root := t.TempDir(), t.TempDir()
	c := cache.Open(dir, "v1", root)
	c.Put(key("a"), []byte("one"))
	require.NoError(t, c.Save(t.Context()))
	for _, other := range []*cache.Cache{cache.Open(dir, "v2", root), cache.Open(dir, "v1", t.TempDir()), nil} {
		_, found := other.Get(key("a"))
		require.False(t, found)
	}
}

func TestATornFileIsAnEmptyCache(t *testing.T) {
	dir, root := t.TempDir(), t.TempDir()
	c := cache.Open(dir, "v1", root)
	c.Put(key("a"), []byte("one"))
	require.NoError(t, c.Save(t.Context()))
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	whole, err := os.ReadFile(files[0])
	require.NoError(t, err)
	for cut := range whole {
		require.NoError(t, os.WriteFile(files[0], whole[:cut], 0o600))
		_, found := cache.Open(dir, "v1", root).Get(key("a"))
		require.False(t, found, "cut at %d", cut)
	}
}

// A file with a right checksum over nonsense is nothing to crash on.
func TestAForgedFileIsAnEmptyCache(t *testing.T) {
	dir, root := t.TempDir(), t.TempDir()
	c := cache.Open(dir, "v1", root)
	c.Put(key("a"), []byte("one"))
	require.NoError(t, c.Save(t.Context()))
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	whole, err := os.ReadFile(files[0])
	require.NoError(t, err)
	for _, length := range []uint64{4, 1 << 20, 1 << 62, math.MaxUint64} {
		body := slices.Clone(whole[:len(whole)-sha256.Size])
		binary.BigEndian.PutUint64(body[sha256.Size:], length)
		sum := sha256.Sum256(body)
		require.NoError(t, os.WriteFile(files[0], append(body, sum[:]...), 0o600))
		_, found := cache.Open(dir, "v1", root).Get(key("a"))
		require.False(t, found, length)
	}
}

func TestKeysKeepTheBordersOfTheirParts(t *testing.T) {
	require.NotEqual(t, cache.KeyOf("k", []byte("ab"), []byte("c")), cache.KeyOf("k", []byte("a"), []byte("bc")))
	require.NotEqual(t, cache.KeyOf("k", []byte("a")), cache.KeyOf("k", []byte("a"), nil))
}
