package diag

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// ranges names the groups of codes, by their first digits.
func ranges() []struct{ prefix, title string } {
	return []struct{ prefix, title string }{
		{"TC10", "Files and YAML"},
		{"TC11", "The schema"},
		{"TC20", "References between specs, and collisions"},
		{"TC21", "Limits of a class"},
		{"TC22", "What a site offers"},
		{"TC23", "What the versions on a site can do"},
		{"TC24", "The lock file"},
		{"TC30", "The compiled output"},
		{"TC40", "The fleet repository"},
		{"TC41", "Publishing"},
		{"TC42", "Diff, gates and review"},
		{"TC43", "Verifying the fleet"},
		{"TC50", "Isolation: what is proven of the output"},
		{"TC60", "Capacity"},
		{"TC61", "Placing"},
	}
}

// Markdown is the page that documents the entries, for docs/diagnostics.md.
func Markdown(entries []Entry) []byte {
	var page bytes.Buffer
	page.WriteString(`# Diagnostics

Everything tenantc can find wrong, by code. A code keeps its meaning for good. Each fault is reported at the place
in your file where it was written, all faults of a run at once; ` + "`--format json`" + ` gives the same to a program.

This page is made from the registry in ` + "`internal/diag`" + ` (` + "`make update`" + `).
`)
	entries = slices.SortedFunc(slices.Values(entries), func(a, b Entry) int { return cmp.Compare(a.Code, b.Code) })
	for _, r := range ranges() {
		section(&page, r.prefix, r.title, entries)
	}
	return page.Bytes()
}

func section(page *bytes.Buffer, prefix, title string, entries []Entry) {
	heading := false
	for _, e := range entries {
		if !strings.HasPrefix(string(e.Code), prefix) {
			continue
		}
		if !heading {
			fmt.Fprintf(page, "\n## %s\n", title)
			heading = true
		}
		fmt.Fprintf(page, "\n### %s: %s\n\n%s\n\n**What to do:** %s\n", e.Code, e.Title, e.Cause, e.Remedy)
	}
}
