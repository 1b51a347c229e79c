package diff

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Text prints a report for people: a mark in the first column (+ added, -
// removed, ~ changed, ! what that does on the site), then site, tenant cluster,
// object and field, each indented below the other. What is alike in several
// places comes first, once. Colour adds terminal colours to the marks.
func Text(w io.Writer, r Report, colour bool) error {
	var b strings.Builder
	for _, s := range sections(r) {
		for _, l := range slices.Concat(s.names, s.lines) {
			b.WriteString(paint(l, colour) + "\n")
		}
	}
	for _, m := range r.Moves {
		b.WriteString(paint(line{'!', 0, m.Kind + ": " + printable(m.Text)}, colour) + "\n")
	}
	b.WriteString(r.Counts.String() + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// Terminal colours (ECMA-48, select graphic rendition).
var colours = map[byte]string{'+': "\x1b[32m", '-': "\x1b[31m", '~': "\x1b[33m", '!': "\x1b[1;35m"}

func paint(l line, colour bool) string {
	start, known := colours[l.mark]
	if !colour || !known {
		return l.String()
	}
	return start + l.String() + "\x1b[0m"
}

// JSON prints a report for programs.
func JSON(w io.Writer, r Report) error {
	if r.Sites == nil {
		r.Sites = []Site{}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

// String is one sentence, as in: 2 sites changed; tenant clusters: 1 added, 1
// changed; objects: 12 added, 3 changed.
func (c Counts) String() string {
	if c.Sites.total() == 0 {
		return "No differences."
	}
	parts := []string{"sites: " + c.Sites.String()}
	if c.Clusters.total() > 0 {
		parts = append(parts, "tenant clusters: "+c.Clusters.String())
	}
	if c.Objects.total() > 0 {
		parts = append(parts, "objects: "+c.Objects.String())
	}
	text := strings.Join(parts, "; ")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// String is as in: 2 added, 1 removed.
func (t Tally) String() string {
	var parts []string
	for _, part := range []struct {
		n    int
		what Change
	}{{t.Added, Added}, {t.Changed, Changed}, {t.Removed, Removed}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	return strings.Join(parts, ", ")
}
