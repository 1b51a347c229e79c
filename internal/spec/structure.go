package spec

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/yamlgate"
	"github.com/tenantc/tenantc/schema"
)

// structure finds unknown and missing fields and values of the wrong type.
func (c *checker) structure(t *trail, key, n *yaml.Node, s *schema.Shape) {
	if c.bad[n] {
		return
	}
	if !fits(n, s.Type) {
		c.tell(diag.WrongType, t, key, n,
			fmt.Sprintf("%s must be %s, not %s", nameOf(t), describeType(s.Type), describeNode(n)), c.typeHint(n, s))
		c.bad[n] = true
		return
	}
	if s.Type == schema.Struct {
		c.unknown(t, n, s)
		c.missing(t, key, n, s)
	}
	c.below(t, n, s, c.structure)
}

func (c *checker) unknown(t *trail, n *yaml.Node, s *schema.Shape) {
	var names []string
	for _, f := range s.Fields {
		names = append(names, f.Name)
	}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if c.bad[key] || slices.Contains(names, key.Value) {
			continue
		}
		c.tell(diag.UnknownField, t.child(key.Value), nil, key,
			fmt.Sprintf("%s has no field %q", nameOf(t), key.Value), Choose(key.Value, names))
		c.bad[key] = true
	}
}

func (c *checker) missing(t *trail, key, n *yaml.Node, s *schema.Shape) {
	for _, f := range s.Fields {
		if _, given := entry(n, f.Name); !f.Required || given != nil {
			continue
		}
		below := t.child(f.Name)
		c.tell(diag.MissingField, below, key, n, below.short()+" is missing", missingHint(f))
	}
}

func missingHint(f schema.Field) string {
	switch {
	case f.Shape.Type == schema.Struct:
		return "write " + f.Name + " with its fields: " + strings.Join(fieldNames(f.Shape), ", ")
	case f.Shape.Type == schema.List:
		return "write it, with a hyphen and a space before each item"
	case f.Shape.Options != nil:
		return oneOf(f.Shape.Options)
	case f.Shape.Doc != "":
		return write(f.Shape.Doc)
	}
	return write(f.Doc)
}

func fieldNames(s *schema.Shape) []string {
	var names []string
	for _, f := range s.Fields {
		names = append(names, f.Name)
	}
	return names
}

func fits(n *yaml.Node, t schema.Type) bool {
	switch t {
	case schema.Struct, schema.Map:
		return n.Kind == yaml.MappingNode
	case schema.List:
		return n.Kind == yaml.SequenceNode
	}
	if n.Kind != yaml.ScalarNode {
		return false
	}
	switch tag := n.ShortTag(); t {
	case schema.Int:
		return tag == "!!int"
	case schema.Number:
		return tag == "!!int" || tag == "!!float"
	case schema.Bool:
		return tag == "!!bool"
	default:
		return tag == "!!str"
	}
}

func describeType(t schema.Type) string {
	switch t {
	case schema.Int:
		return "a whole number"
	case schema.Number:
		return "a number"
	case schema.Bool:
		return "true or false"
	case schema.List:
		return "a list"
	case schema.Struct, schema.Map:
		return "a set of fields"
	default:
		return "text"
	}
}

func describeNode(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a set of fields"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!int", "!!float":
		return "the number " + n.Value
	case "!!bool":
		return n.Value
	default:
		return "text"
	}
}

func (c *checker) typeHint(n *yaml.Node, s *schema.Shape) string {
	scalar := n.Kind == yaml.ScalarNode
	switch {
	case s.Type == schema.String && scalar && c.goodAsText(n, s):
		return fmt.Sprintf("put it in quotes: %q", n.Value)
	case s.Options != nil:
		return oneOf(s.Options)
	case s.Type == schema.Int && scalar && yamlgate.IsInteger(n.Value),
		s.Type == schema.Number && scalar && (yamlgate.IsInteger(n.Value) || yamlgate.IsDecimal(n.Value)),
		s.Type == schema.Bool && scalar && (n.Value == "true" || n.Value == "false"):
		return "write it without quotes: " + n.Value
	case s.Type == schema.Struct:
		return "its fields are " + strings.Join(fieldNames(s), ", ")
	case s.Type == schema.List:
		return "write [ ] around it, or a hyphen and a space before each item"
	case s.Type == schema.Map:
		return "write a name, a colon and a value"
	}
	return write(s.Doc)
}

// goodAsText tells whether a value would do if it stood in quotes.
func (c *checker) goodAsText(n *yaml.Node, s *schema.Shape) bool {
	text := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: n.Value}
	if s.Options != nil {
		return slices.Contains(s.Options, n.Value)
	}
	return c.parser.allows(s.Name, &text)
}

// write turns the comment of a scalar's definition into a hint.
func write(doc string) string {
	if doc == "" {
		return ""
	}
	return "write " + lower(doc)
}

// lower makes a comment part of a sentence; acronyms keep their capitals.
func lower(doc string) string {
	first, size := utf8.DecodeRuneInString(doc)
	second, _ := utf8.DecodeRuneInString(doc[size:])
	if !unicode.IsUpper(second) {
		first = unicode.ToLower(first)
	}
	return strings.TrimSuffix(string(first)+doc[size:], ".")
}
