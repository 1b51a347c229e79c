package prove

import (
	"maps"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// Stacks whose tenants have several namespaces: those of a Capsule Tenant, which
// its owners make and Capsule fences in, and a tree of HNC, which the site makes.

const (
	capsuleGroup  = "capsule.clastix.io"
	hncGroup      = "hnc.x-k8s.io"
	mostCapsule   = 10 // namespaces that an owner may make
	capsuleDelete = "capsule-namespace-deleter"
)

func (v view) capsuleTenant() object.ID {
	return object.ID{Group: capsuleGroup, Kind: "Tenant", Name: v.Plan.Namespace}
}

// fencedByCapsule: what Capsule puts around each namespace that an owner makes
// is what a namespace of the site's making has: labels, what the policies are
// told, limits, denial by default, no class of the site's own. Its quota is
// bounded's to judge, what its policies allow flowsAllowed's.
func fencedByCapsule(v view) []Fault {
	if !v.capsule() || !v.fenced() {
		return nil
	}
	id := v.capsuleTenant()
	tenant, found := find(v.Boundary, id)
	if !found {
		return missing(id)
	}
	spec, _ := tenant.Get("spec").(map[string]any)
	judged := maps.Clone(spec)
	for _, elsewhere := range []string{"resourceQuotas", "networkPolicies", "limitRanges"} {
		delete(judged, elsewhere)
	}
	faults := exactly(id, "spec", any(capsuleSpec(v)), any(judged))
	ranges, _ := at(spec, "limitRanges.items").([]any)
	if len(ranges) != 1 {
		return append(faults, broken(id, "spec.limitRanges.items", "there are %d: with one, its defaults hold", len(ranges))...)
	}
	limits, _ := ranges[0].(map[string]any)
	faults = append(faults, limitsOf(v, id, "spec.limitRanges.items[0]", limits)...)
	if !deniesAll(copied([]object.Object{tenant})) {
		faults = append(faults, broken(id, "spec.networkPolicies.items", "no policy denies every pod both directions")...)
	}
	return faults
}

// capsuleSpec is all that a Tenant says besides quotas, limits and policies. A
// list that were absent would allow everything, so an empty one is written down.
func capsuleSpec(v view) map[string]any {
	c := v.Plan
	spec := map[string]any{
		"cordoned":          c.State != resolve.Active,
		"preventDeletion":   c.State != resolve.Retired,
		"forceTenantPrefix": true,
		"namespaceOptions": map[string]any{
			"quota": int64(mostCapsule), "additionalMetadata": map[string]any{"labels": capsuleLabels(v), "annotations": capsuleTold(v)},
		},
		"storageClasses":    allowedOnly(storageNames(v)),
		"priorityClasses":   allowedOnly([]string{resolve.WorkloadPriority}),
		"runtimeClasses":    allowedOnly(nil),
		"ingressOptions":    map[string]any{"hostnameCollisionScope": "Cluster", "allowWildcardHostnames": false},
		"serviceOptions":    map[string]any{"allowedServices": map[string]any{"nodePort": false, "externalName": false, "loadBalancer": c.Bought.LoadBalancers > 0}},
		"imagePullPolicies": []any{"Always", "IfNotPresent"},
	}
	if owners := capsuleOwners(c); len(owners) > 0 {
		spec["owners"] = owners
	}
	if c.Sandbox.Name != catalogue.None {
		spec["runtimeClasses"] = allowedOnly([]string{c.Sandbox.Name})
	}
	if class := v.Site.Network.IngressClass; class != "" {
		spec["ingressOptions"].(map[string]any)["allowedClasses"] = allowedOnly([]string{class})
	}
	if c.Nodes.Dedicated {
		spec["nodeSelector"] = anyMap(c.Nodes.Selector)
	}
	return spec
}

// capsuleOwners have the platform's role in the namespaces that they make, and
// may take those down again; Capsule's default would be admin.
func capsuleOwners(c resolve.Cluster) []any {
	var owners []any
	for _, p := range []struct {
		kind  string
		names []string
	}{{rbacv1.GroupKind, c.Access.Groups}, {rbacv1.UserKind, c.Access.Users}} {
		for _, name := range p.names {
			owners = append(owners, map[string]any{"kind": p.kind, "name": name, "clusterRoles": []any{resolve.TenantRoleName, capsuleDelete}})
		}
	}
	return owners
}

func capsuleLabels(v view) map[string]any {
	labels := anyMap(v.Plan.Labels())
	for _, mode := range []string{"enforce", "audit", "warn"} {
		labels[podSecurityDomain+mode] = "restricted"
		labels[podSecurityDomain+mode+"-version"] = "v" + v.Site.Kubernetes
	}
	labels[podSecurityDomain+"enforce"] = v.podSecurity()[0]
	return labels
}

// capsuleTold is what the site's policies are told. Those that exempt something
// are there and empty: what Capsule does not set, an owner could.
func capsuleTold(v view) map[string]any {
	told := map[string]any{object.AnnotationControlPlane: "", object.AnnotationChart: "", object.AnnotationMakers: ""}
	for name, value := range annotations(v) {
		told[name] = value
	}
	return told
}

func allowedOnly(names []string) map[string]any {
	if len(names) == 0 {
		return map[string]any{"allowedRegex": "^$"}
	}
	return map[string]any{"allowed": list(names), "default": names[0]}
}

func anyMap(m map[string]string) map[string]any {
	out := map[string]any{}
	for key, value := range m {
		out[key] = value
	}
	return out
}

// underOneRoot: the namespaces of a tree hang below the cluster's own, which no
// one deletes along with what is below it, and one quota is over all of them.
func underOneRoot(v view) []Fault {
	if v.Plan.Stack != catalogue.HNC || !v.runs() {
		return nil
	}
	of := func(kind, namespace, name string) object.ID {
		return object.ID{Group: hncGroup, Kind: kind, Namespace: namespace, Name: name}
	}
	faults := exactObject(v.Layer, of("HierarchyConfiguration", v.Plan.Namespace, "hierarchy"), map[string]any{"allowCascadingDeletion": false})
	for _, below := range v.Plan.Below() {
		faults = append(faults, exactObject(v.Layer, of("HierarchyConfiguration", below.Namespace, "hierarchy"), map[string]any{"parent": v.Plan.Namespace})...)
	}
	id := of("HierarchicalResourceQuota", v.Plan.Namespace, resolve.QuotaName)
	quota, found := find(v.Layer, id)
	if !found {
		return append(faults, missing(id)...)
	}
	hard, _ := quota.Get("spec", "hard").(map[string]any)
	return append(faults, counted(v, id, "spec.hard", hard)...)
}
