package prove

import (
	"slices"

	"github.com/tenantc/tenantc/internal/object"
)

// inState: what is built of a cluster is what its place in life leaves of it:
// nothing runs of one that is retired, nothing is left of one that is purged.
// That a suspended one's traffic is closed is flowsAllowed's concern.
func inState(v view) []Fault {
	var left []object.Object
	switch {
	case !v.fenced():
		left = slices.Concat(v.Boundary, v.Layer)
	case !v.runs():
		left = v.Layer
	}
	var faults []Fault
	for _, o := range left {
		faults = append(faults, broken(o.ID, "", "the cluster is %s, and has it still", v.Plan.State)...)
	}
	return faults
}
