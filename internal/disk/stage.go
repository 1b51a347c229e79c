package disk

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/tree"
)

// stager completes the new tree beside the old one.
type stager struct {
	root *os.Root
	made map[string]bool // folders in staging, by their path in the tree
}

// stage makes the new tree in the folder staging and, once all of it is on
// stable storage, calls it ready.
func stage(ctx context.Context, root *os.Root, old present, files map[string][]byte, changes tree.Changes) error {
	s := stager{root: root, made: map[string]bool{}}
	for _, name := range old.emptyFolders() {
		if err := s.folder(name); err != nil {
			return err
		}
	}
	for name, f := range old.files {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !f.stays() {
			continue
		}
		if err := s.carry(name, f.info, files); err != nil {
			return err
		}
	}
	for _, change := range changes {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if change.After == nil {
			continue
		}
		if err := s.write(change.Path, change.After, old.files[change.Path].info); err != nil {
			return err
		}
	}
	return s.finish(ctx, old)
}

// staged is the path in staging of a path in the tree.
func staged(name string) string { return staging + strings.TrimPrefix(name, sites) }

func (s stager) folder(name string) error {
	if s.made[name] {
		return nil
	}
	s.made[name] = true
	return s.root.MkdirAll(staged(name), 0o777)
}

// carry takes an existing file over as a hard link, or as a copy with its mode
// and time where the file system or its owner does not allow links. A file that
// vanished meanwhile is made again when it belongs to the tree.
func (s stager) carry(name string, info fs.FileInfo, files map[string][]byte) error {
	if err := s.folder(path.Dir(name)); err != nil {
		return err
	}
	err := s.root.Link(name, staged(name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		err = s.copy(name, info)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if data, wanted := files[name]; wanted {
		return s.write(name, data, info)
	}
	return nil
}

func (s stager) copy(name string, info fs.FileInfo) error {
	in, err := s.root.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := s.create(name, in, info); err != nil {
		return err
	}
	return s.root.Chtimes(staged(name), info.ModTime(), info.ModTime())
}

// write makes a file of the new tree; one that replaces another takes its mode.
func (s stager) write(name string, data []byte, before fs.FileInfo) error {
	if err := s.folder(path.Dir(name)); err != nil {
		return err
	}
	return s.create(name, strings.NewReader(string(data)), before)
}

func (s stager) create(name string, from io.Reader, before fs.FileInfo) error {
	out, err := s.root.OpenFile(staged(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, from)
	if err == nil && before != nil {
		err = out.Chmod(before.Mode().Perm())
	}
	if err == nil && !flushed {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

// finish gives the folders the modes they had, flushes the new tree and calls
// it ready. It is the last place where a run can be cancelled.
func (s stager) finish(ctx context.Context, old present) error {
	for name := range s.made {
		mode, existed := old.folders[name]
		if !existed {
			continue
		}
		if err := s.root.Chmod(staged(name), mode&(fs.ModePerm|fs.ModeSetgid|fs.ModeSticky)); err != nil {
			return err
		}
	}
	if err := flushFolder(s.root); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return s.root.Rename(staging, ready)
}

// emptyFolders lists the folders that hold nothing: they are kept, too.
func (p present) emptyFolders() []string {
	full := parents(maps.Keys(p.files))
	maps.Copy(full, parents(maps.Keys(p.folders)))
	var empty []string
	for name := range p.folders {
		if !full[name] {
			empty = append(empty, name)
		}
	}
	return slices.Sorted(slices.Values(empty))
}

// flushFolder puts the compiled folder on stable storage.
func flushFolder(root *os.Root) error {
	folder, err := root.Open(".")
	if err != nil {
		return err
	}
	defer folder.Close()
	return flush(folder)
}
