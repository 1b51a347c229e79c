package gitrepo

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Modes that tenantc writes. Whatever else a tree holds is kept as it is, or
// refused where it stands in tenantc's way.
const (
	modeFile   = "100644"
	modeExec   = "100755"
	modeFolder = "40000"
)

// entry is one line of a git tree object. The mode is kept as it is stored:
// go-git's own decoder rounds it to the nearest usual one, which would change
// files that are not ours and hide odd ones.
type entry struct {
	name string
	mode string
	hash plumbing.Hash
}

func (e entry) isFolder() bool { return e.mode == modeFolder }

func (e entry) kind() Kind {
	switch e.mode {
	case modeFolder:
		return Folder
	case modeFile, modeExec:
		return Plain
	}
	return Foreign
}

// sortKey is the name that git sorts a tree by: a folder as if it ended in a
// slash.
func (e entry) sortKey() string {
	if strings.TrimLeft(e.mode, "0") == modeFolder {
		return e.name + "/"
	}
	return e.name
}

func compareEntries(a, b entry) int { return cmp.Compare(a.sortKey(), b.sortKey()) }

var errMalformedTree = errors.New("malformed tree object: run git fsck in the repository")

// parseTree reads a tree object. One that is not sorted or that has a name
// twice is refused: it could be read in two ways.
func parseTree(data []byte) ([]entry, error) {
	var entries []entry
	for len(data) > 0 {
		mode, rest, hasMode := bytes.Cut(data, []byte{' '})
		name, rest, hasName := bytes.Cut(rest, []byte{0})
		if !hasMode || !hasName || len(name) == 0 || len(rest) < len(plumbing.ZeroHash) {
			return nil, errMalformedTree
		}
		e := entry{name: string(name), mode: string(mode)}
		copy(e.hash[:], rest)
		data = rest[len(e.hash):]
		entries = append(entries, e)
	}
	return entries, checkOrder(entries)
}

func checkOrder(entries []entry) error {
	names := make(map[string]bool, len(entries))
	for i, e := range entries {
		if names[e.name] || i > 0 && compareEntries(entries[i-1], e) >= 0 {
			return errMalformedTree
		}
		names[e.name] = true
	}
	return nil
}

// encodeTree is the content of the tree object of entries, which it sorts.
func encodeTree(entries []entry) []byte {
	slices.SortFunc(entries, compareEntries)
	var buf bytes.Buffer
	for _, e := range entries {
		buf.WriteString(e.mode)
		buf.WriteByte(' ')
		buf.WriteString(e.name)
		buf.WriteByte(0)
		buf.Write(e.hash[:])
	}
	return buf.Bytes()
}

// lookup finds a name among entries that are in git's order, whether it is a
// folder or a file.
func lookup(entries []entry, name string) (int, bool) {
	for _, key := range []string{name, name + "/"} {
		i, found := slices.BinarySearchFunc(entries, key, func(e entry, key string) int {
			return strings.Compare(e.sortKey(), key)
		})
		if found {
			return i, true
		}
	}
	return 0, false
}
