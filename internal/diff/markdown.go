package diff

import (
	"cmp"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
)

// SummaryLimit is how long the Markdown of a report may get, in bytes. A
// GitHub job summary holds 1 MiB for each step and is dropped whole above it;
// the rest is left for what else the step has to say.
const SummaryLimit = 900 << 10

// Markdown prints a report for a job summary: what the sites cannot take back,
// a table of what changed, then everything in full, folded. Whatever came from a
// spec stands in code, where neither links, mentions nor HTML live. What does
// not fit into limit bytes (0: SummaryLimit) is counted instead of shown.
func Markdown(w io.Writer, r Report, limit int) error {
	limit = cmp.Or(limit, SummaryLimit)
	head := heading(r) + MarkdownHazards(r, limit/4)
	_, err := io.WriteString(w, head+changes(r, limit-len(head)))
	return err
}

// MarkdownHazards is the table of what the sites cannot take back, for a page
// that says it first; empty where there is nothing. See Markdown for the limit.
func MarkdownHazards(r Report, limit int) string {
	var b strings.Builder
	table(&b, "what happens", "where", hazards(r), limit-len(leftOut(1_000_000, "row")))
	return b.String()
}

// MarkdownChanges is Markdown without MarkdownHazards.
func MarkdownChanges(w io.Writer, r Report, limit int) error {
	head := heading(r)
	_, err := io.WriteString(w, head+changes(r, limit-len(head)))
	return err
}

func heading(r Report) string {
	return "### What changes on the sites\n\n" + r.Counts.String() + "\n"
}

func changes(r Report, limit int) string {
	limit -= len(leftOut(1_000_000, "row")) // what stands for the rows that do not fit
	var b strings.Builder
	table(&b, "where", "change | objects", tableRows(r), limit/3)
	var folds []string
	for _, s := range sections(r) {
		folds = append(folds, details(s))
	}
	folds, more := fit(folds, limit-b.Len()-len(leftOut(len(folds), "section")))
	b.WriteString(strings.Join(folds, "") + leftOut(more, "section"))
	return b.String()
}

// table writes the rows that fit into limit bytes.
func table(b *strings.Builder, first, rest string, rows []string, limit int) {
	rows, more := fit(rows, limit)
	if len(rows) > 0 {
		columns := 2 + strings.Count(rest, "|")
		fmt.Fprintf(b, "\n| %s | %s |\n|%s\n%s", first, rest, strings.Repeat("---|", columns), strings.Join(rows, ""))
	}
	b.WriteString(leftOut(more, "row"))
}

// fit takes as many parts from the start as fit into limit bytes, and counts
// the others.
func fit(parts []string, limit int) (fitting []string, more int) {
	size := 0
	for i, part := range parts {
		if size += len(part); size > limit {
			return parts[:i], len(parts) - i
		}
	}
	return parts, 0
}

func leftOut(n int, what string) string {
	if n == 0 {
		return ""
	}
	return "\nNot shown, for want of room: " + diag.Plural(n, what) + ". `tenantc diff` shows everything.\n"
}

// hazards are the rows of what the sites cannot take back, moves first.
func hazards(r Report) []string {
	var rows []string
	for _, m := range r.Moves {
		rows = append(rows, fmt.Sprintf("| **%s**: deleted in one place, made new and empty in the other | %s → %s |\n", Words(m.Kind), Code(m.From.String()), Code(m.To.String())))
	}
	for _, h := range Hazards(r) {
		rows = append(rows, fmt.Sprintf("| **%s**: %s | %s |\n", Words(string(h.Kind)), Words(h.Text), places(h.block)))
	}
	return rows
}

// places names the places of a block.
func places(b block) string {
	names, more := b.names()
	for i := range names {
		names[i] = Code(names[i])
	}
	text := strings.Join(names, ", ")
	if more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func tableRows(r Report) []string {
	var rows []string
	folded, single := parted(blocks(r))
	for _, b := range append(folded, single...) {
		what, objects := "the site itself, "+Words(string(b.change())), 0
		if b.site != nil {
			objects = len(b.site.Root) + len(b.site.Platform) + len(b.site.Flux)
		} else {
			what, objects = transition(b.cluster.ClusterChange), len(b.cluster.Objects)
		}
		where := places(b)
		if b.folded() {
			where = b.title() + ", alike: " + where
		}
		rows = append(rows, fmt.Sprintf("| %s | %s | %d |\n", where, what, objects))
	}
	return rows
}

func transition(c ClusterChange) string {
	switch {
	case c.Change == Changed && c.From != c.To:
		return Code(orUnknown(c.From)) + " → " + Code(orUnknown(c.To))
	case c.Change == Removed && c.From != "":
		return Words(string(c.Change)) + ", was " + Code(c.From)
	case c.Change == Added && c.To != "" && c.To != active:
		return Words(string(c.Change)) + " as " + Code(c.To)
	}
	return Words(string(c.Change))
}

// details is a section, folded.
func details(s section) string {
	var body strings.Builder
	for _, l := range s.lines {
		text := l.String()
		if l.mark == '~' {
			text = "!" + text[1:] // what GitHub's diff highlighting knows
		}
		body.WriteString(text + "\n")
	}
	return Details(s.title, "diff", body.String())
}

// Details folds a text of any content, in a code block of a language, below a
// title.
func Details(title, language, body string) string {
	fence := strings.Repeat("`", max(3, longestRun(body, '`')+1))
	return fmt.Sprintf("\n<details><summary><code>%s</code></summary>\n\n%s%s\n%s%s\n\n</details>\n",
		html.EscapeString(printable(title)), fence, language, body, fence)
}
