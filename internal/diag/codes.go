package diag

import (
	"cmp"
	"slices"
)

// Code names a kind of fault for good: it is never given a second meaning.
//
//	TC10xx  files and YAML, before the schema is asked
//	TC11xx  the schema
//	TC20xx  references between specs, and collisions
//	TC21xx  the limits of a class
//	TC22xx  what a site offers
//	TC23xx  what the versions on a site can do
//	TC24xx  the lock file
//	TC30xx  the compiled output
//	TC40xx  the fleet repository
//	TC41xx  publish
//	TC42xx  diff, gates and review
//	TC50xx  the isolation of what was built
//	TC60xx  capacity
//	TC61xx  placing
type Code string

// Entry documents a code; docs/diagnostics.md is made from all of them.
type Entry struct {
	Code   Code
	Title  string // a few words
	Cause  string // when it is reported
	Remedy string // what to do about it
}

// Entries lists every code there is, in order of the code.
func Entries() []Entry {
	all := slices.Concat(
		specEntries(),
		resolveEntries(),
		outputEntries(),
		publishEntries(),
		auditEntries(),
		chartEntries(),
		fleetEntries(),
		placementEntries(),
		reviewEntries(),
		proveEntries(),
		capacityEntries(),
	)
	slices.SortFunc(all, func(a, b Entry) int { return cmp.Compare(a.Code, b.Code) })
	return all
}

// TitleOf is a code's kind of fault in a few words.
func TitleOf(code Code) string {
	for _, e := range Entries() {
		if e.Code == code {
			return e.Title
		}
	}
	return string(code)
}
