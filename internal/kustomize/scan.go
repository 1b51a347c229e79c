// Package kustomize is the only door to kustomize. Its library fetches what a
// kustomization names, and runs git to do so, whatever its options say; so
// every kustomization is first read here, against a closed set of fields and
// of local names, and the library sees none but the files that passed.
//
// What does not belong here: what a build should have made (package verify) and
// how kustomizations are written (package overlay).
package kustomize

import (
	"fmt"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
)

// FileName is the one name of a kustomization that tenantc writes and accepts.
const FileName = "kustomization.yaml"

// folder is one kustomization that was read, and what it names.
type folder struct {
	files     []string // paths of all that kustomize will read here
	folders   []string // paths of the kustomizations that it includes
	manifests []manifest
}

// parser reads a resource file: manifests, or unread where only its name counts.
type parser func(file string, data []byte) ([]manifest, diag.List)

func unread(string, []byte) ([]manifest, diag.List) { return nil, nil }

// readFolder reads the kustomization of dir and the files that it names.
func readFolder(files map[string][]byte, dir string, parse parser) (folder, diag.List) {
	file := path.Join(dir, FileName)
	f := folder{files: []string{file}}
	data, found := files[file]
	if !found {
		return f, diag.List{at(diag.Position{File: file}, diag.KustomizeName, "the folder has no "+FileName, "")}
	}
	root, faults := document(file, data)
	if root == nil {
		return f, faults
	}
	faults = append(checkKind(file, root), closed(file, root, "", kustomizationFields())...)
	if len(faults) > 0 {
		return f, faults
	}
	r := reader{files: files, dir: dir, file: file, parse: parse, folder: &f}
	for _, entry := range items(root, "resources") {
		r.resource(entry)
	}
	for _, entry := range items(root, "components") {
		r.include(entry)
	}
	for _, patch := range items(root, "patches") {
		r.patch(patch)
	}
	return f, r.faults
}

// duplicates finds objects that one build would make twice. kustomize sees them
// only in the same API version.
func duplicates(folders []folder) diag.List {
	first := map[object.ID]manifest{}
	var faults diag.List
	for _, f := range folders {
		for _, m := range f.manifests {
			earlier, twice := first[m.id]
			if !twice {
				first[m.id] = m
				continue
			}
			d := at(m.at, diag.KustomizeTwice, fmt.Sprintf("%s is there twice", m.id), "keep one of the two")
			d.Notes = []diag.Note{{Position: earlier.at, Message: "the other one"}}
			faults = append(faults, d)
		}
	}
	return faults
}

// reader collects what one kustomization names.
type reader struct {
	files  map[string][]byte
	dir    string
	file   string // the kustomization
	parse  parser
	folder *folder
	faults diag.List
}

// resource reads an entry of resources: a manifest of this folder, or a folder below.
func (r *reader) resource(entry *yaml.Node) {
	if !fileName.MatchString(entry.Value) {
		r.include(entry)
		return
	}
	if data, ok := r.open(entry); ok {
		found, faults := r.parse(path.Join(r.dir, entry.Value), data)
		r.folder.manifests = append(r.folder.manifests, found...)
		r.faults = append(r.faults, faults...)
	}
}

// include notes a folder with a kustomization of its own.
func (r *reader) include(entry *yaml.Node) {
	child := path.Join(r.dir, entry.Value)
	switch _, found := r.files[path.Join(child, FileName)]; {
	case !folderName.MatchString(entry.Value):
		r.fault(entry, diag.KustomizeName, fmt.Sprintf("%q is not a plain local name", entry.Value),
			"name a .yaml file of this folder, or a folder below it; nothing is fetched")
	case !found:
		r.fault(entry, diag.KustomizeName, fmt.Sprintf("there is no %s", path.Join(child, FileName)), "")
	default:
		r.folder.folders = append(r.folder.folders, child)
	}
}

// patch reads a patch, in a file or in the kustomization itself.
func (r *reader) patch(patch *yaml.Node) {
	if inline := field(patch, "patch"); inline != nil {
		for _, d := range checkPatch(r.file, []byte(inline.Value)) {
			r.fault(inline, d.Code, "the patch: "+d.Message, d.Hint)
		}
	}
	if entry := field(patch, "path"); entry != nil {
		if data, ok := r.open(entry); ok {
			r.faults = append(r.faults, checkPatch(path.Join(r.dir, entry.Value), data)...)
		}
	}
}

// open finds a file of the folder.
func (r *reader) open(entry *yaml.Node) ([]byte, bool) {
	file := path.Join(r.dir, entry.Value)
	if !fileName.MatchString(entry.Value) || strings.EqualFold(strings.TrimSuffix(entry.Value, path.Ext(entry.Value)), "kustomization") {
		r.fault(entry, diag.KustomizeName, fmt.Sprintf("%q is not the name of a file of this folder", entry.Value), "")
		return nil, false
	}
	data, found := r.files[file]
	if !found {
		r.fault(entry, diag.KustomizeName, fmt.Sprintf("there is no file %s", file), "")
		return nil, false
	}
	r.folder.files = append(r.folder.files, file)
	return data, true
}

func (r *reader) fault(n *yaml.Node, code diag.Code, message, hint string) {
	r.faults = append(r.faults, at(position(r.file, n), code, message, hint))
}

// items lists the entries of a list field.
func items(root *yaml.Node, name string) []*yaml.Node {
	if n := field(root, name); n != nil {
		return n.Content
	}
	return nil
}
