package prove

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/object"
)

// cniGuarded: in the words of the site's CNI, a denial keeps the tenant's pods
// off nodes, the site's API server, the metadata range and every other
// namespace, whatever else is allowed; and what those words allow besides is no
// more than the control plane needs.
func cniGuarded(v view) []Fault {
	if !v.fenced() || v.capsule() { // where Capsule makes the namespaces, nothing runs in this one
		return nil
	}
	faults := unknownCNI(v)
	switch v.Site.Network.CNI {
	case "cilium":
		return append(faults, ciliumGuarded(v)...)
	case "calico":
		return append(faults, calicoGuarded(v)...)
	}
	return faults
}

// unknownCNI refuses policies that the site's CNI would not obey, or that
// nothing here can judge.
func unknownCNI(v view) []Fault {
	group := map[string]string{"cilium": ciliumGroup, "calico": calicoGroup}[v.Site.Network.CNI]
	var faults []Fault
	for _, o := range v.Boundary {
		if (o.ID.Group == ciliumGroup || o.ID.Group == calicoGroup) && o.ID.Group != group {
			faults = append(faults, broken(o.ID, "apiVersion", "site %s runs %s, which does not know it", v.Site.Name, v.Site.Network.CNI)...)
		}
	}
	return faults
}

const (
	ciliumGroup     = "cilium.io"
	calicoGroup     = "projectcalico.org"
	ciliumNamespace = "k8s:io.kubernetes.pod.namespace"
)

func ciliumGuarded(v view) []Fault {
	id := object.ID{Group: ciliumGroup, Kind: "CiliumNetworkPolicy", Namespace: v.Plan.Namespace, Name: "guard"}
	guard, found := find(v.Boundary, id)
	if !found {
		return missing(id)
	}
	var faults []Fault
	if _, selects := guard.Get("spec", "endpointSelector").(map[string]any); !selects ||
		!sameLabels(guard.Get("spec", "endpointSelector", "matchLabels"), v.guardLabels()) ||
		guard.Get("spec", "endpointSelector", "matchExpressions") != nil {
		faults = append(faults, broken(id, "spec.endpointSelector", "it does not select all pods of the tenant")...)
	}
	for _, want := range ciliumDenials(v.guardSpares()) {
		if !hasItem(guard.Get("spec", "egressDeny"), want.rule) {
			faults = append(faults, broken(id, "spec.egressDeny", "it does not deny %s", want.name)...)
		}
	}
	return append(faults, ciliumAllows(v)...)
}

type denial struct {
	name string
	rule map[string]any
}

// ciliumDenials are rules as they have to stand: Cilium's selectors are too easy
// to get wrong to take another form for the same.
func ciliumDenials(spared []string) []denial {
	return []denial{
		{"nodes and the site's API server", map[string]any{"toEntities": []any{"host", "remote-node", "kube-apiserver"}}},
		{"the metadata services", map[string]any{"toCIDR": []any{linkLocal}}},
		{"pods of other namespaces", map[string]any{"toEndpoints": []any{map[string]any{"matchExpressions": []any{
			map[string]any{"key": ciliumNamespace, "operator": "Exists"},
			map[string]any{"key": ciliumNamespace, "operator": "NotIn", "values": list(spared)},
		}}}}},
	}
}

// ciliumAllows: rules that allow, in any of Cilium's policies, are of the
// control plane: to the API server, to the site's DNS, to the identity provider.
func ciliumAllows(v view) []Fault {
	var faults []Fault
	for _, o := range ofKind(v.Boundary, ciliumGroup, "CiliumNetworkPolicy") {
		spec, _ := o.Get("spec").(map[string]any)
		for _, field := range []string{"ingress", "ingressDeny", "nodeSelector"} {
			if spec[field] != nil {
				faults = append(faults, broken(o.ID, "spec."+field, "it is not among what is proven")...)
			}
		}
		if o.Value["specs"] != nil {
			faults = append(faults, broken(o.ID, "specs", "it is not among what is proven")...)
		}
		rules, _ := spec["egress"].([]any)
		if len(rules) > 0 && !v.shared() && !hasLabels(o.Get("spec", "endpointSelector", "matchLabels"), v.Site.Components.VCluster.ControlPlaneLabels(v.Plan.Name)) {
			faults = append(faults, broken(o.ID, "spec.endpointSelector", "it allows something to other pods than the control plane's")...)
		}
		for i, rule := range rules {
			if !slices.ContainsFunc(ciliumFlows(v), func(want map[string]any) bool { return reflect.DeepEqual(rule, any(want)) }) {
				faults = append(faults, broken(o.ID, fmt.Sprintf("spec.egress[%d]", i), "it is not one of the flows that the control plane needs")...)
			}
		}
	}
	return faults
}

func ciliumFlows(v view) []map[string]any {
	if v.shared() {
		return []map[string]any{v.ciliumNames()}
	}
	if v.machines() {
		return nil
	}
	flows := []map[string]any{{
		"toEntities": []any{"kube-apiserver"},
		"toPorts":    ciliumPorts(tcpPort(int(v.Site.Network.APIServerPort))),
	}}
	oidc := v.Plan.Access.OIDC
	if oidc == nil || len(oidc.Addresses) > 0 {
		return flows
	}
	host, _, _ := strings.Cut(strings.TrimPrefix(oidc.Issuer, "https://"), "/")
	host, _, _ = strings.Cut(host, ":")
	dns := map[string]any{
		"ports": []any{map[string]any{"port": "53", "protocol": "ANY"}},
		"rules": map[string]any{"dns": []any{map[string]any{"matchPattern": "*"}}},
	}
	return append(flows,
		map[string]any{"toFQDNs": []any{map[string]any{"matchName": host}}, "toPorts": ciliumPorts(issuerPort(oidc.Issuer))},
		map[string]any{
			"toEndpoints": []any{map[string]any{"matchLabels": map[string]any{ciliumNamespace: hostDNS, "k8s:k8s-app": "kube-dns"}}},
			"toPorts":     []any{dns},
		})
}

