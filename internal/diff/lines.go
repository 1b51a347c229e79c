package diff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	linediff "github.com/rogpeppe/go-internal/diff"
	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/tree"
)

// line is one line of a printed report: what happened, how deep it is nested,
// and printable text.
type line struct {
	mark  byte // '+', '-', '~', '!' or ' '
	depth int
	text  string
}

func (l line) String() string {
	return strings.TrimRight(string(l.mark)+" "+strings.Repeat("  ", l.depth)+l.text, " ")
}

func (c Change) mark() byte {
	switch c {
	case Added:
		return '+'
	case Removed:
		return '-'
	}
	return '~'
}

// shortest is how long two values may be to share a line, in characters.
const shortest = 100

// section is a part of a printed report that can be folded by itself.
type section struct {
	title string
	names []line // of the places, where there are several
	lines []line
}

// sections are first the changes that are alike in several places, then the
// others, site by site.
func sections(r Report) []section {
	folded, single := parted(blocks(r))
	var all []section
	for _, b := range folded {
		all = append(all, section{printable(b.title()) + ", alike", b.where(), b.details(1)})
	}
	site := ""
	for _, b := range single {
		if at := b.places[0]; at.Site != site || len(all) == 0 {
			site = at.Site
			all = append(all, section{title: printable(site), lines: []line{siteLine(r, site)}})
		}
		last := &all[len(all)-1]
		last.lines = append(last.lines, b.details(1)...)
	}
	return all
}

func siteLine(r Report, name string) line {
	i := slices.IndexFunc(r.Sites, func(s Site) bool { return s.Name == name })
	return line{r.Sites[i].Change.mark(), 0, printable(name) + suffix(r.Sites[i].Change, "", "")}
}

// where names the places of a folded block. What differs there is told in the
// words of the first.
func (b block) where() []line {
	names, more := b.names()
	where := strings.Join(names, ", ")
	if more > 0 {
		where += fmt.Sprintf(" and %d more", more)
	}
	return []line{{b.change().mark(), 0, b.title() + ", alike: " + printable(where)}}
}

func (b block) change() Change {
	if b.site != nil {
		return b.site.Change
	}
	return b.cluster.Change
}

// details is what differs in the first place of a block.
func (b block) details(depth int) []line {
	if b.site != nil {
		lines := objectLines(depth, b.site.Root)
		lines = append(lines, partLines(depth, tree.PlatformFolder, b.site.Platform)...)
		return append(lines, partLines(depth, tree.FluxFolder, b.site.Flux)...)
	}
	lines := append([]line{b.cluster.line(depth)}, effectLines(depth+1, b.cluster.Effects)...)
	return append(lines, objectLines(depth+1, b.cluster.Objects)...)
}

func (c ClusterChange) line(depth int) line {
	return line{c.Change.mark(), depth, printable(c.Tenant+"/"+c.Name) + suffix(c.Change, c.From, c.To)}
}

func partLines(depth int, name string, objects []Object) []line {
	if len(objects) == 0 {
		return nil
	}
	return append([]line{{'~', depth, name}}, objectLines(depth+1, objects)...)
}

func effectLines(depth int, effects []Effect) []line {
	var lines []line
	for _, e := range effects {
		lines = append(lines, line{'!', depth, printable(string(e.Kind) + ": " + e.Text)})
	}
	return lines
}

// suffix says what a mark alone does not.
func suffix(c Change, from, to string) string {
	switch {
	case c == Changed && from != to:
		return fmt.Sprintf(" (%s → %s)", orUnknown(from), orUnknown(to))
	case c == Changed:
		return ""
	case from != "":
		return " (" + string(c) + ", was " + printable(from) + ")"
	case to != "" && to != active:
		return " (" + string(c) + " as " + printable(to) + ")"
	}
	return " (" + string(c) + ")"
}

func orUnknown(state string) string {
	if state == "" {
		return "unknown"
	}
	return printable(state)
}

func objectLines(depth int, objects []Object) []line {
	var lines []line
	for _, o := range objects {
		lines = append(lines, line{o.Change.mark(), depth, printable(o.ID.String())})
		for _, f := range o.Fields {
			lines = append(lines, fieldLines(depth+1, f)...)
		}
		lines = append(lines, effectLines(depth+1, o.Effects)...)
	}
	return lines
}

func fieldLines(depth int, f Field) []line {
	mark, path := f.Change.mark(), printable(f.Path)
	if f.Note != "" {
		return []line{{mark, depth, path + " (" + f.Note + ")"}}
	}
	before, after := valueLines(f.Before), valueLines(f.After)
	switch {
	case f.Change == Added:
		return oneSide(mark, depth, path, after)
	case f.Change == Removed:
		return oneSide(mark, depth, path, before)
	case len(before) == 1 && len(after) == 1 && len(before[0])+len(after[0]) <= shortest:
		return []line{{mark, depth, path + ": " + before[0] + " → " + after[0]}}
	case len(before) > 1 && len(after) > 1:
		return append([]line{{mark, depth, path + ":"}}, textLines(depth+1, before, after)...)
	}
	lines := []line{{mark, depth, path + ":"}}
	lines = append(lines, marked('-', depth+1, before)...)
	return append(lines, marked('+', depth+1, after)...)
}

func oneSide(mark byte, depth int, path string, value []string) []line {
	if len(value) == 1 {
		return []line{{mark, depth, path + ": " + value[0]}}
	}
	return append([]line{{mark, depth, path + ":"}}, marked(mark, depth+1, value)...)
}

func marked(mark byte, depth int, texts []string) []line {
	var lines []line
	for _, text := range texts {
		lines = append(lines, line{mark, depth, text})
	}
	return lines
}

// textLines is what differs between two long texts, with some lines around it.
func textLines(depth int, before, after []string) []line {
	out := linediff.Diff("", []byte(strings.Join(before, "\n")+"\n"), "", []byte(strings.Join(after, "\n")+"\n"))
	var lines []line
	for text := range strings.Lines(string(out)) {
		text = strings.TrimSuffix(text, "\n")
		switch {
		case strings.HasPrefix(text, "@@"):
			lines = append(lines, line{' ', depth, "…"})
		case text[0] == ' ' || (text[0] == '+' || text[0] == '-') && len(lines) > 0:
			lines = append(lines, line{text[0], depth, text[1:]})
		}
	}
	return lines
}

// valueLines writes a value, on one line where that is readable.
func valueLines(v any) []string {
	if text, ok := v.(string); ok {
		return stringLines(text)
	}
	if data, err := json.Marshal(v); err == nil && (isScalar(v) || len(data) <= shortest/2) {
		return []string{printable(string(data))}
	}
	var buf bytes.Buffer
	enc := yaml.NewEncoder(&buf)
	enc.SetIndent(2)
	_ = enc.Encode(v)
	return split(buf.String())
}

// stringLines writes a string as it is where it cannot be taken for anything
// else, and in quotes otherwise.
func stringLines(text string) []string {
	var read any
	switch {
	case strings.Contains(strings.TrimSuffix(text, "\n"), "\n"):
		return split(text)
	case strings.TrimSpace(text) != text, printable(text) != text, yaml.Unmarshal([]byte(text), &read) == nil && read != text:
		return []string{strconv.Quote(text)}
	}
	return []string{text}
}

func split(text string) []string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	return lines
}

// printable escapes what a terminal would obey and what would mislead a reader:
// control characters, bidirectional marks, other invisible ones.
func printable(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) && r != unicode.ReplacementChar {
			b.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRuneToASCII(r)
		b.WriteString(quoted[1 : len(quoted)-1])
	}
	return b.String()
}
