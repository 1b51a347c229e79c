package resolve

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/schema"
)

// check holds the resolved cluster against its class, its site and what the
// versions there can do. A purged cluster is only a name; a retired one is
// still fenced in, but nothing of it runs.
func (r *clusterResolver) check(c Cluster) {
	r.checkNamespace(c)
	if c.State == Purged {
		return
	}
	r.checkLimits(c)
	r.checkNetwork(c)
	if !c.gone() {
		r.checkControlPlane(c)
		r.checkExposure(c)
		r.checkPeople(c)
	}
}

// checkPeople refuses a cluster on the site's own API server that nobody may
// use: without a control plane there is no administrator's kubeconfig either.
// One that takes another's pods in is used through that one. An API server of
// the cluster's own knows people by its identity provider, and by nothing else.
func (r *clusterResolver) checkPeople(c Cluster) {
	stack, known := catalogue.StackFor(c.Stack)
	people := len(c.Access.Groups) + len(c.Access.Users)
	switch {
	case !known:
	case stack.Plane != catalogue.PlaneShared && people > 0 && c.Access.OIDC == nil:
		r.fault(diag.AdminsUnknown, "access.admins", "no identity provider tells the cluster's own API server who these people are",
			"write access.oidc with issuer and clientID, or leave access.admins out")
	case stack.Plane == catalogue.PlaneShared && people == 0 && c.OffloadFrom == nil:
		r.fault(diag.NobodyAdmitted, "access.admins", fmt.Sprintf("the stack %s has no API server of its own, and the site's admits nobody to %s: no groups and no users are named", c.Stack, c.Namespace),
			"write access: {admins: {groups: […]}} with groups of the site's identity provider, or choose a stack with a control plane of its own")
	}
}

// reservedNamespaces and their prefixes belong to Kubernetes and to the tools
// on a site (domain facts: reserved names). A tenant's own name cannot be one
// of them, but tenant and cluster together could make one, as kube and system.
var reservedPrefixes = []string{"kube-", "openshift-", "capi-", "flux-"}

func (r *clusterResolver) checkNamespace(c Cluster) {
	n := r.site.Namespaces
	taken := []string{"default", n.ClusterAPI, n.VClusterProvider, n.Metrics, r.site.Network.IngressNamespace,
		n.KubeadmBootstrap, n.KubeadmControlPlane, n.KubeVirt, n.KubeVirtProvider, n.DataImporter, n.Kamaji, n.Capsule, n.Virtink, n.VirtinkProvider}
	reserved := slices.ContainsFunc(reservedPrefixes, func(p string) bool { return strings.HasPrefix(c.Namespace, p) })
	if reserved || slices.Contains(taken, c.Namespace) {
		r.fault(diag.NamespaceReserved, "name", fmt.Sprintf("tenant %s and cluster %s make the namespace %s, which is reserved on site %s", c.Tenant, c.Name, c.Namespace, c.Site),
			"choose another name for the cluster")
	}
	within := slices.IndexFunc(taken, func(name string) bool { return strings.HasPrefix(name, c.Namespace+"-") })
	if c.Stack == catalogue.Capsule && within >= 0 {
		r.fault(diag.NamespaceOfOthers, "name", fmt.Sprintf("with the stack %s, tenant %s and cluster %s may make the namespace %s, which is the site's", c.Stack, c.Tenant, c.Name, taken[within]),
			"choose another name for the cluster")
	}
}

// checkNames refuses names in the spec that its site does not have, and looks at
// nothing else.
func (r *clusterResolver) checkNames() {
	if name := r.spec.Stack; name != "" && !slices.Contains(r.site.Stacks, name) {
		unfit := r.notOffered(name)
		r.fault(unfit.Code, unfit.Field, unfit.Message, unfit.Remedy)
	}
	if r.spec.Sandbox != "" {
		r.sandbox(r.spec.Sandbox)
	}
	if name := orZero(r.spec.Nodes).Pool; name != "" {
		r.pool(Cluster{}, schema.Nodes{Pool: name})
	}
	for i, name := range orZero(r.spec.Storage).Classes {
		if name != "" {
			r.storageClass(i, name)
		}
	}
}

// bound is one limit of a class.
type bound struct {
	code  diag.Code
	field string
	have  resource.Quantity
	limit func(schema.Limits) string // empty for none
}

func bounds(q Quota) []bound {
	return []bound{
		{diag.OverCPU, "cpu", q.CPU, func(l schema.Limits) string { return l.CPU }},
		{diag.OverMemory, "memory", q.Memory, func(l schema.Limits) string { return l.Memory }},
		{diag.OverStorage, "storage", q.Storage, func(l schema.Limits) string { return l.Storage }},
		{diag.OverPods, "pods", number(q.Pods), func(l schema.Limits) string { return l.Pods }},
		{diag.OverLoadBalancers, "loadBalancers", number(q.LoadBalancers), func(l schema.Limits) string {
			if l.LoadBalancers == nil {
				return ""
			}
			return strconv.Itoa(*l.LoadBalancers)
		}},
	}
}

