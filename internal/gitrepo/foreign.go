package gitrepo

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/tenantc/tenantc/internal/tree"
)

// emptyTree is git's name for a folder without anything.
var emptyTree = plumbing.ComputeHash(plumbing.TreeObject, nil)

// sitesTree is the hash of the folder of all sites.
func (f *Fleet) sitesTree() (plumbing.Hash, error) {
	e, found, err := f.find(sites)
	if err != nil || !found {
		return emptyTree, err
	}
	return e.hash, nil
}

// untouched tells whether tenantc made the head, and all sites are as tenantc
// left them: the commit says so itself. Who copies a message to a commit of
// other files does not pass; who forges one on purpose does, and is found by a
// signature, or when the commit is compiled again (package audit).
func (f *Fleet) untouched() (bool, error) {
	have, err := f.sitesTree()
	return f.head.Trailer(TrailerFleetTree) == have.String(), err
}

// Foreign are the files below sites/ that differ from what tenantc committed
// last, by path, with the newest commit in which somebody else changed them.
// Usually that is answered by the newest commit alone; else history is read.
func (f *Fleet) Foreign(ctx context.Context) (map[string]Commit, error) {
	if f.head.Hash == "" {
		return nil, nil
	}
	head, err := f.sitesTree()
	if err != nil {
		return nil, err
	}
	by, newer := map[string]Commit{}, head
	for at := f; ; {
		if ours, err := at.untouched(); ours || err != nil {
			return f.stillDiffering(ctx, by, newer, head, err)
		}
		older, before := emptyTree, at.head
		if before.Parent != "" {
			parent, err := f.parent(ctx, before)
			if err != nil {
				return nil, err
			}
			at = f.At(parent)
			if older, err = at.sitesTree(); err != nil {
				return nil, err
			}
		}
		if err := f.attribute(ctx, by, before, older, newer); err != nil {
			return nil, err
		}
		if newer = older; before.Parent == "" {
			return f.stillDiffering(ctx, by, newer, head, nil)
		}
	}
}

// attribute notes which files a commit changed that no newer one did.
func (f *Fleet) attribute(ctx context.Context, by map[string]Commit, c Commit, before, after plumbing.Hash) error {
	paths, err := f.objects.differing(ctx, sites, before, after)
	for _, p := range paths {
		if _, newer := by[p]; !newer {
			by[p] = c
		}
	}
	return err
}

// stillDiffering drops what was changed and put back.
func (f *Fleet) stillDiffering(ctx context.Context, by map[string]Commit, base, head plumbing.Hash, err error) (map[string]Commit, error) {
	if err != nil {
		return nil, err
	}
	paths, err := f.objects.differing(ctx, sites, base, head)
	out := make(map[string]Commit, len(paths))
	for _, p := range paths {
		out[p] = by[p]
	}
	return out, err
}

// ChangedIn lists the files below sites/ that a commit of the history changed.
func (f *Fleet) ChangedIn(ctx context.Context, c Commit) ([]string, error) {
	after, err := f.At(c).sitesTree()
	if err != nil {
		return nil, err
	}
	before := emptyTree
	if c.Parent != "" {
		parent, err := f.parent(ctx, c)
		if err != nil {
			return nil, err
		}
		if before, err = f.At(parent).sitesTree(); err != nil {
			return nil, err
		}
	}
	return f.objects.differing(ctx, sites, before, after)
}

// Differing lists the paths below sites/ in which the head is not exactly the
// given tree, whoever wrote them. None means that both are the same to the byte.
func (f *Fleet) Differing(ctx context.Context, t tree.Tree) ([]string, error) {
	root, err := desired(t.Whole())
	if err != nil {
		return nil, err
	}
	want := emptyTree
	if wanted := root.child(sites); wanted != nil {
		f.objects.remember(wanted)
		want = wanted.hash
	}
	have, err := f.sitesTree()
	if err != nil {
		return nil, err
	}
	return f.objects.differing(ctx, sites, want, have)
}

// remember keeps the folders of a tree that is nowhere stored, by their hash.
func (o *objects) remember(n *node) {
	if !n.folder || n.given {
		return
	}
	entries := make([]entry, len(n.children))
	for i, child := range n.children {
		entries[i] = entry{child.name, child.mode(), child.hash}
		o.remember(child)
	}
	slices.SortFunc(entries, compareEntries)
	o.know(n.hash, entries)
}

// differing lists the files in which two folders differ, in order.
func (o *objects) differing(ctx context.Context, at string, a, b plumbing.Hash) ([]string, error) {
	if a == b {
		return nil, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	in, err := o.byName(at, a)
	if err != nil {
		return nil, err
	}
	other, err := o.byName(at, b)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range unionOf(in, other) {
		more, err := o.differingEntry(ctx, path.Join(at, name), in[name], other[name])
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// differingEntry compares what two folders have of one name; the zero entry is
// nothing.
func (o *objects) differingEntry(ctx context.Context, at string, a, b entry) ([]string, error) {
	switch {
	case a == b:
		return nil, nil
	case strings.Count(at, "/") > maxDepth:
		return nil, fmt.Errorf("%q: folders are nested deeper than %d", at, maxDepth)
	case !a.isFolder() && !b.isFolder():
		return []string{at}, nil
	}
	var out []string
	folders := [2]plumbing.Hash{emptyTree, emptyTree}
	for i, e := range []entry{a, b} {
		if e.isFolder() {
			folders[i] = e.hash
		} else if e.mode != "" {
			out = append(out, at) // a file on the one side, a folder on the other
		}
	}
	below, err := o.differing(ctx, at, folders[0], folders[1])
	return append(out, below...), err
}

func (o *objects) byName(at string, folder plumbing.Hash) (map[string]entry, error) {
	entries, err := o.tree(folder)
	if err != nil {
		return nil, fmt.Errorf("folder %q: %w", at, err)
	}
	out := make(map[string]entry, len(entries))
	for _, e := range entries {
		out[e.name] = e
	}
	return out, nil
}

func unionOf(a, b map[string]entry) []string {
	var names []string
	for name := range a {
		names = append(names, name)
	}
	for name := range b {
		if _, both := a[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
