package prove

import (
	"net/netip"
	"slices"

	netv1 "k8s.io/api/networking/v1"
)

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
