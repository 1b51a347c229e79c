package generators

import (
	"net"
	"net/url"
	"strconv"

	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// controlPlanePolicy is who reaches the tenant's API server, and what it and
// the syncer beside it reach.
func controlPlanePolicy(s resolve.Site, c resolve.Cluster) object.Object {
	return policy(c, "control-plane", controlPlaneLabels(s, c), toControlPlane(s, c), fromControlPlane(s, c))
}

// toControlPlane: the provider that installs it, Cluster API, its own replicas;
// and while the cluster is active the tenant's pods and the tenant's people.
func toControlPlane(s resolve.Site, c resolve.Cluster) []netv1.NetworkPolicyIngressRule {
	rules := []netv1.NetworkPolicyIngressRule{
		{
			From:  peers(inNamespace(s.Namespaces.VClusterProvider), inNamespace(s.Namespaces.ClusterAPI)),
			Ports: tcp(portAPI),
		},
		{
			From:  peers(pods(controlPlaneLabels(s, c))),
			Ports: replicaPorts(c),
		},
	}
	if c.State != resolve.Active {
		return rules
	}
	return append(rules,
		netv1.NetworkPolicyIngressRule{From: peers(pods(workloadLabels(s, c))), Ports: tcp(portAPI)},
		netv1.NetworkPolicyIngressRule{From: apiClients(s, c), Ports: tcp(portAPI)},
	)
}

// replicaPorts are those between replicas: the API, and etcd where it runs
// inside of them.
func replicaPorts(c resolve.Cluster) []netv1.NetworkPolicyPort {
	if c.ControlPlane.Store.Type == catalogue.EmbeddedEtcd {
		return tcp(portAPI, portEtcdClient, portEtcdPeer)
	}
	return tcp(portAPI)
}

// apiClients are where the tenant's people come from. Behind an ingress it is
// the controller; at a load balancer it is who allowFrom admits to HTTPS, by
// their own addresses (the Service keeps them: externalTrafficPolicy Local).
func apiClients(s resolve.Site, c resolve.Cluster) []netv1.NetworkPolicyPeer {
	switch c.ControlPlane.Expose {
	case exposeIngress:
		return peers(inNamespace(s.Network.IngressNamespace))
	case exposeLoadBalancer:
		var from []netv1.NetworkPolicyPeer
		for _, cidr := range c.APIRanges() {
			from = append(from, block(cidr))
		}
		return from
	}
	return nil
}

// fromControlPlane: the site's DNS and API server, its own replicas and store,
// the host's metrics server, the tenant's identity provider; and, while the
// cluster is active, the tenant's webhooks.
func fromControlPlane(s resolve.Site, c resolve.Cluster) []netv1.NetworkPolicyEgressRule {
	rules := []netv1.NetworkPolicyEgressRule{
		hostDNS(),
		{To: blocks(hostRanges(s.Network.APIServers)), Ports: tcp(s.Network.APIServerPort)},
		{To: peers(pods(controlPlaneLabels(s, c))), Ports: replicaPorts(c)},
	}
	if c.ControlPlane.Store.Type == catalogue.Etcd {
		rules = append(rules, netv1.NetworkPolicyEgressRule{To: peers(pods(etcdLabels(s, c))), Ports: tcp(portEtcdClient)})
	}
	if store := c.ControlPlane.Store; catalogue.External(store.Type) {
		rules = append(rules, netv1.NetworkPolicyEgressRule{To: blocks(store.Addresses), Ports: tcp(portOf(store.Endpoint))})
	}
	if c.ControlPlane.MetricsFromHost {
		rules = append(rules, metricsServer(s))
	}
	if oidc := c.Access.OIDC; oidc != nil {
		rules = append(rules, netv1.NetworkPolicyEgressRule{To: blocks(oidc.Addresses), Ports: tcp(issuerPort(oidc.Issuer))})
	}
	if c.State == resolve.Active {
		rules = append(rules, netv1.NetworkPolicyEgressRule{To: peers(pods(workloadLabels(s, c)))})
	}
	return rules
}

const metricsServerName = "metrics-server"

// metricsServer is the site's, by the labels of its manifests and of its chart.
func metricsServer(s resolve.Site) netv1.NetworkPolicyEgressRule {
	rule := netv1.NetworkPolicyEgressRule{Ports: tcp(portMetrics, portMetricsOld)}
	for _, label := range []string{"k8s-app", "app.kubernetes.io/name"} {
		peer := inNamespace(s.Namespaces.Metrics)
		peer.PodSelector = &metav1.LabelSelector{MatchLabels: map[string]string{label: metricsServerName}}
		rule.To = append(rule.To, peer)
	}
	return rule
}

func blocks(cidrs []string) []netv1.NetworkPolicyPeer {
	var out []netv1.NetworkPolicyPeer
	for _, cidr := range cidrs {
		out = append(out, block(cidr))
	}
	return out
}

func hostRanges(addresses []string) []string {
	var out []string
	for _, address := range addresses {
		out = append(out, host(address))
	}
	return out
}

// issuerPort is the port of an https URL.
func issuerPort(issuer string) int32 {
	u, err := url.Parse(issuer) // the schema has matched it before
	if err != nil || u.Port() == "" {
		return portHTTPS
	}
	return number(u.Port())
}

// portOf is the port of host:port.
func portOf(endpoint string) int32 {
	_, port, _ := net.SplitHostPort(endpoint) // the schema has matched it before
	return number(port)
}

func number(port string) int32 {
	n, _ := strconv.ParseInt(port, 10, 32)
	return int32(n)
}