// checkLimits holds what one cluster buys against the bounds of its class.
func (r *clusterResolver) checkLimits(c Cluster) {
	for _, b := range bounds(c.Bought) {
		limit := b.limit(orZero(r.class.Value.Spec.Limits))
		if limit == "" || b.have.Cmp(quantity(limit)) <= 0 {
			continue
		}
		r.fault(b.code, "quota."+b.field, fmt.Sprintf("quota.%s %s exceeds class %s's limit of %s", b.field, b.have.String(), c.Class, limit), r.higher(b))
		last := &r.diags[len(r.diags)-1]
		last.Notes = []diag.Note{{Position: r.class.At("spec.limits." + b.field), Message: "the limit of class " + c.Class}}
	}
}

// higher is the hint for a quota over its limit: the classes that allow it.
func (r *clusterResolver) higher(b bound) string {
	var names []string
	for _, class := range r.others {
		limit := b.limit(orZero(class.Value.Spec.Limits))
		switch name := class.Value.Metadata.Name; {
		case limit == "":
			names = append(names, name)
		case b.have.Cmp(quantity(limit)) <= 0:
			names = append(names, fmt.Sprintf("%s (%s)", name, limit))
		}
	}
	if len(names) == 0 {
		return "lower it: no class allows that much"
	}
	return "lower it, or ask for a class with a higher limit: " + list(names)
}

// checkControlPlane refuses what the site's chart or the store cannot do.
func (r *clusterResolver) checkControlPlane(c Cluster) {
	made, _ := catalogue.StackFor(c.Stack)
	cp, chart := c.ControlPlane, r.site.Components.VCluster
	switch {
	case made.Plane == catalogue.PlaneShared && made.Name != "":
		r.unused(c.Access.OIDC != nil, "access.oidc", c.Stack, "its people log in as the site's API server has it")
		return
	case cp.Store.Type == catalogue.SQLite && cp.Replicas > 1:
		r.fault(diag.ReplicasSQLite, "controlPlane.replicas", fmt.Sprintf("%d replicas cannot share the store sqlite", cp.Replicas), "write replicas: 1, or store: {type: etcd}")
	case strings.Contains(cp.Store.Type, "etcd") && cp.Replicas%2 == 0:
		r.fault(diag.EvenMembers, "controlPlane.replicas", fmt.Sprintf("etcd with %d members survives no more than with %d", cp.Replicas, cp.Replicas-1), "write an odd number: 1, 3 or 5")
	}
	if made.Fleeting && cp.Replicas < leastFleetingReplicas {
		r.fault(diag.ReplicasFleeting, "controlPlane.replicas", fmt.Sprintf("the stack %s keeps the control plane's state in its machines alone: with %d, the first that is lost takes it along", c.Stack, cp.Replicas),
			fmt.Sprintf("write replicas: %d, or more", leastFleetingReplicas))
	}
	if made.Plane.HasWorkers() {
		r.unused(c.Bought.LoadBalancers > 0, "quota.loadBalancers", c.Stack, "the site's load balancers do not reach into its machines")
		r.unused(len(c.Network.Hosts) > 0, "network.hosts", c.Stack, "the site's ingress does not reach into its machines")
		return
	}
	if made.Plane != catalogue.PlaneChart || chart.Version == "" || len(chart.Distros[cp.Distro]) == 0 {
		return // the site has no such chart or distro, which is reported already
	}
	edition, possible := chart.Store(cp.Distro, cp.Store.Type)
	switch {
	case !possible:
		r.fault(diag.StoreUnavailable, "controlPlane.store.type",
			fmt.Sprintf("%s can open the store %s only with a password in its values, which would be in git and in the provider's log", cp.Distro, cp.Store.Type),
			"write store: {type: etcd}, or another distro")
	case edition == catalogue.Pro && !r.site.Components.VClusterPro:
		r.fault(diag.NeedsLicence, "controlPlane.store.type",
			fmt.Sprintf("the store %s with %s needs vCluster Pro, which site %s is not licensed for", cp.Store.Type, cp.Distro, c.Site),
			"write store: {type: etcd}, or vclusterPro: true on a site with a licence")
	}
	if c.Sandbox.Name != catalogue.None && !chart.ForcesRuntimeClass {
		r.fault(diag.SandboxNotForced, "sandbox", fmt.Sprintf("vcluster chart %s of site %s cannot force pods into %s", chart.Version, c.Site, c.Sandbox.Name),
			"upgrade the site's chart, or write sandbox: none where the class allows it")
	}
	if c.Nodes.Sync && chart.ReachesKubelets {
		r.fault(diag.NodesProxied, "nodes.sync", fmt.Sprintf("vcluster chart %s of site %s lets a control plane that sees nodes reach every kubelet, and so run a program in any pod", chart.Version, c.Site),
			"leave nodes.sync out, or upgrade the site's chart to 0.33 or later")
	}
	if c.Access.OIDC != nil && !chart.OIDC(cp.Distro) {
		r.fault(diag.NoOIDC, "access.oidc", fmt.Sprintf("tenantc cannot give %s an identity provider", cp.Distro), "choose distro: k8s or k3s")
	}
}

