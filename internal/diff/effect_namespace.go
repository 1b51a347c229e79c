package diff

import (
	"slices"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
)

// namespaceEffects read off a tenant cluster's namespace what the platform's
// admission policies hold its pods to.
func namespaceEffects(before, after map[string]any) []Effect {
	get := func(side map[string]any, field, key string) string {
		text, _ := dig(side, "metadata", field, key).(string)
		return text
	}
	var effects []Effect
	b, a := get(before, "annotations", object.AnnotationRuntimeClass), get(after, "annotations", object.AnnotationRuntimeClass)
	switch {
	case sandboxed(b) && !sandboxed(a):
		effects = append(effects, Effect{Weakens, "metadata.annotations", "the tenant's pods run without a sandbox from now on"})
	case catalogue.IsKata(b) && !catalogue.IsKata(a):
		effects = append(effects, Effect{Weakens, "metadata.annotations", "the tenant's pods run on the kernel of their node from now on, no longer each in a virtual machine of its own"})
	}
	if get(before, "annotations", object.AnnotationTolerations) != "" && get(after, "annotations", object.AnnotationTolerations) == "" {
		effects = append(effects, Effect{Weakens, "metadata.annotations", "the tenant's pods share their nodes with those of others from now on"})
	}
	b, a = get(before, "annotations", object.AnnotationStack), get(after, "annotations", object.AnnotationStack)
	if b != "" && a != "" && b != a {
		effects = append(effects, Effect{Replaced, "metadata.annotations", "the tenant cluster is made by another stack: it is deleted and made again, empty"})
	}
	b, a = get(before, "labels", podSecurity), get(after, "labels", podSecurity)
	if max(0, slices.Index(podSecurityLevels, a)) < max(0, slices.Index(podSecurityLevels, b)) {
		effects = append(effects, Effect{Weakens, "metadata.labels", "pods that were refused are let in from now on: Pod Security goes down"})
	}
	return effects
}

// sandboxed: see object.AnnotationRuntimeClass.
func sandboxed(class string) bool { return class != "" && class != "none" }

// podSecurity is the label of Pod Security admission; its levels, the weakest
// first. No label means privileged.
const podSecurity = "pod-security.kubernetes.io/enforce"

var podSecurityLevels = []string{"privileged", "baseline", "restricted"}
