package diff

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// unkeyed compares lists whose items have no names: equal items are taken to
// be the same wherever they stand, of the others those that have most in
// common.
func (c *comparer) unkeyed(at steps, before, after []any) {
	restB, restA := unmatched(before, after), unmatched(after, before)
	if len(restB)+len(restA) == 0 && !slices.Equal(texts(before), texts(after)) {
		c.add(Field{Path: at.String(), Change: Changed, Note: reordered})
	}
	partner := alike(before, after, restB, restA)
	for _, i := range restA {
		j, found := partner[i]
		if !found {
			c.add(Field{Path: at.item(label(i, after)).String(), Change: Added, After: after[i]})
			continue
		}
		restB = slices.DeleteFunc(restB, func(k int) bool { return k == j })
		c.compare(at.item(label(i, after)), before[j], after[i])
	}
	for _, j := range restB {
		c.add(Field{Path: at.item(label(j, before)).String(), Change: Removed, Before: before[j]})
	}
}

// label is [3] for the fourth item, or [] for a scalar, which needs no number.
func label(i int, list []any) string {
	if isScalar(list[i]) {
		return "[]"
	}
	return "[" + strconv.Itoa(i) + "]"
}

// unmatched lists the indexes of items that the other list does not have as
// often.
func unmatched(list, other []any) []int {
	left := map[string]int{}
	for _, text := range texts(other) {
		left[text]++
	}
	var rest []int
	for i, text := range texts(list) {
		if left[text] > 0 {
			left[text]--
			continue
		}
		rest = append(rest, i)
	}
	return rest
}

// maxAlike bounds the pairs that alike looks at: above it, as in a list that
// was replaced as a whole, items are added and removed instead of changed.
const maxAlike = 10_000

// alike pairs items by their indexes, from after to before: each with the
// first of those with which it has most values in common. Items with nothing
// in common are no pair.
func alike(before, after []any, restB, restA []int) map[int]int {
	partner := map[int]int{}
	if len(restB)*len(restA) > maxAlike {
		return partner
	}
	values := map[int]map[string]bool{}
	for _, j := range restB {
		values[j] = map[string]bool{}
		leaves(nil, before[j], values[j])
	}
	for _, i := range restA {
		mine := map[string]bool{}
		leaves(nil, after[i], mine)
		best := 0
		for _, j := range restB {
			if n := shared(mine, values[j]); n > best {
				best, partner[i] = n, j
			}
		}
		if j, found := partner[i]; found {
			delete(values, j)
		}
	}
	return partner
}

// leaves collects the scalars in maps and lists, each with its path.
func leaves(at steps, v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			leaves(at.field(key), value, into)
		}
	case []any:
		for _, value := range v {
			leaves(at.item("[]"), value, into)
		}
	default:
		if len(at) > 0 {
			into[fmt.Sprintf("%s: %v", at, v)] = true
		}
	}
}

func shared(a, b map[string]bool) int {
	n := 0
	for text := range a {
		if b[text] {
			n++
		}
	}
	return n
}

// texts is one canonical text for each item.
func texts(list []any) []string {
	all := make([]string, len(list))
	for i, v := range list {
		data, err := json.Marshal(v)
		if err != nil { // a number that JSON does not have, such as .inf
			data = fmt.Append(nil, v)
		}
		all[i] = string(data)
	}
	return all
}
