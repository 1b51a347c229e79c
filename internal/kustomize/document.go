package kustomize

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
)

// Bounds of one file. Kubernetes itself takes no object of more than 1.5 MiB.
const (
	maxFile      = 1 << 20
	maxDepth     = 64
	maxDocuments = 200
)

// documents parses a file that every YAML parser on its way reads the same:
// kustomize's, which splits documents by a regular expression before it parses
// them, Flux's and the API server's. What they could read differently is a
// fault: aliases, tags, repeated keys, other line breaks than LF.
func documents(file string, data []byte) ([]*yaml.Node, diag.List) {
	if fault := unprintable(data); fault != "" {
		return nil, diag.List{at(diag.Position{File: file}, diag.KustomizeYAML, fault, "save the file as plain UTF-8 with LF line ends")}
	}
	var docs []*yaml.Node
	var faults diag.List
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return docs, faults
		}
		if err == nil && len(docs) == maxDocuments {
			err = fmt.Errorf("more than %d documents", maxDocuments)
		}
		if err != nil {
			return docs, append(faults, at(diag.Position{File: file}, diag.KustomizeYAML, fmt.Sprintf("not readable as YAML: %v", err), ""))
		}
		root := doc.Content[0]
		if root.Tag == "!!null" {
			continue
		}
		faults = append(faults, ambiguities(file, root, 0)...)
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

// unprintable looks for what hides in a text, or splits its lines for one
// parser and not for another; it names the fault, or is empty.
func unprintable(data []byte) string {
	switch {
	case len(data) > maxFile:
		return fmt.Sprintf("larger than %d bytes", maxFile)
	case !utf8.Valid(data):
		return "not valid UTF-8"
	}
	for _, r := range string(data) {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && hidden(r) {
			return fmt.Sprintf("contains the character %U", r)
		}
	}
	for line := range strings.Lines(string(data)) {
		if line[0] == '%' || strings.HasPrefix(line, "...") {
			return fmt.Sprintf("contains the YAML directive %q", strings.TrimSpace(line))
		}
	}
	return ""
}

// hidden characters: C1 controls, YAML 1.1's further line breaks, byte order
// marks, and those that change the direction of writing.
func hidden(r rune) bool {
	return r <= 0x9f || r == 0x2028 || r == 0x2029 || r == 0xfeff ||
		r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f
}

// legacy matches plain scalars that YAML 1.1 and YAML 1.2 read differently:
// booleans in words, octal and sexagesimal numbers.
var legacy = regexp.MustCompile(`^(?:[yY]|[nN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|[-+]?0[0-9_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)$`)

// ambiguities lists what in a node not every parser understands alike.
func ambiguities(file string, n *yaml.Node, depth int) diag.List {
	fault := func(format string, args ...any) diag.List {
		return diag.List{at(position(file, n), diag.KustomizeYAML, fmt.Sprintf(format, args...), "")}
	}
	switch {
	case depth > maxDepth:
		return fault("nested more than %d deep", maxDepth)
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return fault("anchors and aliases are not allowed")
	case n.Style&yaml.TaggedStyle != 0:
		return fault("tags are not allowed: %q", n.Tag)
	case n.Kind == yaml.ScalarNode && n.Style == 0 && len(n.Value) < 40 && legacy.MatchString(n.Value):
		return fault("%q must stand in quotes: parsers disagree on what it is", n.Value)
	}
	var faults diag.List
	if n.Kind == yaml.MappingNode {
		faults = keys(file, n)
	}
	for _, child := range n.Content {
		faults = append(faults, ambiguities(file, child, depth+1)...)
	}
	return faults
}

// keys checks that a mapping's keys are strings, and each there once.
func keys(file string, n *yaml.Node) diag.List {
	var faults diag.List
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.Tag != "!!str" {
			faults = append(faults, at(position(file, key), diag.KustomizeYAML, "a key must be a string", ""))
		}
		for j := 0; j < i; j += 2 {
			if n.Content[j].Value == key.Value {
				faults = append(faults, at(position(file, key), diag.KustomizeYAML, fmt.Sprintf("key %q is there twice", key.Value), ""))
			}
		}
	}
	return faults
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
