package prove

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/tenantc/tenantc/internal/object"
)

// exactly compares a part of an object with what it has to be: each field that
// is missing, other, or there without being asked for is a fault of its own.
// Both are in the types that JSON has, with int64 for whole numbers.
func exactly(id object.ID, path string, want, got any) []Fault {
	wanted, wantMap := want.(map[string]any)
	have, haveMap := got.(map[string]any)
	if wantMap && haveMap {
		return exactFields(id, path, wanted, have)
	}
	wantedItems, wantList := want.([]any)
	items, haveList := got.([]any)
	if wantList && haveList && len(wantedItems) == len(items) {
		var faults []Fault
		for i := range items {
			faults = append(faults, exactly(id, fmt.Sprintf("%s[%d]", path, i), wantedItems[i], items[i])...)
		}
		return faults
	}
	switch {
	case reflect.DeepEqual(want, got):
		return nil
	case got == nil:
		return broken(id, path, "it is missing, where it has to be %v", want)
	case want == nil:
		return broken(id, path, "it is not among what is proven")
	}
	return broken(id, path, "it is %v instead of %v", got, want)
}

func exactFields(id object.ID, path string, want, got map[string]any) []Fault {
	var faults []Fault
	names := slices.Concat(slices.Collect(maps.Keys(want)), slices.Collect(maps.Keys(got)))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		faults = append(faults, exactly(id, path+"."+name, want[name], got[name])...)
	}
	return faults
}

// exactObject is exactly for a whole spec, of an object that must be there. A nil
// one is for an object without.
func exactObject(objects []object.Object, id object.ID, want map[string]any) []Fault {
	o, found := find(objects, id)
	switch {
	case !found:
		return missing(id)
	case want == nil:
		return exactly(id, "spec", nil, o.Get("spec"))
	}
	return exactly(id, "spec", any(want), o.Get("spec"))
}
