package gitrepo

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/tenantc/tenantc/internal/tree"
)

// sites is the folder of the fleet that tenantc works in.
const sites = tree.SitesFolder

// node is a file or a folder that the fleet shall have. The hash of a folder
// is the one it has in git when nothing else is in it.
type node struct {
	name     string
	path     string
	hash     plumbing.Hash
	data     []byte  // of a file
	children []*node // of a folder, in order of the name
	folder   bool
	given    bool         // a folder of tree.Tree.Unchanged: only its hash is known
	stowed   *tree.Stowed // a folder of tree.Tree.Stowed: open says what is in it
}

// want is one path of the tree that shall be there.
type want struct {
	path string
	data []byte
	hash tree.Hash // of an unchanged folder, and of one that is put away

	stowed *tree.Stowed
}

// desired arranges a tree as folders. Its paths come from the compiler: one
// that is not below sites/<site>/ or that no checkout should have is a fault
// of the program, and so is a file inside of an unchanged folder.
func desired(t tree.Tree) (*node, error) {
	wants := make([]want, 0, len(t.Files)+len(t.Unchanged))
	for path, data := range t.Files {
		wants = append(wants, want{path: path, data: data})
	}
	var faults []error
	for path, hash := range t.Unchanged {
		if hash == "" {
			faults = append(faults, fmt.Errorf("%q has no hash", path))
		}
		wants = append(wants, want{path: path, hash: hash})
	}
	for path, s := range t.Stowed {
		wants = append(wants, want{path: path, hash: s.Hash, stowed: &s})
	}
	slices.SortFunc(wants, func(a, b want) int { return tree.ComparePaths(a.path, b.path) })
	for _, w := range wants {
		if err := checkPath(w.path); err != nil {
			faults = append(faults, err)
		} else if strings.Count(w.path, "/") < 1 || !strings.HasPrefix(w.path, sites+"/") || w.hash == "" && strings.Count(w.path, "/") < 2 {
			faults = append(faults, fmt.Errorf("%q is not below %s/<site>/", w.path, sites))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return arrange("", "", wants)
}

// arrange makes the folder at a path of all that is wanted below it.
func arrange(name, path string, wants []want) (*node, error) {
	folder := &node{name: name, path: path, folder: true}
	prefix := path
	if prefix != "" {
		prefix += "/"
	}
	entries := make([]entry, 0, 8)
	for len(wants) > 0 {
		name, n := group(wants, func(w want) string { return w.path }, prefix)
		child, err := arrangeOne(name, prefix+name, wants[:n])
		if err != nil {
			return nil, err
		}
		folder.children = append(folder.children, child)
		entries = append(entries, entry{name, child.mode(), child.hash})
		wants = wants[n:]
	}
	slices.SortFunc(folder.children, func(a, b *node) int { return strings.Compare(a.name, b.name) })
	folder.hash = plumbing.ComputeHash(plumbing.TreeObject, encodeTree(entries))
	return folder, nil
}

func arrangeOne(name, path string, wants []want) (*node, error) {
	first := wants[0]
	switch {
	case first.path != path:
		return arrange(name, path, wants)
	case len(wants) > 1:
		return nil, fmt.Errorf("%q is both a file or a whole folder, and a folder with %q in it", path, wants[1].path)
	case first.hash != "":
		hash := plumbing.NewHash(string(first.hash))
		return &node{name: name, path: path, hash: hash, folder: true, given: first.stowed == nil, stowed: first.stowed}, nil
	}
	return &node{name: name, path: path, hash: plumbing.ComputeHash(plumbing.BlobObject, first.data), data: first.data}, nil
}

func (n *node) mode() string {
	if n.folder {
		return modeFolder
	}
	return modeFile
}

// open is the node with its children at hand. They are let go of with what is
// returned, so that a whole fleet is never open at once.
func (n *node) open() (*node, error) {
	if n == nil || n.stowed == nil {
		return n, nil
	}
	root, err := desired(n.stowed.Tree())
	if err != nil {
		return nil, err
	}
	at := root.at(n.path)
	if at == nil || at.hash != n.hash {
		return nil, fmt.Errorf("folder %q is not what was put away", n.path)
	}
	return at, nil
}

// at follows a path that counts from the node; nil when there is no such node.
func (n *node) at(path string) *node {
	for name := range strings.SplitSeq(path, "/") {
		n = n.child(name)
	}
	return n
}

// child is the node of a name; nil when there is none, and of a nil folder.
func (n *node) child(name string) *node {
	if n == nil {
		return nil
	}
	i, found := slices.BinarySearchFunc(n.children, name, func(c *node, name string) int { return strings.Compare(c.name, name) })
	if !found {
		return nil
	}
	return n.children[i]
}
