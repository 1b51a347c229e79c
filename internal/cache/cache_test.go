package cache_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/cache"
)

func key(s string) cache.Key { return cache.KeyOf("test", []byte(s)) }

// An entry is kept for runs that do not ask for it, but not for ever, whether it
// would have been asked for or was named by another.
func TestEntriesThatNobodyUsesAreDropped(t *testing.T) {
	dir, root := t.TempDir(), t.TempDir()
	open := func() *cache.Cache { return cache.Open(dir, "v1", root) }
	first := open()
	for _, name := range []string{"asked for", "named", "idle"} {
		first.Put(key(name), []byte(name))
	}
	names, err := json.Marshal([]cache.Key{key("named"), key("absent")})
	require.NoError(t, err)
	first.Put(key("names"), names)
	require.NoError(t, first.Save(t.Context()))

	kept := 0
	for run := range 50 {
		if _, found := open().Get(key("idle")); found {
			kept = run
		}
		next := open()
		data, found := next.Get(key("asked for"))
		require.True(t, found, run)
		require.Equal(t, "asked for", string(data))
		data, found = next.Get(key("names"))
		require.True(t, found, run)
		var named []cache.Key
		require.NoError(t, json.Unmarshal(data, &named))
		next.Keep(named)
		next.Put(cache.KeyOf("run", []byte{byte(run)}), nil)
		require.NoError(t, next.Save(t.Context()))
	}
	require.Greater(t, kept, 10, "what another verb asks for is dropped at once")
	require.Less(t, kept, 40, "an entry that nobody uses is kept for ever")
	data, found := open().Get(key("named"))
	require.True(t, found)
	require.Equal(t, "named", string(data))
	_, found = open().Get(key("absent"))
	require.False(t, found)
	var none []cache.Key
	require.Error(t, json.Unmarshal([]byte(`["ab"]`), &none))
}

// What is idle does not pile up in a cache that is large.
func TestALargeCacheForgetsSooner(t *testing.T) {
	dir, root := t.TempDir(), t.TempDir()
	for run := range 8 {
		c := cache.Open(dir, "v1", root)
		c.Put(cache.KeyOf("run", []byte{byte(run)}), make([]byte, 50<<20))
		require.NoError(t, c.Save(t.Context()))
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	info, err := os.Stat(files[0])
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(200<<20))
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
		body := slices.Clone(whole[:len(whole)-crc32.Size])
		binary.BigEndian.PutUint64(body[sha256.Size+1:], length)
		sum := crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli))
		require.NoError(t, os.WriteFile(files[0], binary.BigEndian.AppendUint32(body, sum), 0o600))
		_, found := cache.Open(dir, "v1", root).Get(key("a"))
		require.False(t, found, length)
	}
}

func TestKeysKeepTheBordersOfTheirParts(t *testing.T) {
	require.NotEqual(t, cache.KeyOf("k", []byte("ab"), []byte("c")), cache.KeyOf("k", []byte("a"), []byte("bc")))
	require.NotEqual(t, cache.KeyOf("k", []byte("a")), cache.KeyOf("k", []byte("a"), nil))
}
