package prove

import (
	"fmt"
	"slices"

	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tenantc/tenantc/internal/object"
)

// networkPolicies are the Kubernetes policies of a boundary, typed. One that is
// not in the form of its API is a fault.
func networkPolicies(boundary []object.Object) ([]netv1.NetworkPolicy, []Fault) {
	var policies []netv1.NetworkPolicy
	var faults []Fault
	for _, o := range ofKind(boundary, netv1.GroupName, "NetworkPolicy") {
		var p netv1.NetworkPolicy
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Value, &p); err != nil {
			faults = append(faults, broken(o.ID, "spec", "it is no NetworkPolicy: %v", err)...)
			continue
		}
		policies = append(policies, p)
	}
	return append(policies, copied(boundary)...), faults
}

// copied are the policies that Capsule puts into each namespace of a Tenant.
func copied(boundary []object.Object) []netv1.NetworkPolicy {
	var out []netv1.NetworkPolicy
	for _, o := range ofKind(boundary, capsuleGroup, "Tenant") {
		items, _ := o.Get("spec", "networkPolicies", "items").([]any)
		for i, item := range items {
			spec, _ := item.(map[string]any)
			p := typed[netv1.NetworkPolicy](object.Object{Value: map[string]any{"spec": spec}})
			p.Name = fmt.Sprintf("%s networkPolicies.items[%d]", o.ID.Name, i)
			out = append(out, p)
		}
	}
	return out
}

// deniedByDefault: one policy selects every pod of the namespace, isolates both
// directions and allows nothing, so that whatever no other rule allows is denied.
func deniedByDefault(v view) []Fault {
	if !v.fenced() {
		return nil
	}
	faults := v.malformed
	own := slices.DeleteFunc(slices.Clone(v.policies), func(p netv1.NetworkPolicy) bool { return p.Namespace != v.Plan.Namespace })
	if !deniesAll(own) {
		id := object.ID{Group: netv1.GroupName, Kind: "NetworkPolicy", Namespace: v.Plan.Namespace, Name: "default-deny"}
		faults = append(faults, broken(id, "spec", "no policy denies every pod both directions")...)
	}
	return faults
}

func deniesAll(policies []netv1.NetworkPolicy) bool {
	return slices.ContainsFunc(policies, func(p netv1.NetworkPolicy) bool {
		return everyPod(p.Spec.PodSelector) && isolates(p, netv1.PolicyTypeIngress) && isolates(p, netv1.PolicyTypeEgress) &&
			len(p.Spec.Ingress) == 0 && len(p.Spec.Egress) == 0
	})
}

func everyPod(s metav1.LabelSelector) bool {
	return len(s.MatchLabels) == 0 && len(s.MatchExpressions) == 0
}

// isolates applies the API's own default: ingress always, egress where there
// are rules for it.
func isolates(p netv1.NetworkPolicy, direction netv1.PolicyType) bool {
	if len(p.Spec.PolicyTypes) > 0 {
		return slices.Contains(p.Spec.PolicyTypes, direction)
	}
	return direction == netv1.PolicyTypeIngress || len(p.Spec.Egress) > 0
}

// flowsAllowed: every rule of every policy is part of a flow that the specs
// sell or the control plane cannot do without.
func flowsAllowed(v view) []Fault {
	if !v.fenced() {
		return nil
	}
	f := flows{view: v}
	for _, p := range v.policies {
		f.policy(p)
	}
	return f.faults
}

func policyID(p netv1.NetworkPolicy) object.ID {
	return object.ID{Group: netv1.GroupName, Kind: "NetworkPolicy", Namespace: p.Namespace, Name: p.Name}
}
