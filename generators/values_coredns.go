package generators

import (
	"strings"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/resolve"
)

// coreDNS is the tenant's own DNS: a pod of the tenant, in its sandbox.
func coreDNS(s resolve.Site, c resolve.Cluster) values {
	return values{
		"enabled":         true,
		"overwriteConfig": corefile(s),
		"deployment": values{
			"replicas":  catalogue.CoreDNSReplicas(c.ControlPlane.Replicas),
			"resources": resources(catalogue.CoreDNS()),
		},
	}
}

// corefile is the chart's own, but for the last stop: names that are not the
// tenant's go to the site's resolvers by address, the same that the network
// policy lets through. The chart would read the node's resolv.conf, which may
// name a stub on the node or something that the policy has never heard of.
func corefile(s resolve.Site) string {
	return strings.Join([]string{
		".:1053 {",
		"    errors",
		"    health",
		"    ready",
		"    kubernetes cluster.local in-addr.arpa ip6.arpa {",
		"        pods insecure",
		"        fallthrough in-addr.arpa ip6.arpa",
		"    }",
		"    hosts " + s.Components.VCluster.NodeHosts + " {",
		"        ttl 60",
		"        reload 15s",
		"        fallthrough",
		"    }",
		"    prometheus :9153",
		"    forward . " + strings.Join(s.Network.Resolvers, " "),
		"    cache 30",
		"    loop",
		"    reload",
		"    loadbalance",
		"}",
		"",
		"import /etc/coredns/custom/*.server",
		"",
	}, "\n")
}
