package diff

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// SummaryLimit is how long the Markdown of a report may get, in bytes. A
// GitHub job summary holds 1 MiB for each step and is dropped whole above it;
// the rest is left for what else the step has to say.
const SummaryLimit = 900 << 10

// Markdown prints a report for a pull request or a job summary: a table of what
// changed, then each site in full, folded. Whatever came from a spec stands in
// code, where neither links, mentions nor HTML live. Sites that do not fit into
// limit bytes (0: SummaryLimit) are counted instead of shown.
func Markdown(w io.Writer, r Report, limit int) error {
	if limit == 0 {
		limit = SummaryLimit
	}
	var b strings.Builder
	b.WriteString("### What changes on the sites\n\n" + r.Counts.String() + "\n")
	rows, more := fit(tableRows(r), limit/4)
	if len(rows) > 0 {
		b.WriteString("\n| site | tenant cluster | change | objects |\n|---|---|---|---|\n" + strings.Join(rows, ""))
	}
	b.WriteString(leftOut(more, "row"))
	var blocks []string
	for _, site := range r.Sites {
		blocks = append(blocks, details(site))
	}
	blocks, more = fit(blocks, limit-b.Len()-len(leftOut(len(blocks), "site")))
	b.WriteString(strings.Join(blocks, "") + leftOut(more, "site"))
	_, err := io.WriteString(w, b.String())
	return err
}

// fit takes as many blocks from the start as fit into limit bytes, and counts
// the others.
func fit(blocks []string, limit int) (fitting []string, more int) {
	size := 0
	for i, block := range blocks {
		if size += len(block); size > limit {
			return blocks[:i], len(blocks) - i
		}
	}
	return blocks, 0
}

func leftOut(n int, what string) string {
	if n == 0 {
		return ""
	}
	return "\nNot shown, for want of room: " + plural(n, what) + ". `tenantc diff` shows everything.\n"
}

func tableRows(r Report) []string {
	var rows []string
	add := func(site Site, what, change string, objects int) {
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %d |\n", code(site.Name), what, change, objects))
	}
	for _, s := range r.Sites {
		if own := len(s.Root) + len(s.Platform) + len(s.Flux); own > 0 || s.Change != Changed {
			add(s, "*the site itself*", string(s.Change), own)
		}
		for _, c := range s.Clusters {
			add(s, code(c.Tenant+"/"+c.Name), transition(c.ClusterChange), len(c.Objects))
		}
	}
	return rows
}

func transition(c ClusterChange) string {
	switch {
	case c.Change == Changed && c.From != c.To:
		return code(orUnknown(c.From)) + " → " + code(orUnknown(c.To))
	case c.Change == Removed && c.From != "":
		return string(c.Change) + ", was " + code(c.From)
	case c.Change == Added && c.To != "" && c.To != active:
		return string(c.Change) + " as " + code(c.To)
	}
	return string(c.Change)
}

// details is one site, folded.
func details(s Site) string {
	var body strings.Builder
	for _, l := range siteLines(s) {
		text := l.String()
		if l.mark == '~' {
			text = "!" + text[1:] // what GitHub's diff highlighting knows
		}
		body.WriteString(text + "\n")
	}
	fence := strings.Repeat("`", max(3, longestRun(body.String(), '`')+1))
	return fmt.Sprintf("\n<details><summary><code>%s</code></summary>\n\n%sdiff\n%s%s\n\n</details>\n",
		html.EscapeString(printable(s.Name)), fence, body.String(), fence)
}

// code makes a code span that also holds inside a table.
func code(text string) string {
	text = strings.ReplaceAll(printable(text), "|", `\|`)
	ticks := strings.Repeat("`", longestRun(text, '`')+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return ticks + text + ticks
}

func longestRun(text string, of rune) int {
	longest, run := 0, 0
	for _, r := range text {
		if r == of {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}
