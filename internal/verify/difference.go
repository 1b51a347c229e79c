package verify

import (
	"fmt"
	"maps"
	"slices"
)

// equal tells whether two decoded values are the same: the same fields, items
// in the same order, scalars of the same type. What is of another type than
// decoded objects have is equal to nothing.
func equal(planned, built any) bool {
	switch p := planned.(type) {
	case map[string]any:
		b, ok := built.(map[string]any)
		if !ok || len(p) != len(b) {
			return false
		}
		for name, value := range p {
			if other, found := b[name]; !found || !equal(value, other) {
				return false
			}
		}
		return true
	case []any:
		b, ok := built.([]any)
		return ok && slices.EqualFunc(p, b, equal)
	case string, bool, int64, float64, nil:
		return planned == built
	}
	return false
}

// difference describes the first field, in order of the path, in which two
// decoded values differ; it is empty for equal values.
func difference(path string, planned, built any) string {
	switch p := planned.(type) {
	case map[string]any:
		if b, ok := built.(map[string]any); ok {
			return inFields(path, p, b)
		}
	case []any:
		if b, ok := built.([]any); ok {
			return inItems(path, p, b)
		}
	case string, bool, int64, float64, nil:
		if planned == built {
			return ""
		}
	}
	return fmt.Sprintf("%s: planned %s, built %s", path, short(planned), short(built))
}

func inFields(path string, planned, built map[string]any) string {
	all := maps.Clone(planned)
	maps.Copy(all, built)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		field := name
		if path != "" {
			field = path + "." + name
		}
		if d := difference(field, planned[name], built[name]); d != "" {
			return d
		}
	}
	return ""
}

func inItems(path string, planned, built []any) string {
	for i := range min(len(planned), len(built)) {
		if d := difference(fmt.Sprintf("%s[%d]", path, i), planned[i], built[i]); d != "" {
			return d
		}
	}
	if len(planned) != len(built) {
		return fmt.Sprintf("%s: planned %d items, built %d", path, len(planned), len(built))
	}
	return ""
}

// short prints a value on one line, cut where it gets long.
func short(v any) string {
	s := fmt.Sprintf("%v", v)
	switch text := v.(type) {
	case nil:
		s = "nothing"
	case string:
		s = fmt.Sprintf("%q", text)
	}
	if len(s) > 80 {
		s = s[:77] + "..."
	}
	return s
}
