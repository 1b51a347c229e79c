package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/tree"
)

// maxSeen bounds the walk: a tree of few objects can name the same folder over
// and over. A fleet of 10,000 tenant clusters has some 200,000 entries.
const maxSeen = 1_000_000

// errStale says that an unchanged folder is not what the head has there.
var errStale = errors.New("the tree was compiled against another state of the fleet repository")

// Changes is what lies between the head and the tree that the fleet shall be,
// in order of the path: what publish commits and diff prints. The tree is the
// whole of tenantc's output; a file that tenantc wrote and that is not in it
// is removed, also of a site that is in it no more. Folders that agree are not
// read.
//
// The list has the faults of what stands in the repository: a file of somebody
// else's where one must be written, and in tenantc's folders what is neither a
// plain file nor a folder, or has a name that no checkout should have.
func (f *Fleet) Changes(ctx context.Context, t tree.Tree) (tree.Delta, diag.List, error) {
	root, err := desired(t)
	if err != nil {
		return tree.Delta{}, nil, fmt.Errorf("the compiled tree: %w", err)
	}
	c, err := f.compare(ctx, root.child(sites))
	if err != nil {
		return tree.Delta{}, nil, fmt.Errorf("comparing with the fleet repository %s: %w", f.options.Remote, err)
	}
	return c.delta, c.faults, nil
}

// compare walks the fleet. Files that have to be fetched for it are fetched
// after the walk, all at once, and it begins anew; what they say may lead to
// others, but not often: from a site's file into the site, and no further.
func (f *Fleet) compare(ctx context.Context, want *node) (comparer, error) {
	for {
		c := comparer{ctx: ctx, fleet: f, blobs: newBlobs(f.objects)}
		err := c.sites(want)
		if err != nil || len(c.blobs.missing) == 0 {
			return c, err
		}
		if err := f.fetchFiles(ctx, slices.Collect(maps.Keys(c.blobs.missing))); err != nil {
			return c, err
		}
	}
}

// comparer walks the head and the desired tree side by side.
type comparer struct {
	ctx     context.Context
	fleet   *Fleet
	blobs   blobs
	changes tree.Changes // of the site that is looked at
	delta   tree.Delta   // of those before it
	faults  diag.List
	seen    int // entries of the head that were looked at
}

// sites compares the folder of all sites, which is nobody's: what else is in
// it is left alone.
func (c *comparer) sites(want *node) error {
	base, present, err := c.fleet.find(sites)
	if err != nil {
		return err
	}
	if !present || !base.isFolder() {
		if present && want != nil {
			c.inTheWay(sites)
		}
		return c.wanted(want, nil, c.site)
	}
	entries, err := c.fleet.objects.tree(base.hash)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if want.child(e.name) != nil {
			continue
		}
		if ours, err := c.ownedSite(e); err != nil || !ours {
			if err != nil {
				return err
			}
			continue
		}
		if err := c.site(path.Join(sites, e.name), &e, nil); err != nil {
			return err
		}
	}
	return c.wanted(want, entries, c.site)
}

// site compares one entry of the folder of all sites.
func (c *comparer) site(at string, base *entry, want *node) error {
	err := c.entry(at, base, want)
	c.delta.Add(c.changes)
	c.changes = nil
	return err
}

// wanted compares every child of a desired folder with the entry of its name.
func (c *comparer) wanted(want *node, entries []entry, compare func(at string, base *entry, want *node) error) error {
	if want == nil {
		return nil
	}
	for _, n := range want.children {
		var base *entry
		if i, found := lookup(entries, n.name); found {
			base = &entries[i]
		}
		if err := compare(n.path, base, n); err != nil {
			return err
		}
	}
	return nil
}

// ownedSite tells whether an entry of sites/ is the folder of a site that
// tenantc wrote.
func (c *comparer) ownedSite(e entry) (bool, error) {
	if !e.isFolder() {
		return false, nil
	}
	entries, err := c.fleet.objects.tree(e.hash)
	if err != nil {
		return false, fmt.Errorf("folder %q: %w", path.Join(sites, e.name), err)
	}
	i, found := lookup(entries, tree.SiteFile)
	if !found || entries[i].kind() != Plain {
		return false, nil
	}
	_, ours, err := c.owned(path.Join(sites, e.name, tree.SiteFile), entries[i])
	return ours, err
}

