package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/tenantc/tenantc/internal/tree"
)

// Replace makes dir/sites hold exactly files, plus every file there that
// tenantc did not write. It returns what changed, and writes nothing at all
// when nothing did. dir is made when absent; paths in files start with sites/.
//
// The new tree is completed and flushed beside the old one, then the two
// change places. A run that fails, is cancelled or is killed before that step
// leaves the old tree; after it, the new one stands. Files that do not change
// are hard links into the new tree: they keep their inode, mode and times, and
// an edit made meanwhile is not lost. Runs into the same folder take turns.
//
// An error that comes with changes is one of tidying up: the new tree stands.
func Replace(ctx context.Context, dir string, files map[string][]byte, owned Owned) (tree.Changes, error) {
	changes, err := replaceIn(ctx, dir, files, owned)
	if err != nil {
		return changes, fmt.Errorf("writing the compiled tree to %s: %w", dir, err)
	}
	return changes, nil
}

func replaceIn(ctx context.Context, dir string, files map[string][]byte, owned Owned) (changes tree.Changes, err error) {
	if err := checkPaths(files); err != nil {
		return nil, err
	}
	made, err := makeFolder(dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil && made {
			_ = os.Remove(dir) // fails, as it should, when something is in there
		}
	}()
	unlock, err := lock(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return replace(ctx, root, files, owned)
}

func replace(ctx context.Context, root *os.Root, files map[string][]byte, owned Owned) (tree.Changes, error) {
	if err := finishEarlierRun(ctx, root, owned); err != nil {
		return nil, fmt.Errorf("tidying up after an earlier run: %w", err)
	}
	old, err := scan(ctx, root, files, owned)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(old.conflicts(files)...); err != nil {
		return nil, err
	}
	changes := old.changes(files)
	if len(changes) == 0 {
		return nil, nil
	}
	if err := stage(ctx, root, old, files, changes); err != nil {
		return nil, errors.Join(err, removeTree(root, staging))
	}
	previous, err := swap(root)
	if err != nil {
		return nil, errors.Join(err, removeTree(root, ready))
	}
	if err := flushFolder(root); err != nil {
		return changes, err
	}
	return changes, sweep(context.WithoutCancel(ctx), root, previous, owned)
}

func checkPaths(files map[string][]byte) error {
	for path, data := range files {
		if len(data) > maxFile {
			return fmt.Errorf("%s has %d bytes; a file of a compiled tree has at most %d", path, len(data), maxFile)
		}
		if !fs.ValidPath(path) || !strings.HasPrefix(path, sites+"/") {
			return fmt.Errorf("%q is no path of a compiled tree: it does not lie below %s/", path, sites)
		}
	}
	return nil
}

var errNotFolder = errors.New("it is a file, not a folder")

// makeFolder makes dir when it is absent and tells whether it did.
func makeFolder(dir string) (made bool, err error) {
	info, err := os.Stat(dir)
	switch {
	case err == nil && !info.IsDir():
		return false, errNotFolder
	case err == nil:
		return false, nil
	case !errors.Is(err, fs.ErrNotExist):
		return false, err
	}
	return true, os.MkdirAll(dir, 0o777)
}
