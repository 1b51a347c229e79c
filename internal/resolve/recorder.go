package resolve

import (
	"fmt"
	"reflect"

	"github.com/tenantc/tenantc/internal/diag"
)

// candidate is a place where a value may have been written.
type candidate[T any] struct {
	value  T
	source string
	at     func() diag.Position
}

// recorder keeps where each value came from, for explain. Nil records nothing,
// which is what every other command wants: it is most of the cost of resolving.
type recorder struct {
	values []Value
}

func (r *recorder) note(path string, value any, source string, at func() diag.Position) {
	if r == nil {
		return
	}
	v := Value{Path: path, Value: fmt.Sprint(value), Source: source}
	if at != nil {
		v.At = at()
	}
	r.values = append(r.values, v)
}

// choose takes the first candidate that was written at all, else the default.
func choose[T any](r *recorder, path string, fallback T, candidates ...candidate[T]) T {
	for _, c := range candidates {
		if !reflect.ValueOf(&c.value).Elem().IsZero() {
			r.note(path, show(c.value), c.source, c.at)
			return c.value
		}
	}
	r.note(path, show(fallback), "default", nil)
	return fallback
}

// show prints a pointer's target, which is how optional numbers are written.
func show(v any) any {
	if value := reflect.ValueOf(v); value.Kind() == reflect.Pointer && !value.IsNil() {
		return value.Elem().Interface()
	}
	return v
}
