package schema

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"
)

// Type says what kind of value a Shape stands for.
type Type string

const (
	String Type = "string"
	Int    Type = "int"
	Number Type = "number"
	Bool   Type = "bool"
	Struct Type = "struct"
	List   Type = "list"
	Map    Type = "map"
)

// Shape is the skeleton of a definition: what fields there are and what they
// are made of, without the constraints of scalars, which only CUE knows. It
// serves whatever needs to walk along a spec: the generated Go types, and
// package spec, which judges by it; so it leaves nothing else out.
type Shape struct {
	Name     string // of the definition, as in Cluster; empty for lists
	Doc      string // the definition's comment
	Type     Type
	Fields   []Field  // of a struct, in order
	Rules    []string // of a struct: definitions that it must satisfy as a whole
	Key      *Shape   // of a map
	Elem     *Shape   // of a map or a list
	MinItems bool     // of a list: at least one
	Unique   bool     // of a list: no value twice
	Options  []string // of a string: all that it may be, where these are few
}

// Field is a field of a struct.
type Field struct {
	Name     string
	Doc      string
	Required bool
	Shape    *Shape
}

// Field finds a field of a struct.
func (s *Shape) Field(name string) (Field, bool) {
	for _, f := range s.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Shapes lists the definitions in order of the files. value is what Build made.
// An error means that the schema uses CUE in a way that Shape has no room for.
func Shapes(value cue.Value) ([]*Shape, error) {
	files, err := Files()
	if err != nil {
		return nil, err
	}
	r := shaper{value: value, shapes: map[string]*Shape{}}
	var defs []*ast.Field
	for _, file := range files {
		for _, decl := range file.Decls {
			if def, ok := decl.(*ast.Field); ok {
				name := labelOf(def)
				defs = append(defs, def)
				r.order = append(r.order, &Shape{Name: name, Doc: docOf(def)})
				r.shapes[name] = r.order[len(r.order)-1]
			}
		}
	}
	for i, def := range defs {
		r.fill(r.order[i], def.Value)
	}
	r.checkUnique()
	return r.order, r.err
}

type shaper struct {
	value  cue.Value
	shapes map[string]*Shape // by name, without #
	order  []*Shape
	err    error
}

func (r *shaper) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("schema: "+format, args...)
	}
}

// fill completes the shape of a definition: a struct, a map, or something scalar.
func (r *shaper) fill(s *Shape, expr ast.Expr) {
	lit, _ := expr.(*ast.StructLit)
	if key, elem, ok := mapOf(lit); ok {
		s.Type, s.Key, s.Elem = Map, r.ref(s.Name, key), r.ref(s.Name, elem)
		return
	}
	if fields := constrained(lit); len(fields) > 0 {
		s.Type, s.Rules = Struct, rules(lit)
		if len(fields)+len(s.Rules) != len(lit.Elts) {
			r.fail("#%s: a struct has room for fields with ! or ? and for @rule", s.Name)
		}
		for _, f := range fields {
			s.Fields = append(s.Fields, Field{
				Name: labelOf(f), Doc: docOf(f), Required: f.Constraint == token.NOT,
				Shape: r.of(s.Name+"."+labelOf(f), f.Value),
			})
		}
		return
	}
	r.scalar(s, expr)
}

// constrained are the fields marked ! or ?: those that a spec can have.
func constrained(lit *ast.StructLit) []*ast.Field {
	var fields []*ast.Field
	if lit == nil {
		return nil
	}
	for _, elt := range lit.Elts {
		if f, ok := elt.(*ast.Field); ok && f.Constraint != token.ILLEGAL {
			fields = append(fields, f)
		}
	}
	return fields
}

// rules are the definitions named by @rule(#Definition). They are no embeddings
// because an embedded validator opens the struct to any field.
func rules(lit *ast.StructLit) []string {
	var names []string
	for _, elt := range lit.Elts {
		if attr, ok := elt.(*ast.Attribute); ok {
			if name, body := attr.Split(); name == "rule" {
				names = append(names, strings.TrimPrefix(body, "#"))
			}
		}
	}
	return names
}

