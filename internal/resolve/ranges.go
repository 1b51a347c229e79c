package resolve

import (
	"fmt"
	"net/netip"
	"slices"
)

// neverReachable are ranges that no tenant may name, on any site: the node
// itself and the cloud metadata service are behind them, or IPv4 addresses that
// were not named as such (RFC 4291 §2.5.5, RFC 6052, RFC 8215, RFC 3056).
var neverReachable = []namedRange{
	{"the loopback range", netip.MustParsePrefix("127.0.0.0/8")},
	{"the loopback range", netip.MustParsePrefix("::1/128")},
	{"the link-local range, with the metadata service", netip.MustParsePrefix("169.254.0.0/16")},
	{"the link-local range", netip.MustParsePrefix("fe80::/10")},
	{"the multicast range", netip.MustParsePrefix("224.0.0.0/4")},
	{"the multicast range", netip.MustParsePrefix("ff00::/8")},
	{"a range that stands for IPv4 addresses", netip.MustParsePrefix("::/96")},
	{"a range that stands for IPv4 addresses", netip.MustParsePrefix("::ffff:0:0/96")},
	{"a range that stands for IPv4 addresses", netip.MustParsePrefix("64:ff9b::/96")},
	{"a range that stands for IPv4 addresses", netip.MustParsePrefix("64:ff9b:1::/48")},
	{"a range that stands for IPv4 addresses", netip.MustParsePrefix("2002::/16")},
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
	out := namedRanges("the pods of site "+s.Name, s.Network.PodCIDRs)
	out = append(out, namedRanges("the services of site "+s.Name, s.Network.ServiceCIDRs)...)
	out = append(out, namedRanges("the nodes of site "+s.Name, s.Network.NodeCIDRs)...)
	for _, address := range s.Network.APIServers {
		if ip, err := netip.ParseAddr(address); err == nil {
			out = append(out, namedRange{fmt.Sprintf("the API server of site %s", s.Name), netip.PrefixFrom(ip, ip.BitLen())})
		}
	}
	return append(out, neverReachable...)
}

// namedRanges passes over what is no CIDR: the schema has refused it.
func namedRanges(name string, cidrs []string) []namedRange {
	var out []namedRange
	for _, cidr := range cidrs {
		if prefix, err := netip.ParsePrefix(cidr); err == nil {
			out = append(out, namedRange{name, prefix})
		}
	}
	return out
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

// https is the port of a tenant's API server as its people see it.
const https = 443

// APIRanges are the ranges of allowFrom that may use HTTPS, and so whom the
// load balancer of the cluster's API server admits.
func (c Cluster) APIRanges() []string {
	var ranges []string
	for _, p := range c.Network.AllowFrom {
		if len(p.Ports) == 0 || slices.Contains(p.Ports, https) {
			ranges = append(ranges, p.CIDR)
		}
	}
	return ranges
}
