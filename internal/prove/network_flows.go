package prove

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
)

// group is a kind of pod in a tenant's namespace, by who runs in it.
type group string

const (
	workloads    group = "the tenant's pods"
	tenantDNS    group = "the tenant's DNS" // tenant's pods, too
	controlPlane group = "the control plane"
	store        group = "the store"
	everybody    group = "all pods there" // of machines: those that import disks, too
	nobody       group = ""
)

// flow is one that may be: with a peer, on ports.
type flow struct {
	peer   string         // a key of a peer: pods, a namespace, or empty for addresses
	within []netip.Prefix // addresses, where peer is empty
	ports  []string       // as in TCP/443; none for all
}

// flows collects what is wrong with a boundary's policies.
type flows struct {
	view
	faults []Fault
}

func (f *flows) fault(p netv1.NetworkPolicy, path, format string, args ...any) {
	f.faults = append(f.faults, broken(policyID(p), path, format, args...)...)
}

func (f *flows) policy(p netv1.NetworkPolicy) {
	of := f.groupOf(p.Spec.PodSelector)
	if of == nobody && len(p.Spec.Ingress)+len(p.Spec.Egress) > 0 {
		f.fault(p, "spec.podSelector", "it allows something to pods that are neither the tenant's, the control plane nor its store")
		return
	}
	for i, rule := range p.Spec.Ingress {
		f.rule(p, of, false, fmt.Sprintf("spec.ingress[%d]", i), rule.From, rule.Ports)
	}
	for i, rule := range p.Spec.Egress {
		f.rule(p, of, true, fmt.Sprintf("spec.egress[%d]", i), rule.To, rule.Ports)
	}
}

func (f *flows) rule(p netv1.NetworkPolicy, of group, egress bool, path string, peers []netv1.NetworkPolicyPeer, ports []netv1.NetworkPolicyPort) {
	field := map[bool]string{true: "to", false: "from"}[egress]
	if len(peers) == 0 {
		f.fault(p, path, "it has no peers, which means everybody")
	}
	allowed := f.allowed(of, egress)
	for i, peer := range peers {
		at := fmt.Sprintf("%s.%s[%d]", path, field, i)
		name, within, err := f.peer(peer)
		switch {
		case err != "":
			f.fault(p, at, "%s", err)
		case !slices.ContainsFunc(allowed, func(a flow) bool { return a.covers(name, within, ports) }):
			f.fault(p, at, "%s %s %s on %s, which nothing in the specs asks for", of, verbOf(egress), describe(name, within), listOf(portNames(ports)))
		}
		if within.IsValid() {
			f.guarded(p, of, at, within, ports)
		}
	}
}

func verbOf(egress bool) string {
	if egress {
		return "would reach"
	}
	return "would be reached from"
}

func describe(name string, within netip.Prefix) string {
	if within.IsValid() {
		return within.String()
	}
	return name
}

func listOf(items []string) string {
	if len(items) == 0 {
		return "every port"
	}
	return strings.Join(items, ", ")
}

// covers tells whether all that a rule allows with one peer is in the flow.
func (a flow) covers(name string, within netip.Prefix, ports []netv1.NetworkPolicyPort) bool {
	if within.IsValid() {
		inside := slices.ContainsFunc(a.within, func(p netip.Prefix) bool { return contains(p, within) })
		if a.peer != "" || !inside {
			return false
		}
	} else if a.peer != name {
		return false
	}
	if len(a.ports) == 0 {
		return true
	}
	names := portNames(ports)
	return len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(a.ports, n) })
}

// contains tells whether all of inner is in outer.
func contains(outer, inner netip.Prefix) bool {
	return outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

// portNames are a rule's ports; one that is named, left out or a range is a
// name that no flow has.
func portNames(ports []netv1.NetworkPolicyPort) []string {
	var names []string
	for _, p := range ports {
		protocol := corev1.ProtocolTCP
		if p.Protocol != nil {
			protocol = *p.Protocol
		}
		name := string(protocol) + "/*"
		if p.Port != nil {
			name = string(protocol) + "/" + p.Port.String()
		}
		if p.EndPort != nil {
			name += "-" + strconv.Itoa(int(*p.EndPort))
		}
		names = append(names, name)
	}
	return names
}
