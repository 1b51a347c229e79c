package resolve

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
)

// checkFleet looks for what no cluster can know of itself: two that claim the
// same thing. It works on small summaries, each claim once through a map.
func (r *resolver) checkFleet() {
	r.checkDomains()
	r.checkPools()
	r.checkShownNodes()
	r.checkOwnNamespaces()
	clusters, classes, pools, hosts := claims{}, claims{}, claims{}, newHostClaims(r.apiDomains())
	for _, e := range r.entries {
		c := e.cluster
		if earlier := clusters.first(c.Site+" "+c.Namespace, e, "name"); earlier != nil {
			r.clash(diag.SecondCluster, earlier, e, "name", fmt.Sprintf("tenant %s has a second cluster %s on site %s", c.Tenant, c.Name, c.Site), "choose another name")
			continue
		}
		if c.State == Purged {
			continue
		}
		for _, s := range c.Storage {
			r.clash(diag.StorageClassTaken, classes.first(c.Site+" "+s.Name, e, "storage.classes"), e, "storage.classes",
				fmt.Sprintf("the storage class %s is also another tenant cluster's on site %s", s.Name, c.Site), "rename the cluster or the site's class")
		}
		r.checkHosts(e, hosts)
		if c.Nodes.Dedicated {
			first := pools.first(c.Site+" "+c.Nodes.Pool, e, "nodes.pool")
			if first != nil && first.entry.cluster.Tenant != c.Tenant {
				r.clash(diag.PoolTaken, first, e, "nodes.pool", fmt.Sprintf("pool %s of site %s is dedicated to tenant %s", c.Nodes.Pool, c.Site, first.entry.cluster.Tenant), "choose another pool or site")
			}
		}
	}
}

// checkShownNodes refuses nodes that are shown to a tenant where another tenant
// lives: to show any, the chart gives the control plane the right to read the
// pods of all namespaces (vcluster chart, templates/clusterrole.yaml).
func (r *resolver) checkShownNodes() {
	first, second := map[string]entry{}, map[string]entry{} // of each site, of two different tenants
	for _, e := range r.entries {
		site := e.cluster.Site
		if e.cluster.State == Purged {
			continue
		}
		if one, taken := first[site]; !taken {
			first[site] = e
		} else if _, taken := second[site]; !taken && one.cluster.Tenant != e.cluster.Tenant {
			second[site] = e
		}
	}
	for _, e := range r.entries {
		c := e.cluster
		other, shared := second[c.Site]
		if !shared || !c.Nodes.Sync || c.gone() {
			continue
		}
		if other.cluster.Tenant == c.Tenant {
			other = first[c.Site]
		}
		r.clash(diag.NodesOfOthers, &claim{other, "name"}, e, "nodes.sync",
			fmt.Sprintf("to see nodes, the control plane of %s/%s would read the pods of every tenant on site %s, such as %s", c.Tenant, c.Name, c.Site, other.cluster.Tenant),
			"leave nodes.sync out, or give the tenant a site of its own")
	}
}

// checkOwnNamespaces refuses a namespace that another tenant might make, as
// tenants of Capsule do: acme's cluster web makes acme-web-anything, and the
// cluster shop of a tenant acme-web is in acme-web-shop.
func (r *resolver) checkOwnNamespaces() {
	makers := map[string]entry{} // by site and namespace
	for _, e := range r.entries {
		if e.cluster.Stack == catalogue.Capsule && e.cluster.State != Purged {
			makers[e.cluster.Site+" "+e.cluster.Namespace] = e
		}
	}
	for _, e := range r.entries {
		c := e.cluster
		for i := range c.Namespace {
			maker, made := makers[c.Site+" "+c.Namespace[:i]]
			if c.Namespace[i] == '-' && made && c.State != Purged {
				r.clash(diag.NamespaceOfOthers, &claim{maker, "name"}, e, "name",
					fmt.Sprintf("on site %s, %s/%s may make the namespace %s itself, as any that begins with %s-", c.Site, maker.cluster.Tenant, maker.cluster.Name, c.Namespace, maker.cluster.Namespace),
					"choose another site, or another name for the tenant that is newer")
			}
		}
	}
}

// claims remembers who claimed a thing first.
type claims map[string]claim

type claim struct {
	entry entry
	field string
}

// first returns the earlier claim, or nil and records this one.
func (c claims) first(key string, e entry, field string) *claim {
	if earlier, taken := c[key]; taken {
		return &earlier
	}
	c[key] = claim{e, field}
	return nil
}

// clash reports a claim that came second, with the place of the first.
func (r *resolver) clash(code diag.Code, first *claim, e entry, field, message, hint string) {
	if first == nil {
		return
	}
	r.diags = append(r.diags, diag.Diagnostic{
		Severity: diag.Error, Code: code, Tenant: e.cluster.Tenant, Path: e.path + "." + field,
		Message: message, Hint: hint, Position: e.at(field),
		Notes: []diag.Note{{Position: first.entry.at(first.field), Message: "the other is here"}},
	})
}

// hostClaim is a host of a cluster.
type hostClaim struct {
	host  string
	owner entry
}

// hostClaims are hosts by name, and by parent domain, because a wildcard covers
// one label, as an Ingress's does.
type hostClaims struct {
	exact map[string][]hostClaim // by host
	below map[string][]hostClaim // exact ones, by parent
	wild  map[string][]hostClaim // wildcards, by parent

	domains map[string][]string // sites, by the domain of their API servers
}

