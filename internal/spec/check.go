package spec

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/schema"
)

// checker judges one document by walking along the schema's shape: what fields
// there may be says the shape, which has room for nothing else (schema.Shapes),
// whether a value is good says CUE. So people get one fault for each thing that
// they did wrong, where they did it, and CUE is asked only once about a value
// that many documents have.
type checker struct {
	parser   *Parser
	file     string
	tenant   string
	readable bool                // the file's bytes are good, and it is YAML to the end
	before   diag.List           // what the gate told of the document
	bad      map[*yaml.Node]bool // nodes about which something was told already
	faults   diag.List
}

// told is the document's faults; each names the tenant.
func (c *checker) told() diag.List {
	for i := range c.faults {
		c.faults[i].Tenant = c.tenant
	}
	return c.faults
}

// document judges the document and decodes what of it is sound.
func (c *checker) document(doc document) Item {
	item := Item{Index: doc.index}
	shape, kind := c.header(doc.root)
	item.Kind, item.Name = kind, c.name(doc.root)
	if kind == "Tenant" {
		c.tenant = item.Name
	}
	if shape == nil {
		item.Kind = kindOf(c.file)
		return item
	}
	c.structure(newTrail(), nil, doc.root, shape)
	c.values(newTrail(), nil, doc.root, shape)
	item.Name = c.name(doc.root) // none, where what is there is no name
	if wrong := slices.Concat(c.before, c.faults); !c.readable || len(wrong) > 0 {
		if c.readable && kind == tenantKind {
			item.rest = restOf(doc.root, c.bad, wrong)
		}
		return item
	}
	item.raw = appendJSON(nil, doc.root, nil)
	value, err := decode(kind, item.raw)
	if err != nil {
		panic("spec: the generated types disagree with the schema: " + err.Error())
	}
	item.value = value
	return item
}

// header finds the kind of document, and its shape where the kind is known.
func (c *checker) header(root *yaml.Node) (*schema.Shape, string) {
	if c.bad[root] {
		return nil, ""
	}
	if root.Kind != yaml.MappingNode {
		c.tell(diag.WrongType, newTrail(), nil, root, "a document must be a set of fields, not "+describeNode(root), "begin with apiVersion: "+schema.APIVersion)
		return nil, ""
	}
	t := newTrail()
	key, version := entry(root, "apiVersion")
	if n := version; n != nil && !c.bad[n] && n.Value != schema.APIVersion {
		c.tell(diag.UnknownVersion, t.child("apiVersion"), key, n, fmt.Sprintf("apiVersion %q is unknown", n.Value), "write "+schema.APIVersion)
		c.bad[n] = true
	}
	key, n := entry(root, "kind")
	switch {
	case n == nil && version == nil:
		c.tell(diag.MissingField, t.child("kind"), nil, root, "this is no document of a tenancy: apiVersion and kind are missing",
			"move the file elsewhere, or write apiVersion: "+schema.APIVersion+" and, as kind, "+oneOf(schema.Kinds()))
		return nil, ""
	case n == nil:
		c.tell(diag.MissingField, t.child("kind"), nil, root, "kind is missing", "write one of "+strings.Join(schema.Kinds(), ", "))
		return nil, ""
	case c.bad[n]:
		return nil, ""
	case !slices.Contains(schema.Kinds(), n.Value):
		c.tell(diag.UnknownKind, t.child("kind"), key, n, fmt.Sprintf("kind %q is unknown", n.Value), Choose(n.Value, schema.Kinds()))
		return nil, ""
	}
	folder, _, _ := strings.Cut(c.file, "/")
	if only := folderKind(folder); only != "" && only != n.Value {
		c.tell(diag.MisplacedKind, t.child("kind"), key, n, fmt.Sprintf("a %s does not belong into %s/", n.Value, folder),
			fmt.Sprintf("%s/ holds documents of kind %s only; move it", folder, only))
	}
	return c.parser.shapes[n.Value], n.Value
}

// name is metadata.name where it is text.
func (c *checker) name(root *yaml.Node) string {
	if root.Kind != yaml.MappingNode {
		return ""
	}
	_, meta := entry(root, "metadata")
	if meta == nil || meta.Kind != yaml.MappingNode {
		return ""
	}
	if _, n := entry(meta, "name"); n != nil && n.Kind == yaml.ScalarNode && !c.bad[n] {
		return n.Value
	}
	return ""
}

// entry finds a key of a mapping and its value.
func entry(n *yaml.Node, name string) (key, value *yaml.Node) {
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}

func (c *checker) tell(code diag.Code, t *trail, key, n *yaml.Node, message, hint string) {
	d := fault(code, nodeAt(c.file, key, n), message, hint)
	d.Path = t.String()
	c.faults = append(c.faults, d)
}

// below calls visit for each value of a struct, map or list whose shape is known.
func (c *checker) below(t *trail, n *yaml.Node, s *schema.Shape, visit func(*trail, *yaml.Node, *yaml.Node, *schema.Shape)) {
	if s.Type == schema.List {
		for i, item := range n.Content {
			visit(t.item(i), nil, item, s.Elem)
		}
		return
	}
	if s.Type != schema.Struct && s.Type != schema.Map {
		return
	}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if c.bad[key] {
			continue
		}
		shape := s.Elem
		if s.Type == schema.Struct {
			f, known := s.Field(key.Value)
			if !known {
				continue
			}
			shape = f.Shape
		}
		visit(t.child(key.Value), key, value, shape)
	}
}
