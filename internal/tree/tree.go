// Package tree holds sets of files by path: what the compiler makes, what git
// and a folder on disk store, and what lies between two of them. It reads and
// writes nothing.
package tree

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
)

// Hash is the hexadecimal name of a git tree object.
type Hash string

// Tree is a set of files. Paths have forward slashes, no leading slash and no
// dot segments.
//
// Unchanged names folders that were not made again because the tree they are
// to be written onto (the base) holds them already, by the git hash of the
// whole folder. Stowed has folders whose files are put away, because a fleet as
// it is takes too much memory. Only a tree made against a base has any of both.
type Tree struct {
	Files     map[string][]byte
	Unchanged map[string]Hash
	Stowed    map[string]Stowed
}

// New returns an empty tree.
func New() Tree {
	return Tree{Files: map[string][]byte{}, Unchanged: map[string]Hash{}, Stowed: map[string]Stowed{}}
}

// Add puts a file into the tree. Two outputs never share a path: a second file
// at a path is a fault of the program, and Add panics.
func (t Tree) Add(path string, data []byte) {
	if _, taken := t.Files[path]; taken {
		panic("tree: two files at " + path)
	}
	t.Files[path] = data
}

// Merge adds all of other to t, under the same rule.
func (t Tree) Merge(other Tree) {
	for path, data := range other.Files {
		t.Add(path, data)
	}
	maps.Copy(t.Unchanged, other.Unchanged)
	maps.Copy(t.Stowed, other.Stowed)
}

// Paths lists the files in order.
func (t Tree) Paths() []string {
	return slices.Sorted(maps.Keys(t.Files))
}

// Digest is a SHA-256 over every path and content, in order of the path: two
// trees are the same files exactly when their digests agree.
func (t Tree) Digest() string {
	h := sha256.New()
	for path, data := range t.All() {
		fmt.Fprintf(h, "%d %s %d ", len(path), path, len(data))
		h.Write(data)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Change is one file that differs. Before is nil for an added file, After for a
// removed one.
type Change struct {
	Path          string
	Before, After []byte
}

// Changes is what lies between two trees, in order of the path.
type Changes []Change

// Compare lists the files in which after differs from before.
func Compare(before, after map[string][]byte) Changes {
	var changes Changes
	for path, data := range after {
		old, found := before[path]
		if found {
			old = present(old)
		}
		if !found || !bytes.Equal(old, data) {
			changes = append(changes, Change{Path: path, Before: old, After: present(data)})
		}
	}
	for path, data := range before {
		if _, kept := after[path]; !kept {
			changes = append(changes, Change{Path: path, Before: present(data)})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int { return bytes.Compare([]byte(a.Path), []byte(b.Path)) })
	return changes
}
