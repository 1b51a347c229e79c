package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/schema"
)

// clusterResolver completes one tenant cluster from its own documents, its
// class and its site, and nothing else: that locality is what lets clusters be
// compiled one by one.
type clusterResolver struct {
	doc    *spec.Document[schema.Tenant]
	path   string // spec.clusters[i]
	spec   schema.Cluster
	class  *spec.Document[schema.TenantClass]
	others []*spec.Document[schema.TenantClass] // all classes, for hints
	site   *Site
	policy policy
	lock   spec.Lock // what tenantc place has decided
	rec    *recorder
	diags  diag.List
}

func (r *clusterResolver) resolve() Cluster {
	tenant := r.doc.Value.Metadata.Name
	c := Cluster{
		Tenant:    tenant,
		Class:     r.class.Value.Metadata.Name,
		Name:      r.spec.Name,
		Site:      r.site.Name,
		Namespace: NamespaceOf(tenant, r.spec.Name),
		State:     State(choose(r.rec, "lifecycle.state", defaultState, r.written("lifecycle.state", orZero(r.spec.Lifecycle).State))),
		Origin:    Origin{doc: r.doc, path: r.path},
	}
	choose(r.rec, "site", c.Site, r.written("site", r.spec.Site), r.decided(c.Site, spec.Decision{Tenant: tenant, Cluster: c.Name}))
	r.rec.note("namespace", c.Namespace, "tenant and cluster name", nil)
	c.KeepDataUntil = r.keepDataUntil()
	r.stack(&c)
	made, _ := catalogue.StackFor(c.Stack)
	c.Kubernetes = r.kubernetes(made)
	c.Storage = r.storage(c)
	c.Bought = r.bought()
	c.ControlPlane = r.controlPlane(c, made.Plane)
	if made.Plane != catalogue.PlaneShared {
		c.APIHost = c.Name + "." + c.Tenant + "." + r.site.APIDomain
		r.rec.note("apiHost", c.APIHost, "site "+r.site.Name, nil)
	}
	if made.Plane.HasWorkers() {
		c.Version, c.Workers, c.Inside = r.version(c), r.workers(c), r.inside()
	}
	c.Namespaces = r.below(c)
	c.Nodes = r.nodes(c)
	c.Network = r.network()
	c.Access = r.access()
	c.Placement = placement(r.spec.Placement)
	c.Charges = charges(c, *r.site)
	c.Quota = hostQuota(c, *r.site)
	r.check(c)
	if r.rec != nil {
		c.Values = r.rec.values
	}
	return c
}

// keepDataUntil reads a date that the schema has checked.
func (r *clusterResolver) keepDataUntil() time.Time {
	day, err := time.Parse(time.DateOnly, orZero(r.spec.Lifecycle).KeepDataUntil)
	if err != nil {
		return time.Time{}
	}
	r.rec.note("lifecycle.keepDataUntil", day.Format(time.DateOnly), "spec", r.at("lifecycle.keepDataUntil"))
	return day
}

// stack settles how the cluster is made and how strongly it is isolated.
func (r *clusterResolver) stack(c *Cluster) {
	defaults := orZero(r.class.Value.Spec.Defaults)
	want := Requirement{
		Stack:        cmp.Or(r.spec.Stack, defaults.Stack, r.rememberedStack().value),
		Autonomy:     cmp.Or(r.spec.Autonomy, defaults.Autonomy),
		Isolation:    r.requiredIsolation(),
		GVisorIsHard: r.policy.gvisorIsHard,
		AllowStale:   r.policy.allowStale,
	}
	offered := true
	c.Sandbox = catalogue.Sandbox{Name: catalogue.None}
	if named, _ := catalogue.StackFor(want.Stack); named.Plane != catalogue.PlaneMachines || r.spec.Sandbox != "" {
		c.Sandbox, offered = r.sandbox(choose(r.rec, "sandbox", defaultSandbox,
			r.written("sandbox", r.spec.Sandbox), r.classes("sandbox", defaults.Sandbox)))
	}
	if !offered {
		return // how strongly it isolates is not worth a second fault
	}
	want.Sandbox = c.Sandbox
	stack, unfit := r.chooseStack(want)
	if unfit != nil {
		r.fault(unfit.Code, unfit.Field, unfit.Message, unfit.Remedy)
		return
	}
	if stack.Plane == catalogue.PlaneMachines {
		c.Sandbox = r.noSandbox(stack)
	}
	c.Stack, c.Autonomy = stack.Name, stack.Autonomy
	c.Isolation = stack.Isolation(c.Sandbox, r.policy.gvisorIsHard)
	r.noteStack(*c, defaults)
}

