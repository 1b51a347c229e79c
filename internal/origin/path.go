package origin

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/spec"
)

// path leads to a value: a string for a key, an int for an item.
type path []any

func (p path) String() string {
	out := ""
	for _, step := range p {
		switch step := step.(type) {
		case string:
			out = spec.Join(out, step)
		case int:
			out += "[" + strconv.Itoa(step) + "]"
		}
	}
	return out
}

// child never shares memory with the path's other children.
func (p path) child(step any) path { return append(p[:len(p):len(p)], step) }

// pathAt finds what a line of a YAML file says: the key that begins there, or
// the item. A line within a text of many is that text's. False for a comment.
func pathAt(data []byte, line int) (at path, found bool) {
	var doc yaml.Node
	if yaml.Unmarshal(data, &doc) != nil || len(doc.Content) == 0 {
		return nil, false
	}
	best := 0
	walk(doc.Content[0], nil, func(n *yaml.Node, p path) {
		if n.Line <= line && n.Line >= best {
			at, best, found = p, n.Line, true
		}
	})
	return at, found
}

// walk visits every key, with the path of its value, and every item, in the
// order of the file. Of several on one line the last is the most exact.
func walk(n *yaml.Node, p path, visit func(*yaml.Node, path)) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			below := p.child(n.Content[i].Value)
			visit(n.Content[i], below)
			walk(within(n.Content[i+1]), below, visit)
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			visit(item, p.child(i))
			walk(item, p.child(i), visit)
		}
	}
}

// within is the mapping that a text of several lines holds, as the values of a
// chart are written, with its lines as those of the whole file; else the node.
func within(n *yaml.Node) *yaml.Node {
	var doc yaml.Node
	if n.Kind != yaml.ScalarNode || n.Style&yaml.LiteralStyle == 0 || yaml.Unmarshal([]byte(n.Value), &doc) != nil ||
		len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return n
	}
	shift(doc.Content[0], n.Line)
	return doc.Content[0]
}

func shift(n *yaml.Node, by int) {
	n.Line += by
	for _, child := range n.Content {
		shift(child, by)
	}
}

// Words for what a line says when that is not a scalar.
const (
	absent  = "\x00absent"
	nothing = "\x00there" // a mapping or a list: its own line says that it is there
)

// stillSays tells whether a file says the same at a path as before. An item of a
// list of scalars may stand at another place.
func stillSays(data []byte, at path, before string) bool {
	if _, isItem := at[len(at)-1].(int); isItem && before != nothing {
		if list := nodeAt(data, at[:len(at)-1]); list != nil {
			return slices.ContainsFunc(list.Content, func(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Value == before })
		}
	}
	return said(data, at) == before
}

// said is what a file says at a path.
func said(data []byte, at path) string {
	n := nodeAt(data, at)
	switch {
	case n == nil:
		return absent
	case n.Kind == yaml.ScalarNode:
		return n.Value
	}
	return nothing
}

// line is where a file has a path, or the nearest around it.
func lineOf(data []byte, at path) int {
	for ; len(at) > 0; at = at[:len(at)-1] {
		if n := nodeAt(data, at); n != nil {
			return n.Line
		}
	}
	return 1
}

func nodeAt(data []byte, at path) *yaml.Node {
	var doc yaml.Node
	if yaml.Unmarshal(data, &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	n := doc.Content[0]
	for _, step := range at {
		if n = stepTo(n, step); n == nil {
			return nil
		}
	}
	return n
}

func stepTo(n *yaml.Node, step any) *yaml.Node {
	switch step := step.(type) {
	case string:
		n = within(n)
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return n.Content[i+1]
			}
		}
	case int:
		if n.Kind == yaml.SequenceNode && step < len(n.Content) {
			return n.Content[step]
		}
	}
	return nil
}

// nameOf is the object that a file holds; empty for none.
func nameOf(data []byte) string {
	id, ok := identity(data)
	if !ok {
		return ""
	}
	return id.String()
}

func identity(data []byte) (object.ID, bool) {
	var value map[string]any
	if yaml.NewDecoder(bytes.NewReader(data)).Decode(&value) != nil {
		return object.ID{}, false
	}
	id, err := object.Identify(value)
	return id, err == nil
}

// oneLine is a text without its further lines.
func oneLine(s string) string {
	first, _, more := strings.Cut(strings.TrimSpace(s), "\n")
	if more {
		return first + " …"
	}
	return first
}
