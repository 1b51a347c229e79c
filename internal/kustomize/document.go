package kustomize

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/yamlgate"
)

// Bounds of one file. Kubernetes itself takes no object of more than 1.5 MiB;
// the others end what a parser or kustomize would take long over.
const (
	maxFile      = 1 << 20
	maxDepth     = 64
	maxDocuments = 200
	maxNodes     = 100_000 // keys and values
	maxKeys      = 256     // of one mapping: kustomize compares each with each
	maxFaults    = 100     // told of one file
)

// documents parses a file that every YAML parser on its way reads the same:
// kustomize's, which splits documents by a regular expression before it parses
// them, Flux's and the API server's. What they could read differently is a
// fault: aliases, tags, repeated keys, other line breaks than LF.
func documents(file string, data []byte) ([]*yaml.Node, diag.List) {
	if len(data) > maxFile {
		return nil, diag.List{at(diag.Position{File: file}, diag.KustomizeYAML, fmt.Sprintf("larger than %d bytes", maxFile), "split it")}
	}
	if faults := characters(file, data); len(faults) > 0 {
		return nil, faults
	}
	var docs []*yaml.Node
	g := gate{file: file}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return docs, g.faults
		}
		if err == nil && len(docs) == maxDocuments {
			err = fmt.Errorf("more than %d documents", maxDocuments)
		}
		if err != nil {
			return docs, append(g.faults, at(diag.Position{File: file}, diag.KustomizeYAML, fmt.Sprintf("not readable as YAML: %v", err), ""))
		}
		root := doc.Content[0]
		if root.Tag == "!!null" {
			continue
		}
		g.value(root, 0)
		if g.full() {
			return nil, g.faults
		}
		docs = append(docs, root)
	}
}

// document parses a file that must hold exactly one mapping.
func document(file string, data []byte) (*yaml.Node, diag.List) {
	docs, faults := documents(file, data)
	if len(faults) > 0 {
		return nil, faults
	}
	if len(docs) != 1 || docs[0].Kind != yaml.MappingNode {
		return nil, diag.List{at(diag.Position{File: file}, diag.KustomizeYAML, "must be one document, a mapping of fields", "")}
	}
	return docs[0], nil
}

// characters looks for what hides in a text, or splits its lines for one parser
// and not for another. Tabs stay: scripts and tables in a block have them.
func characters(file string, data []byte) diag.List {
	line := 0
	for text := range bytes.Lines(data) {
		line++
		fault := func(column int, what string) diag.List {
			return diag.List{at(diag.Position{File: file, Line: line, Column: column}, diag.KustomizeYAML, what, "save the file as plain UTF-8 with LF line ends")}
		}
		if text[0] == '%' || bytes.HasPrefix(text, []byte("...")) {
			return fault(1, fmt.Sprintf("contains the YAML directive %q", bytes.TrimSpace(text)))
		}
		for column := 1; len(text) > 0; column++ {
			r, size := utf8.DecodeRune(text)
			switch {
			case r == utf8.RuneError && size == 1:
				return fault(column, "not valid UTF-8")
			case r != '\t' && yamlgate.Hidden(r):
				return fault(column, "contains "+yamlgate.Describe(r))
			}
			text = text[size:]
		}
	}
	return nil
}

// gate finds what in a file's nodes not every parser understands alike.
type gate struct {
	file   string
	nodes  int
	faults diag.List
}

func (g *gate) fault(n *yaml.Node, format string, args ...any) {
	if len(g.faults) < maxFaults {
		g.faults = append(g.faults, at(position(g.file, n), diag.KustomizeYAML, fmt.Sprintf(format, args...), ""))
	}
}

// full tells whether nothing more is worth being told.
func (g *gate) full() bool { return g.nodes > maxNodes || len(g.faults) == maxFaults }

func (g *gate) value(n *yaml.Node, depth int) {
	if g.nodes++; g.nodes == maxNodes+1 {
		g.fault(n, "the file has more than %d keys and values", maxNodes)
	}
	switch {
	case g.full():
	case depth > maxDepth:
		g.fault(n, "nested more than %d deep", maxDepth)
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		g.fault(n, "anchors and aliases are not allowed")
	case n.Style&yaml.TaggedStyle != 0:
		g.fault(n, "tags are not allowed: %q", n.Tag)
	case n.Kind == yaml.ScalarNode && n.Style == 0 && n.Tag != "!!null" && yamlgate.Ambiguous(n):
		g.fault(n, "%q must stand in quotes: parsers disagree on what it is", n.Value)
	case n.Kind == yaml.MappingNode && len(n.Content)/2 > maxKeys:
		g.fault(n, "%d keys in one mapping; more than %d are not read", len(n.Content)/2, maxKeys)
	default:
		if n.Kind == yaml.MappingNode {
			g.keys(n)
		}
		for _, child := range n.Content {
			g.value(child, depth+1)
		}
	}
}

// keys checks that a mapping's keys are strings, and each there once.
func (g *gate) keys(n *yaml.Node) {
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.Tag != "!!str" {
			g.fault(key, "a key must be a string")
		}
		if seen[key.Value] {
			g.fault(key, "key %q is there twice", key.Value)
		}
		seen[key.Value] = true
	}
}

// field returns the value of a key, or nil.
func field(n *yaml.Node, name string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

// text returns the string under a path of keys, or "".
func text(n *yaml.Node, path ...string) string {
	for _, name := range path {
		n = field(n, name)
	}
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

func position(file string, n *yaml.Node) diag.Position {
	return diag.Position{File: file, Line: n.Line, Column: n.Column}
}

func at(p diag.Position, code diag.Code, message, hint string) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: code, Message: message, Hint: hint, Position: p}
}
