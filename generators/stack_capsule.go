package generators

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// capsuleLabel is how Capsule says whose a namespace is.
const capsuleLabel = "capsule.clastix.io/tenant"

// capsuleStack is a Capsule Tenant, whose owners make namespaces themselves.
// The Tenant is part of the fence: it says what Capsule puts around each of
// those namespaces, in the words that the fence has elsewhere. The cluster's
// own namespace is not one of them; it keeps the state of the cluster, and its
// quota lets nothing run there.
//
// A Tenant that is not active is cordoned; one that is retired may be deleted,
// and takes its namespaces with it when it is purged.
func capsuleStack() stack {
	return stack{
		guards:  func(resolve.Site, resolve.Cluster) map[string]string { return nil },
		network: func(s resolve.Site, c resolve.Cluster) []object.Object { return []object.Object{capsuleTenant(s, c)} },
		layer:   func(resolve.Tenancy, resolve.Site, resolve.Cluster) []object.Object { return nil },
		usable:  noChecks,
		quota: func(resolve.Cluster) corev1.ResourceList {
			return corev1.ResourceList{corev1.ResourcePods: resource.MustParse("0")}
		},
	}
}

// capsuleTenant is capsule.clastix.io/v1beta2 Tenant. The fields that newer
// versions call deprecated are the ones that all versions have.
func capsuleTenant(s resolve.Site, c resolve.Cluster) object.Object {
	spec := map[string]any{
		"owners":            capsuleOwners(c),
		"cordoned":          c.State != resolve.Active,
		"preventDeletion":   c.State != resolve.Retired,
		"forceTenantPrefix": true,
		"namespaceOptions": map[string]any{
			"quota":              capsuleNamespaces,
			"additionalMetadata": map[string]any{"labels": capsuleLabels(s, c), "annotations": capsuleAnnotations(s, c)},
		},
		"resourceQuotas":    map[string]any{"scope": "Tenant", "items": []any{corev1.ResourceQuotaSpec{Hard: quotaOf(c)}}},
		"limitRanges":       map[string]any{"items": []any{limits(s, c)}},
		"networkPolicies":   map[string]any{"items": capsulePolicies(s, c)},
		"storageClasses":    capsuleAllowed(storageClassNames(c), true),
		"priorityClasses":   capsuleAllowed([]string{resolve.WorkloadPriority}, true),
		"runtimeClasses":    capsuleRuntime(c),
		"ingressOptions":    capsuleIngress(s, c),
		"serviceOptions":    map[string]any{"allowedServices": map[string]any{"nodePort": false, "externalName": false, "loadBalancer": c.Bought.LoadBalancers > 0}},
		"imagePullPolicies": []any{"Always", "IfNotPresent"},
	}
	if c.Nodes.Dedicated {
		spec["nodeSelector"] = c.Nodes.Selector
	}
	return object.From(map[string]any{
		"apiVersion": "capsule.clastix.io/v1beta2", "kind": "Tenant", "metadata": metav1.ObjectMeta{Name: c.Namespace}, "spec": spec,
	})
}

// capsuleNamespaces is how many namespaces a tenant may make.
const capsuleNamespaces = 10

// capsuleOwners have the platform's role for tenants in each namespace, not
// Capsule's default, admin, which writes network policies and quotas.
func capsuleOwners(c resolve.Cluster) []any {
	owner := func(kind, name string) any {
		return map[string]any{"kind": kind, "name": name, "clusterRoles": []string{resolve.TenantRoleName, "capsule-namespace-deleter"}}
	}
	var owners []any
	for _, name := range c.Access.Groups {
		owners = append(owners, owner(rbacv1.GroupKind, name))
	}
	for _, name := range c.Access.Users {
		owners = append(owners, owner(rbacv1.UserKind, name))
	}
	return owners
}

func capsuleLabels(s resolve.Site, c resolve.Cluster) map[string]string {
	labels := podSecurity(s, c)
	maps.Copy(labels, c.Labels())
	return labels
}

// capsuleAnnotations say all that the policies ask for, the empty ones, too:
// what Capsule does not set itself an owner could set.
func capsuleAnnotations(s resolve.Site, c resolve.Cluster) map[string]string {
	all := map[string]string{object.AnnotationControlPlane: "", object.AnnotationChart: "", object.AnnotationMakers: ""}
	maps.Copy(all, everyGuard(s, c))
	return all
}

func capsuleAllowed(names []string, withDefault bool) map[string]any {
	if len(names) == 0 {
		return map[string]any{"allowedRegex": "^$"} // none: an absent list allows all
	}
	allowed := map[string]any{"allowed": names}
	if withDefault {
		allowed["default"] = names[0]
	}
	return allowed
}

func capsuleRuntime(c resolve.Cluster) map[string]any {
	if c.Sandbox.Name == catalogue.None {
		return capsuleAllowed(nil, false)
	}
	return capsuleAllowed([]string{c.Sandbox.Name}, true)
}

func capsuleIngress(s resolve.Site, c resolve.Cluster) map[string]any {
	options := map[string]any{"hostnameCollisionScope": "Cluster", "allowWildcardHostnames": false}
	if s.Network.IngressClass != "" {
		options["allowedClasses"] = capsuleAllowed([]string{s.Network.IngressClass}, true)
	}
	return options
}

// capsulePolicies are the network policies of each namespace of the Tenant.
func capsulePolicies(s resolve.Site, c resolve.Cluster) []any {
	own := netv1.NetworkPolicyPeer{NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{capsuleLabel: c.Namespace}}}
	plain := s
	plain.Network.CNI = "" // Capsule copies no other kind of policy
	var items []any
	for _, o := range append([]object.Object{defaultDeny(c)}, sharedNetwork(plain, c, own)...) {
		items = append(items, o.Value["spec"])
	}
	return items
}
