package generators

import (
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// Network policies of a virtual cluster only add permissions to what the default
// denies, so each says what one group of pods needs and no more:
//
//	workloads      what the tenant runs, its DNS among it
//	control plane  the tenant's API server and the syncer
//	etcd           its store, where the chart makes one
//
// Ports are those of pods, after the translation of services. A rule names
// addresses or pods, never everybody.
//
// A cluster that is not active has its traffic closed: workloads reach nothing
// and nobody, and only the site's own controllers reach the control plane,
// which therefore stays healthy.
func networkPolicies(s resolve.Site, c resolve.Cluster) []object.Object {
	objects := []object.Object{controlPlanePolicy(s, c)}
	if c.ControlPlane.Store.Type == catalogue.Etcd {
		objects = append(objects, etcdPolicy(s, c))
	}
	if c.State == resolve.Active {
		objects = append(objects, workloadPolicy(s, c), dnsPolicy(s, c))
		objects = append(objects, outside(s, c, workloadLabels(s, c))...)
	}
	return objects
}

// Ports of pods.
const (
	portAPI         = 8443 // the chart's proxy; its Service says 443
	portHTTPS       = 443
	portDNS         = 53
	portEtcdClient  = 2379
	portEtcdPeer    = 2380
	portMetrics     = 10250 // metrics-server since 0.7
	portMetricsOld  = 4443  // before
	hostDNSApp      = "kube-dns"
	hostDNSSpace    = "kube-system"
	namespaceByName = "kubernetes.io/metadata.name"
)

// defaultDeny closes both directions for every pod in the namespace.
func defaultDeny(c resolve.Cluster) object.Object {
	return policyOf(netv1.NetworkPolicy{
		TypeMeta:   policyType(),
		ObjectMeta: meta(c, "default-deny"),
		Spec: netv1.NetworkPolicySpec{
			PodSelector: metav1.LabelSelector{},
			PolicyTypes: []netv1.PolicyType{netv1.PolicyTypeIngress, netv1.PolicyTypeEgress},
		},
	})
}

// workloadPolicy lets the tenant's pods talk to one another and to their API
// server, and lets that call their webhooks and aggregated APIs.
func workloadPolicy(s resolve.Site, c resolve.Cluster) object.Object {
	workloads, controlPlane := pods(workloadLabels(s, c)), pods(controlPlaneLabels(s, c))
	return policy(c, "workloads", workloadLabels(s, c),
		[]netv1.NetworkPolicyIngressRule{{From: peers(workloads, controlPlane)}},
		[]netv1.NetworkPolicyEgressRule{
			{To: peers(workloads)},
			{To: peers(controlPlane), Ports: tcp(portAPI)},
		})
}

// dnsPolicy lets the tenant's DNS forward to the site's resolvers. No pod of a
// tenant reaches the site's own cluster DNS, which would disclose the names of
// other tenants' services.
func dnsPolicy(s resolve.Site, c resolve.Cluster) object.Object {
	rule := netv1.NetworkPolicyEgressRule{Ports: dns()}
	for _, address := range s.Network.Resolvers {
		rule.To = append(rule.To, block(host(address)))
	}
	return policy(c, "dns", dnsLabels(s, c), nil, []netv1.NetworkPolicyEgressRule{rule})
}

// etcdPolicy: members talk to each other and look each other up, the control
// plane is their only client.
func etcdPolicy(s resolve.Site, c resolve.Cluster) object.Object {
	members := pods(etcdLabels(s, c))
	return policy(c, "etcd", etcdLabels(s, c),
		[]netv1.NetworkPolicyIngressRule{
			{From: peers(members), Ports: tcp(portEtcdClient, portEtcdPeer)},
			{From: peers(pods(controlPlaneLabels(s, c))), Ports: tcp(portEtcdClient)},
		},
		[]netv1.NetworkPolicyEgressRule{
			{To: peers(members), Ports: tcp(portEtcdClient, portEtcdPeer)},
			hostDNS(),
		})
}

// outside is what the spec opens: the ingress controller where the
// tenant has names there, and the ranges of allowFrom and allowTo. Nobody
// outside reaches a load balancer of the tenant that allowFrom does not name.
func outside(s resolve.Site, c resolve.Cluster, labels map[string]string) []object.Object {
	var objects []object.Object
	if len(c.Network.Hosts) > 0 {
		objects = append(objects, policy(c, "from-ingress", labels,
			[]netv1.NetworkPolicyIngressRule{{From: peers(inNamespace(s.Network.IngressNamespace))}}, nil))
	}
	if len(c.Network.AllowFrom) > 0 {
		var rules []netv1.NetworkPolicyIngressRule
		for _, p := range c.Network.AllowFrom {
			rules = append(rules, netv1.NetworkPolicyIngressRule{From: peers(block(p.CIDR)), Ports: tcp(p.Ports...)})
		}
		objects = append(objects, policy(c, "from-outside", labels, rules, nil))
	}
	if len(c.Network.AllowTo) > 0 {
		var rules []netv1.NetworkPolicyEgressRule
		for _, p := range c.Network.AllowTo {
			rules = append(rules, netv1.NetworkPolicyEgressRule{To: peers(block(p.CIDR)), Ports: tcp(p.Ports...)})
		}
		objects = append(objects, policy(c, "to-outside", labels, nil, rules))
	}
	return objects
}

// policy isolates in the directions that it has rules for. A rule without peers
// would mean everybody, so it is dropped.
func policy(c resolve.Cluster, name string, selects map[string]string, in []netv1.NetworkPolicyIngressRule, out []netv1.NetworkPolicyEgressRule) object.Object {
	in = slices.DeleteFunc(in, func(r netv1.NetworkPolicyIngressRule) bool { return len(r.From) == 0 })
	out = slices.DeleteFunc(out, func(r netv1.NetworkPolicyEgressRule) bool { return len(r.To) == 0 })
	var types []netv1.PolicyType
	if len(in) > 0 {
		types = append(types, netv1.PolicyTypeIngress)
	}
	if len(out) > 0 {
		types = append(types, netv1.PolicyTypeEgress)
	}
	return policyOf(netv1.NetworkPolicy{
		TypeMeta:   policyType(),
		ObjectMeta: meta(c, name),
		Spec: netv1.NetworkPolicySpec{
			PodSelector: metav1.LabelSelector{MatchLabels: selects},
			PolicyTypes: types,
			Ingress:     in,
			Egress:      out,
		},
	})
}

func policyType() metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: netv1.SchemeGroupVersion.String(), Kind: "NetworkPolicy"}
}

