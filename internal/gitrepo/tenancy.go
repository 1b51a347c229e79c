package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	git "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"

	"github.com/tenantc/tenantc/internal/diag"
)

// File is a file of a tenancy. The path is relative to the tenancy's folder,
// with forward slashes.
type File struct {
	Path string
	Data []byte
}

// Revision is a tenancy as a commit has it.
type Revision struct {
	Commit string // 40 hexadecimal digits
	Files  []File // in order of the path
}

// Source is where the tenancy that is compiled comes from. Commit is empty
// when it is in no git repository, or in one without a commit. Dirty says that
// its files are not what the commit has.
type Source struct {
	Commit string
	Dirty  bool
}

// Bounds of what is read of a revision. A tree of few objects can name the
// same folder over and over, and so stand for more paths than any memory has.
const (
	maxEntries = 200_000
	maxBytes   = 512 << 20
	maxDepth   = 64
)

// specPaths are the files and folders of a tenancy (design.md §2).
func specPaths() []string {
	return []string{"classes", "placements.lock.yaml", "sites", "templates", "tenancy.yaml", "tenants", "waivers"}
}

// ReadTenancy reads the tenancy in a folder of a work tree as a revision has
// it (a commit, branch or tag, or what git rev-parse makes of it): the files
// of specPaths, straight from the repository. Links, submodules and names that
// lead elsewhere are faults, never followed.
func ReadTenancy(ctx context.Context, dir, rev string) (Revision, diag.List, error) {
	t, err := openTenancy(dir)
	if err != nil {
		return Revision{}, nil, fmt.Errorf("reading revision %q: %w", rev, err)
	}
	defer t.objects.close()
	hash, err := t.resolve(rev)
	if err != nil {
		return Revision{}, nil, fmt.Errorf("reading revision %q: %w; if it exists elsewhere, fetch it first: a checkout in CI often has the newest commit only", rev, err)
	}
	out, blobs := Revision{Commit: hash.String()}, newBlobs(t.objects)
	faults, err := t.walk(ctx, hash, func(file string, e entry) error {
		data, err := blobs.read(e.hash)
		out.Files = append(out.Files, File{Path: file, Data: data})
		t.bytes += len(data)
		if t.bytes > maxBytes {
			return fmt.Errorf("more than %d MiB of specs", maxBytes>>20)
		}
		return err
	})
	if err != nil {
		return Revision{}, nil, fmt.Errorf("reading revision %q: %w", rev, err)
	}
	return out, faults, nil
}

// SourceOf compares the files of the tenancy in a folder, as they were read,
// with the commit that is checked out there.
func SourceOf(ctx context.Context, dir string, files []File) (Source, error) {
	t, err := openTenancy(dir)
	if errors.Is(err, errNoRepository) {
		return Source{}, nil
	}
	if err != nil {
		return Source{}, fmt.Errorf("finding the tenancy's commit: %w", err)
	}
	defer t.objects.close()
	head, err := t.repository.Head()
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return Source{}, nil
	}
	if err != nil {
		return Source{}, fmt.Errorf("finding the tenancy's commit: %w", err)
	}
	committed := map[string]plumbing.Hash{}
	faults, err := t.walk(ctx, head.Hash(), func(file string, e entry) error {
		committed[file] = e.hash
		return nil
	})
	if err != nil {
		return Source{}, fmt.Errorf("finding the tenancy's commit: %w", err)
	}
	return Source{Commit: head.Hash().String(), Dirty: len(faults) > 0 || differs(dir, files, committed)}, nil
}

// differs tells whether files are not what is committed. A committed file that
// was not read is a difference when it is gone from the folder, too.
func differs(dir string, files []File, committed map[string]plumbing.Hash) bool {
	for _, f := range files {
		h, found := committed[f.Path]
		if !found || h != plumbing.ComputeHash(plumbing.BlobObject, f.Data) {
			return true
		}
		delete(committed, f.Path)
	}
	for file := range committed {
		if _, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(file))); errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}

// tenancy is the repository that a tenancy's folder is in.
type tenancy struct {
	repository *git.Repository
	objects    *objects
	within     string // the folder's path from the root of the work tree; "" at the root
	entries    int
	bytes      int
}

func openTenancy(dir string) (*tenancy, error) {
	dir, err := realPath(dir)
	if err != nil {
		return nil, err
	}
	found, err := discover(dir)
	if err != nil {
		return nil, err
	}
	store, repository, err := openStorage(found.files())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", found.root, err)
	}
	within, err := filepath.Rel(found.root, dir)
	if err != nil {
		return nil, err
	}
	if within == "." {
		within = ""
	}
	return &tenancy{repository: repository, objects: newObjects(store), within: filepath.ToSlash(within)}, nil
}

// resolve finds the commit of a revision. go-git leaves out the path of
// main:path, so that is refused here.
func (t *tenancy) resolve(rev string) (plumbing.Hash, error) {
	if rev == "" || strings.Contains(rev, ":") {
		return plumbing.ZeroHash, errors.New("it is not the name of a commit")
	}
	hash, err := t.repository.ResolveRevision(plumbing.Revision(rev))
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return *hash, nil
}

// walk visits the plain files of the tenancy in a commit, in order of the
// path, and lists what is no plain file.
func (t *tenancy) walk(ctx context.Context, commit plumbing.Hash, visit func(string, entry) error) (diag.List, error) {
	c, err := t.objects.commit(commit)
	if err != nil {
		return nil, err
	}
	at := Fleet{objects: t.objects, head: c}
	var faults diag.List
	for _, p := range specPaths() {
		e, found, err := at.find(path.Join(t.within, p))
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		list, err := t.visit(ctx, p, e, visit)
		if err != nil {
			return nil, err
		}
		faults = append(faults, list...)
	}
	return faults, nil
}

func (t *tenancy) visit(ctx context.Context, at string, e entry, visit func(string, entry) error) (diag.List, error) {
	t.entries++
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case t.entries > maxEntries:
		return nil, fmt.Errorf("more than %d files and folders", maxEntries)
	case checkName(e.name) != nil:
		return unsafeSpec(at, checkName(e.name).Error()), nil
	case e.kind() == Foreign || strings.Count(at, "/") > maxDepth:
		return unsafeSpec(at, "it is neither a plain file nor a folder of the usual depth (mode "+quoteWords(e.mode)+")"), nil
	case e.kind() == Plain:
		err := visit(at, e)
		if errors.Is(err, errTooLarge) {
			return unsafeSpec(at, err.Error()), nil
		}
		return nil, err
	}
	entries, err := t.objects.tree(e.hash)
	if err != nil {
		return nil, fmt.Errorf("folder %q: %w", at, err)
	}
	var faults diag.List
	for _, child := range slices.SortedFunc(slices.Values(entries), compareEntries) {
		list, err := t.visit(ctx, at+"/"+child.name, child, visit)
		if err != nil {
			return nil, err
		}
		faults = append(faults, list...)
	}
	return faults, nil
}

func unsafeSpec(at, what string) diag.List {
	d := diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.TenancyUnsafe,
		Message:  fmt.Sprintf("the revision has at %q: %s", at, what),
		Hint:     "commit a plain file in its place",
	}
	if checkPath(at) == nil {
		d.Position.File = at
	}
	return diag.List{d}
}
