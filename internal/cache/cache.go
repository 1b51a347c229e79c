// Package cache remembers, by content, what an earlier run has worked out: a
// file's validated documents, a cluster's compiled folder. It only saves time:
// an absent, torn or foreign cache file is an empty cache, deleting it is always
// safe, and another version of tenantc never reads it.
package cache

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
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

// Cache holds the entries of one tenancy. A nil Cache is valid and always
// empty. It may be used from several goroutines.
type Cache struct {
	path string

	mu    sync.Mutex
	old   map[Key][]byte // what the file held
	used  map[Key][]byte // what this run asked for or added: all that is saved
	added bool
}

// Open reads the cache of the tenancy at root, as written by the given version
// of tenantc, from below dir (usually os.UserCacheDir()/tenantc).
func Open(dir, version, root string) *Cache {
	if abs, err := filepath.Abs(root); err == nil {
		root = abs
	}
	key := KeyOf("file", []byte(version), []byte(root))
	path := filepath.Join(dir, hex.EncodeToString(key[:16]))
	return &Cache{path: path, old: read(path), used: map[Key][]byte{}}
}

// Get returns an entry. The bytes must not be changed.
func (c *Cache) Get(key Key) ([]byte, bool) {
	if c == nil {
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if data, found := c.used[key]; found {
		return data, true
	}
	data, found := c.old[key]
	if found {
		c.used[key] = data
	}
	return data, found
}

// Keep has entries saved that this run did not need to ask for.
func (c *Cache) Keep(keys []Key) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range keys {
		if data, found := c.old[key]; found {
			c.used[key] = data
		}
	}
}

// Put adds an entry.
func (c *Cache) Put(key Key, data []byte) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used[key] = data
	c.added = true
}

// Save writes the entries that this run used, and drops the others. It writes
// nothing when they are what the file holds already.
func (c *Cache) Save(ctx context.Context) error {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil || (!c.added && len(c.used) == len(c.old)) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(c.path), 0o700); err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(c.path), ".new-*")
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	_, err = file.Write(encode(c.used))
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), c.path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return fmt.Errorf("cache: %w", err)
	}
	return nil
}

// A cache file is entries (key, length, data) and, last, the SHA-256 of all
// before it, so that a torn file is seen as one.
func encode(entries map[Key][]byte) []byte {
	var buf bytes.Buffer
	for key, data := range entries {
		buf.Write(key[:])
		buf.Write(binary.BigEndian.AppendUint64(nil, uint64(len(data))))
		buf.Write(data)
	}
	sum := sha256.Sum256(buf.Bytes())
	buf.Write(sum[:])
	return buf.Bytes()
}

func read(path string) map[Key][]byte {
	entries := map[Key][]byte{}
	data, err := os.ReadFile(path)
	if err != nil || len(data) < sha256.Size {
		return entries
	}
	body := data[:len(data)-sha256.Size]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], data[len(body):]) {
		return entries
	}
	const head = sha256.Size + 8
	for len(body) >= head {
		length := binary.BigEndian.Uint64(body[sha256.Size:head])
		if length > uint64(len(body)-head) {
			return map[Key][]byte{}
		}
		entries[Key(body[:sha256.Size])] = body[head : head+length]
		body = body[head+length:]
	}
	return entries
}
