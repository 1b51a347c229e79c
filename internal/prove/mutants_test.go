package prove

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/object"
)

// mutant is an object of the output with one thing changed. Value is nil where
// the object is removed.
type mutant struct {
	of     object.ID
	path   string // in the object; values are below spec.helmRelease.values
	change string // removed, emptied, widened, or what a text became
	value  map[string]any
}

// mutants of an object: without it; without each field and each item of a list;
// with every text, number and switch turned into another; and with every list
// widened by one that means all.
func mutants(o object.Object) []mutant {
	all := []mutant{{of: o.ID, change: "removed"}}
	for _, m := range changes(o.Value) {
		if identity(m.path) || reflect.DeepEqual(m.value, any(o.Value)) {
			continue
		}
		all = append(all, mutant{o.ID, m.path, m.change, m.value.(map[string]any)})
	}
	return append(all, valuesMutants(o)...)
}

// identity: a change of it makes another object, which at-home and the mutant
// without the object speak of.
func identity(path string) bool {
	return path == "apiVersion" || path == "kind" || path == "metadata" || path == "metadata.name" || path == "metadata.namespace"
}

// valuesMutants change each of a chart's values, which are one text.
func valuesMutants(o object.Object) []mutant {
	if o.ID.Kind != "VCluster" {
		return nil
	}
	var values map[string]any
	if err := yaml.Unmarshal([]byte(o.Text("spec", "helmRelease", "values")), &values); err != nil {
		panic(err)
	}
	var all []mutant
	for _, m := range changes(values) {
		text, err := yaml.Marshal(m.value)
		if err != nil {
			panic(err)
		}
		value := clone(o.Value).(map[string]any)
		value["spec"].(map[string]any)["helmRelease"].(map[string]any)["values"] = string(text)
		all = append(all, mutant{o.ID, valuesPath + ":" + m.path, m.change, value})
	}
	return all
}

// change is a value with one thing changed.
type change struct {
	path, change string
	value        any
}

func changes(v any) []change {
	switch v := v.(type) {
	case map[string]any:
		return inMap(v)
	case []any:
		return inList(v)
	case string:
		return slices.DeleteFunc([]change{{"", `"x"`, "x"}, {"", `"*"`, "*"}}, func(c change) bool { return c.value == v })
	case bool:
		return []change{{"", fmt.Sprint(!v), !v}}
	case int64:
		return slices.DeleteFunc([]change{{"", "1000000", int64(1000000)}, {"", "0", int64(0)}}, func(c change) bool { return c.value == v })
	case int:
		return slices.DeleteFunc([]change{{"", "1000000", 1000000}, {"", "0", 0}}, func(c change) bool { return c.value == v })
	}
	return nil
}

func inMap(m map[string]any) []change {
	var all []change
	for _, key := range slices.Sorted(maps.Keys(m)) {
		without := maps.Clone(m)
		delete(without, key)
		all = append(all, change{key, "removed", without})
		for _, inner := range changes(m[key]) {
			with := maps.Clone(m)
			with[key] = inner.value
			all = append(all, change{join(key, inner.path), inner.change, with})
		}
	}
	return all
}

func inList(list []any) []change {
	var all []change
	if len(list) > 0 {
		all = append(all, change{"", "emptied", []any{}})
		switch list[0].(type) {
		case string:
			if slices.Contains(list, any("*")) {
				break
			}
			all = append(all, change{"", "widened", append(slices.Clone(list), "*")})
		case map[string]any:
			all = append(all, change{"", "widened", append(slices.Clone(list), map[string]any{})})
		}
	}
	for i := range list {
		at := fmt.Sprintf("[%d]", i)
		if len(list) > 1 { // else it is emptied, as above
			all = append(all, change{at, "removed", slices.Delete(slices.Clone(list), i, i+1)})
		}
		for _, inner := range changes(list[i]) {
			with := slices.Clone(list)
			with[i] = inner.value
			all = append(all, change{join(at, inner.path), inner.change, with})
		}
	}
	return all
}

func join(key, path string) string {
	if path == "" || strings.HasPrefix(path, "[") {
		return key + path
	}
	return key + "." + path
}

func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[key] = clone(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = clone(item)
		}
		return out
	}
	return v
}

// in puts a mutant in the place of its original.
func (m mutant) in(objects []object.Object) []object.Object {
	out := slices.Clone(objects)
	i := slices.IndexFunc(out, func(o object.Object) bool { return o.ID == m.of })
	if m.value == nil {
		return slices.Delete(out, i, i+1)
	}
	out[i] = object.Object{ID: m.of, Value: m.value}
	return out
}
