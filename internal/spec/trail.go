package spec

import (
	"strconv"
	"strings"
)

// trail is the way from a document to one of its values. It becomes text only
// where a fault has to name it.
type trail struct {
	up    *trail
	key   string
	index int    // of a list's item; -1 for a key
	hash  uint64 // of the text, FNV-1a
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func hashOn(hash uint64, s string) uint64 {
	for i := range len(s) {
		hash = (hash ^ uint64(s[i])) * fnvPrime
	}
	return hash
}

func newTrail() *trail { return &trail{index: -1, hash: fnvOffset} }

func (t *trail) child(key string) *trail {
	c := &trail{up: t, key: key, index: -1}
	c.hash = hashOn(t.hash, c.step())
	return c
}

func (t *trail) item(index int) *trail {
	c := &trail{up: t, index: index}
	c.hash = hashOn(t.hash, c.step())
	return c
}

// step is the last part of the path, with what separates it from the rest.
func (t *trail) step() string {
	if t.index >= 0 {
		return "[" + strconv.Itoa(t.index) + "]"
	}
	return step(t.key, t.up.up == nil)
}

func step(key string, first bool) string {
	if !plainKey(key) {
		return "[" + strconv.Quote(key) + "]"
	}
	if first {
		return key
	}
	return "." + key
}

// plainKey tells whether a key stands in a path as it is.
func plainKey(key string) bool {
	for _, r := range key {
		if r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return key != ""
}

func (t *trail) String() string {
	if t.up == nil {
		return ""
	}
	return t.up.String() + t.step()
}

// short is how a message names the value: without the way through spec and
// through lists, as in quota.memory or clusters[0].
func (t *trail) short() string {
	path := t.String()
	if i := strings.LastIndex(path, "]."); i >= 0 {
		return path[i+2:]
	}
	return strings.TrimPrefix(path, "spec.")
}

// Join is the path of a map's entry, as in metadata.labels["example.net/pool"].
func Join(path, key string) string {
	return path + step(key, path == "")
}

// parent drops the last part of a path.
func parent(path string) string {
	last := 0
	for i := 0; i < len(path); i++ {
		switch path[i] {
		case '.':
			last = i
		case '[':
			last = i
			if quoted, err := strconv.QuotedPrefix(path[i+1:]); err == nil {
				i += len(quoted)
			}
		}
	}
	return path[:last]
}