// checkExposure refuses ways in that the site does not have.
func (r *clusterResolver) checkExposure(c Cluster) {
	n := r.site.Network
	if c.ControlPlane.Expose == "ingress" && n.IngressClass == "" {
		r.fault(diag.NoIngress, "controlPlane.expose", "site "+c.Site+" has no ingress controller", "write expose: loadBalancer or none")
	}
	if c.ControlPlane.Expose == "loadBalancer" && n.LoadBalancerPool == "" {
		r.fault(diag.NoLoadBalancers, "controlPlane.expose", "site "+c.Site+" has no load balancers", "write expose: ingress or none")
	}
	if c.ControlPlane.Expose == "loadBalancer" && len(c.APIRanges()) == 0 {
		r.fault(diag.APIUnreachable, "controlPlane.expose", "no range of network.allowFrom reaches the load balancer of the API server",
			"write the tenant's ranges there, with port 443 or without ports, or write expose: ingress or none")
	}
	if c.Bought.LoadBalancers > 0 && n.LoadBalancerPool == "" {
		r.fault(diag.NoLoadBalancers, "quota.loadBalancers", "site "+c.Site+" has no load balancers to sell", "leave it out, or choose another site")
	}
	if len(c.Network.Hosts) > 0 && n.IngressClass == "" {
		r.fault(diag.NoIngress, "network.hosts", "site "+c.Site+" has no ingress controller for the hosts", "leave them out, or choose another site")
	}
	if c.Access.OIDC != nil && len(c.Access.OIDC.Addresses) == 0 && n.CNI != "cilium" {
		r.fault(diag.IssuerAddresses, "access.oidc", fmt.Sprintf("the network policies of %s cannot follow the issuer's name", n.CNI),
			"write access.oidc.addresses with the issuer's address ranges")
	}
}

// checkNetwork refuses ranges that reach another tenant or the site itself, and
// hosts that are, or could become, the name of a tenant's API server.
func (r *clusterResolver) checkNetwork(c Cluster) {
	guarded := guardedRanges(*r.site)
	check := func(path, cidr string) {
		if hit, bad := overlapping(cidr, guarded); bad {
			r.fault(diag.RangeGuarded, path, fmt.Sprintf("%s shares addresses with %s, %s", cidr, hit.name, hit.prefix), "name the addresses that are meant, outside that range")
		}
	}
	for i, p := range c.Network.AllowFrom {
		check(fmt.Sprintf("network.allowFrom[%d].cidr", i), p.CIDR)
	}
	for i, p := range c.Network.AllowTo {
		check(fmt.Sprintf("network.allowTo[%d].cidr", i), p.CIDR)
	}
	for i, cidr := range c.ControlPlane.Store.Addresses {
		check(fmt.Sprintf("controlPlane.store.addresses[%d]", i), cidr)
	}
	if c.Access.OIDC != nil {
		for i, cidr := range c.Access.OIDC.Addresses {
			check(fmt.Sprintf("access.oidc.addresses[%d]", i), cidr)
		}
	}
}

// checkPool refuses a pool that cannot hold the cluster, or would hold others
// besides a cluster that is promised nodes of its own.
func (r *clusterResolver) checkPool(c Cluster, nodes Nodes, pool Pool) {
	if !pool.Offers(c.Sandbox.Name) {
		r.fault(diag.PoolSandbox, "nodes.pool", fmt.Sprintf("pool %s does not offer the sandbox %s", pool.Name, c.Sandbox.Name), "it offers: "+list(append(pool.Sandboxes, catalogue.None)))
	}
	if len(pool.Labels) == 0 {
		r.fault(diag.PoolUnlabelled, "nodes.pool", fmt.Sprintf("pool %s has no labels to choose its nodes by", pool.Name), "label its nodes, and write the labels on the pool")
	}
	if nodes.Dedicated && len(pool.Taints) == 0 {
		r.fault(diag.PoolUntainted, "nodes.pool", fmt.Sprintf("pool %s has no taint, so other tenants' pods run there too", pool.Name), "taint its nodes, and write the taint on the pool")
	}
	if !nodes.Dedicated && len(pool.Taints) > 0 {
		r.fault(diag.PoolTainted, "nodes.pool", fmt.Sprintf("pool %s is kept for dedicated use by a taint", pool.Name), "write mode: dedicated, or choose another pool")
	}
}
