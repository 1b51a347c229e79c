package spec

import (
	"encoding/json"
	"fmt"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/cuecontext"
	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/schema"
)

// recycleAfter is how often a CUE context is asked before it is thrown away,
// and with it what it said: it keeps a little of each question.
const recycleAfter = 20_000

// Parser judges files one by one. It is not for use by several goroutines at
// once: a CUE context is not.
type Parser struct {
	shapes map[string]*schema.Shape // by the definition's name; shared and never changed
	ctx    *cue.Context
	pkg    cue.Value
	named  map[string]cue.Value // definitions that were asked for
	said   map[question]bool    // what CUE answered
}

// NewParser makes a parser with a CUE context of its own.
func NewParser() *Parser {
	p := &Parser{}
	p.recycle()
	shapes, err := schema.Shapes(p.pkg)
	if err != nil {
		panic(err) // the embedded schema is wrong, which its tests would have told
	}
	p.shapes = map[string]*schema.Shape{}
	for _, s := range shapes {
		p.shapes[s.Name] = s
	}
	return p
}

// another makes a parser that shares all that can be shared.
func (p *Parser) another() *Parser {
	q := &Parser{shapes: p.shapes}
	q.recycle()
	return q
}

func (p *Parser) recycle() {
	p.ctx = cuecontext.New()
	pkg, err := schema.Build(p.ctx)
	if err != nil {
		panic(err)
	}
	p.pkg, p.named, p.said = pkg, map[string]cue.Value{}, map[question]bool{}
}

// ParseFile judges a file by itself. A document with faults still is an item,
// without a value, so that others are not told that there is none of its name;
// of a tenant it has what is sound.
func (p *Parser) ParseFile(f File) ([]Item, diag.List) {
	faults, fatal := checkBytes(f)
	if fatal {
		return unread(f), faults
	}
	docs, broken := parseYAML(f)
	if len(faults) == 0 { // else the parser only repeats in its words what is wrong
		faults = broken
	}
	var items []Item
	g, readable := newGate(f), len(faults) == 0
	for _, doc := range docs {
		before := len(g.faults)
		places := g.document(doc.root)
		c := checker{parser: p, file: f.Path, bad: g.bad, readable: readable, before: g.faults[before:]}
		item := c.document(doc)
		item.positions = newPositions(f, doc.index, places)
		items = append(items, item)
		faults = append(faults, c.told()...)
	}
	if len(broken) > 0 {
		items = append(items, unread(f)...)
	}
	return items, atMost(maxFaults, f, append(faults, g.faults...))
}

// unread stands for what a file that cannot be read to its end was to hold, as
// far as that is known: nobody is to be told that there is no Tenancy, or no
// class of the name that one there may have.
func unread(f File) []Item {
	kind := kindOf(f.Path)
	if kind == "" {
		return nil
	}
	return []Item{{Index: maxDocuments, Kind: kind, positions: newPositions(f, maxDocuments, nil)}}
}

// kindOf is the kind that a file holds, as its place says.
func kindOf(name string) string {
	if name == TenancyFile {
		return "Tenancy"
	}
	folder, _, _ := strings.Cut(name, "/")
	return folderKind(folder)
}

// atMost keeps a file from burying the others' faults under its own.
func atMost(limit int, f File, faults diag.List) diag.List {
	if len(faults) <= limit {
		return faults
	}
	sorted := faults.Sorted()
	if len(sorted) <= limit {
		return sorted
	}
	return append(sorted[:limit:limit], fault(diag.TooManyFaults, diag.Position{File: f.Path},
		fmt.Sprintf("the file has %d more faults", len(sorted)-limit), "correct those above first"))
}

// question is whether a definition allows a value. Of a rule, the value lists
// the fields that it is shown.
type question struct{ definition, value string }

// allows tells whether a scalar, of the type that the definition has, is one
// that the definition allows. The type says how the text is read, so that the
// text is all of the question.
func (p *Parser) allows(definition string, n *yaml.Node) bool {
	return p.ask(question{definition, n.Value}, func() ast.Expr { return cueExpr(n) })
}

// ask asks CUE, but never twice.
func (p *Parser) ask(q question, literal func() ast.Expr) bool {
	answer, known := p.said[q]
	if !known {
		if len(p.said) == recycleAfter {
			p.recycle()
		}
		answer = p.judge(q.definition, literal()) == nil
		p.said[q] = answer
	}
	return answer
}

// judge asks CUE whether a literal is what a definition says.
func (p *Parser) judge(definition string, literal ast.Expr) error {
	of, known := p.named[definition]
	if !known {
		of = p.pkg.LookupPath(cue.ParsePath("#" + definition))
		p.named[definition] = of
	}
	return of.Unify(p.ctx.BuildExpr(literal)).Validate(cue.Concrete(true))
}

// keeps tells whether a struct keeps a rule. Rules look at which fields there
// are and at those that have few options, so these are all that CUE is shown;
// what it says is remembered.
func (p *Parser) keeps(rule string, n *yaml.Node, s *schema.Shape) bool {
	lit := &ast.StructLit{}
	fields := strings.Builder{}
	for i := 0; i < len(n.Content); i += 2 {
		name, value := n.Content[i].Value, n.Content[i+1]
		f, known := s.Field(name)
		if !known {
			continue
		}
		shown, text := ast.Expr(ast.NewBool(true)), "true"
		if f.Shape.Options != nil && value.Kind == yaml.ScalarNode {
			shown, text = cueExpr(value), value.Value
		}
		lit.Elts = append(lit.Elts, &ast.Field{Label: ast.NewString(name), Value: shown})
		fields.WriteString(name + "=" + text + "\n")
	}
	return p.ask(question{rule, fields.String()}, func() ast.Expr { return lit })
}

// decode makes the typed value of a document that passed.
func decode(kind string, raw []byte) (any, error) {
	var v any
	switch kind {
	case "Tenancy":
		v = &schema.Tenancy{}
	case "Site":
		v = &schema.Site{}
	case "TenantClass":
		v = &schema.TenantClass{}
	case "Tenant":
		v = &schema.Tenant{}
	case "Waiver":
		v = &schema.Waiver{}
	default:
		return nil, fmt.Errorf("unknown kind %q", kind)
	}
	return v, json.Unmarshal(raw, v)
}
