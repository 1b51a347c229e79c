package review

import (
	"fmt"
	"strings"
	"time"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/gate"
)

// CommentLimit is how long a comment may get, in bytes: GitHub takes 65,536
// characters, of which some bytes are left for who posts it.
const CommentLimit = 65_000

// page collects the head of the comment, line by line, and leaves out what does
// not fit.
type page struct {
	strings.Builder
	limit   int // in bytes
	dropped int
}

func (p *page) add(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if p.Len()+len(text) > p.limit {
		p.dropped++
		return
	}
	p.WriteString(text)
}

// Markdown is the review for people, of at most limit bytes (0: no bound but
// diff.SummaryLimit). What came from a spec, and what anybody could have put
// into the artifact, stands in code or is ordinary prose.
func (r Review) Markdown(limit int) string {
	if limit == 0 {
		limit = diff.SummaryLimit
	}
	p := &page{limit: limit * 2 / 3}
	p.add("## %s: %s\n", words(r.Name(), 220), words(r.Title(), 100))
	if r.Problem != "" {
		p.add("\nThere is nothing to compare with: %s\n", code(r.Problem, 500))
	}
	shown := r.Problem == "" && (!r.Refused() || !r.Report.Empty())
	if shown { // data that goes away is said before anything else
		p.WriteString(diff.MarkdownHazards(r.Report, p.limit/2))
	}
	p.faults(r.Faults)
	p.gates(r.Gates, r.Lifters)
	for _, n := range r.Notes {
		p.note(n)
	}
	if p.dropped > 0 {
		p.limit = limit
		p.add("\nNot shown, for want of room: %s; the job's log has them all.\n", diag.Plural(p.dropped, "line"))
	}
	foot := r.foot()
	if shown {
		p.WriteString("\n")
		_ = diff.MarkdownChanges(p, r.Report, limit-p.Len()-len(foot)) // a builder takes all
	}
	return p.String() + foot
}

// code and words are diff.Code and diff.Words of a bounded text.
func code(text string, limit int) string  { return diff.Code(visible(text, limit)) }
func words(text string, limit int) string { return diff.Words(visible(text, limit)) }

// visible cuts before it looks at a text, which may be of any length, and again
// because what it shows in place of hidden characters is longer.
func visible(text string, limit int) string { return cut(diag.Visible(cut(text, limit)), limit) }

func (p *page) faults(faults diag.List) {
	first := true
	for _, d := range faults {
		if d.Code == diag.GateExceeded { // the next table has these
			continue
		}
		if first {
			p.add("\n| where | what is wrong |\n|---|---|\n")
			first = false
		}
		text := code(d.Message, 400)
		if d.Hint != "" {
			text += " hint: " + code(d.Hint, 400)
		}
		p.add("| %s | **%s** %s: %s |\n", code(d.Position.String(), 200), words(string(d.Severity), 20), code(string(d.Code), 20), text)
	}
}

func (p *page) gates(verdicts []gate.Verdict, lifters string) {
	if len(verdicts) > 0 {
		p.add("\n| gate | one change may | this change | |\n|---|---|---|---|\n")
	}
	for _, v := range verdicts {
		p.add("| %s | %d | %d | %s |\n", words(string(v.Gate), 20), v.Limit, v.Amount, verdict(v, lifters))
	}
}

func verdict(v gate.Verdict, lifters string) string {
	switch {
	case v.Refused():
		text := fmt.Sprintf("**refused**, %d too many; %s may lift it by a Waiver in this change", v.Amount-v.Limit, words(lifters, 200))
		for _, why := range v.Unfit[:min(len(v.Unfit), 3)] {
			text += "; " + words(why, 200)
		}
		return text
	case v.Waiver != nil:
		return fmt.Sprintf("**lifted** until the end of %s by waiver %s: %s", v.Waiver.Expires.Format(time.DateOnly), code(v.Waiver.Name, 100), code(v.Waiver.Reason, 300))
	}
	return "passed"
}

func (p *page) note(n Note) {
	p.add("\n**%s**\n", words(n.Title, 100))
	for _, line := range n.Lines {
		p.add("\n%s\n", words(line, 300))
	}
	columns := min(len(n.Header), 10)
	if len(n.Rows) == 0 || columns == 0 {
		return
	}
	p.add("\n| %s |\n|%s\n", cells(n.Header, columns), strings.Repeat("---|", columns))
	for _, row := range n.Rows {
		p.add("| %s |\n", cells(row, columns))
	}
}

// cells are exactly n cells of a row.
func cells(row []string, n int) string {
	out := make([]string, n)
	for i := range out {
		if i < len(row) && row[i] != "" {
			out[i] = words(row[i], 100)
		}
	}
	return strings.Join(out, " | ")
}

// foot says what was compared, and by which tenantc.
func (r Review) foot() string {
	var parts []string
	for _, part := range []struct{ label, is string }{{"reviewed", r.Head}, {"compared with", r.Base}, {"tenantc", r.Version}} {
		if part.is != "" {
			parts = append(parts, part.label+" "+code(part.is, 60))
		}
	}
	return "\n" + strings.Join(parts, ", ") + "\n"
}
