// Package origin says where a line of the compiled output came from, without
// any book-keeping in the compiler: a value of a spec is behind a line when the
// line changes with it. Every value that the line's part of the tree is made of
// is varied, one at a time, and that part alone is made again.
//
// What varies nothing is tenantc's own, or a template's, which is found by the
// object that it holds.
package origin

import (
	"context"
	"fmt"
	"strings"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/tree"
	"github.com/tenantc/tenantc/templates"
)

// Line is what one line of the output says, and what it came from.
type Line struct {
	File     string         `json:"file"` // in the fleet tree
	Line     int            `json:"line"`
	Text     string         `json:"text"`
	Object   string         `json:"object,omitempty"` // whose line it is
	Field    string         `json:"field,omitempty"`  // the path of what the line says; empty for a comment
	Causes   []Cause        `json:"causes,omitempty"`
	Template *diag.Position `json:"template,omitempty"` // of a platform object
}

// Cause is a value of a spec with which the line changes.
type Cause struct {
	Source   string        `json:"source"` // tenant acme, class gold, site turin-1 or tenancy
	Path     string        `json:"path"`
	Value    string        `json:"value"`
	Position diag.Position `json:"position"`

	// Presence says that the value decides whether the file is there at all,
	// and nothing of what the line says.
	Presence bool `json:"presence,omitempty"`
}

// NotFoundError says that the output has no such line.
type NotFoundError struct{ what string }

func (e NotFoundError) Error() string { return e.what }

// Of explains a line of a file, counted from 1. The file is named as in the
// fleet tree, or by any longer path that ends in that. The tenancy was checked
// and has no errors.
func Of(ctx context.Context, checked compiler.Result, own templates.Files, file string, line int) (Line, error) {
	name, below := inTree(file)
	if !below {
		return Line{}, NotFoundError{fmt.Sprintf("%q is not a file of the fleet: name one below %s/", file, tree.SitesFolder)}
	}
	r, found := newRenderer(checked.Documents, own, name)
	if !found {
		return Line{}, NotFoundError{fmt.Sprintf("the tenancy has no such site or tenant cluster: %s", name)}
	}
	made := r.render(r.documents)
	data, found := made.files[name]
	if !found {
		return Line{}, NotFoundError{fmt.Sprintf("the tenancy does not compile to %s", name)}
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	if line < 1 || line > len(lines) {
		return Line{}, NotFoundError{fmt.Sprintf("%s has %d lines", name, len(lines))}
	}
	out := Line{File: name, Line: line, Text: lines[line-1]}
	at, found := pathAt(data, line)
	if !found {
		return out, nil
	}
	out.Object, out.Field = nameOf(data), at.String()
	out.Template = r.template(made, data, at)
	var err error
	out.Causes, err = r.causes(ctx, made, name, at)
	return out, err
}

// inTree is the part of a path that begins at sites/.
func inTree(file string) (string, bool) {
	file = strings.ReplaceAll(file, "\\", "/")
	if strings.HasPrefix(file, tree.SitesFolder+"/") {
		return file, true
	}
	i := strings.LastIndex(file, "/"+tree.SitesFolder+"/")
	return file[i+1:], i >= 0
}

// causes varies every input, and keeps those with which the line changes.
func (r *renderer) causes(ctx context.Context, made rendered, file string, at path) ([]Cause, error) {
	inputs, err := r.inputs()
	if err != nil {
		return nil, err
	}
	before := said(made.files[file], at)
	var out []Cause
	for _, in := range inputs {
		if err := ctx.Err(); err != nil {
			return nil, context.Cause(ctx)
		}
		if line, there := r.decides(in, file, at, before); line || there {
			out = append(out, Cause{Source: in.source, Path: in.path, Value: in.text(), Position: in.at, Presence: !line})
		}
	}
	return out, nil
}

// varied is what comes of another value of an input. A name that other values
// refer to is changed in all of them.
func (r *renderer) varied(in input, other any) (rendered, bool) {
	if documents, ok := in.vary(other); ok {
		if out := r.render(documents); out.sound {
			return out, true
		}
	}
	word, isWord := in.value.(string)
	if !isWord || len(in.options) > 0 {
		return rendered{}, false
	}
	documents, ok := r.everywhere(word, other)
	if !ok {
		return rendered{}, false
	}
	out := r.render(documents)
	return out, out.sound
}

// tries is how many valid alternatives of a value are tried: not every other
// value changes a sum that is rounded, or a version that is compared.
const tries = 3

// decides tells whether any alternative of an input changes what the line says,
// or at least whether its file is there.
func (r *renderer) decides(in input, file string, at path, before string) (line, presence bool) {
	valid := 0
	for _, other := range in.alternatives() {
		varied, ok := r.varied(in, other)
		if !ok {
			continue
		}
		switch data := varied.named(in.rename(other), file); {
		case data == nil:
			presence = true
		case !stillSays(data, at, before):
			return true, presence
		}
		if valid++; valid == tries {
			return false, presence
		}
	}
	return false, presence
}
