package tree

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// Stowed is a folder that is put away until it is asked for again: a tree with
// all files in that folder, and the hash that git gives the folder.
type Stowed struct {
	Hash      Hash
	files     packed
	unchanged map[string]Hash
}

// Stow puts a tree away whose files, at least one, are all in one folder, which
// has the given hash.
func (t Tree) Stow(folder string, hash Hash) Tree {
	files := make(Changes, 0, len(t.Files))
	for _, path := range slices.SortedFunc(maps.Keys(t.Files), ComparePaths) {
		files = append(files, Change{Path: path, After: present(t.Files[path])})
	}
	out := New()
	out.Stowed[folder] = Stowed{hash, pack(files), t.Unchanged}
	return out
}

// present keeps an empty file apart from no file.
func present(data []byte) []byte {
	if data == nil {
		return []byte{}
	}
	return data
}

// Complete tells whether all files of the folder are put away, and none of its
// folders is one that the base has.
func (s Stowed) Complete() bool { return len(s.unchanged) == 0 }

// Tree is the tree that was put away.
func (s Stowed) Tree() Tree {
	t := New()
	for _, c := range s.files.unpack() {
		t.Add(c.Path, c.After)
	}
	maps.Copy(t.Unchanged, s.unchanged)
	return t
}

// Whole is the tree with nothing put away.
func (t Tree) Whole() Tree {
	out := New()
	out.Merge(Tree{Files: t.Files, Unchanged: t.Unchanged})
	for _, s := range t.Stowed {
		out.Merge(s.Tree())
	}
	return out
}

// All walks over the files in order of the path. Of folders that are put away
// one is at hand at a time.
func (t Tree) All() iter.Seq2[string, []byte] {
	places := slices.Collect(maps.Keys(t.Files))
	for folder := range t.Stowed {
		places = append(places, folder+"/") // which no file is called
	}
	slices.Sort(places)
	return func(yield func(string, []byte) bool) {
		for _, at := range places {
			files := map[string][]byte{at: t.Files[at]}
			if s, stowed := t.Stowed[strings.TrimSuffix(at, "/")]; stowed {
				files = s.Tree().Files
			}
			for _, path := range slices.Sorted(maps.Keys(files)) {
				if !yield(path, files[path]) {
					return
				}
			}
		}
	}
}
