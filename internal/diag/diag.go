// Package diag holds the one form in which tenantc speaks of a fault: what is
// wrong, where the user wrote it, and what to write instead.
//
// Every stage returns a List; nothing is sorted, merged or printed before the
// end of a run. What does not belong here: how a fault is found, and errors of
// the machine (disk, network, git), which stay Go errors.
package diag

import (
	"cmp"
	"slices"
)

// Severity says whether a run may succeed in spite of a diagnostic.
type Severity string

const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Position is a place in a file that the user wrote, never one in the schema.
// File is relative to the tenancy repository, with forward slashes. Line and
// Column count from 1, columns in characters; zero means unknown.
type Position struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// Note points at a further place, such as the other half of a collision.
type Note struct {
	Position
	Message string `json:"message"`
}

// Diagnostic is one fault. Path is the field, as in spec.clusters[0].quota.cpu.
type Diagnostic struct {
	Severity Severity `json:"severity"`
	Code     Code     `json:"code"`
	Tenant   string   `json:"tenant,omitempty"`
	Path     string   `json:"path,omitempty"`
	Message  string   `json:"message"`
	Hint     string   `json:"hint,omitempty"`
	Position Position `json:"position,omitzero"`
	Notes    []Note   `json:"notes,omitempty"`
}

// List is the diagnostics of a stage, in any order. Nil is a valid, empty list.
type List []Diagnostic

// HasErrors tells whether any diagnostic is an error.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Sorted returns the list by file, line, column, path, code and message,
// without repetitions. The receiver is unchanged.
func (l List) Sorted() List {
	out := slices.Clone(l)
	slices.SortStableFunc(out, compare)
	return slices.CompactFunc(out, func(a, b Diagnostic) bool { return compare(a, b) == 0 })
}

func compare(a, b Diagnostic) int {
	return cmp.Or(
		cmp.Compare(a.Position.File, b.Position.File),
		cmp.Compare(a.Position.Line, b.Position.Line),
		cmp.Compare(a.Position.Column, b.Position.Column),
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Code, b.Code),
		cmp.Compare(a.Message, b.Message),
	)
}
