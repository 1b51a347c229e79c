package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
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

var lineOf = regexp.MustCompile(`^yaml: (?:line \d+: )?(.*)$`)

// syntaxFault places what the parser says at the line that it stumbled over. The
// parser itself names the line where the collection around it begins, which may
// be many lines above.
func syntaxFault(f File, err error) diag.Diagnostic {
	message, hint := err.Error(), "check the indentation, and that quotes and brackets are closed, here and in the lines above"
	if m := lineOf.FindStringSubmatch(strings.ReplaceAll(message, "\n", " ")); m != nil {
		message = m[1]
	}
	lines := bytes.SplitAfter(f.Data, []byte("\n"))
	if at := slices.IndexFunc(lines, isConflict); at >= 0 {
		return fault(diag.BadYAML, diag.Position{File: f.Path, Line: at + 1, Column: 1}, "this is a merge conflict that nobody has solved",
			"keep what is right of both sides, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>")
	}
	at := diag.Position{File: f.Path, Line: brokenLine(lines)}
	line := lines[at.Line-1]
	at.Column = len(line) - len(bytes.TrimLeft(line, " ")) + 1
	return fault(diag.BadYAML, at, "this is not YAML: "+message, hint)
}

// isConflict tells whether git began a conflict with the line.
func isConflict(line []byte) bool { return bytes.HasPrefix(line, []byte("<<<<<<< ")) }

// looksAhead is how many lines the parser may have read beyond the one that is
// wrong: it looks for the end of a value, or of a bracket, before it gives up.
const looksAhead = 8

// brokenLine is the number of the line with which a file that is no YAML stops
// being it: of those that the parser had read when it gave up, the first without
// which it finds no fault.
func brokenLine(lines [][]byte) int {
	source := &lineReader{lines: lines}
	_ = parses(source)
	broken := max(1, source.read)
	for least := broken - looksAhead; broken > max(1, least) && parses(&lineReader{lines: lines[:broken-1]}) != nil; {
		broken--
	}
	return broken
}

// parses reads documents up to the first fault.
func parses(r io.Reader) error {
	for dec := yaml.NewDecoder(r); ; {
		var n yaml.Node
		if err := dec.Decode(&n); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// lineReader hands out lines one by one, and so knows how far somebody has read.
type lineReader struct {
	lines [][]byte
	read  int
	rest  []byte
}

func (r *lineReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.read == len(r.lines) {
			return 0, io.EOF
		}
		r.rest = r.lines[r.read]
		r.read++
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