func newHostClaims(domains map[string][]string) hostClaims {
	return hostClaims{map[string][]hostClaim{}, map[string][]hostClaim{}, map[string][]hostClaim{}, domains}
}

// hostField is the field of a cluster in which it writes one of its hosts.
func (e entry) hostField(host string) string {
	return fmt.Sprintf("network.hosts[%d]", slices.Index(e.written.Network.Hosts, host))
}

// checkHosts refuses a host that another tenant claims, on whatever site, for a
// name leads to one of them; or another cluster of the same site, whose ingress
// cannot tell them apart. Claims are by name or by a wildcard. A tenant may have
// one host on several sites.
func (r *resolver) checkHosts(e entry, claimed hostClaims) {
	for _, host := range e.cluster.Network.Hosts {
		r.checkHostDomain(e, host, claimed.domains)
		_, parent, _ := strings.Cut(host, ".")
		against, into := slices.Concat(claimed.exact[host], claimed.wild[parent]), claimed.exact
		if strings.HasPrefix(host, "*.") {
			against, into = slices.Concat(claimed.wild[parent], claimed.below[parent]), claimed.wild
		}
		for _, other := range against {
			mine, owner := e.cluster, other.owner.cluster
			if owner.Tenant != mine.Tenant || owner.Site == mine.Site && owner.Namespace != mine.Namespace {
				r.clash(diag.HostTaken, &claim{other.owner, other.owner.hostField(other.host)}, e, e.hostField(host),
					fmt.Sprintf("host %s is claimed as %s by %s/%s on site %s", host, other.host, owner.Tenant, owner.Name, owner.Site), "choose another host")
				break
			}
		}
		own := hostClaim{host, e}
		if strings.HasPrefix(host, "*.") {
			into[parent] = append(into[parent], own)
			continue
		}
		into[host] = append(into[host], own)
		claimed.below[parent] = append(claimed.below[parent], own)
	}
}

// checkHostDomain refuses a host that is, or whose wildcard covers, the name of
// a tenant's API server. It asks for each domain that the host lies in, and not
// each site: there may be a thousand.
func (r *resolver) checkHostDomain(e entry, host string, domains map[string][]string) {
	for name, more := strings.TrimPrefix(host, "*."), true; more; _, name, more = strings.Cut(name, ".") {
		for _, site := range domains[name] {
			r.fault(e.doc, diag.HostReserved, e.path+"."+e.hostField(host),
				fmt.Sprintf("host %s lies in the domain of the API servers of site %s", host, site), "choose a host outside "+name)
		}
	}
}

// apiDomains are the sites that have each domain.
func (r *resolver) apiDomains() map[string][]string {
	out := map[string][]string{}
	for _, site := range r.plan.Sites {
		out[site.APIDomain] = append(out[site.APIDomain], site.Name)
	}
	return out
}

// checkDomains refuses two sites with one domain: the same cluster name on both
// would make the same API server name twice.
func (r *resolver) checkDomains() {
	first := map[string]int{}
	for i, doc := range r.docs.Sites {
		domain := doc.Value.Spec.APIDomain
		if j, taken := first[domain]; taken {
			other := r.docs.Sites[j]
			r.diags = append(r.diags, diag.Diagnostic{
				Severity: diag.Error, Code: diag.DomainTaken, Path: "spec.apiDomain",
				Message: fmt.Sprintf("site %s has the apiDomain of site %s", doc.Value.Metadata.Name, other.Value.Metadata.Name), Hint: "give each site a domain of its own",
				Position: doc.At("spec.apiDomain"), Notes: []diag.Note{{Position: other.At("spec.apiDomain"), Message: "the other is here"}},
			})
			continue
		}
		first[domain] = i
	}
}

// checkPools refuses two sites with load balancer pools that share addresses: a
// tenant's address on one would be another tenant's on the other.
func (r *resolver) checkPools() {
	pools := make([]netip.Prefix, len(r.docs.Sites))
	order := []int{}
	for i, doc := range r.docs.Sites {
		if pool, err := netip.ParsePrefix(doc.Value.Spec.Network.LoadBalancerPool); err == nil {
			pools[i] = pool.Masked()
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(pools[a].Addr().Compare(pools[b].Addr()), cmp.Compare(pools[a].Bits(), pools[b].Bits()))
	})
	widest := 0 // of ranges in order, one that overlaps an earlier one overlaps the last that none contains
	for n := 1; n < len(order); n++ {
		first, second := order[widest], order[n]
		if !pools[first].Overlaps(pools[second]) {
			widest = n
			continue
		}
		if first > second {
			first, second = second, first
		}
		doc, other := r.docs.Sites[second], r.docs.Sites[first]
		r.diags = append(r.diags, diag.Diagnostic{
			Severity: diag.Error, Code: diag.AddressesTaken, Path: poolPath,
			Message:  fmt.Sprintf("the load balancer pool %s of site %s shares addresses with %s of site %s", pools[second], doc.Value.Metadata.Name, pools[first], other.Value.Metadata.Name),
			Hint:     "give each site addresses of its own",
			Position: doc.At(poolPath), Notes: []diag.Note{{Position: other.At(poolPath), Message: "the other is here"}},
		})
	}
}
