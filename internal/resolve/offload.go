package resolve

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
)

// Pods of the stack liqo leave their site. Where they go crosses trust three
// times, and each side says so for itself: the sites list one another as peers,
// the cluster names another cluster of its tenant, and that one takes its pods
// in. The pods are thereby fenced in, counted and sold where they run.

// virtualNode is what Liqo has every pod tolerate that it may offload
// (liqotech/liqo, pkg/webhooks/pod).
var virtualNode = corev1.Toleration{Key: "virtual-node.liqo.io/not-allowed", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute}

// peers are those of the site, each once.
func (r *siteResolver) peers() []LiqoPeer {
	var out []LiqoPeer
	for i, p := range orZero(r.spec.Liqo).Peers {
		if slices.ContainsFunc(out, func(o LiqoPeer) bool { return o.Site == p.Site || o.ClusterID == p.ClusterID }) {
			r.fault(diag.SecondName, fmt.Sprintf("spec.liqo.peers[%d]", i), fmt.Sprintf("the peer %s, %s, is listed twice", p.Site, p.ClusterID), "list each peer once")
			continue
		}
		out = append(out, LiqoPeer{p.Site, p.ClusterID})
	}
	return out
}

func (s Site) peer(site string) (LiqoPeer, bool) {
	i := slices.IndexFunc(s.LiqoPeers, func(p LiqoPeer) bool { return p.Site == site })
	if i < 0 {
		return LiqoPeer{}, false
	}
	return s.LiqoPeers[i], true
}

func peerNames(peers []LiqoPeer) []string {
	var names []string
	for _, p := range peers {
		names = append(names, p.Site)
	}
	return names
}

// offload is where the pods run of a cluster whose stack sends them away.
func (r *clusterResolver) offload(c Cluster) *Offload {
	to := r.spec.Offload
	if c.State == Purged {
		return nil
	}
	if c.Stack != catalogue.Liqo {
		r.unused(to != nil && c.Stack != "", "offload", c.Stack, "its pods run on the site")
		return nil
	}
	r.checkAway()
	if to == nil {
		r.fault(diag.OffloadMissing, "stack", "the stack liqo runs pods on a peer of the site, and the cluster names none",
			"write offload: {site: …, cluster: …}, a cluster of the tenant of the stack namespace there; the peers of site "+r.site.Name+" are: "+list(peerNames(r.site.LiqoPeers)))
		return nil
	}
	peer, known := r.knownPeer("offload.site", to.Site)
	if !known {
		return nil
	}
	r.rec.note("offload", to.Site+"/"+to.Cluster, "spec", r.at("offload"))
	return &Offload{Peer: peer, Cluster: to.Cluster}
}

// checkAway refuses what a spec says of pods that are not here: it would hold
// nothing. What a class says is meant for other stacks.
func (r *clusterResolver) checkAway() {
	const there = "its pods run on the peer, so write it of the cluster there"
	r.unused(r.spec.Storage != nil, "storage", catalogue.Liqo, there)
	r.unused(r.spec.Quota.Storage != "", "quota.storage", catalogue.Liqo, there)
	r.unused(orZero(r.spec.Quota.LoadBalancers) > 0, "quota.loadBalancers", catalogue.Liqo, there)
	r.unused(r.spec.Network != nil, "network", catalogue.Liqo, there)
	r.unused(r.spec.Nodes != nil, "nodes", catalogue.Liqo, there)
}

// offloadFrom is the peer whose cluster has its pods run in this one.
func (r *clusterResolver) offloadFrom(c Cluster) *LiqoPeer {
	from := r.spec.OffloadFrom
	if from == "" || c.State == Purged {
		return nil
	}
	if c.Stack != catalogue.Namespace {
		r.unused(c.Stack != "", "offloadFrom", c.Stack, "pods of another site arrive in plain namespaces")
		return nil
	}
	if c.Sandbox.Name != catalogue.None {
		r.fault(diag.OptionUnused, "offloadFrom", "pods of another site arrive without a RuntimeClass, and the sandbox "+c.Sandbox.Name+" would refuse them all",
			"write sandbox: none, where the class allows it")
	}
	peer, known := r.knownPeer("offloadFrom", from)
	if !known {
		return nil
	}
	r.rec.note("offloadFrom", from, "spec", r.at("offloadFrom"))
	return &peer
}

