package diff

import "slices"

// apiDefaults are fields that the API server fills in when they are not
// written: to write the default out, or to leave it, is no difference.
var apiDefaults = []struct {
	kinds []string // empty for all
	path  []string // its last steps, without the labels of list items
	value any
}{
	{nil, []string{"ports", "protocol"}, "TCP"},
	{[]string{"Service"}, []string{"spec", "type"}, "ClusterIP"},
	{[]string{"Service"}, []string{"spec", "sessionAffinity"}, "None"},
	{[]string{"StorageClass"}, []string{"reclaimPolicy"}, "Delete"},
	{[]string{"StorageClass"}, []string{"volumeBindingMode"}, "Immediate"},
	{[]string{"StorageClass"}, []string{"allowVolumeExpansion"}, false},
	{[]string{"PriorityClass"}, []string{"globalDefault"}, false},
	{[]string{"PriorityClass"}, []string{"preemptionPolicy"}, "PreemptLowerPriority"},
	{[]string{"ValidatingAdmissionPolicy"}, []string{"spec", "failurePolicy"}, "Fail"},
	{[]string{"ValidatingAdmissionPolicy"}, []string{"spec", "matchConstraints", "matchPolicy"}, "Equivalent"},
	{[]string{"Kustomization"}, []string{"spec", "force"}, false},
	{[]string{"Kustomization"}, []string{"spec", "suspend"}, false},
	{[]string{"Kustomization"}, []string{"spec", "wait"}, false},
	{[]string{"Kustomization"}, []string{"spec", "deletionPolicy"}, "MirrorPrune"},
}

// isDefault tells whether a value is what the field means when it is absent.
func (c *comparer) isDefault(at steps, value any) bool {
	for _, d := range apiDefaults {
		if d.value == value && (len(d.kinds) == 0 || slices.Contains(d.kinds, c.kind)) && at.endsIn(d.path) {
			return true
		}
	}
	return false
}

// endsIn compares the last named steps.
func (s steps) endsIn(path []string) bool {
	var names []string
	for _, step := range s {
		if !step.item {
			names = append(names, step.name)
		}
	}
	return len(names) >= len(path) && slices.Equal(names[len(names)-len(path):], path)
}
