package diff

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// chartValues is the one field known to hold YAML in a string: the values that
// a VCluster's chart is installed with.
const chartValues = "spec.helmRelease.values"

// sameValues notes that nothing differs to who reads the values.
const sameValues = "the same values, written differently"

// fields lists what differs between two objects of the same identity.
func fields(before, after item) []Field {
	c := comparer{kind: before.id.Kind}
	c.compare(nil, before.value, after.value)
	if before.id.Kind == "Secret" && before.id.Group == "" {
		hide(c.found)
	}
	return c.found
}

// hide keeps the content of a Secret out of terminals, logs and pull requests.
func hide(found []Field) {
	for i, f := range found {
		if strings.HasPrefix(f.Path, "data") || strings.HasPrefix(f.Path, "stringData") {
			found[i].Before, found[i].After, found[i].Note = nil, nil, "the value is not shown"
		}
	}
}

// comparer collects differences in order of the path.
type comparer struct {
	kind  string // of the objects
	found []Field
}

// steps is a path before it is written out.
type steps []step

// step leads to a field of a map, or to an item of a list, whose name is then
// a label as it is printed: [name=https].
type step struct {
	name string
	item bool
}

func (s steps) field(name string) steps { return append(slices.Clip(s), step{name, false}) }
func (s steps) item(label string) steps { return append(slices.Clip(s), step{label, true}) }

// last is the name of the field that the path leads to, or of its list.
func (s steps) last() string {
	if len(s) == 0 {
		return ""
	}
	return s[len(s)-1].name
}

func (c *comparer) compare(at steps, before, after any) {
	switch b := before.(type) {
	case map[string]any:
		if a, ok := after.(map[string]any); ok {
			c.maps(at, b, a)
			return
		}
	case []any:
		if a, ok := after.([]any); ok {
			c.lists(at, b, a)
			return
		}
	case string:
		if a, ok := after.(string); ok && c.kind == "VCluster" && at.String() == chartValues && a != b {
			c.embedded(at, b, a)
			return
		}
	}
	if !equalScalars(at, before, after) {
		c.add(Field{Path: at.String(), Change: Changed, Before: before, After: after})
	}
}

func (c *comparer) add(f Field) { c.found = append(c.found, f) }

func (c *comparer) maps(at steps, before, after map[string]any) {
	all := maps.Clone(before)
	maps.Copy(all, after)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		b, had := before[key]
		a, has := after[key]
		c.maybe(at.field(key), b, had, a, has)
	}
}

// maybe compares two values of which one may be absent.
func (c *comparer) maybe(at steps, before any, had bool, after any, has bool) {
	switch {
	case !had && c.isDefault(at, after), !has && c.isDefault(at, before):
	case !had:
		c.add(Field{Path: at.String(), Change: Added, After: after})
	case !has:
		c.add(Field{Path: at.String(), Change: Removed, Before: before})
	default:
		c.compare(at, before, after)
	}
}

// embedded compares two strings of YAML as what they say.
func (c *comparer) embedded(at steps, before, after string) {
	var b, a map[string]any
	if yaml.Unmarshal([]byte(before), &b) != nil || yaml.Unmarshal([]byte(after), &a) != nil {
		c.add(Field{Path: at.String(), Change: Changed, Before: before, After: after})
		return
	}
	already := len(c.found)
	c.maps(at, plain(b).(map[string]any), plain(a).(map[string]any))
	if len(c.found) == already {
		c.add(Field{Path: at.String(), Change: Changed, Note: sameValues})
	}
}

// String writes a path the way people write it: spec.hard["limits.cpu"].
func (s steps) String() string {
	var b strings.Builder
	for _, step := range s {
		switch {
		case step.item:
			b.WriteString(step.name)
		case !isPlainKey(step.name):
			b.WriteString("[" + strconv.Quote(step.name) + "]")
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step.name)
		}
	}
	return b.String()
}

func isPlainKey(key string) bool {
	for _, r := range key {
		if r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return key != ""
}

// equalScalars compares two values that are not both maps or both lists:
// numbers by value, and quantities and durations by what they mean in the
// fields that hold them.
func equalScalars(at steps, before, after any) bool {
	return reflect.DeepEqual(before, after) || equalNumbers(before, after) || equalMeaning(at, before, after)
}