func peers(p ...netv1.NetworkPolicyPeer) []netv1.NetworkPolicyPeer { return p }

// pods are pods of the same namespace.
func pods(labels map[string]string) netv1.NetworkPolicyPeer {
	return netv1.NetworkPolicyPeer{PodSelector: &metav1.LabelSelector{MatchLabels: labels}}
}

// inNamespace are all pods of another namespace, which is the site's own.
func inNamespace(name string) netv1.NetworkPolicyPeer {
	return netv1.NetworkPolicyPeer{NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{namespaceByName: name}}}
}

func block(cidr string) netv1.NetworkPolicyPeer {
	return netv1.NetworkPolicyPeer{IPBlock: &netv1.IPBlock{CIDR: cidr}}
}

// host is the range that holds one address only.
func host(address string) string {
	ip := netip.MustParseAddr(address) // the schema has parsed it before
	return netip.PrefixFrom(ip, ip.BitLen()).String()
}

// hostDNS is the site's cluster DNS, for the control plane and its store: they
// find each other by the names of services on the site.
func hostDNS() netv1.NetworkPolicyEgressRule {
	peer := inNamespace(hostDNSSpace)
	peer.PodSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"k8s-app": hostDNSApp}}
	return netv1.NetworkPolicyEgressRule{To: peers(peer), Ports: dns()}
}

// tcp are ports; none means every port of every protocol.
func tcp(numbers ...int32) []netv1.NetworkPolicyPort { return ports(corev1.ProtocolTCP, numbers...) }

func dns() []netv1.NetworkPolicyPort {
	return append(ports(corev1.ProtocolUDP, portDNS), ports(corev1.ProtocolTCP, portDNS)...)
}

func ports(protocol corev1.Protocol, numbers ...int32) []netv1.NetworkPolicyPort {
	var out []netv1.NetworkPolicyPort
	for _, n := range numbers {
		port := intstr.FromInt32(n)
		out = append(out, netv1.NetworkPolicyPort{Protocol: &protocol, Port: &port})
	}
	return out
}

func workloadLabels(s resolve.Site, c resolve.Cluster) map[string]string {
	return s.Components.VCluster.WorkloadLabels(c.Name)
}

func controlPlaneLabels(s resolve.Site, c resolve.Cluster) map[string]string {
	return s.Components.VCluster.ControlPlaneLabels(c.Name)
}

func etcdLabels(s resolve.Site, c resolve.Cluster) map[string]string {
	return s.Components.VCluster.EtcdLabels(c.Name)
}

func dnsLabels(s resolve.Site, c resolve.Cluster) map[string]string {
	return s.Components.VCluster.DNSLabels(c.Name)
}