// noSandbox: where all pods run in machines of the tenant's, a sandbox of the
// site's would hold nothing.
func (r *clusterResolver) noSandbox(stack catalogue.Stack) catalogue.Sandbox {
	if r.spec.Sandbox != "" && r.spec.Sandbox != catalogue.None {
		r.fault(diag.OptionUnused, "sandbox", "the stack "+stack.Name+" runs no pod of the tenant on the site's nodes, so that a sandbox would hold nothing",
			"leave sandbox out: the machines are the stronger isolation")
	}
	return catalogue.Sandbox{Name: catalogue.None}
}

// kubernetes is the minor version of the tenant's API server. One that is the
// site's has the site's version, whatever a class says of others.
func (r *clusterResolver) kubernetes(made catalogue.Stack) string {
	written := r.written("kubernetes", r.spec.Kubernetes)
	if made.Name == "" || made.Plane != catalogue.PlaneShared {
		return choose(r.rec, "kubernetes", r.site.Kubernetes, written, r.classes("kubernetes", orZero(r.class.Value.Spec.Defaults).Kubernetes))
	}
	if r.spec.Kubernetes != "" && r.spec.Kubernetes != r.site.Kubernetes {
		r.fault(diag.KubernetesUnavailable, "kubernetes", fmt.Sprintf("with the stack %s the tenant uses the API server of site %s, which is Kubernetes %s", made.Name, r.site.Name, r.site.Kubernetes),
			"leave kubernetes out, or choose a stack with a control plane of its own")
	}
	r.rec.note("kubernetes", r.site.Kubernetes, "site "+r.site.Name, nil)
	return r.site.Kubernetes
}

// below are the namespaces of a tree; only one stack has such.
func (r *clusterResolver) below(c Cluster) []string {
	if len(r.spec.Namespaces) > 0 && c.Stack != catalogue.HNC && c.Stack != "" {
		r.fault(diag.OptionUnused, "namespaces", "the stack "+c.Stack+" has no tree of namespaces", "write stack: hnc, or leave namespaces out")
		return nil
	}
	return slices.Sorted(slices.Values(r.spec.Namespaces))
}

// noteStack says for explain why the cluster has its stack.
func (r *clusterResolver) noteStack(c Cluster, defaults schema.Defaults) {
	chosen := "the cheapest of site " + r.site.Name + " that isolates " + r.requiredIsolation()
	choose(r.rec, "stack", c.Stack, r.written("stack", r.spec.Stack), r.classes("stack", defaults.Stack), r.rememberedStack(),
		candidate[string]{value: c.Stack, source: chosen})
	r.rec.note("autonomy", c.Autonomy, "stack "+c.Stack, nil)
	r.rec.note("isolation", c.Isolation, "stack "+c.Stack+" with sandbox "+c.Sandbox.Name, nil)
}

// requiredIsolation is the strongest of what the tenancy, the class and the
// cluster ask for: a cluster never undercuts its class.
func (r *clusterResolver) requiredIsolation() string {
	strongest := catalogue.Soft
	for _, asked := range []string{r.policy.minimumIsolation, r.class.Value.Spec.Isolation, r.spec.Isolation} {
		if catalogue.IsolationMeets(asked, strongest) {
			strongest = asked
		}
	}
	return strongest
}

