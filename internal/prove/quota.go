package prove

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// bounded: one quota counts every countable resource, at no more than was
// resolved from the specs, and every bound of what runs is positive.
func bounded(v view) []Fault {
	if !v.fenced() {
		return nil
	}
	id := object.ID{Kind: "ResourceQuota", Namespace: v.Plan.Namespace, Name: resolve.QuotaName}
	quota, found := find(v.Boundary, id)
	if !found {
		return missing(id)
	}
	var faults []Fault
	for _, field := range []string{"scopes", "scopeSelector"} {
		if quota.Get("spec", field) != nil {
			faults = append(faults, broken(id, "spec."+field, "it counts only some of the pods")...)
		}
	}
	hard, _ := quota.Get("spec", "hard").(map[string]any)
	if v.capsule() {
		faults = append(faults, differs(id, "spec.hard", any(map[string]any{"pods": "0"}), any(hard), "something could run outside of Capsule's namespaces")...)
		return append(faults, counted(v, v.capsuleTenant(), "spec.resourceQuotas.items[0].hard", capsuleHard(v, v.capsuleTenant()))...)
	}
	return append(faults, counted(v, id, "spec.hard", hard)...)
}

// counted: the bounds of a quota are what the specs come to, or less, and there
// is one for everything that a tenant can use up.
func counted(v view, id object.ID, path string, hard map[string]any) []Fault {
	var faults []Fault
	for _, name := range slices.Sorted(maps.Keys(v.Plan.Quota)) {
		faults = append(faults, bound(id, path, hard, string(name), v.Plan.Quota[name])...)
	}
	for _, name := range countable(v) {
		if _, counted := hard[name]; !counted {
			faults = append(faults, broken(id, path+"."+name, "it is not counted")...)
		}
	}
	return faults
}

// capsuleHard is the one quota that a Tenant's namespaces share.
func capsuleHard(v view, id object.ID) map[string]any {
	tenant, _ := find(v.Boundary, id)
	items, _ := tenant.Get("spec", "resourceQuotas", "items").([]any)
	if tenant.Text("spec", "resourceQuotas", "scope") != "Tenant" || len(items) != 1 {
		return nil
	}
	item, _ := items[0].(map[string]any)
	hard, _ := item["hard"].(map[string]any)
	return hard
}

// bound compares one bound with what the specs come to.
func bound(id object.ID, path string, hard map[string]any, name string, sold resource.Quantity) []Fault {
	path += "." + name
	have, ok := quantityOf(hard[name])
	switch {
	case !ok:
		return broken(id, path, "it is not bounded, where the specs come to %s", &sold)
	case have.Cmp(sold) > 0:
		return broken(id, path, "%s is more than the %s that the specs come to", &have, &sold)
	case mustBePositive(name) && have.Sign() <= 0:
		return broken(id, path, "nothing could ever start")
	}
	return nil
}

func mustBePositive(name string) bool {
	switch corev1.ResourceName(name) {
	case corev1.ResourceRequestsCPU, corev1.ResourceLimitsCPU, corev1.ResourceRequestsMemory, corev1.ResourceLimitsMemory, corev1.ResourcePods,
		corev1.ResourceRequestsEphemeralStorage, corev1.ResourceLimitsEphemeralStorage:
		return true
	}
	return false
}

// countable is what a tenant can use up: computing, the nodes' own disks, volumes
// of every class that there is, addresses and ports, and objects in the site's own
// store: pods there are more than run, and people who use the site's own API server
// make all that their role lets them.
func countable(v view) []string {
	names := []string{
		"requests.cpu", "limits.cpu", "requests.memory", "limits.memory", "pods",
		"requests.ephemeral-storage", "limits.ephemeral-storage",
		"requests.storage", "services.loadbalancers", "services.nodeports",
		"count/configmaps", "count/secrets", "count/services", "count/persistentvolumeclaims",
		"count/endpointslices.discovery.k8s.io", "count/ingresses.networking.k8s.io", "count/pods",
	}
	if v.shared() {
		names = append(names, "count/serviceaccounts", "count/deployments.apps", "count/replicasets.apps", "count/statefulsets.apps",
			"count/daemonsets.apps", "count/controllerrevisions.apps", "count/jobs.batch", "count/cronjobs.batch",
			"count/horizontalpodautoscalers.autoscaling", "count/poddisruptionbudgets.policy")
	}
	for _, k := range v.stack.Kinds {
		if k.Max > 0 {
			names = append(names, k.Counted())
		}
	}
	const suffix = ".storageclass.storage.k8s.io/"
	for _, s := range v.Site.StorageClasses {
		names = append(names, s.Name+suffix+"requests.storage", s.Name+suffix+"persistentvolumeclaims")
	}
	for _, name := range storageNames(v) {
		names = append(names, name+suffix+"requests.storage")
	}
	return names
}

func quantityOf(v any) (resource.Quantity, bool) {
	text, is := v.(string)
	if !is {
		return resource.Quantity{}, false
	}
	q, err := resource.ParseQuantity(text)
	return q, err == nil
}