// of is the shape of a field's value: a definition, a map or a list of one.
func (r *shaper) of(where string, expr ast.Expr) *Shape {
	if lit, ok := expr.(*ast.StructLit); ok {
		if key, elem, ok := mapOf(lit); ok {
			return &Shape{Type: Map, Key: r.ref(where, key), Elem: r.ref(where, elem)}
		}
	}
	s := &Shape{Type: List}
	for {
		and, ok := expr.(*ast.BinaryExpr)
		if !ok || and.Op != token.AND {
			break
		}
		r.listRule(where, s, and.Y)
		expr = and.X
	}
	list, ok := expr.(*ast.ListLit)
	if !ok {
		return r.ref(where, expr)
	}
	if ellipsis, ok := list.Elts[0].(*ast.Ellipsis); ok && len(list.Elts) == 1 {
		s.Elem = r.ref(where, ellipsis.Type)
		return s
	}
	r.fail("%s: a list must be [...#Definition]", where)
	return s
}

func (r *shaper) listRule(where string, s *Shape, expr ast.Expr) {
	call, _ := expr.(*ast.CallExpr)
	if call == nil {
		r.fail("%s: no room for this constraint of a list", where)
		return
	}
	sel, _ := call.Fun.(*ast.SelectorExpr)
	switch name, _, _ := ast.LabelName(sel.Sel); name {
	case "MinItems":
		if one, is := call.Args[0].(*ast.BasicLit); !is || one.Value != "1" {
			r.fail("%s: no room for another list.MinItems than 1", where)
		}
		s.MinItems = true
	case "UniqueItems":
		s.Unique = true
	default:
		r.fail("%s: no room for list.%s", where, name)
	}
}

// checkUnique: only scalars are compared.
func (r *shaper) checkUnique() {
	for _, s := range r.order {
		for _, f := range s.Fields {
			if f.Shape.Unique && slices.Contains([]Type{Struct, List, Map}, f.Shape.Elem.Type) {
				r.fail("%s.%s: no room for list.UniqueItems of what is no scalar", s.Name, f.Name)
			}
		}
	}
}

// ref is the shape of the definition that expr names. What a value may be is
// always a definition with a comment, so that there is a hint for it.
func (r *shaper) ref(where string, expr ast.Expr) *Shape {
	if ident, ok := expr.(*ast.Ident); ok {
		if s, ok := r.shapes[strings.TrimPrefix(ident.Name, "#")]; ok {
			return s
		}
	}
	if lit, ok := expr.(*ast.BasicLit); ok {
		s := &Shape{}
		r.scalar(s, lit)
		return s
	}
	r.fail("%s: must be a definition", where)
	return &Shape{}
}

func (r *shaper) scalar(s *Shape, expr ast.Expr) {
	s.Options = options(expr)
	kind := cue.StringKind
	if s.Name != "" {
		kind = r.value.LookupPath(cue.ParsePath("#" + s.Name)).IncompleteKind()
	}
	switch kind {
	case cue.StringKind:
		s.Type = String
	case cue.IntKind:
		s.Type = Int
	case cue.NumberKind:
		s.Type = Number
	case cue.BoolKind:
		s.Type = Bool
	}
}

// options are the literals of a disjunction, nil for anything else.
func options(expr ast.Expr) []string {
	switch x := expr.(type) {
	case *ast.BasicLit:
		return []string{strings.Trim(x.Value, `"`)}
	case *ast.BinaryExpr:
		left, right := options(x.X), options(x.Y)
		if x.Op == token.OR && left != nil && right != nil {
			return append(left, right...)
		}
	}
	return nil
}

// mapOf takes {[#Key]: #Elem} apart.
func mapOf(lit *ast.StructLit) (key, elem ast.Expr, ok bool) {
	if lit == nil || len(lit.Elts) != 1 {
		return nil, nil, false
	}
	field, ok := lit.Elts[0].(*ast.Field)
	if !ok {
		return nil, nil, false
	}
	pattern, ok := field.Label.(*ast.ListLit)
	if !ok || len(pattern.Elts) != 1 {
		return nil, nil, false
	}
	return pattern.Elts[0], field.Value, true
}

func labelOf(field *ast.Field) string {
	name, _, _ := ast.LabelName(field.Label)
	return strings.TrimPrefix(name, "#")
}

// docOf is the comment above a field, as one line.
func docOf(field *ast.Field) string {
	var words []string
	for _, group := range ast.Comments(field) {
		if group.Doc {
			words = append(words, strings.Fields(group.Text())...)
		}
	}
	return strings.Join(words, " ")
}
