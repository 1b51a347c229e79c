package diff

import (
	"bytes"
	"encoding/json"
	"fmt"
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
	mark  byte // '+', '-', '~' or ' '
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

// siteLines is a whole site; its name stands at depth 0.
func siteLines(s Site) []line {
	lines := []line{{s.Change.mark(), 0, printable(s.Name) + suffix(s.Change, "", "")}}
	lines = append(lines, objectLines(1, s.Root)...)
	lines = append(lines, partLines(tree.PlatformFolder, s.Platform)...)
	lines = append(lines, partLines(tree.FluxFolder, s.Flux)...)
	for _, c := range s.Clusters {
		lines = append(lines, c.line())
		lines = append(lines, objectLines(2, c.Objects)...)
	}
	return lines
}

func (c ClusterChange) line() line {
	return line{c.Change.mark(), 1, printable(c.Tenant+"/"+c.Name) + suffix(c.Change, c.From, c.To)}
}

func partLines(name string, objects []Object) []line {
	if len(objects) == 0 {
		return nil
	}
	return append([]line{{'~', 1, name}}, objectLines(2, objects)...)
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
