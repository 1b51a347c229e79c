// Package schema is the single source of what a spec may say: the CUE files
// beside this one. The Go types (types_gen.go) and the JSON Schema for editors
// (tenantc.schema.json) are made from them by package gen. Defaults do not
// belong here, they are package resolve's; nor do rules that need more than one
// document.
package schema

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/parser"
)

//go:generate go run ./gen

// APIVersion is the apiVersion of every document.
const APIVersion = "tenantc.dev/v1alpha1"

// Kinds are the kinds of documents; each is a definition in the CUE of that name.
func Kinds() []string { return []string{"Tenancy", "Site", "TenantClass", "Tenant", "Waiver"} }

//go:embed *.cue
var files embed.FS

// Files parses the CUE files, in order of their names.
func Files() ([]*ast.File, error) {
	names, err := fs.Glob(files, "*.cue")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var parsed []*ast.File
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(name, data, parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("schema: %w", err)
		}
		parsed = append(parsed, file)
	}
	return parsed, nil
}

// Build makes the schema's package in ctx; its definitions are the fields of
// the value. An error means that the schema itself is wrong.
func Build(ctx *cue.Context) (cue.Value, error) {
	parsed, err := Files()
	if err != nil {
		return cue.Value{}, err
	}
	inst := build.NewContext().NewInstance("", nil)
	for _, file := range parsed {
		if err := inst.AddSyntax(file); err != nil {
			return cue.Value{}, fmt.Errorf("schema: %w", err)
		}
	}
	if err := inst.Complete(); err != nil {
		return cue.Value{}, fmt.Errorf("schema: %w", err)
	}
	v := ctx.BuildInstance(inst)
	return v, v.Err()
}
