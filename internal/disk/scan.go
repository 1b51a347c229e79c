package disk

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/tree"
)

// present is what the folder holds before a run.
type present struct {
	files   map[string]found
	folders map[string]fs.FileMode // sites and all below
}

// found is an existing file. Its data is kept only where the run will change
// or remove it.
type found struct {
	file
	same bool // it has the content that the new tree has at its path
}

func scan(ctx context.Context, root *os.Root, files map[string][]byte, owned Owned) (present, error) {
	old := present{files: map[string]found{}, folders: map[string]fs.FileMode{}}
	r := reader{root: root, owned: owned}
	err := r.walk(ctx, func(f file) error {
		if f.info.IsDir() {
			old.folders[f.path] = f.info.Mode()
			return nil
		}
		want, wanted := files[f.path]
		same := wanted && f.info.Size() == int64(len(want)) && bytes.Equal(f.data, want)
		if same || !f.ours {
			f.data = nil
		}
		old.files[f.path] = found{f, same}
		return nil
	})
	return old, err
}

// stays tells whether a file goes over into the new tree as it is.
func (f found) stays() bool { return f.same || !f.ours }

// changes lists what the run will do, in order of the path.
func (p present) changes(files map[string][]byte) tree.Changes {
	before, after := map[string][]byte{}, map[string][]byte{}
	for path, data := range files {
		if !p.files[path].same {
			after[path] = append([]byte{}, data...) // not nil, even when empty: nil would mean removed
		}
	}
	for path, f := range p.files {
		if !f.stays() {
			before[path] = append([]byte{}, f.data...)
		}
	}
	return tree.Compare(before, after)
}

// conflicts lists why the new tree cannot be written here without touching
// what somebody else put here.
func (p present) conflicts(files map[string][]byte) []error {
	var faults []error
	folders := parents(maps.Keys(files))
	for _, path := range slices.Sorted(maps.Keys(p.files)) {
		if p.files[path].stays() && !p.files[path].same && inTheWay(path, files, folders) {
			faults = append(faults, fmt.Errorf("%s is in the way: tenantc did not write it and does not overwrite it; move it away", path))
		}
	}
	return append(faults, p.foreignSites(folders)...)
}

// inTheWay tells whether a file cannot stand beside the new tree: the tree has
// a file or a folder at its path, or a file where it has a folder.
func inTheWay(name string, files map[string][]byte, folders map[string]bool) bool {
	if _, taken := files[name]; taken || folders[name] {
		return true
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if _, taken := files[dir]; taken {
			return true
		}
	}
	return false
}

// foreignSites lists the folders that the new tree would write into although
// they are no site of tenantc's, and sites itself when it holds none at all:
// then this is another kind of folder, such as a tenancy repository.
func (p present) foreignSites(wanted map[string]bool) []error {
	ours, others := map[string]bool{}, map[string]bool{}
	for name, f := range p.files {
		site, rest, inSite := strings.Cut(strings.TrimPrefix(name, sites+"/"), "/")
		if inSite && rest == tree.SiteFile && f.ours {
			ours[site] = true
		}
		others[site] = true
	}
	if len(ours) == 0 && len(others) > 0 {
		return []error{fmt.Errorf("%s/ holds files, but no site that tenantc wrote: choose another folder", sites)}
	}
	var faults []error
	for _, site := range slices.Sorted(maps.Keys(others)) {
		if dir := sites + "/" + site; !ours[site] && wanted[dir] {
			faults = append(faults, fmt.Errorf("%s/ holds files, but tenantc's %s is not among them: move them away", dir, tree.SiteFile))
		}
	}
	return faults
}

// parents is the set of all folders above the paths.
func parents(paths func(yield func(string) bool)) map[string]bool {
	set := map[string]bool{}
	for name := range paths {
		for dir := path.Dir(name); dir != "." && !set[dir]; dir = path.Dir(dir) {
			set[dir] = true
		}
	}
	return set
}
