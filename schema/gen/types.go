package main

import (
	"bytes"
	"fmt"
	"go/format"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/tenantc/tenantc/schema"
)

// goTypes turns every definition with fields into a struct, in the order of
// the files. Definitions of scalars become the basic type they are of. A field
// that may be absent is a pointer where its zero value could be meant (structs,
// numbers, booleans); an empty string, list or map is never meant.
func goTypes(v cue.Value) ([]byte, error) {
	files, err := schema.Files()
	if err != nil {
		return nil, err
	}
	g := typeGen{value: v, structs: map[string]*ast.StructLit{}}
	g.print("// Code generated from the CUE files by go generate; DO NOT EDIT.\n\npackage schema\n")
	for _, file := range files {
		for name, def := range structDefs(file) {
			g.structs[name] = def.Value.(*ast.StructLit)
		}
	}
	for _, file := range files {
		for name, def := range structDefs(file) {
			g.structType(name, def)
		}
	}
	if g.err != nil {
		return nil, g.err
	}
	return format.Source(g.buf.Bytes())
}

type typeGen struct {
	value   cue.Value
	structs map[string]*ast.StructLit
	buf     bytes.Buffer
	err     error
}

func (g *typeGen) print(format string, args ...any) { fmt.Fprintf(&g.buf, format, args...) }

// structDefs yields the definitions with named fields, in order.
func structDefs(file *ast.File) func(yield func(string, *ast.Field) bool) {
	return func(yield func(string, *ast.Field) bool) {
		for _, decl := range file.Decls {
			def, ok := decl.(*ast.Field)
			if !ok {
				continue
			}
			lit, ok := def.Value.(*ast.StructLit)
			if !ok || len(namedFields(lit)) == 0 {
				continue
			}
			name, _, _ := ast.LabelName(def.Label)
			if !yield(name, def) {
				return
			}
		}
	}
}

// namedFields are the fields of a struct that a spec can have; patterns,
// embeddings and definitions are none.
func namedFields(lit *ast.StructLit) []*ast.Field {
	var fields []*ast.Field
	for _, elt := range lit.Elts {
		field, ok := elt.(*ast.Field)
		if !ok {
			continue
		}
		name, _, err := ast.LabelName(field.Label)
		if err == nil && !strings.HasPrefix(name, "#") {
			fields = append(fields, field)
		}
	}
	return fields
}

func (g *typeGen) structType(name string, def *ast.Field) {
	g.print("\n%stype %s struct {\n", comment(def), strings.TrimPrefix(name, "#"))
	for i, field := range namedFields(g.structs[name]) {
		doc := comment(field)
		if doc != "" && i > 0 {
			g.print("\n")
		}
		label, _, _ := ast.LabelName(field.Label)
		goType := g.typeOf(field.Value)
		if goType == "" && g.err == nil {
			g.err = fmt.Errorf("%s.%s: no Go type for this", name, label)
		}
		tag := label
		if field.Constraint == token.OPTION {
			tag += ",omitempty"
			goType = g.optional(goType)
		}
		g.print("%s%s %s `json:%q`\n", doc, goName(label), goType, tag)
	}
	g.print("}\n")
}

func (g *typeGen) optional(goType string) string {
	_, isStruct := g.structs["#"+goType]
	if isStruct || goType == "int" || goType == "bool" || goType == "float64" {
		return "*" + goType
	}
	return goType
}

// typeOf reads the type off the expression; conjunctions have the type of the
// first operand that says one, disjunctions that of their first.
func (g *typeGen) typeOf(expr ast.Expr) string {
	switch x := expr.(type) {
	case *ast.Ident:
		return g.identType(x.Name)
	case *ast.BasicLit:
		return "string"
	case *ast.ListLit:
		return "[]" + g.typeOf(x.Elts[len(x.Elts)-1].(*ast.Ellipsis).Type)
	case *ast.StructLit:
		return "map[string]" + g.typeOf(x.Elts[0].(*ast.Field).Value)
	case *ast.BinaryExpr:
		if left := g.typeOf(x.X); left != "" {
			return left
		}
		return g.typeOf(x.Y)
	}
	return ""
}

func (g *typeGen) identType(name string) string {
	if _, ok := g.structs[name]; ok {
		return strings.TrimPrefix(name, "#")
	}
	v := g.value
	if strings.HasPrefix(name, "#") {
		v = g.value.LookupPath(cue.ParsePath(name))
	} else {
		v = g.value.Context().CompileString(name)
	}
	switch v.IncompleteKind() {
	case cue.StringKind:
		return "string"
	case cue.IntKind:
		return "int"
	case cue.NumberKind:
		return "float64"
	case cue.BoolKind:
		return "bool"
	case cue.StructKind: // a struct without named fields is a map
		return "map[string]string"
	}
	return ""
}

// comment is the definition's or field's own, as Go comment lines.
func comment(field *ast.Field) string {
	var lines strings.Builder
	for _, group := range ast.Comments(field) {
		if !group.Doc {
			continue
		}
		for _, line := range group.List {
			lines.WriteString(line.Text + "\n")
		}
	}
	return lines.String()
}

// goName is the field's name in Go's spelling: known initialisms in capitals,
// names of projects as the projects write them.
func goName(label string) string {
	for _, word := range []struct{ from, to string }{
		{"apiV", "APIV"}, {"apiD", "APID"}, {"apiS", "APIS"},
		{"cidr", "CIDR"}, {"cni", "CNI"}, {"cpu", "CPU"}, {"dns", "DNS"}, {"oidc", "OIDC"},
		{"vcluster", "VCluster"}, {"gvisor", "GVisor"},
	} {
		if rest, found := strings.CutPrefix(label, word.from); found {
			return word.to + rest
		}
	}
	return strings.ToUpper(label[:1]) + label[1:]
}
