// Package cache remembers, by content, what an earlier run has worked out: a
// file's validated documents, a cluster's compiled folder. It only saves time:
// an absent, torn or foreign cache file is an empty cache, deleting it is always
// safe, and another version of tenantc never reads it. Verbs ask for different
// things, so an entry is kept for some runs that did not ask for it.
package cache

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// Key names an entry by a digest of everything that it was worked out from.
type Key [sha256.Size]byte

// KeyOf digests parts. Each part is preceded by its length, so that no two
// lists of parts share a key. The first says what kind of entry is meant.
func KeyOf(kind string, parts ...[]byte) Key {
	h := sha256.New()
	var length [8]byte
	for _, part := range append([][]byte{[]byte(kind)}, parts...) {
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write(part)
	}
	return Key(h.Sum(nil))
}

// MarshalText and UnmarshalText let an entry name others.
func (k Key) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, k[:]), nil }

// UnmarshalText reads what MarshalText writes.
func (k *Key) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(k)) {
		return errors.New("cache: not a key")
	}
	_, err := hex.Decode(k[:], text)
	return err
}

// maxIdle is after how many saved runs in a row that did not use it an entry is
// dropped. In a cache of more than maxBytes, which every run has to read, it is
// only a few: a class that changes makes all entries of a large fleet anew.
const (
	maxIdle      = 20
	maxIdleLarge = 2
	maxBytes     = 128 << 20
)

// Cache holds the entries of one tenancy. A nil Cache is valid and always
// empty. It may be used from several goroutines.
type Cache struct {
	path string

	mu      sync.Mutex
	entries map[Key]entry
	added   bool
}

type entry struct {
	data []byte
	idle byte // saved runs since it was used last
}

// Open reads the cache of the tenancy at root, as written by the given version
// of tenantc, from below dir (usually os.UserCacheDir()/tenantc).
func Open(dir, version, root string) *Cache {
	if abs, err := filepath.Abs(root); err == nil {
		root = abs
	}
	key := KeyOf("file", []byte(version), []byte(root))
	path := filepath.Join(dir, hex.EncodeToString(key[:16]))
	return &Cache{path: path, entries: read(path)}
}

// Get returns an entry. The bytes must not be changed.
func (c *Cache) Get(key Key) ([]byte, bool) {
	if c == nil {
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.use(key)
}

func (c *Cache) use(key Key) ([]byte, bool) {
	e, found := c.entries[key]
	if found && e.idle > 0 {
		c.entries[key] = entry{data: e.data}
	}
	return e.data, found
}

// Keep counts entries as used that this run did not need to ask for.
func (c *Cache) Keep(keys []Key) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range keys {
		c.use(key)
	}
}

// Put adds an entry.
func (c *Cache) Put(key Key, data []byte) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries[key] = entry{data: data}
	c.added = true
}

// Save writes the entries, without those that nobody has used for long. It
// writes nothing when this run has added none.
func (c *Cache) Save(ctx context.Context) error {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil || !c.added {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(c.path), 0o700); err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(c.path), ".new-*")
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	err = errors.Join(write(file, c.entries), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), c.path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return fmt.Errorf("cache: %w", err)
	}
	return nil
}

// A cache file is entries (key, idle runs, length, data) and, last, the CRC-32C
// of all before it, so that a torn file is seen as one. Nothing more is asked of
// the sum: who can write the file can write the sum.
const head = sha256.Size + 1 + 8

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// write writes the entries as they will be in the next run, in which each has
// idled for one run more unless that uses it.
func write(w io.Writer, entries map[Key]entry) error {
	limit := idleLimit(entries)
	sum := crc32.New(castagnoli)
	out := bufio.NewWriterSize(io.MultiWriter(w, sum), 64<<10)
	for key, e := range entries {
		if e.idle >= limit {
			continue
		}
		line := binary.BigEndian.AppendUint64(append(key[:], e.idle+1), uint64(len(e.data)))
		_, _ = out.Write(line) // Flush tells
		_, _ = out.Write(e.data)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err := w.Write(sum.Sum(nil))
	return err
}

func idleLimit(entries map[Key]entry) byte {
	size := 0
	for _, e := range entries {
		size += head + len(e.data)
	}
	if size > maxBytes {
		return maxIdleLarge
	}
	return maxIdle
}

func read(path string) map[Key]entry {
	data, err := os.ReadFile(path)
	if err != nil || len(data) < crc32.Size {
		return map[Key]entry{}
	}
	body := data[:len(data)-crc32.Size]
	if crc32.Checksum(body, castagnoli) != binary.BigEndian.Uint32(data[len(body):]) {
		return map[Key]entry{}
	}
	entries := map[Key]entry{}
	for len(body) >= head {
		length := binary.BigEndian.Uint64(body[sha256.Size+1 : head])
		if length > uint64(len(body)-head) {
			return map[Key]entry{}
		}
		entries[Key(body[:sha256.Size])] = entry{body[head : head+length], body[sha256.Size]}
		body = body[head+length:]
	}
	return entries
}
