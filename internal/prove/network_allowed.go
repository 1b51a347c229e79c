package prove

import (
	"net"
	"net/url"
	"slices"
	"strconv"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/resolve"
)

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
