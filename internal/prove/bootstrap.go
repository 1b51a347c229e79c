package prove

import (
	"path"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// layersSeparate: of what an administrator applies by hand, each account has
// what its layer needs and no more, evaluated; each role is bound to the account
// of its name; and the site pulls its own folder of the fleet.
func layersSeparate(s Site) []Fault {
	var faults []Fault
	flux := s.Tenancy.Flux.Namespace
	r := rightsOf(s.Bootstrap)
	for _, account := range []string{resolve.SiteAccount, resolve.PlatformAccount, resolve.BoundaryAccount} {
		for _, right := range r.beyond(serviceAccount(flux, account), flux, layerAllowances(s, account)) {
			faults = append(faults, broken(clusterRoleID(account), "rules", "%s could %s", account, right)...)
		}
	}
	for _, o := range s.Bootstrap {
		switch o.ID.Kind {
		case "Role", "ClusterRole":
			faults = append(faults, wild(o)...)
		case "RoleBinding", "ClusterRoleBinding":
			faults = append(faults, boundByName(flux, o)...)
		case "GitRepository":
			faults = append(faults, ownFolder(s, o)...)
		case "Kustomization":
			faults = append(faults, rootApplied(s, o)...)
		}
	}
	return faults
}

// layerAllowances are what a layer's account needs.
func layerAllowances(s Site, account string) []allowance {
	kinds := func(sitewide bool, group string, resources ...string) []allowance {
		var out []allowance
		for _, resource := range resources {
			out = append(out, allowance{group: group, resource: resource, verbs: applied, sitewide: sitewide})
		}
		return out
	}
	switch account {
	case resolve.SiteAccount:
		return kinds(false, fluxGroup, "kustomizations")
	case resolve.PlatformAccount:
		return slices.Concat(
			kinds(true, "node.k8s.io", "runtimeclasses"), kinds(true, "scheduling.k8s.io", "priorityclasses"),
			kinds(true, storageGroup, "storageclasses"), kinds(true, "flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations"),
			kinds(true, admissionGroup, "validatingadmissionpolicies", "validatingadmissionpolicybindings"),
			kinds(true, rbacv1.GroupName, "clusterroles"),
			overRoles(s, "escalate"),
		)
	}
	return slices.Concat(
		kinds(false, "", "serviceaccounts"), kinds(true, "", "namespaces", "resourcequotas", "limitranges"),
		kinds(true, "networking.k8s.io", "networkpolicies"), kinds(true, storageGroup, "storageclasses"),
		kinds(true, "flowcontrol.apiserver.k8s.io", "flowschemas"), kinds(true, rbacv1.GroupName, "rolebindings"),
		kinds(true, map[string]string{"cilium": ciliumGroup, "calico": calicoGroup}[s.Site.Network.CNI], "ciliumnetworkpolicies", "networkpolicies"),
		overRoles(s, "bind"), fenceKinds(s), inDefaultTier(),
	)
}

// inDefaultTier: Calico's API server asks for the tier of a policy by its name,
// and for the policies of that tier by the name of a tier with a star.
func inDefaultTier() []allowance {
	return []allowance{
		{group: calicoGroup, resource: "tiers", verbs: "get", name: "default", sitewide: true},
		{group: calicoGroup, resource: "tier.networkpolicies", verbs: applied, name: "default.*", sitewide: true},
	}
}

// overRoles are a power over each role that clusters of the site need.
func overRoles(s Site, verb string) []allowance {
	var out []allowance
	for _, name := range s.Site.Roles() {
		out = append(out, allowance{group: rbacv1.GroupName, resource: "clusterroles", verbs: verb, name: name, sitewide: true})
	}
	return out
}

// fenceKinds are those of boundaries that only some stacks have.
func fenceKinds(s Site) []allowance {
	var out []allowance
	for _, name := range s.Site.Stacks {
		stack, _ := catalogue.StackFor(name)
		for _, k := range stack.Fence {
			out = append(out, allowance{group: k.Group, resource: k.Resource, verbs: applied, sitewide: true})
		}
	}
	return out
}

// boundByName: a binding gives the role of its name to the account of its name,
// in Flux's namespace, and nobody else.
func boundByName(flux string, o object.Object) []Fault {
	kind := "Role"
	if o.ID.Kind == "ClusterRoleBinding" {
		kind = "ClusterRole"
	}
	ref := map[string]any{"apiGroup": rbacv1.GroupName, "kind": kind, "name": o.ID.Name}
	subjects := []any{map[string]any{"kind": "ServiceAccount", "name": o.ID.Name, "namespace": flux}}
	faults := differs(o.ID, "roleRef", any(ref), o.Get("roleRef"), "it is not the role of its name")
	return append(faults, differs(o.ID, "subjects", any(subjects), o.Get("subjects"), "it is not the account of its name alone")...)
}

// ownFolder: a site pulls from the fleet, and of it no other site's tenants.
func ownFolder(s Site, o object.Object) []Fault {
	var faults []Fault
	if o.Text("spec", "url") != s.Tenancy.Fleet.PullURL || o.Text("spec", "ref", "branch") != s.Tenancy.Fleet.Branch {
		faults = append(faults, broken(o.ID, "spec", "it is not the branch %s of %s", s.Tenancy.Fleet.Branch, s.Tenancy.Fleet.PullURL)...)
	}
	return append(faults, differs(o.ID, "spec.sparseCheckout", any([]any{s.Site.Folder()}), o.Get("spec", "sparseCheckout"), "other sites' tenants would lie on this one")...)
}

// rootApplied: the site's folder is applied by the account that may write Flux
// Kustomizations and nothing else.
func rootApplied(s Site, k object.Object) []Fault {
	faults := slices.Concat(fluxFields(k), fluxTimes(s, k), fluxSource(k))
	if got := k.Text("spec", "path"); path.Clean(got) != s.Site.Folder() {
		faults = append(faults, broken(k.ID, "spec.path", "it is %q instead of ./%s", got, s.Site.Folder())...)
	}
	if got := k.Text("spec", "serviceAccountName"); got != resolve.SiteAccount {
		faults = append(faults, broken(k.ID, "spec.serviceAccountName", "it is %q instead of %q", got, resolve.SiteAccount)...)
	}
	if got := k.Text("spec", "deletionPolicy"); got != "Orphan" {
		faults = append(faults, broken(k.ID, "spec.deletionPolicy", "whoever removes it would remove the site's tenants")...)
	}
	return faults
}
