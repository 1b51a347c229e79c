package diff

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
)

// quantityParents are the fields whose values are quantities by resource name
// (ResourceQuota, LimitRange, containers, RuntimeClass, volume claims).
var quantityParents = []string{
	"hard", "limits", "requests", "capacity", "allocatable", "default", "defaultRequest", "max", "min",
	"maxLimitRequestRatio", "podFixed", "quota",
}

// quantityFields are single quantities.
var quantityFields = []string{"size", "sizeLimit"}

// durationFields are spans of time as Go writes them, as Flux takes them.
var durationFields = []string{"interval", "retryInterval", "timeout"}

// equalMeaning tells whether two values written differently mean the same:
// 1Gi and 1024Mi in a quota, 60s and 1m in an interval. Everywhere else, what
// is written differently is different.
func equalMeaning(at steps, before, after any) bool {
	if len(at) == 0 || !isScalar(before) || !isScalar(after) {
		return false
	}
	b, a := fmt.Sprint(before), fmt.Sprint(after)
	switch {
	case slices.Contains(quantityFields, at.last()), slices.Contains(quantityParents, at[:len(at)-1].last()):
		return equalQuantities(b, a)
	case slices.Contains(durationFields, at.last()):
		return equalDurations(b, a)
	}
	return false
}

// maxQuantity bounds what is parsed as a quantity, in characters.
const maxQuantity = 64

func equalQuantities(before, after string) bool {
	order, are := compareQuantities(before, after)
	return are && order == 0
}

func lessQuantity(a, b string) bool {
	order, are := compareQuantities(a, b)
	return are && order < 0
}

// compareQuantities is -1, 0 or 1; false where either text is no quantity.
func compareQuantities(a, b string) (order int, are bool) {
	if max(len(a), len(b)) > maxQuantity {
		return 0, false
	}
	x, errX := resource.ParseQuantity(a)
	y, errY := resource.ParseQuantity(b)
	return x.Cmp(y), errX == nil && errY == nil
}

func equalDurations(before, after string) bool {
	b, errB := time.ParseDuration(before)
	a, errA := time.ParseDuration(after)
	return errB == nil && errA == nil && b == a
}

func equalNumbers(before, after any) bool {
	b, okB := number(before)
	a, okA := number(after)
	return okB && okA && b == a
}

// number is the value of a number as text: the same for 1 and 1.0.
func number(v any) (string, bool) {
	switch v := v.(type) {
	case int, int64, uint64:
		return fmt.Sprint(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}

func isScalar(v any) bool {
	switch v.(type) {
	case map[string]any, []any, nil:
		return false
	}
	return true
}
