package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/tenantc/tenantc/internal/tree"
)

// builder makes the objects that a commit adds.
type builder struct {
	ctx     context.Context
	objects *objects
	new     map[plumbing.Hash]bool
	sent    outgoing
}

// add makes a folder or a commit.
func (b *builder) add(kind plumbing.ObjectType, data []byte) plumbing.Hash {
	h := plumbing.ComputeHash(kind, data)
	if !b.new[h] {
		b.new[h] = true
		b.sent.made = append(b.sent.made, made{kind, data})
	}
	return h
}

// addFile takes the next file that the changes write. Its content stays there.
func (b *builder) addFile(data []byte) plumbing.Hash {
	h := plumbing.ComputeHash(plumbing.BlobObject, data)
	b.sent.fresh = append(b.sent.fresh, !b.new[h])
	b.new[h] = true
	return h
}

// root applies a delta to the head's tree, and returns the folder of all sites
// and the tree; git's empty tree for what has nothing in it.
func (b *builder) root(head plumbing.Hash, delta tree.Delta) (all, root plumbing.Hash, err error) {
	root, err = b.folder(head, "", func(entries map[string]entry) error {
		old, present := entries[sites]
		if all = old.hash; delta.Len() == 0 {
			return nil
		}
		if present && !old.isFolder() {
			return fmt.Errorf("%q: %w", sites, errNotTheBase)
		}
		all, err = b.folder(old.hash, sites+"/", func(entries map[string]entry) error { return b.applyLists(entries, delta) })
		put(entries, entry{sites, modeFolder, all})
		return err
	})
	if all.IsZero() {
		all = emptyTree
	}
	if root.IsZero() && err == nil {
		root = b.add(plumbing.TreeObject, nil)
	}
	return all, root, err
}

func (b *builder) applyLists(entries map[string]entry, delta tree.Delta) error {
	for changes := range delta.Lists() {
		if !strings.HasPrefix(changes[0].Path, sites+"/") {
			return fmt.Errorf("%q is not below %s/", changes[0].Path, sites)
		}
		if err := b.apply(entries, sites+"/", changes); err != nil {
			return err
		}
	}
	return nil
}

// folder changes the entries of the folder that the base has below a prefix
// (zero: none) and returns the new folder, zero when nothing is left.
func (b *builder) folder(base plumbing.Hash, prefix string, change func(entries map[string]entry) error) (plumbing.Hash, error) {
	if err := b.ctx.Err(); err != nil {
		return plumbing.ZeroHash, context.Cause(b.ctx)
	}
	entries := map[string]entry{}
	if !base.IsZero() {
		old, err := b.objects.tree(base)
		if err != nil {
			return plumbing.ZeroHash, fmt.Errorf("folder %q: %w", prefix, err)
		}
		for _, e := range old {
			entries[e.name] = e
		}
	}
	if err := change(entries); err != nil || len(entries) == 0 {
		return plumbing.ZeroHash, err
	}
	data := encodeTree(slices.Collect(maps.Values(entries)))
	if plumbing.ComputeHash(plumbing.TreeObject, data) == base {
		return base, nil
	}
	return b.add(plumbing.TreeObject, data), nil
}

// apply applies changes that are all below a prefix to the entries there.
func (b *builder) apply(entries map[string]entry, prefix string, changes tree.Changes) error {
	for len(changes) > 0 {
		name, of := group(changes, func(c tree.Change) string { return c.Path }, prefix)
		if err := b.entry(entries, prefix, name, changes[:of]); err != nil {
			return err
		}
		changes = changes[of:]
	}
	return nil
}

// put puts a folder among entries, or removes one in which nothing is left.
func put(entries map[string]entry, e entry) {
	delete(entries, e.name)
	if !e.hash.IsZero() {
		entries[e.name] = e
	}
}

var errNotTheBase = errors.New("the changes were not made against this commit")

// entry applies the changes of one name: of the file, which stands first if it
// changes, and of what is below the folder of that name.
func (b *builder) entry(entries map[string]entry, prefix, name string, changes tree.Changes) error {
	old, present := entries[name]
	var file *tree.Change
	if changes[0].Path == prefix+name {
		file, changes = &changes[0], changes[1:]
	}
	removed := file != nil && file.After == nil
	if present && old.kind() == Foreign || removed && (!present || old.kind() != Plain) || file == nil && present && !old.isFolder() {
		return fmt.Errorf("%q: %w", prefix+name, errNotTheBase)
	}
	below := plumbing.ZeroHash
	if old.isFolder() {
		below = old.hash
	}
	if len(changes) > 0 {
		var err error
		below, err = b.folder(below, prefix+name+"/", func(entries map[string]entry) error {
			return b.apply(entries, prefix+name+"/", changes)
		})
		if err != nil {
			return err
		}
	}
	put(entries, entry{name, modeFolder, below})
	if file == nil || removed {
		return nil
	}
	if !below.IsZero() {
		return fmt.Errorf("%q: %w", prefix+name, errNotTheBase)
	}
	entries[name] = entry{name, modeFile, b.addFile(file.After)}
	return nil
}
