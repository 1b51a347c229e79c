package compiler

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/tree"
	"github.com/tenantc/tenantc/templates"
)

// templatesFolder is where a tenancy has templates of its own.
const templatesFolder = "templates/"

// Source is a tenancy as it was read: from a folder, or from a revision of its
// repository. Nothing of it has been looked at yet.
type Source struct {
	Specs     []spec.File
	Templates templates.Files // the tenancy's own, by path below templates/
}

// Load reads the tenancy in a folder. Faults are of the files themselves, such
// as one that cannot be read; the error is for a folder that cannot.
func Load(ctx context.Context, dir string) (Source, diag.List, error) {
	files, faults, err := spec.ReadDir(ctx, dir)
	if err != nil {
		return Source{}, nil, err
	}
	return NewSource(files), faults, nil
}

// NewSource sorts a tenancy's files into specs and templates, and leaves out
// what does not belong to a tenancy: a revision of its repository has such, too.
func NewSource(files []spec.File) Source {
	s := Source{Templates: templates.Files{}}
	for _, f := range files {
		if !spec.Belongs(path.Clean(f.Path)) {
			continue
		}
		if name, is := strings.CutPrefix(path.Clean(f.Path), templatesFolder); is {
			s.Templates[name] = f.Data
			continue
		}
		s.Specs = append(s.Specs, f)
	}
	return s
}

// Files are all files of the tenancy, in order of the path.
func (s Source) Files() []spec.File {
	files := slices.Clone(s.Specs)
	for name, data := range s.Templates {
		files = append(files, spec.File{Path: templatesFolder + name, Data: data})
	}
	slices.SortFunc(files, func(a, b spec.File) int { return cmp.Compare(a.Path, b.Path) })
	return files
}

// Digest is a SHA-256 over all files, so that a fleet commit can be held
// against the specs that it says it comes from.
func (s Source) Digest() string {
	t := tree.New()
	for _, f := range s.Files() {
		t.Files[f.Path] = f.Data
	}
	return t.Digest()
}
