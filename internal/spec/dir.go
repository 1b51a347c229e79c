package spec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/yamlgate"
)

// Bounds of a whole tenancy.
const (
	maxFiles = 100_000
	maxTotal = 256 << 20 // bytes
)

// ReadDir reads what belongs to a tenancy in a folder, in order of the paths. A
// folder that is absent holds nothing. Whatever is no ordinary file becomes a
// diagnostic and is not read; no link is followed. The error is for a root that
// cannot be opened, or of ctx.
func ReadDir(ctx context.Context, root string) ([]File, diag.List, error) {
	dir, err := os.OpenRoot(root)
	if err != nil {
		return nil, nil, err
	}
	defer dir.Close()
	if _, err := fs.ReadDir(dir.FS(), "."); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", root, err)
	}
	r := reader{ctx: ctx, fs: dir.FS()}
	for _, top := range []string{TenancyFile, LockFile, ClassesFolder, SitesFolder, TemplatesFolder, TenantsFolder, WaiversFolder} {
		if info, err := dir.Lstat(top); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			r.special(top, info.Mode())
			continue
		}
		if err := fs.WalkDir(r.fs, top, r.visit); err != nil {
			return nil, nil, err
		}
	}
	slices.SortFunc(r.files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return r.files, r.faults, nil
}

type reader struct {
	ctx    context.Context
	fs     fs.FS
	files  []File
	total  int
	faults diag.List

	buffer bytes.Buffer // of one file after the other: most are read at once, and kept in no more than their size
}

func (r *reader) refuse(code diag.Code, name, message, hint string) {
	r.faults = append(r.faults, fault(code, diag.Position{File: name}, message, hint))
}

func (r *reader) visit(name string, entry fs.DirEntry, err error) error {
	if ctxErr := r.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		r.refuse(diag.UnreadableFile, name, "cannot be read: "+reason(err), "check its permissions")
		return nil
	case !utf8.ValidString(name) || strings.ContainsFunc(name, yamlgate.Hidden):
		r.refuse(diag.SpecialFile, name, "the name contains invisible characters", "rename it")
		return skip(entry)
	case path.Base(name) == ".git":
		r.refuse(diag.SpecialFile, name, "there is a git repository or a submodule within the tenancy", "remove it, and put the files themselves here")
		return skip(entry)
	case entry.IsDir():
		return r.folder(name)
	case isStray(name) && entry.Type().IsRegular():
		r.stray(name)
		return nil
	case !Belongs(name) && entry.Type()&fs.ModeSymlink == 0: // a link may stand for a folder of specs
		return nil
	case !entry.Type().IsRegular():
		r.special(name, entry.Type())
		return nil
	}
	return r.read(name)
}

func (r *reader) special(name string, mode fs.FileMode) {
	r.refuse(diag.SpecialFile, name, "this is "+describeFile(mode), "put an ordinary file in its place")
}

// stray says of a file that is taken for a spec and is none. Whatever else lies
// beside specs is passed over.
func (r *reader) stray(name string) {
	r.refuse(diag.NotRead, name, "this file is not read: specs are YAML files", "rename it to "+path.Base(strings.TrimSuffix(name, path.Ext(name)))+".yaml, or move it elsewhere")
	r.faults[len(r.faults)-1].Severity = diag.Warning
}

func skip(entry fs.DirEntry) error {
	if entry.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// folder refuses a folder where a file should be.
func (r *reader) folder(name string) error {
	if name != TenancyFile && name != LockFile {
		return nil
	}
	r.special(name, fs.ModeDir)
	return fs.SkipDir
}

func describeFile(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "no ordinary file"
}

// read takes one byte more than it may, so that what is too large is known
// without being in memory.
func (r *reader) read(name string) error {
	f, err := r.fs.Open(name)
	if err != nil {
		r.refuse(diag.UnreadableFile, name, "cannot be read: "+reason(err), "check its permissions")
		return nil
	}
	defer f.Close()
	r.buffer.Reset()
	_, err = r.buffer.ReadFrom(io.LimitReader(f, int64(maxSize(name))+1))
	data := bytes.Clone(r.buffer.Bytes())
	if err != nil {
		r.refuse(diag.UnreadableFile, name, "cannot be read: "+reason(err), "check its permissions")
		return nil
	}
	if len(data) > maxSize(name) {
		r.faults = append(r.faults, tooLarge(name))
		return nil
	}
	if r.total += len(data); len(r.files) == maxFiles || r.total > maxTotal {
		r.refuse(diag.TooLarge, name, fmt.Sprintf("the tenancy has more than %d files or %d bytes", maxFiles, maxTotal), "split it into several tenancies")
		return fs.SkipAll
	}
	r.files = append(r.files, File{Path: name, Data: data})
	return nil
}

// reason is the system's own word for a failure, without the path.
func reason(err error) string {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err.Error()
	}
	return err.Error()
}
