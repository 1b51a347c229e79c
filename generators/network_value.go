package generators

import (
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/object"
)

// policyOf is object.From of a NetworkPolicy, written out by hand: a cluster has
// half a dozen, and the general conversion goes through JSON for every port.
func policyOf(p netv1.NetworkPolicy) object.Object {
	spec := map[string]any{"podSelector": selectorOf(p.Spec.PodSelector)}
	types := make([]any, len(p.Spec.PolicyTypes))
	for i, t := range p.Spec.PolicyTypes {
		types[i] = string(t)
	}
	set(spec, "policyTypes", types)
	in := make([]any, len(p.Spec.Ingress))
	for i, r := range p.Spec.Ingress {
		in[i] = ruleOf("from", r.From, r.Ports)
	}
	set(spec, "ingress", in)
	out := make([]any, len(p.Spec.Egress))
	for i, r := range p.Spec.Egress {
		out[i] = ruleOf("to", r.To, r.Ports)
	}
	set(spec, "egress", out)
	return object.Object{
		ID: object.ID{Group: netv1.GroupName, Kind: p.Kind, Namespace: p.Namespace, Name: p.Name},
		Value: map[string]any{
			"apiVersion": p.APIVersion, "kind": p.Kind, "spec": spec,
			"metadata": map[string]any{"name": p.Name, "namespace": p.Namespace},
		},
	}
}

// set leaves out an empty list, as the typed struct does.
func set(m map[string]any, name string, list []any) {
	if len(list) > 0 {
		m[name] = list
	}
}

func ruleOf(direction string, peers []netv1.NetworkPolicyPeer, ports []netv1.NetworkPolicyPort) map[string]any {
	rule := map[string]any{}
	values := make([]any, len(peers))
	for i, p := range peers {
		values[i] = peerOf(p)
	}
	set(rule, direction, values)
	values = make([]any, len(ports))
	for i, p := range ports {
		values[i] = map[string]any{"protocol": string(*p.Protocol), "port": int64(p.Port.IntVal)}
	}
	set(rule, "ports", values)
	return rule
}

func peerOf(p netv1.NetworkPolicyPeer) map[string]any {
	peer := map[string]any{}
	if p.PodSelector != nil {
		peer["podSelector"] = selectorOf(*p.PodSelector)
	}
	if p.NamespaceSelector != nil {
		peer["namespaceSelector"] = selectorOf(*p.NamespaceSelector)
	}
	if p.IPBlock != nil {
		peer["ipBlock"] = map[string]any{"cidr": p.IPBlock.CIDR}
	}
	return peer
}

func selectorOf(s metav1.LabelSelector) map[string]any {
	selector := map[string]any{}
	if len(s.MatchLabels) > 0 {
		selector["matchLabels"] = textsOf(s.MatchLabels)
	}
	var terms []any
	for _, r := range s.MatchExpressions {
		term := map[string]any{"key": r.Key, "operator": string(r.Operator)}
		values := make([]any, len(r.Values))
		for i, v := range r.Values {
			values[i] = v
		}
		set(term, "values", values)
		terms = append(terms, term)
	}
	set(selector, "matchExpressions", terms)
	return selector
}
