package prove

import (
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/resolve"
)

// group is a kind of pod in a tenant's namespace, by who runs in it.
type group string

const (
	workloads    group = "the tenant's pods"
	tenantDNS    group = "the tenant's DNS" // tenant's pods, too
	controlPlane group = "the control plane"
	store        group = "the store"
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

// groupOf tells whose pods a selector of the namespace selects: it must have
// all labels by which those are known, and may have more. Where no control plane
// is in the namespace, all pods there are the tenant's.
func (f *flows) groupOf(s metav1.LabelSelector) group {
	if f.Plan.Stack != catalogue.VCluster {
		if f.machines() && within(s, f.planeLabels()) {
			return controlPlane
		}
		return workloads
	}
	chart, name := f.Site.Components.VCluster, f.Plan.Name
	for _, g := range []struct {
		group  group
		labels map[string]string
	}{
		{tenantDNS, chart.DNSLabels(name)},
		{workloads, chart.WorkloadLabels(name)},
		{controlPlane, chart.ControlPlaneLabels(name)},
		{store, chart.EtcdLabels(name)},
	} {
		if within(s, g.labels) {
			return g.group
		}
	}
	return nobody
}

func within(s metav1.LabelSelector, labels map[string]string) bool {
	for key, value := range labels {
		if s.MatchLabels[key] != value {
			return false
		}
	}
	return true
}

// peer names who stands at the other end: a group of pods, a namespace of the
// site with its pods, or a range of addresses.
func (f *flows) peer(p netv1.NetworkPolicyPeer) (name string, within netip.Prefix, fault string) {
	switch {
	case p.IPBlock != nil:
		prefix, err := netip.ParsePrefix(p.IPBlock.CIDR)
		if err != nil {
			return "", prefix, fmt.Sprintf("%q is no range of addresses", p.IPBlock.CIDR)
		}
		return "", prefix.Masked(), ""
	case p.NamespaceSelector == nil && p.PodSelector != nil:
		switch g := f.groupOf(*p.PodSelector); g {
		case tenantDNS:
			return string(workloads), netip.Prefix{}, ""
		case workloads, controlPlane, store:
			return string(g), netip.Prefix{}, ""
		}
		return "", netip.Prefix{}, "it selects pods that are neither the tenant's, the control plane nor its store"
	case p.NamespaceSelector != nil:
		if f.ownPeers(p) {
			return string(workloads), netip.Prefix{}, ""
		}
		return namespacePeer(p)
	}
	return "", netip.Prefix{}, "it selects nobody, or everybody"
}

// ownPeers tells whether a peer is pods of namespaces that are all the tenant's.
func (f *flows) ownPeers(p netv1.NetworkPolicyPeer) bool {
	s := p.NamespaceSelector
	if f.capsule() && len(s.MatchLabels) == 1 && len(s.MatchExpressions) == 0 {
		return s.MatchLabels["capsule.clastix.io/tenant"] == f.Plan.Namespace
	}
	return len(s.MatchLabels) == 0 && len(s.MatchExpressions) == 1 && s.MatchExpressions[0].Key == namespaceByName &&
		s.MatchExpressions[0].Operator == metav1.LabelSelectorOpIn &&
		!slices.ContainsFunc(s.MatchExpressions[0].Values, func(n string) bool { return !slices.Contains(f.Plan.AllNamespaces(), n) })
}

// namespacePeer is a namespace by its name, with the pods' labels in it.
func namespacePeer(p netv1.NetworkPolicyPeer) (string, netip.Prefix, string) {
	name := p.NamespaceSelector.MatchLabels[namespaceByName]
	if name == "" {
		return "", netip.Prefix{}, "it selects namespaces by something else than their name"
	}
	if p.PodSelector != nil {
		for _, key := range slices.Sorted(maps.Keys(p.PodSelector.MatchLabels)) {
			name += " " + key + "=" + p.PodSelector.MatchLabels[key]
		}
	}
	return name, netip.Prefix{}, ""
}

const namespaceByName = "kubernetes.io/metadata.name"

// Ports of pods, as the chart and Kubernetes have them.
const (
	apiPort     = "TCP/8443"
	etcdClient  = "TCP/2379"
	etcdPeer    = "TCP/2380"
	metricsPort = "TCP/10250"
	metricsOld  = "TCP/4443" // metrics-server before 0.7
)

func dnsPorts() []string { return []string{"TCP/53", "UDP/53"} }

// allowed are the flows of a group in one direction.
func (f *flows) allowed(of group, egress bool) []flow {
	c := f.Plan
	active := c.State == resolve.Active
	switch {
	case f.machines():
		return f.ofMachines(of, egress, active)
	case f.shared():
		return f.ofShared(egress, active)
	case of == controlPlane && egress:
		return f.fromControlPlane(active)
	case of == controlPlane:
		return f.toControlPlane(active)
	case of == store && egress:
		return []flow{{peer: string(store), ports: []string{etcdClient, etcdPeer}}, hostDNSFlow()}
	case of == store:
		return []flow{{peer: string(store), ports: []string{etcdClient, etcdPeer}}, {peer: string(controlPlane), ports: []string{etcdClient}}}
	case (of == workloads || of == tenantDNS) && active:
		return f.ofWorkloads(of, egress)
	}
	return nil
}

func hostDNSFlow() flow { return flow{peer: hostDNS + " k8s-app=kube-dns", ports: dnsPorts()} }

func (f *flows) fromControlPlane(active bool) []flow {
	n, c := f.Site.Network, f.Plan
	out := []flow{
		hostDNSFlow(),
		{within: hosts(n.APIServers), ports: []string{tcpPort(int(n.APIServerPort))}},
		{peer: string(controlPlane), ports: f.replicaPorts()},
		{peer: string(store), ports: []string{etcdClient}},
	}
	if c.ControlPlane.MetricsFromHost {
		for _, label := range []string{"k8s-app", "app.kubernetes.io/name"} {
			out = append(out, flow{peer: f.Site.Namespaces.Metrics + " " + label + "=metrics-server", ports: []string{metricsPort, metricsOld}})
		}
	}
	if s := c.ControlPlane.Store; catalogue.External(s.Type) {
		_, port, _ := net.SplitHostPort(s.Endpoint)
		out = append(out, flow{within: prefixes(s.Addresses), ports: []string{"TCP/" + port}})
	}
	if oidc := c.Access.OIDC; oidc != nil {
		out = append(out, flow{within: prefixes(oidc.Addresses), ports: []string{issuerPort(oidc.Issuer)}})
	}
	if active {
		out = append(out, flow{peer: string(workloads)})
	}
	return out
}

func (f *flows) toControlPlane(active bool) []flow {
	c := f.Plan
	out := []flow{
		{peer: f.Site.Namespaces.VClusterProvider, ports: []string{apiPort}},
		{peer: f.Site.Namespaces.ClusterAPI, ports: []string{apiPort}},
		{peer: string(controlPlane), ports: f.replicaPorts()},
	}
	if !active {
		return out
	}
	out = append(out, flow{peer: string(workloads), ports: []string{apiPort}})
	switch c.ControlPlane.Expose {
	case "ingress":
		out = append(out, flow{peer: f.Site.Network.IngressNamespace, ports: []string{apiPort}})
	case "loadBalancer":
		for _, p := range c.Network.AllowFrom {
			if len(p.Ports) == 0 || slices.Contains(p.Ports, 443) {
				out = append(out, flow{within: prefixes([]string{p.CIDR}), ports: []string{apiPort}})
			}
		}
	}
	return out
}

func (f *flows) replicaPorts() []string {
	if f.Plan.ControlPlane.Store.Type == catalogue.EmbeddedEtcd {
		return []string{apiPort, etcdClient, etcdPeer}
	}
	return []string{apiPort}
}

func (f *flows) ofWorkloads(of group, egress bool) []flow {
	c := f.Plan
	out := []flow{{peer: string(workloads)}}
	peers := c.Network.AllowFrom
	if egress {
		out = append(out, flow{peer: string(controlPlane), ports: []string{apiPort}})
		if of == tenantDNS {
			out = append(out, flow{within: hosts(f.Site.Network.Resolvers), ports: dnsPorts()})
		}
		peers = c.Network.AllowTo
	} else {
		out = append(out, flow{peer: string(controlPlane)})
		if len(c.Network.Hosts) > 0 {
			out = append(out, flow{peer: f.Site.Network.IngressNamespace})
		}
	}
	for _, p := range peers {
		sold := flow{within: prefixes([]string{p.CIDR})}
		for _, port := range p.Ports {
			sold.ports = append(sold.ports, tcpPort(int(port)))
		}
		out = append(out, sold)
	}
	return out
}

func tcpPort(port int) string { return "TCP/" + strconv.Itoa(port) }

func issuerPort(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil || u.Port() == "" {
		return tcpPort(443)
	}
	return "TCP/" + u.Port()
}

func prefixes(cidrs []string) []netip.Prefix {
	var out []netip.Prefix
	for _, cidr := range cidrs {
		if p, err := netip.ParsePrefix(cidr); err == nil {
			out = append(out, p.Masked())
		}
	}
	return out
}

// hosts are single addresses as ranges.
func hosts(addresses []string) []netip.Prefix {
	var out []netip.Prefix
	for _, address := range addresses {
		if ip, err := netip.ParseAddr(address); err == nil {
			out = append(out, netip.PrefixFrom(ip, ip.BitLen()))
		}
	}
	return out
}

// guarded: whatever the specs say, no range of addresses shares one with what no
// tenant may reach. The two exceptions are single addresses: the site's API
// server for the control plane, its resolvers for the tenant's DNS.
func (f *flows) guarded(p netv1.NetworkPolicy, of group, path string, within netip.Prefix, ports []netv1.NetworkPolicyPort) {
	exempt := map[group][]netip.Prefix{controlPlane: hosts(f.Site.Network.APIServers), tenantDNS: hosts(f.Site.Network.Resolvers)}[of]
	if f.machines() {
		exempt = hosts(f.Site.Network.Resolvers) // asked on the ports of DNS only, as for every other flow
	}
	if slices.Contains(exempt, within) && len(ports) > 0 {
		return
	}
	for _, g := range f.guardedRanges() {
		if g.prefix.Overlaps(within) {
			f.fault(p, path, "%s shares addresses with %s, %s", within, g.name, g.prefix)
		}
	}
}

// guardedRange is one that no tenant may reach.
type guardedRange struct {
	name   string
	prefix netip.Prefix
}

func (f *flows) guardedRanges() []guardedRange {
	var out []guardedRange
	for _, g := range []struct {
		name     string
		prefixes []netip.Prefix
	}{
		{"the pods of the site, other tenants' among them", prefixes(f.Site.Network.PodCIDRs)},
		{"the services of the site", prefixes(f.Site.Network.ServiceCIDRs)},
		{"the nodes of the site", prefixes(f.Site.Network.NodeCIDRs)},
		{"the site's API server", hosts(f.Site.Network.APIServers)},
		{"the node itself", prefixes([]string{"127.0.0.0/8", "::1/128"})},
		{"the link-local range, with the metadata services", prefixes([]string{linkLocal, "fe80::/10"})},
		{"the metadata service", prefixes([]string{"fd00:ec2::254/128"})},
	} {
		for _, p := range g.prefixes {
			out = append(out, guardedRange{g.name, p})
		}
	}
	return out
}

const linkLocal = "169.254.0.0/16"
