// Package plainyaml writes plain values as YAML: what yaml.v3 writes with an
// indent of two, byte for byte, without its encoder's buffers and reflection.
// It knows the values that Kubernetes objects are made of; whatever else it
// meets, it leaves the whole value to yaml.v3, which also judges what a plain
// text would be read as.
//
// What does not belong here: what a value says, and reading YAML.
package plainyaml

import (
	"bytes"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Marshal writes a value with its keys in yaml.v3's order. The error is for
// what has no form in YAML, such as a function.
func Marshal(v any) ([]byte, error) { return Append(make([]byte, 0, 1024), v) }

// Append is Marshal for somebody who has room for it, after what is there.
func Append(to []byte, v any) ([]byte, error) {
	if m, is := v.(map[string]any); is && len(m) > 0 {
		p := printer{out: to, entries: make([]entry, 0, 16)}
		p.mapping(m, 0, true)
		if !p.strange {
			return p.out, nil
		}
	}
	data, err := marshal(v)
	return append(to, data...), err
}

// marshal is yaml.v3.
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	encoder := yaml.NewEncoder(&buf)
	encoder.SetIndent(2)
	err := encoder.Encode(v)
	return buf.Bytes(), err
}

// printer appends a value to out. Once strange, out is of no use.
type printer struct {
	out     []byte
	entries []entry // of the mappings that are being written, the innermost last
	strange bool    // there is something that only yaml.v3 knows how to write
}

// entry is one of a mapping.
type entry struct {
	key   string
	value any
}

// mapping writes the entries of a mapping, each on lines of its own; the first
// without its indentation where it follows the hyphen of a list.
func (p *printer) mapping(m map[string]any, indent int, indentFirst bool) {
	from := len(p.entries)
	for key, value := range m {
		p.entries = append(p.entries, entry{key, value})
	}
	entries := p.entries[from:]
	p.sort(entries)
	for i, e := range entries {
		if i > 0 || indentFirst {
			p.indent(indent)
		}
		if len(e.key) > maxKey {
			p.strange = true
			return
		}
		p.text(e.key, indent, true)
		p.out = append(p.out, ':')
		p.value(e.value, indent)
	}
	p.entries = p.entries[:from]
}

// maxKey is the longest key that stands before its colon without a mark.
const maxKey = 128

// value writes what follows a key's colon. The indentation is that of the key.
func (p *printer) value(v any, indent int) {
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			p.out = append(p.out, '\n')
			p.mapping(v, indent+2, true)
			return
		}
	case []any:
		if len(v) > 0 {
			p.out = append(p.out, '\n')
			for _, item := range v {
				p.indent(indent + 2)
				p.out = append(p.out, '-')
				p.item(item, indent+4)
			}
			return
		}
	}
	p.out = append(p.out, ' ')
	p.scalar(v, indent)
	p.out = append(p.out, '\n')
}

// item writes what follows the hyphen of a list.
func (p *printer) item(v any, indent int) {
	p.out = append(p.out, ' ')
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			p.mapping(v, indent, false)
			return
		}
	case []any:
		if len(v) > 0 { // a list of lists
			p.strange = true
			return
		}
	}
	p.scalar(v, indent-2)
	p.out = append(p.out, '\n')
}

// scalar writes a value that has no others in it.
func (p *printer) scalar(v any, indent int) {
	switch v := v.(type) {
	case string:
		p.text(v, indent, false)
	case bool:
		p.out = strconv.AppendBool(p.out, v)
	case int64:
		p.out = strconv.AppendInt(p.out, v, 10)
	case int:
		p.out = strconv.AppendInt(p.out, int64(v), 10)
	case float64:
		p.float(v)
	case map[string]any:
		p.out = append(p.out, "{}"...)
	case []any:
		p.out = append(p.out, "[]"...)
	default:
		p.strange = true
	}
}

// float writes a finite number.
func (p *printer) float(v float64) {
	if v-v != 0 {
		p.strange = true
	}
	p.out = strconv.AppendFloat(p.out, v, 'g', -1, 64)
}

func (p *printer) indent(n int) {
	const spaces = "                                                                "
	for ; n > len(spaces); n -= len(spaces) {
		p.out = append(p.out, spaces...)
	}
	p.out = append(p.out, spaces[:n]...)
}

// sort puts entries in yaml.v3's order of their keys, which takes the numbers in
// them for numbers.
func (p *printer) sort(entries []entry) {
	slices.SortFunc(entries, func(a, b entry) int {
		order, known := compare(a.key, b.key)
		p.strange = p.strange || !known
		return order
	})
}

// compare orders two keys where they first differ; false for a pair whose
// order is not obvious.
func compare(a, b string) (order int, known bool) {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if n == len(a) || n == len(b) {
		return len(a) - len(b), true
	}
	x, y := a[n], b[n]
	switch {
	case letter(x) && letter(y):
		return int(x) - int(y), true
	case x >= 0x80 || y >= 0x80 || digit(x) || digit(y):
		return int(x) - int(y), false
	case letter(x) == letter(y):
		return int(x) - int(y), true
	}
	lettersFirst := n > 0 && digit(a[n-1])
	if letter(x) == lettersFirst {
		return -1, true
	}
	return 1, true
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func digit(c byte) bool { return c >= '0' && c <= '9' }
