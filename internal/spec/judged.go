package spec

import (
	"cmp"
	"slices"

	"github.com/tenantc/tenantc/internal/diag"
)

// Judged are a tenancy's files, each judged by itself, and not yet put together.
type Judged struct {
	Lock   Lock
	items  []Item
	faults diag.List
}

// Documents puts the files together, without the tenants that are left out, and
// lists every fault.
func (j Judged) Documents(left map[string]bool) (Documents, diag.List) {
	docs, more := collect(j.items, left)
	docs.Lock = j.Lock
	return docs, slices.Concat(j.faults, more)
}

// Outlines are those of all documents; false where any of the files has a fault
// or two documents are of one kind and name.
func (j Judged) Outlines() ([]Outline, bool) {
	if len(j.faults) > 0 {
		return nil, false
	}
	seen := map[identity]bool{}
	out := make([]Outline, len(j.items))
	for i, item := range j.items {
		id := identity{item.Kind, item.Name}
		if seen[id] {
			return nil, false
		}
		seen[id] = true
		out[i] = item.outlined()
	}
	return out, true
}

// CompareOutlines orders them by kind and name.
func CompareOutlines(a, b Outline) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
}

// At is where the value at a path was written, as Document.At.
func (o Outline) At(path string) diag.Position { return o.positions.at(path) }
