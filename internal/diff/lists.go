package diff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// itemKeys are the sets of fields by which Kubernetes tells the items of a list
// apart (x-kubernetes-list-map-keys and merge keys of the API's types), tried
// in this order. The first that names every item of both lists is taken.
var itemKeys = [][]string{
	{"name"},
	{"containerPort", "protocol"},
	{"port", "protocol"},
	{"mountPath"},
	{"devicePath"},
	{"topologyKey", "whenUnsatisfiable"},
	{"key"},
	{"type"},
	{"ip"},
}

// absent is what a field of a key means when it is not written.
var absent = map[string]string{"protocol": "TCP"}

// ordered are the lists of named items in which the order counts.
var ordered = []string{"initContainers", "env"}

const reordered = "the same items in another order"

func (c *comparer) lists(at steps, before, after []any) {
	for _, names := range itemKeys {
		b, okB := byKey(before, names)
		a, okA := byKey(after, names)
		if okB && okA && len(b)+len(a) > 0 {
			c.keyed(at, b, a)
			return
		}
	}
	c.unkeyed(at, before, after)
}

// entry is an item of a list with its place in a path: [name=https] or [3].
type entry struct {
	label string
	value any
}

// byKey labels the items of a list by some of their fields; false when an item
// lacks one, or two have the same.
func byKey(list []any, names []string) ([]entry, bool) {
	var entries []entry
	seen := map[string]bool{}
	for _, v := range list {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		var parts []string
		for _, name := range names {
			text, ok := keyText(m, name)
			if !ok {
				return nil, false
			}
			parts = append(parts, name+"="+text)
		}
		label := "[" + strings.Join(parts, ",") + "]"
		if seen[label] {
			return nil, false
		}
		seen[label] = true
		entries = append(entries, entry{label, v})
	}
	return entries, true
}

func keyText(m map[string]any, name string) (string, bool) {
	v, found := m[name]
	if !found {
		text, ok := absent[name]
		return text, ok
	}
	if !isScalar(v) {
		return "", false
	}
	if text, isText := v.(string); isText && !isPlainKey(text) {
		return strconv.Quote(text), true
	}
	return fmt.Sprint(v), true
}

func (c *comparer) keyed(at steps, before, after []entry) {
	old := map[string]any{}
	for _, e := range before {
		old[e.label] = e.value
	}
	kept := map[string]bool{}
	for _, e := range after {
		b, had := old[e.label]
		kept[e.label] = had
		c.maybe(at.item(e.label), b, had, e.value, true)
	}
	for _, e := range before {
		if !kept[e.label] {
			c.add(Field{Path: at.item(e.label).String(), Change: Removed, Before: e.value})
		}
	}
	if slices.Contains(ordered, at.last()) && !slices.Equal(common(before, kept), common(after, kept)) {
		c.add(Field{Path: at.String(), Change: Changed, Note: reordered})
	}
}

// common is the order of the items that both lists have.
func common(list []entry, kept map[string]bool) []string {
	var labels []string
	for _, e := range list {
		if kept[e.label] {
			labels = append(labels, e.label)
		}
	}
	return labels
}
