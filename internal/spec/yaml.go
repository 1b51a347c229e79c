package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
)

// document is one YAML document; index counts all of the file, empty ones too.
type document struct {
	index int
	root  *yaml.Node
}

// parseYAML takes a file apart into documents, without those that are empty. On
// a syntax error it returns what came before it.
func parseYAML(f File) (docs []document, faults diag.List) {
	defer func() {
		if r := recover(); r != nil { // the parser has no bounds of its own against its bugs
			faults = append(faults, fault(diag.BadYAML, diag.Position{File: f.Path}, "the YAML parser cannot read this file", "write it more plainly"))
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(f.Data))
	for index := 0; ; index++ {
		var n yaml.Node
		err := dec.Decode(&n)
		switch {
		case errors.Is(err, io.EOF):
			return docs, nil
		case err != nil:
			return docs, diag.List{syntaxFault(f, err)}
		case index == maxDocuments:
			return docs, diag.List{fault(diag.TooLarge, diag.Position{File: f.Path, Line: n.Line, Column: n.Column},
				fmt.Sprintf("the file has more than %d documents", maxDocuments), "split it over several files")}
		case !empty(n.Content[0]):
			docs = append(docs, document{index, n.Content[0]})
		}
	}
}

// empty is what lies between two separators with nothing between them.
func empty(root *yaml.Node) bool {
	return root.Kind == yaml.ScalarNode && root.Value == "" && root.Style == 0 && root.Anchor == ""
}

var lineOf = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntaxFault places what the parser says, which knows lines only, at the first
// character of the line.
func syntaxFault(f File, err error) diag.Diagnostic {
	at, message := diag.Position{File: f.Path}, err.Error()
	if m := lineOf.FindStringSubmatch(strings.ReplaceAll(message, "\n", " ")); m != nil {
		at.Line, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	if lines := bytes.Split(f.Data, []byte("\n")); at.Line > 0 && at.Line <= len(lines) {
		line := lines[at.Line-1]
		at.Column = len(line) - len(bytes.TrimLeft(line, " ")) + 1
	}
	return fault(diag.BadYAML, at, "this is not YAML: "+message, "check the indentation, and that quotes and brackets are closed, here and in the lines above")
}