// sandbox looks a sandbox up among what the site offers.
func (r *clusterResolver) sandbox(name string) (catalogue.Sandbox, bool) {
	if name == catalogue.None {
		return catalogue.Sandbox{Name: catalogue.None}, true
	}
	var offered []string
	for _, s := range r.site.Sandboxes {
		if s.Name == name {
			return s, true
		}
		offered = append(offered, s.Name)
	}
	r.fault(diag.SandboxNotOffered, "sandbox", fmt.Sprintf("site %s does not offer the sandbox %s", r.site.Name, name),
		"it offers: "+list(append(offered, catalogue.None)))
	return catalogue.Sandbox{Name: name}, false
}

func (r *clusterResolver) storage(c Cluster) []ClusterStorage {
	names, path := orZero(r.spec.Storage).Classes, r.path+".storage.classes"
	if r.spec.Storage == nil {
		names = orZero(orZero(r.class.Value.Spec.Defaults).Storage).Classes
	}
	var out []ClusterStorage
	for i, name := range names {
		at := slices.IndexFunc(r.site.StorageClasses, func(s StorageClass) bool { return s.Name == name })
		if at < 0 {
			r.faultAt(diag.StorageClassUnknown, fmt.Sprintf("%s[%d]", path, i),
				fmt.Sprintf("site %s has no storage class %s", r.site.Name, name), "it has: "+list(storageNames(r.site.StorageClasses)))
			continue
		}
		out = append(out, ClusterStorage{Name: StorageClassName(c.Tenant, c.Name, name), Class: r.site.StorageClasses[at]})
	}
	r.rec.note("storage.classes", list(names), r.source(r.spec.Storage != nil), nil)
	return out
}

func storageNames(classes []StorageClass) []string {
	var names []string
	for _, c := range classes {
		names = append(names, c.Name)
	}
	return names
}

func (r *clusterResolver) bought() Quota {
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
	for name, n := range defaultObjects {
		bought.Objects[name] = n
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

func (r *clusterResolver) network() ClusterNetwork {
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

// written is the cluster's own spec as a candidate.
func (r *clusterResolver) written(path, value string) candidate[string] {
	return candidate[string]{value, "spec", r.at(path)}
}

// classes is the class's default as a candidate.
func (r *clusterResolver) classes(path, value string) candidate[string] {
	return candidate[string]{value, "class " + r.class.Value.Metadata.Name, func() diag.Position { return r.class.At("spec.defaults." + path) }}
}

// rememberedStack is the stack that the cluster was given when it was first
// resolved: it never changes by itself. Nothing where none is remembered.
func (r *clusterResolver) rememberedStack() candidate[string] {
	d, _ := r.lock.Stack(r.doc.Value.Metadata.Name, r.spec.Name, r.site.Name)
	return r.decided(d.Stack, d)
}

// decided is a part of what tenantc place has decided as a candidate.
func (r *clusterResolver) decided(value string, d spec.Decision) candidate[string] {
	return candidate[string]{value, "tenantc place", func() diag.Position { return r.lock.At(d) }}
}

func (r *clusterResolver) source(written bool) string {
	if written {
		return "spec"
	}
	return "default"
}

func (r *clusterResolver) at(path string) func() diag.Position {
	return func() diag.Position { return r.doc.At(r.path + "." + path) }
}

// fault reports a field of the cluster; faultAt one of the document.
func (r *clusterResolver) fault(code diag.Code, field, message, hint string) {
	r.faultAt(code, r.path+"."+field, message, hint)
}

func (r *clusterResolver) faultAt(code diag.Code, path, message, hint string) {
	r.diags = append(r.diags, diag.Diagnostic{
		Severity: diag.Error, Code: code, Tenant: r.doc.Value.Metadata.Name, Path: path,
		Message: message, Hint: hint, Position: r.doc.At(path),
	})
}

// list names things in a message.
func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
