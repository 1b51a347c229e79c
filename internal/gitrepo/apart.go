package gitrepo

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// Shared says, as in "the fleet repository is …", which part of the tenancy in
// a folder a fleet repository on this machine would be: git's own files of the
// tenancy, or a folder around it. Empty is none. Links are followed, and the
// folder of the fleet need not be there yet.
func (r Remote) Shared(dir string) (string, error) {
	if !r.local() {
		return "", nil
	}
	fleet, err := realPath(r.folder)
	if err != nil {
		return "", fmt.Errorf("reading the fleet repository %s: %w", r, err)
	}
	tenancy, err := realPath(dir)
	if err != nil {
		return "", err
	}
	if contains(fleet, tenancy) {
		return "a folder that the tenancy itself is in", nil
	}
	own, err := discover(tenancy)
	if errors.Is(err, errNoRepository) {
		return "", nil
	}
	for _, files := range []string{own.own, own.shared} {
		if files, err := realPath(files); err == nil && contains(files, fleet) {
			return "in the tenancy's own git repository", nil
		}
	}
	return "", err
}

// contains tells whether a folder is another or around it; both are real paths.
func contains(outer, inner string) bool {
	rel, err := filepath.Rel(outer, inner)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// realPath is the absolute path without links, as far as the folders are there.
func realPath(name string) (string, error) {
	name, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(name)
	if !errors.Is(err, fs.ErrNotExist) || name == filepath.Dir(name) {
		return real, err
	}
	parent, err := realPath(filepath.Dir(name))
	return filepath.Join(parent, filepath.Base(name)), err
}
