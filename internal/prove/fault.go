package prove

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
)

// broken is a fault in an object.
func broken(id object.ID, path, format string, args ...any) []Fault {
	return []Fault{{Object: id, Path: path, Message: fmt.Sprintf(format, args...)}}
}

// missing is an object that must be there.
func missing(id object.ID) []Fault { return broken(id, "", "there is no %s", id) }

// Diagnose turns faults into diagnostics: each at the place of the specs that
// the object came from, with the place in the output as a note. files are those
// of the folder, by path below it; layers are the folders in it that hold
// objects, such as boundary.
func Diagnose(faults []Fault, tenant string, origin diag.Position, folder string, files map[string][]byte, layers ...string) diag.List {
	var list diag.List
	for _, f := range faults {
		d := diag.Diagnostic{
			Severity: diag.Error, Code: f.Invariant.Code, Tenant: tenant, Path: f.Path, Position: origin,
			Message: f.Invariant.ID + ": " + f.text(),
		}
		if f.Assumed {
			d.Severity = diag.Warning
		}
		for _, layer := range layers {
			name := layer + "/" + object.Object{ID: f.Object}.FileName()
			if data, found := files[name]; found {
				at := diag.Position{File: folder + "/" + name, Line: lineOf(data, f.Path), Column: 1}
				d.Notes = append(d.Notes, diag.Note{Position: at, Message: "in the output"})
				break
			}
		}
		list = append(list, d)
	}
	return list
}

// text is the message with the object and the field that it is about.
func (f Fault) text() string {
	if f.Path == "" {
		return f.Object.String() + ": " + f.Message
	}
	return f.Object.String() + ": " + f.Path + ": " + f.Message
}

// lineOf finds the line of a field, or of as much of its path as there is.
func lineOf(data []byte, path string) int {
	var doc yaml.Node
	if yaml.Unmarshal(data, &doc) != nil || len(doc.Content) == 0 {
		return 1
	}
	node, line := doc.Content[0], doc.Content[0].Line
	for rest := path; rest != "" && node != nil; {
		node, line, rest = step(node, line, rest)
	}
	return line
}

// step goes one field or item down a path. Keys may have dots in them, so the
// longest key that fits is taken.
func step(node *yaml.Node, line int, path string) (*yaml.Node, int, string) {
	path = strings.TrimPrefix(path, ".")
	if node.Kind == yaml.SequenceNode && strings.HasPrefix(path, "[") {
		index, rest, _ := strings.Cut(path[1:], "]")
		if i, err := strconv.Atoi(index); err == nil && i < len(node.Content) {
			return node.Content[i], node.Content[i].Line, rest
		}
		return nil, line, ""
	}
	best := -1
	for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
		rest, fits := strings.CutPrefix(path, node.Content[i].Value)
		ends := rest == "" || rest[0] == '.' || rest[0] == '['
		if fits && ends && (best < 0 || len(node.Content[i].Value) > len(node.Content[best].Value)) {
			best = i
		}
	}
	if best < 0 {
		return nil, line, ""
	}
	return node.Content[best+1], node.Content[best].Line, path[len(node.Content[best].Value):]
}
