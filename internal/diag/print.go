package diag

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Format is a way to print diagnostics.
type Format string

const (
	Text   Format = "text"   // file:line:column, for people and editors
	JSON   Format = "json"   // an array of Diagnostic
	GitHub Format = "github" // workflow commands that become annotations
)

// Formats lists every format there is.
func Formats() []Format { return []Format{Text, JSON, GitHub} }

// Print writes the sorted list. Whatever users wrote into names and values is
// made harmless for the format: no line, no escape sequence and no workflow
// command of theirs gets out.
func Print(w io.Writer, list List, format Format) error {
	var buf bytes.Buffer
	switch sorted := list.Sorted(); format {
	case JSON:
		if err := printJSON(&buf, sorted); err != nil {
			return err
		}
	case GitHub:
		for _, d := range sorted {
			printGitHub(&buf, d)
		}
	default:
		for _, d := range sorted {
			printText(&buf, d)
		}
	}
	_, err := w.Write(buf.Bytes())
	return err
}

// printJSON writes an array, also of nothing. Characters that a terminal would
// act on are escaped, which leaves the data as it is.
func printJSON(buf *bytes.Buffer, list List) error {
	if list == nil {
		list = List{}
	}
	data, err := json.MarshalIndent(list, "", "  ")
	for _, r := range string(data) {
		if r == '\n' || !hidden(r) {
			buf.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(buf, `\u%04x`, unit)
		}
	}
	buf.WriteByte('\n')
	return err
}

func printText(buf *bytes.Buffer, d Diagnostic) {
	fmt.Fprintf(buf, "%s%s[%s]: %s\n", prefix(d.Position), d.Severity, d.Code, Visible(d.Message))
	if d.Hint != "" {
		fmt.Fprintf(buf, "  hint: %s\n", Visible(d.Hint))
	}
	for _, n := range d.Notes {
		fmt.Fprintf(buf, "  %snote: %s\n", prefix(n.Position), Visible(n.Message))
	}
}

func prefix(p Position) string {
	if s := p.String(); s != "" {
		return s + ": "
	}
	return ""
}

// String is file:line:column, without what is unknown.
func (p Position) String() string {
	parts := []string{Visible(p.File)}
	if p.Line > 0 {
		parts = append(parts, strconv.Itoa(p.Line))
	}
	if p.Line > 0 && p.Column > 0 {
		parts = append(parts, strconv.Itoa(p.Column))
	}
	return strings.Join(parts, ":")
}

// printGitHub writes one workflow command. Its syntax and escapes are those of
// the runner's toolkit: % and line ends in the message, : and , in properties too.
func printGitHub(buf *bytes.Buffer, d Diagnostic) {
	var properties []string
	add := func(key, value string) { properties = append(properties, key+"="+escapeProperty(value)) }
	if d.Position.File != "" {
		add("file", Visible(d.Position.File))
	}
	if d.Position.Line > 0 {
		add("line", strconv.Itoa(d.Position.Line))
	}
	if d.Position.Column > 0 {
		add("col", strconv.Itoa(d.Position.Column))
	}
	add("title", string(d.Code))
	lines := []string{Visible(d.Message)}
	if d.Hint != "" {
		lines = append(lines, "hint: "+Visible(d.Hint))
	}
	for _, n := range d.Notes {
		lines = append(lines, prefix(n.Position)+Visible(n.Message))
	}
	fmt.Fprintf(buf, "::%s %s::%s\n", d.Severity, strings.Join(properties, ","), escapeData(strings.Join(lines, "\n")))
}

func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}

// Visible shows what a terminal would act on or hide (control characters, those
// that change the direction of text, invalid UTF-8) as Go escapes, and leaves
// the rest alone.
func Visible(s string) string {
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	var out strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r != utf8.RuneError && !hidden(r) {
			out.WriteRune(r)
		} else {
			quoted := strconv.QuoteToASCII(s[:size])
			out.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[size:]
	}
	return out.String()
}

// hidden is also true of what an invalid byte decodes to.
func hidden(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }

// Plural counts things in a message: 1 site, 2 sites.
func Plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