func ciliumPorts(port string) []any {
	protocol, number, _ := strings.Cut(port, "/")
	return []any{map[string]any{"ports": []any{map[string]any{"port": number, "protocol": protocol}}}}
}

// calicoFirst is the order of Kubernetes' policies in Calico: a denial after
// them comes too late.
const calicoFirst = 1000

func calicoGuarded(v view) []Fault {
	id := object.ID{Group: calicoGroup, Kind: "NetworkPolicy", Namespace: v.Plan.Namespace, Name: "guard"}
	guard, found := find(v.Boundary, id)
	if !found {
		return missing(id)
	}
	var faults []Fault
	if guard.Text("spec", "selector") != v.calicoSelector() {
		faults = append(faults, broken(id, "spec.selector", "it does not select all pods of the tenant")...)
	}
	if types := guard.Get("spec", "types"); !reflect.DeepEqual(types, any([]any{"Egress"})) {
		faults = append(faults, broken(id, "spec.types", "it does not judge egress")...)
	}
	if order, is := guard.Get("spec", "order").(int64); !is || order >= calicoFirst {
		faults = append(faults, broken(id, "spec.order", "it comes after the policies that allow")...)
	}
	if guard.Get("spec", "ingress") != nil || guard.Text("spec", "tier") != "" {
		faults = append(faults, broken(id, "spec", "it has a tier or rules for ingress, which are not among what is proven")...)
	}
	rules, _ := guard.Get("spec", "egress").([]any)
	faults = append(faults, calicoDenials(v, id, rules)...)
	for _, o := range ofKind(v.Boundary, calicoGroup, "NetworkPolicy") {
		if o.ID != id {
			faults = append(faults, broken(o.ID, "metadata.name", "only the guard is among what is proven")...)
		}
	}
	return faults
}

// calicoSelector selects all pods of the tenant.
func (v view) calicoSelector() string {
	switch {
	case v.machines():
		key, value := v.infra().label(v.Plan)
		return fmt.Sprintf("%s == '%s'", key, value)
	case v.shared():
		return "all()"
	}
	return fmt.Sprintf("vcluster.loft.sh/managed-by == '%s'", v.Plan.Name)
}

// calicoOthers selects every namespace but these.
func calicoOthers(own []string) string {
	if len(own) == 1 {
		return fmt.Sprintf("%s != '%s'", namespaceByName, own[0])
	}
	return fmt.Sprintf("%s not in { '%s' }", namespaceByName, strings.Join(own, "', '"))
}

// calicoDenials: the nodes, API server and metadata range are covered by
// denials, but for the site's resolvers, which may stand among the nodes; so is
// every namespace but the own. Nothing is allowed before.
func calicoDenials(v view, id object.ID, rules []any) []Fault {
	var faults []Fault
	var denied []netip.Prefix
	others := false
	for i, item := range rules {
		rule, _ := item.(map[string]any)
		path := fmt.Sprintf("spec.egress[%d]", i)
		if rule["action"] != "Deny" || len(rule) != 2 {
			faults = append(faults, broken(id, path, "it is not a plain denial")...)
			continue
		}
		to, _ := rule["destination"].(map[string]any)
		if named := slices.Concat(texts(to["nets"]), texts(to["notNets"])); len(prefixes(named)) != len(named) {
			faults = append(faults, broken(id, path+".destination", "it has what is no range of addresses")...)
		}
		except := prefixes(texts(to["notNets"]))
		others = others || (len(to) == 1 && to["namespaceSelector"] == calicoOthers(v.guardSpares()))
		if to["namespaceSelector"] != nil || to["nets"] == nil || !subset(except, hosts(v.Site.Network.Resolvers)) {
			continue
		}
		denied = append(denied, prefixes(texts(to["nets"]))...)
	}
	if !others {
		faults = append(faults, broken(id, "spec.egress", "it does not deny pods of other namespaces")...)
	}
	n := v.Site.Network
	for _, p := range slices.Concat(prefixes(n.NodeCIDRs), hosts(n.APIServers), prefixes([]string{linkLocal})) {
		if !slices.ContainsFunc(denied, func(d netip.Prefix) bool { return contains(d, p) }) {
			faults = append(faults, broken(id, "spec.egress", "it does not deny %s", p)...)
		}
	}
	return faults
}

func subset(some, all []netip.Prefix) bool {
	return !slices.ContainsFunc(some, func(p netip.Prefix) bool { return !slices.Contains(all, p) })
}

func hasItem(list any, want any) bool {
	items, _ := list.([]any)
	return slices.ContainsFunc(items, func(item any) bool { return reflect.DeepEqual(item, want) })
}

// hasLabels tells whether decoded labels have all of these; sameLabels, whether
// they are these.
func hasLabels(labels any, want map[string]string) bool {
	have, _ := labels.(map[string]any)
	for key, value := range want {
		if have[key] != value {
			return false
		}
	}
	return true
}

func sameLabels(labels any, want map[string]string) bool {
	have, _ := labels.(map[string]any)
	return len(have) == len(want) && hasLabels(labels, want)
}
