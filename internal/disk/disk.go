// Package disk keeps a compiled tree in a folder: it reads one, and replaces
// one as a whole, so that the folder holds the old tree or the new one at every
// moment, and never a mixture.
//
// The law of the package: it removes and overwrites only what tenantc wrote.
// Which files those are is the caller's knowledge (Owned); what the files say,
// and git, belong elsewhere.
package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/tenantc/tenantc/internal/tree"
)

// sites is the folder of the tree. Everything beside it is somebody else's and
// never looked at.
const sites = tree.SitesFolder

// Bounds of what is read back: well above a fleet of 10,000 tenant clusters,
// well below what a mistaken --out would take the memory for.
const (
	maxFile  = 4 << 20
	maxTotal = 1 << 30
	maxFiles = 2_000_000
)

// Owned tells whether tenantc wrote a file. The path is as in the tree
// (sites/turin-1/site.yaml); data is the content, or its first 4 MiB.
type Owned func(path string, data []byte) bool

// Read returns the files that tenantc wrote below dir/sites, by path from dir
// with forward slashes. A folder without sites is an empty tree; an absent dir
// is an error that is fs.ErrNotExist. Symbolic links and other special files
// are refused, as are trees beyond the package's bounds.
func Read(ctx context.Context, dir string, owned Owned) (map[string][]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the compiled folder: %w", err)
	}
	defer root.Close()
	files := map[string][]byte{}
	r := reader{root: root, owned: owned}
	err = r.walk(ctx, func(f file) error {
		if f.ours {
			files[f.path] = f.data
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the compiled folder %s: %w", dir, err)
	}
	return files, nil
}

// file is a plain file or a folder at its path in the tree.
type file struct {
	path string
	info fs.FileInfo
	data []byte // of a plain file, at most maxFile
	ours bool   // never true of a folder
}

// reader reads a tree and counts what it read against the bounds.
type reader struct {
	root         *os.Root
	owned        Owned
	files, bytes int64
}

// walk visits every file and folder of the tree in order of the path.
func (r *reader) walk(ctx context.Context, visit func(file) error) error {
	if info, err := r.root.Lstat(sites); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is %s, not a folder: move it away", sites, special(info.Mode()))
	}
	return walk(ctx, r.root, sites, func(path string, entry fs.DirEntry) error {
		if !entry.IsDir() && !entry.Type().IsRegular() {
			return fmt.Errorf("%s is %s; a compiled tree has plain files only: move it away", path, special(entry.Type()))
		}
		f, err := r.read(path)
		if err != nil {
			return err
		}
		return visit(f)
	})
}

func (r *reader) read(path string) (file, error) {
	in, err := r.root.Open(path)
	if err != nil {
		return file{}, err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil || info.IsDir() {
		return file{path: path, info: info}, err
	}
	data, err := io.ReadAll(io.LimitReader(in, maxFile))
	if err != nil {
		return file{}, err
	}
	r.files, r.bytes = r.files+1, r.bytes+int64(len(data))
	if r.files > maxFiles || r.bytes > maxTotal {
		return file{}, fmt.Errorf("more than %d files or %d MiB: this is no compiled fleet", maxFiles, maxTotal>>20)
	}
	f := file{path: path, info: info, data: data, ours: r.owned(path, data)}
	if f.ours && info.Size() > maxFile {
		return file{}, fmt.Errorf("%s has %d bytes; a file of a compiled tree has at most %d", path, info.Size(), maxFile)
	}
	return f, nil
}

// walk visits everything below a folder, and the folder; one that is not
// there has nothing.
func walk(ctx context.Context, root *os.Root, folder string, visit func(string, fs.DirEntry) error) error {
	return fs.WalkDir(root.FS(), folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && path == folder:
			return fs.SkipAll
		case err != nil:
			return err
		case ctx.Err() != nil:
			return context.Cause(ctx)
		}
		return visit(path, entry)
	})
}

func special(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode.IsRegular():
		return "a file"
	}
	return "a special file (" + mode.String() + ")"
}
