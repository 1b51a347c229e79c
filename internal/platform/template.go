package platform

import (
	"path"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/templates"
)

// Source is an object as it stands in a template: File is its path in a
// tenancy that has the template, Line where the object begins there, and Data
// the file's document from that line on.
type Source struct {
	File string
	Line int
	Data []byte
}

// Template finds the template that a platform object of a site is made of.
func Template(t resolve.Tenancy, s resolve.Site, own templates.Files, id object.ID) (Source, bool) {
	files := sources(t, s, own)
	at, found := locate(files)[id]
	if !found {
		return Source{}, false
	}
	lines := strings.SplitAfter(string(files[at.File]), "\n")
	return Source{File: at.File, Line: at.Line, Data: []byte(strings.Join(lines[at.Line-1:], ""))}, true
}

// Written is where the objects of the tenancy's own templates stand, by path in
// the tenancy.
func Written(own templates.Files) map[object.ID]diag.Position {
	files := make(map[string][]byte, len(own))
	for name, data := range own {
		files[path.Join(folder, name)] = data
	}
	return locate(files)
}
