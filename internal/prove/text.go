package prove

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// hasDollar tells whether any text in a value has ${ in it.
func hasDollar(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, "${")
	case map[string]any:
		for key, value := range v {
			if strings.Contains(key, "${") || hasDollar(value) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, hasDollar)
	}
	return false
}

// substituted finds the first text with ${ in it, by its path.
func substituted(path string, v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return path, strings.Contains(v, "${")
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if strings.Contains(key, "${") {
				return path, true
			}
			if at, found := substituted(strings.TrimPrefix(path+"."+key, "."), v[key]); found {
				return at, true
			}
		}
	case []any:
		for i, item := range v {
			if at, found := substituted(fmt.Sprintf("%s[%d]", path, i), item); found {
				return at, true
			}
		}
	}
	return "", false
}