// limited: one LimitRange gives every container that says nothing positive
// limits and requests, so that the quota counts it, and none beyond it.
func limited(v view) []Fault {
	if !v.fenced() {
		return nil
	}
	ranges := slices.DeleteFunc(ofKind(v.Boundary, "", "LimitRange"), func(o object.Object) bool { return o.ID.Namespace != v.Plan.Namespace })
	id := object.ID{Kind: "LimitRange", Namespace: v.Plan.Namespace, Name: "containers"}
	if len(ranges) != 1 {
		return broken(id, "", "there are %d LimitRanges: with one, its defaults hold", len(ranges))
	}
	id = ranges[0].ID
	spec, _ := ranges[0].Get("spec").(map[string]any)
	return limitsOf(v, id, "spec", spec)
}

// limitsOf judges what a LimitRange says, at its path in an object.
func limitsOf(v view, id object.ID, path string, spec map[string]any) []Fault {
	limits, _ := spec["limits"].([]any)
	if len(limits) != 1 {
		return broken(id, path+".limits", "there are %d limits instead of one for containers", len(limits))
	}
	path += ".limits[0]"
	limit, _ := limits[0].(map[string]any)
	if limit["type"] != "Container" {
		return broken(id, path+".type", "it is not for containers")
	}
	faults := diskBounded(v, id, path, limit)
	for _, field := range []string{"default", "defaultRequest"} {
		values, _ := limit[field].(map[string]any)
		for _, name := range []string{"cpu", "memory", "ephemeral-storage"} {
			faults = append(faults, defaultOf(v, id, path+"."+field+"."+name, name, values[name])...)
		}
	}
	return faults
}

// defaultOf: a container that says nothing of itself has something of each, and
// no more than was bought.
func defaultOf(v view, id object.ID, path, name string, value any) []Fault {
	q, ok := quantityOf(value)
	if !ok || q.Sign() <= 0 {
		return broken(id, path, "a container that says nothing would have none")
	}
	if name != "ephemeral-storage" {
		return atMost(v, id, path, name, q)
	}
	if most := resource.MustParse(limitedDisk); q.Cmp(most) > 0 {
		return broken(id, path, "%s is more than %s for a container that says nothing", &q, &most)
	}
	return nil
}

// diskBounded: no container writes more on its node than a fixed figure, or than
// the largest pod of the stack itself.
func diskBounded(v view, id object.ID, path string, limit map[string]any) []Fault {
	most := resource.MustParse(mostDisk)
	for _, charge := range v.Plan.Charges {
		if charge.Disk.Limits.Cmp(most) > 0 {
			most = charge.Disk.Limits
		}
	}
	bounds, _ := limit["max"].(map[string]any)
	q, ok := quantityOf(bounds["ephemeral-storage"])
	if !ok || q.Sign() <= 0 || q.Cmp(most) > 0 {
		return broken(id, path+".max.ephemeral-storage", "it is not between 1 and %s: a container could fill its node's disk", &most)
	}
	return nil
}

// What a container has of its node's disk that says nothing, requests and limits;
// and the most that one may have.
const (
	requestedDisk = "256Mi"
	limitedDisk   = "4Gi"
	mostDisk      = "32Gi"
)

func atMost(v view, id object.ID, path, name string, q resource.Quantity) []Fault {
	bought := v.Plan.Bought.CPU
	if name == "memory" {
		bought = v.Plan.Bought.Memory
	}
	if q.Cmp(bought) > 0 {
		return broken(id, path, "%s is more than the %s that was bought", &q, &bought)
	}
	return nil
}

// fair: the tenant's accounts are a flow of their own at the site's API server,
// in the share of all tenants, and nobody else's requests are in it.
func fair(v view) []Fault {
	if !v.fenced() {
		return nil
	}
	id := object.ID{Group: "flowcontrol.apiserver.k8s.io", Kind: "FlowSchema", Name: v.Plan.FlowSchemaName()}
	schema, found := find(v.Boundary, id)
	if !found {
		return missing(id)
	}
	var faults []Fault
	if schema.Text("spec", "priorityLevelConfiguration", "name") != resolve.PriorityLevelName {
		faults = append(faults, broken(id, "spec.priorityLevelConfiguration.name", "it is not the level %s, which tenants share", resolve.PriorityLevelName)...)
	}
	if schema.Text("spec", "distinguisherMethod", "type") != "ByUser" {
		faults = append(faults, broken(id, "spec.distinguisherMethod", "one account would hold up the others")...)
	}
	if p, is := schema.Get("spec", "matchingPrecedence").(int64); !is || p <= 1000 || p >= 9000 {
		faults = append(faults, broken(id, "spec.matchingPrecedence", "it does not lie between the system's 1000 and the 9000 of all service accounts")...)
	}
	return append(faults, flowRules(v, schema)...)
}

// flowRules: exactly the accounts of the namespace, with all that they ask.
func flowRules(v view, schema object.Object) []Fault {
	all := []any{"*"}
	want := []any{map[string]any{
		"subjects": []any{map[string]any{"kind": "ServiceAccount", "serviceAccount": map[string]any{"name": "*", "namespace": v.Plan.Namespace}}},
		"resourceRules": []any{map[string]any{
			"apiGroups": all, "clusterScope": true, "namespaces": all, "resources": all, "verbs": all,
		}},
		"nonResourceRules": []any{map[string]any{"nonResourceURLs": all, "verbs": all}},
	}}
	return differs(schema.ID, "spec.rules", want, schema.Get("spec", "rules"), "it does not hold exactly what the tenant's accounts ask")
}
