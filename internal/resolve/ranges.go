package resolve

import (
	"fmt"
	"net/netip"
)

// neverReachable are ranges that no tenant may name, on any site: the node
// itself and the cloud metadata service are behind them.
var neverReachable = []namedRange{
	{"the loopback range", netip.MustParsePrefix("127.0.0.0/8")},
	{"the loopback range", netip.MustParsePrefix("::1/128")},
	{"the link-local range, with the metadata service", netip.MustParsePrefix("169.254.0.0/16")},
	{"the link-local range", netip.MustParsePrefix("fe80::/10")},
	{"the multicast range", netip.MustParsePrefix("224.0.0.0/4")},
	{"the multicast range", netip.MustParsePrefix("ff00::/8")},
}

type namedRange struct {
	name   string
	prefix netip.Prefix
}

// guardedRanges are what a tenant of the site may not reach: its pods and
// services (other tenants' among them), its nodes and its API server. The
// load-balancer pool is left out: what stands there is public, and whoever
// owns an address says who may come.
func guardedRanges(s Site) []namedRange {
	var out []namedRange
	add := func(name string, cidrs ...string) {
		for _, cidr := range cidrs {
			if prefix, err := netip.ParsePrefix(cidr); err == nil {
				out = append(out, namedRange{name, prefix})
			}
		}
	}
	add(fmt.Sprintf("the pods of site %s", s.Name), s.Network.PodCIDRs...)
	add(fmt.Sprintf("the services of site %s", s.Name), s.Network.ServiceCIDRs...)
	add(fmt.Sprintf("the nodes of site %s", s.Name), s.Network.NodeCIDRs...)
	for _, address := range s.Network.APIServers {
		if ip, err := netip.ParseAddr(address); err == nil {
			out = append(out, namedRange{fmt.Sprintf("the API server of site %s", s.Name), netip.PrefixFrom(ip, ip.BitLen())})
		}
	}
	return append(out, neverReachable...)
}

// overlapping returns the first of the ranges that the CIDR shares an address
// with. A CIDR that does not parse overlaps nothing: the schema has refused it.
func overlapping(cidr string, ranges []namedRange) (namedRange, bool) {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil {
		return namedRange{}, false
	}
	for _, r := range ranges {
		if r.prefix.Overlaps(prefix) {
			return r, true
		}
	}
	return namedRange{}, false
}
