package plainyaml

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// text writes a string: plain where it is read as the same string again, else
// in quotes, or as a block of lines at the next indentation.
func (p *printer) text(s string, indent int, key bool) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' {
			p.block(s, indent, key)
			return
		}
	}
	switch {
	case !isText(s):
		p.quoted(s)
	case !plain(s):
		p.out = append(p.out, '\'')
		p.out = append(p.out, strings.ReplaceAll(s, "'", "''")...)
		p.out = append(p.out, '\'')
	default:
		p.out = append(p.out, s...)
	}
}

// quoted writes printable ASCII in double quotes.
func (p *printer) quoted(s string) {
	if strings.ContainsAny(s, `"\`) {
		p.strange = true
	}
	p.out = append(p.out, '"')
	p.out = append(p.out, s...)
	p.out = append(p.out, '"')
}

// block writes lines of printable ASCII below the line that it is on.
func (p *printer) block(s string, indent int, key bool) {
	body, ended := strings.CutSuffix(s, "\n")
	if key || !isBlock(body) {
		p.strange = true
		return
	}
	p.out = append(p.out, '|')
	if !ended {
		p.out = append(p.out, '-')
	}
	for line := range strings.SplitSeq(body, "\n") {
		p.out = append(p.out, '\n')
		if line != "" {
			p.indent(indent + 2)
			p.out = append(p.out, line...)
		}
	}
}

// isBlock tells whether lines, without the last one's end, can be a block that
// needs no word on its indentation or its end.
func isBlock(body string) bool {
	if body == "" || body[0] == ' ' || body[0] == '\n' || body[len(body)-1] == ' ' || body[len(body)-1] == '\n' {
		return false
	}
	for i := range len(body) {
		if c := body[i]; c != '\n' && (c < ' ' || c > '~') || c == '\n' && body[i-1] == ' ' {
			return false
		}
	}
	return true
}

// isText tells whether printable ASCII without quotes is read as text, by
// yaml.v3 and by the parsers of YAML 1.1.
func isText(s string) bool {
	if s == "" {
		return false
	}
	switch c := s[0]; {
	case letter(c):
		return !isWord(s)
	case digit(c) && !couldBeNumber(s):
		return true
	}
	if strings.Contains(s, ":") && base60.MatchString(s) {
		return false
	}
	n := yaml.Node{Kind: yaml.ScalarNode, Value: s}
	return n.ShortTag() == "!!str"
}

// isWord tells whether letters are a word that means a boolean or nothing.
func isWord(s string) bool {
	switch s {
	case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF",
		"true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL":
		return true
	}
	return false
}

// couldBeNumber tells whether text that begins with a digit has nothing in it
// that is in no number and in no time.
func couldBeNumber(s string) bool {
	points := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.':
			points++
		case digit(c), c >= 'a' && c <= 'f', c >= 'A' && c <= 'F', strings.IndexByte("xXoOtTzZ:-+_ ", c) >= 0:
		default:
			return false
		}
	}
	return points < 2
}

// base60 matches what YAML 1.1 reads as a number of base 60
// (https://yaml.org/type/float.html), and yaml.v3 puts in quotes for that.
var base60 = regexp.MustCompile(`^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`)

// plain tells whether nothing in printable ASCII means something to a parser.
func plain(s string) bool {
	last := len(s) - 1
	if s[0] == ' ' || s[last] == ' ' || s[last] == ':' || strings.HasPrefix(s, "---") || strings.HasPrefix(s, "...") {
		return false
	}
	switch s[0] {
	case '#', ',', '[', ']', '{', '}', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`':
		return false
	case '?', ':', '-':
		if last == 0 || s[1] == ' ' {
			return false
		}
	}
	return strings.IndexByte(s, ' ') < 0 || !strings.Contains(s, ": ") && !strings.Contains(s, " #")
}
