// Package templates holds the Kustomize components that every site gets: one
// folder each, plain YAML. Which site gets which is decided in
// internal/platform; what they say of a site they read there from its facts.
package templates

import (
	"embed"
	"io/fs"
)

//go:embed README.md */*.yaml
var embedded embed.FS

//go:embed known.txt
var known string

// Known has a line, "folder digest", for every template that was ever built in,
// those of Default among them.
func Known() string { return known }

// Files are templates by their path below templates/, as in
// access/kustomization.yaml.
type Files map[string][]byte

// Default returns the templates that are built in, with their README.md.
func Default() Files {
	files := Files{}
	err := fs.WalkDir(embedded, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := embedded.ReadFile(path)
		files[path] = data
		return err
	})
	if err != nil {
		panic("templates: reading what is built in: " + err.Error())
	}
	return files
}