// owned reads a file of the head and tells whether tenantc wrote it.
func (c *comparer) owned(file string, e entry) ([]byte, bool, error) {
	data, err := c.blobs.read(e.hash)
	if errors.Is(err, errTooLarge) || errors.Is(err, errMissing) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("file %q: %w", file, err)
	}
	return data, c.fleet.options.Owned(file, data), nil
}

// folder compares a folder of a site that the head has. What only the head has
// goes where tenantc wrote it.
func (c *comparer) folder(at string, base plumbing.Hash, want *node) error {
	if err := c.ctx.Err(); err != nil {
		return context.Cause(c.ctx)
	}
	entries, err := c.fleet.objects.tree(base)
	if err != nil {
		return fmt.Errorf("folder %q: %w", at, err)
	}
	if c.seen += len(entries); c.seen > maxSeen {
		return fmt.Errorf("the fleet has more than %d files and folders", maxSeen)
	}
	if want, err = want.open(); err != nil {
		return fmt.Errorf("the compiled tree: %w", err)
	}
	for i, e := range entries {
		if err := checkName(e.name); err != nil {
			c.unsafe(at, err.Error())
		} else if want.child(e.name) == nil {
			if err := c.entry(path.Join(at, e.name), &entries[i], nil); err != nil {
				return err
			}
		}
	}
	return c.wanted(want, entries, c.entry)
}

// entry compares one name: what the head has (nil: nothing) and what is wanted
// (nil: nothing).
func (c *comparer) entry(at string, base *entry, want *node) error {
	switch {
	case base == nil:
		return c.add(want)
	case want != nil && base.mode == want.mode() && base.hash == want.hash:
		return nil
	case want != nil && want.given:
		return fmt.Errorf("folder %q: %w", at, errStale)
	case base.kind() == Foreign:
		c.unsafe(at, "it is neither a plain file nor a folder (mode "+quoteWords(base.mode)+")")
		return nil
	case base.isFolder() && (want == nil || want.folder):
		return c.folder(at, base.hash, want)
	case base.isFolder():
		return c.replaceFolder(at, base.hash, want)
	}
	return c.file(at, *base, want)
}

// file compares a plain file that the head has with what is wanted in its
// place: another content, a folder, or nothing.
func (c *comparer) file(at string, base entry, want *node) error {
	before, ours, err := c.owned(at, base)
	switch {
	case err != nil:
		return err
	case !ours && want == nil:
		return nil
	case !ours:
		c.inTheWay(at)
		return nil
	case want == nil || want.folder:
		c.changes = append(c.changes, tree.Change{Path: at, Before: before})
		return c.add(want)
	}
	c.changes = append(c.changes, tree.Change{Path: at, Before: before, After: present(want.data)})
	return nil
}

// replaceFolder puts a file where the head has a folder, which must hold
// nothing but what tenantc wrote.
func (c *comparer) replaceFolder(at string, base plumbing.Hash, want *node) error {
	had := len(c.changes)
	if err := c.folder(at, base, nil); err != nil {
		return err
	}
	gone := len(c.changes) - had
	files, err := c.fleet.objects.count(base, gone)
	if err != nil {
		return err
	}
	if files != gone {
		c.inTheWay(at)
		return nil
	}
	return c.add(want)
}

// add adds all files of a node.
func (c *comparer) add(n *node) error {
	switch {
	case n == nil:
		return nil
	case n.given || n.stowed != nil && !n.stowed.Complete():
		return fmt.Errorf("folder %q: %w", n.path, errStale)
	case n.stowed != nil:
		c.delta.AddAll(*n.stowed)
		return nil
	case !n.folder:
		c.changes = append(c.changes, tree.Change{Path: n.path, After: present(n.data)})
		return nil
	}
	for _, child := range n.children {
		if err := c.add(child); err != nil {
			return err
		}
	}
	return nil
}

// present keeps an empty file apart from no file.
func present(data []byte) []byte {
	if data == nil {
		return []byte{}
	}
	return data
}

func (c *comparer) inTheWay(at string) {
	c.faults = append(c.faults, diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.FleetInTheWay,
		Message:  fmt.Sprintf("the fleet repository has %q, which tenantc did not write, where it must write", at),
		Hint:     "move it to another place in the fleet repository, or remove it there",
	})
}

func (c *comparer) unsafe(at, what string) {
	c.faults = append(c.faults, diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.FleetUnsafe,
		Message:  fmt.Sprintf("the fleet repository has in a folder of tenantc's at %q: %s", at, what),
		Hint:     "find out who committed it (git log -- PATH), and remove it from the fleet repository",
	})
}
