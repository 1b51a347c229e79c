package spec

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/schema"
)

// rest is what is sound of a tenant that has faults, so that what else is wrong
// with it can be told in the same run.
type rest struct {
	tenant *schema.Tenant // without what is wrong
	wrong  []string       // paths of it
}

// restOf decodes a document without the nodes that are bad. Nil where it is too
// large to have been looked at as a whole, or has more faults than are told.
func restOf(root *yaml.Node, bad map[*yaml.Node]bool, wrong diag.List) *rest {
	if bad[root] || len(wrong) > maxFaults || slices.ContainsFunc(wrong, func(d diag.Diagnostic) bool { return d.Code == diag.TooLarge }) {
		return nil
	}
	value, err := decode(tenantKind, appendJSON(nil, root, bad))
	if err != nil {
		return nil
	}
	r := &rest{tenant: value.(*schema.Tenant)}
	for _, d := range wrong {
		r.wrong = append(r.wrong, d.Path)
	}
	return r
}

// Sound tells whether nothing was wrong with what was written at a path, within
// it or around it. Of a valid document everything is sound.
func (d *Document[T]) Sound(path string) bool {
	return !slices.ContainsFunc(d.wrong, func(wrong string) bool { return within(wrong, path) || within(path, wrong) })
}

// within tells whether a path is another, or lies in it.
func within(path, other string) bool {
	rest, is := strings.CutPrefix(path, other)
	return is && (rest == "" || other == "" || rest[0] == '.' || rest[0] == '[')
}
