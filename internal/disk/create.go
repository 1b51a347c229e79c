package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
)

// Create writes new files into dir, which is made when absent, by their path
// below it. Nothing that is there is overwritten: when a path is taken, the
// error is fs.ErrExist, names every such path, and nothing is written. A run
// that fails or is cancelled removes what it wrote.
func Create(ctx context.Context, dir string, files map[string][]byte) (err error) {
	made, err := makeFolder(dir)
	if err != nil {
		return fmt.Errorf("writing to %s: %w", dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	var written []string
	defer func() {
		if err == nil {
			return
		}
		err = fmt.Errorf("writing to %s: %w", dir, err)
		for _, name := range slices.Backward(written) {
			_ = root.Remove(name)
		}
		if made {
			_ = os.Remove(dir)
		}
	}()
	paths := slices.Sorted(maps.Keys(files))
	if err := errors.Join(taken(root, paths)...); err != nil {
		return err
	}
	for _, name := range paths {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if written, err = makeFolders(root, path.Dir(name), written); err != nil {
			return err
		}
		if err := createFile(root, name, files[name]); err != nil {
			return err
		}
		written = append(written, name)
	}
	return nil
}

// taken lists the paths at which nothing can be made: there is something
// already, or they lead elsewhere.
func taken(root *os.Root, paths []string) []error {
	var faults []error
	for _, name := range paths {
		_, err := root.Lstat(name)
		switch {
		case !fs.ValidPath(name):
			faults = append(faults, fmt.Errorf("%s: %w", name, fs.ErrInvalid))
		case err == nil:
			faults = append(faults, fmt.Errorf("%s: %w", name, fs.ErrExist))
		case !errors.Is(err, fs.ErrNotExist):
			faults = append(faults, err)
		}
	}
	return faults
}

// makeFolders makes a folder and those above it, and adds the new ones to made.
func makeFolders(root *os.Root, name string, made []string) ([]string, error) {
	if name == "." || exists(root, name) {
		return made, nil
	}
	made, err := makeFolders(root, path.Dir(name), made)
	if err != nil {
		return made, err
	}
	if err := root.Mkdir(name, 0o777); err != nil {
		return made, err
	}
	return append(made, name), nil
}

// createFile writes a file that was not there; what is half written goes.
func createFile(root *os.Root, name string, data []byte) error {
	out, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		_ = root.Remove(name)
	}
	return err
}