func (r *clusterResolver) knownPeer(field, site string) (LiqoPeer, bool) {
	peer, known := r.site.peer(site)
	if !known {
		r.fault(diag.NotAPeer, field, fmt.Sprintf("site %s does not list site %s as a peer of its Liqo", r.site.Name, site),
			"its peers are: "+list(peerNames(r.site.LiqoPeers))+"; a site lists others in liqo.peers")
	}
	return peer, known
}

// checkPeers: whom a site trusts is a site of the tenancy, trusts it, too, and
// both call one another what they call themselves.
func (r *resolver) checkPeers() {
	for _, doc := range r.docs.Sites {
		site := r.sites[doc.Value.Metadata.Name]
		for i, p := range orZero(doc.Value.Spec.Liqo).Peers {
			path := fmt.Sprintf("spec.liqo.peers[%d]", i)
			fault := func(field, message, hint string) {
				r.diags = append(r.diags, diag.Diagnostic{
					Severity: diag.Error, Code: diag.NotAPeer, Path: path + field, Message: message, Hint: hint, Position: doc.At(path + field),
				})
			}
			other, known := r.sites[p.Site]
			switch {
			case r.docs.Broken("Site", p.Site):
			case !known || other == site:
				fault(".site", "there is no other site "+p.Site+" in the tenancy", "a tenant's pods go to sites of its tenancy only: write the site's document first")
			case other.LiqoID != p.ClusterID:
				fault(".clusterID", fmt.Sprintf("site %s calls itself %q in liqo.clusterID", p.Site, other.LiqoID), "write the same in both documents: what Liqo was installed with there")
			default:
				if _, back := other.peer(site.Name); !back {
					fault(".site", fmt.Sprintf("site %s does not list site %s as a peer", p.Site, site.Name), "both sites say that they trust each other, or neither")
				}
			}
		}
	}
}

// checkOffloads: where a cluster's pods go, another takes them in, and nobody
// else's.
func (r *resolver) checkOffloads() {
	hosts, taken := map[string]entry{}, claims{}
	for _, e := range r.entries {
		hosts[e.cluster.Site+" "+e.cluster.Namespace] = e
	}
	for _, e := range r.entries {
		c := e.cluster
		if c.Offload == nil || c.gone() {
			continue
		}
		key := c.Offload.Peer.Site + " " + c.OffloadNamespace()
		host, found := hosts[key]
		if !found && (r.docs.Broken("Site", c.Offload.Peer.Site) || r.docs.Broken("Tenant", c.Tenant)) {
			continue // it may be there, among what cannot be read
		}
		if !found || host.cluster.gone() || host.cluster.OffloadFrom == nil || host.cluster.OffloadFrom.Site != c.Site {
			r.fault(e.doc, diag.OffloadRefused, e.path+".offload", fmt.Sprintf("tenant %s has no cluster %s on site %s that takes in pods of site %s", c.Tenant, c.Offload.Cluster, c.Offload.Peer.Site, c.Site),
				fmt.Sprintf("add one: {name: %s, site: %s, stack: namespace, sandbox: none, offloadFrom: %s, quota: …}", c.Offload.Cluster, c.Offload.Peer.Site, c.Site))
			continue
		}
		r.clash(diag.OffloadRefused, taken.first(key, e, "offload"), e, "offload", fmt.Sprintf("the pods of another cluster run in %s on site %s already", c.OffloadNamespace(), c.Offload.Peer.Site),
			"give each a cluster of its own there")
	}
}
