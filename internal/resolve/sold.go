package resolve

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/schema"
)

func (r *clusterResolver) storage(c Cluster) []ClusterStorage {
	if c.Stack == catalogue.Liqo {
		return nil
	}
	if made, _ := catalogue.StackFor(c.Stack); made.Fleeting {
		r.fleeting(c.Stack, len(orZero(r.spec.Storage).Classes) > 0, "storage.classes")
		return nil
	}
	names := orZero(r.spec.Storage).Classes
	if r.spec.Storage == nil {
		names = orZero(orZero(r.class.Value.Spec.Defaults).Storage).Classes
	}
	var out []ClusterStorage
	for i, name := range names {
		if class, known := r.storageClass(i, name); known {
			out = append(out, ClusterStorage{Name: StorageClassName(c.Tenant, c.Name, name), Class: class})
		}
	}
	r.rec.note("storage.classes", list(names), r.source(r.spec.Storage != nil), nil)
	return out
}

// storageClass finds the class of the site that stands at an index of the spec's,
// or else of those that the tenant's class has.
func (r *clusterResolver) storageClass(index int, name string) (StorageClass, bool) {
	at := slices.IndexFunc(r.site.StorageClasses, func(s StorageClass) bool { return s.Name == name })
	if at < 0 {
		r.fault(diag.StorageClassUnknown, fmt.Sprintf("storage.classes[%d]", index),
			fmt.Sprintf("site %s has no storage class %s", r.site.Name, name), "it has: "+list(storageNames(r.site.StorageClasses)))
		return StorageClass{}, false
	}
	return r.site.StorageClasses[at], true
}

func storageNames(classes []StorageClass) []string {
	var names []string
	for _, c := range classes {
		names = append(names, c.Name)
	}
	return names
}

func (r *clusterResolver) bought(plane catalogue.Plane) Quota {
	q := r.spec.Quota
	bought := Quota{
		CPU:           quantity(q.CPU),
		Memory:        quantity(q.Memory),
		Storage:       quantity(choose(r.rec, "quota.storage", defaultStorage, r.written("quota.storage", q.Storage))),
		Pods:          integer(choose(r.rec, "quota.pods", defaultPods, r.written("quota.pods", q.Pods))),
		LoadBalancers: int64(orZero(q.LoadBalancers)),
		Objects:       map[string]int64{},
	}
	if q.LargestPod != nil {
		bought.LargestPod = &PodSize{CPU: quantity(q.LargestPod.CPU), Memory: quantity(q.LargestPod.Memory)}
		r.rec.note("quota.largestPod", q.LargestPod.CPU+", "+q.LargestPod.Memory, "spec", r.at("quota.largestPod"))
	}
	r.rec.note("quota.cpu", q.CPU, "spec", r.at("quota.cpu"))
	r.rec.note("quota.memory", q.Memory, "spec", r.at("quota.memory"))
	r.rec.note("quota.loadBalancers", bought.LoadBalancers, r.source(q.LoadBalancers != nil), r.at("quota.loadBalancers"))
	maps.Copy(bought.Objects, defaultObjects)
	if plane == catalogue.PlaneShared {
		maps.Copy(bought.Objects, defaultWorkloads)
	}
	for name, n := range q.Objects {
		bought.Objects[name] = int64(n)
	}
	for _, name := range sortedKeys(bought.Objects) {
		_, written := q.Objects[name]
		r.rec.note("quota.objects."+name, bought.Objects[name], r.source(written), r.at("quota.objects."+name))
	}
	return bought
}

func (r *clusterResolver) network(c Cluster) ClusterNetwork {
	if c.Stack == catalogue.Liqo {
		return ClusterNetwork{}
	}
	n := orZero(r.spec.Network)
	r.rec.note("network.hosts", list(n.Hosts), r.source(len(n.Hosts) > 0), r.at("network.hosts"))
	return ClusterNetwork{Hosts: slices.Sorted(slices.Values(n.Hosts)), AllowFrom: peers(n.AllowFrom), AllowTo: peers(n.AllowTo)}
}

func peers(in []schema.Peer) []Peer {
	var out []Peer
	for _, p := range in {
		peer := Peer{CIDR: p.CIDR}
		for _, port := range slices.Sorted(slices.Values(p.Ports)) {
			peer.Ports = append(peer.Ports, int32(port))
		}
		out = append(out, peer)
	}
	return out
}

func (r *clusterResolver) access() Access {
	a := orZero(r.spec.Access)
	admins := orZero(a.Admins)
	access := Access{Groups: slices.Sorted(slices.Values(admins.Groups)), Users: slices.Sorted(slices.Values(admins.Users))}
	if a.OIDC == nil {
		return access
	}
	access.OIDC = &OIDC{
		Issuer:   a.OIDC.Issuer,
		ClientID: a.OIDC.ClientID,
		UsernameClaim: choose(r.rec, "access.oidc.usernameClaim", defaultUsernameClaim,
			r.written("access.oidc.usernameClaim", a.OIDC.UsernameClaim)),
		GroupsClaim: a.OIDC.GroupsClaim,
		Addresses:   a.OIDC.Addresses,
	}
	return access
}
