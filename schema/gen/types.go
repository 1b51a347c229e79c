package main

import (
	"bytes"
	"fmt"
	"go/format"
	"strings"

	"cuelang.org/go/cue"

	"github.com/tenantc/tenantc/schema"
)

// goTypes turns every definition with fields into a struct, in the order of
// the files. Definitions of scalars become the basic type they are of. A field
// that may be absent is a pointer where its zero value could be meant (structs,
// numbers, booleans); an empty string, list or map is never meant.
func goTypes(v cue.Value) ([]byte, error) {
	shapes, err := schema.Shapes(v)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString("// Code generated from the CUE files by go generate; DO NOT EDIT.\n\npackage schema\n")
	for _, s := range shapes {
		if s.Type == schema.Struct {
			structType(&out, s)
		}
	}
	return format.Source(out.Bytes())
}

func structType(out *bytes.Buffer, s *schema.Shape) {
	out.WriteString("\n" + comment(s.Doc))
	fmt.Fprintf(out, "type %s struct {\n", s.Name)
	for i, f := range s.Fields {
		if f.Doc != "" && i > 0 {
			out.WriteString("\n")
		}
		tag, goType := f.Name, typeOf(f.Shape)
		if !f.Required {
			tag, goType = tag+",omitempty", optional(f.Shape)
		}
		fmt.Fprintf(out, "%s%s %s `json:%q`\n", comment(f.Doc), goName(f.Name), goType, tag)
	}
	out.WriteString("}\n")
}

func comment(doc string) string {
	if doc == "" {
		return ""
	}
	return "// " + doc + "\n"
}

func optional(s *schema.Shape) string {
	switch s.Type {
	case schema.Struct, schema.Int, schema.Number, schema.Bool:
		return "*" + typeOf(s)
	}
	return typeOf(s)
}

func typeOf(s *schema.Shape) string {
	switch s.Type {
	case schema.Struct:
		return s.Name
	case schema.List:
		return "[]" + typeOf(s.Elem)
	case schema.Map:
		return "map[string]" + typeOf(s.Elem)
	case schema.Number:
		return "float64"
	}
	return string(s.Type) // string, int and bool are called the same in Go
}

// goName is the field's name in Go's spelling: known initialisms in capitals,
// names of projects as the projects write them.
func goName(label string) string {
	for _, word := range []struct{ from, to string }{
		{"apiV", "APIV"}, {"apiD", "APID"}, {"apiS", "APIS"},
		{"cidr", "CIDR"}, {"cni", "CNI"}, {"cpu", "CPU"}, {"dns", "DNS"}, {"oidc", "OIDC"},
		{"vcluster", "VCluster"}, {"gvisor", "GVisor"},
	} {
		if rest, found := strings.CutPrefix(label, word.from); found {
			return word.to + rest
		}
	}
	return strings.ToUpper(label[:1]) + label[1:]
}
