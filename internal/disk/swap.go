package disk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
)

// What a run keeps beside the tree while it works.
const (
	staging = ".tenantc-staging"  // a tree in the making: worth nothing
	ready   = ".tenantc-ready"    // a complete tree, about to become the tree, or just replaced by it
	parked  = ".tenantc-previous" // the previous tree, where two cannot be exchanged in one step
)

// swap puts the ready tree in the tree's place and names the folder that the
// previous one, if any, is in now.
func swap(root *os.Root) (previous string, err error) {
	if !exists(root, sites) {
		return ready, root.Rename(ready, sites)
	}
	if done, err := exchange(root, ready, sites); done || err != nil {
		return ready, err
	}
	return parked, exchangeInTwo(root)
}

// exchangeInTwo is exchange for systems without it. Between its steps there is
// no tree; finishEarlierRun puts the old one back.
func exchangeInTwo(root *os.Root) error {
	if err := root.Rename(sites, parked); err != nil {
		return err
	}
	if err := root.Rename(ready, sites); err != nil {
		return errors.Join(err, root.Rename(parked, sites))
	}
	return nil
}

// finishEarlierRun brings the folder of a run that was killed into order: a
// tree stands in its place, and nothing else of the run is left.
func finishEarlierRun(ctx context.Context, root *os.Root, owned Owned) error {
	if exists(root, parked) && !exists(root, sites) {
		if err := root.Rename(parked, sites); err != nil {
			return err
		}
	}
	if err := removeTree(root, staging); err != nil {
		return err
	}
	return errors.Join(sweep(ctx, root, ready, owned), sweep(ctx, root, parked, owned))
}

func exists(root *os.Root, name string) bool {
	_, err := root.Lstat(name)
	return !errors.Is(err, fs.ErrNotExist)
}

// sweep removes a tree that is not the tree. What somebody else wrote there
// after it was read, and is therefore not in the tree, moves over first.
func sweep(ctx context.Context, root *os.Root, folder string, owned Owned) error {
	err := walk(ctx, root, folder, func(name string, entry fs.DirEntry) error {
		if entry.IsDir() {
			return nil
		}
		return rescue(root, name, sites+strings.TrimPrefix(name, folder), owned)
	})
	if err != nil {
		return err
	}
	return removeTree(root, folder)
}

// removeTree removes a folder and all below it, read-only folders included.
func removeTree(root *os.Root, folder string) error {
	_ = walk(context.Background(), root, folder, func(name string, entry fs.DirEntry) error {
		if entry.IsDir() {
			_ = root.Chmod(name, 0o700)
		}
		return nil
	})
	return root.RemoveAll(folder)
}

// rescue moves a file of somebody else's from a previous tree into the tree,
// unless it is there already, at least as new.
func rescue(root *os.Root, from, to string, owned Owned) error {
	info, err := root.Lstat(from)
	if err != nil {
		return err
	}
	if there, err := root.Lstat(to); err == nil && (os.SameFile(info, there) || !info.ModTime().After(there.ModTime())) {
		return nil
	}
	for _, name := range []string{from, to} {
		if ours, err := isOurs(root, name, to, owned); ours || err != nil {
			return err
		}
	}
	if err := root.MkdirAll(path.Dir(to), 0o777); err != nil {
		return err
	}
	return root.Rename(from, to)
}

// isOurs tells whether there is a file at name that tenantc wrote, as the path
// to in the tree.
func isOurs(root *os.Root, name, to string, owned Owned) (bool, error) {
	info, err := root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return false, nil
	}
	r := reader{root: root, owned: func(_ string, data []byte) bool { return owned(to, data) }}
	f, err := r.read(name)
	return f.ours, err
}
