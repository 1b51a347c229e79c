package prove

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// boundAtHome: the one account of a tenant cluster is bound in the cluster's
// namespace to the platform's role, and nobody else is bound to anything.
func boundAtHome(v view) []Fault {
	if !v.fenced() {
		return nil
	}
	var faults []Fault
	if account, found := find(v.Boundary, accountOf(v)); !found {
		faults = append(faults, missing(accountOf(v))...)
	} else if account.Get("automountServiceAccountToken") != false {
		faults = append(faults, broken(account.ID, "automountServiceAccountToken", "a pod could run as it")...)
	}
	bindings := ofKind(v.Boundary, rbacv1.GroupName, "RoleBinding")
	if len(v.stack.Kinds) == 0 {
		for _, o := range bindings {
			faults = append(faults, broken(o.ID, "", "the stack %s has no layer to apply", v.Plan.Stack)...)
		}
		return faults
	}
	role := resolve.RoleOf(v.Plan.Stack)
	if want := v.Plan.AllNamespaces(); len(bindings) != len(want) {
		id := object.ID{Group: rbacv1.GroupName, Kind: "RoleBinding", Namespace: v.Plan.Namespace, Name: role}
		return append(faults, broken(id, "", "there are %d bindings instead of %d", len(bindings), len(want))...)
	}
	for _, namespace := range v.Plan.AllNamespaces() {
		faults = append(faults, boundIn(v, namespace, role)...)
	}
	return append(faults, peopleBound(v)...)
}

func boundIn(v view, namespace, role string) []Fault {
	id := object.ID{Group: rbacv1.GroupName, Kind: "RoleBinding", Namespace: namespace, Name: role}
	binding, found := find(v.Boundary, id)
	if !found {
		return missing(id)
	}
	faults := differs(id, "roleRef", any(map[string]any{
		"apiGroup": rbacv1.GroupName, "kind": "ClusterRole", "name": role,
	}), binding.Get("roleRef"), "it is another role than the platform's "+role)
	return append(faults, differs(id, "subjects", any([]any{map[string]any{
		"kind": "ServiceAccount", "name": v.Plan.Account(), "namespace": v.Tenancy.Flux.Namespace,
	}}), binding.Get("subjects"), "it is not the cluster's account alone")...)
}

// target is something of a site that a tenant's accounts could ask for.
type target struct {
	group, resource, subresource string
	namespaced                   bool
}

// full is the resource with its subresource, as a rule names it.
func (t target) full() string { return strings.TrimSuffix(t.resource+"/"+t.subresource, "/") }

// targets are what a tenant must be kept from, and one that does not exist:
// whoever may touch that may touch all.
var targets = []target{
	{"", "namespaces", "", false}, {"", "namespaces", "status", false}, {"", "namespaces", "finalize", false},
	{"", "nodes", "", false}, {"", "nodes", "proxy", false}, {"", "nodes", "status", false}, {"", "persistentvolumes", "", false},
	{"", "resourcequotas", "", true}, {"", "resourcequotas", "status", true}, {"", "limitranges", "", true},
	{"", "pods", "", true}, {"", "pods", "exec", true}, {"", "pods", "attach", true}, {"", "pods", "portforward", true},
	{"", "pods", "ephemeralcontainers", true}, {"", "pods", "log", true}, {"", "pods", "binding", true}, {"", "pods", "eviction", true},
	{"", "secrets", "", true}, {"", "configmaps", "", true}, {"", "services", "", true}, {"", "endpoints", "", true}, {"", "events", "", true},
	{"", "serviceaccounts", "", true}, {"", "serviceaccounts", "token", true}, {"", "replicationcontrollers", "", true},
	{"", "persistentvolumeclaims", "", true},
	{"", "users", "", false}, {"", "groups", "", false},
	{"apps", "statefulsets", "", true}, {"apps", "deployments", "", true}, {"apps", "daemonsets", "", true},
	{"apps", "replicasets", "", true}, {"apps", "controllerrevisions", "", true}, {"batch", "jobs", "", true}, {"batch", "cronjobs", "", true},
	{"networking.k8s.io", "networkpolicies", "", true}, {"networking.k8s.io", "ingresses", "", true}, {"networking.k8s.io", "ingressclasses", "", false},
	{"cilium.io", "ciliumnetworkpolicies", "", true}, {"cilium.io", "ciliumclusterwidenetworkpolicies", "", false},
	{calicoGroup, "networkpolicies", "", true}, {calicoGroup, "globalnetworkpolicies", "", false},
	{calicoGroup, "tiers", "", false}, {calicoGroup, "tier.networkpolicies", "", true}, {calicoGroup, "tier.globalnetworkpolicies", "", false},
	{"discovery.k8s.io", "endpointslices", "", true},
	{"rbac.authorization.k8s.io", "roles", "", true}, {"rbac.authorization.k8s.io", "rolebindings", "", true},
	{"rbac.authorization.k8s.io", "clusterroles", "", false}, {"rbac.authorization.k8s.io", "clusterrolebindings", "", false},
	{"storage.k8s.io", "storageclasses", "", false}, {"storage.k8s.io", "csidrivers", "", false}, {"storage.k8s.io", "csinodes", "", false},
	{"snapshot.storage.k8s.io", "volumesnapshots", "", true}, {"snapshot.storage.k8s.io", "volumesnapshotcontents", "", false},
	{"node.k8s.io", "runtimeclasses", "", false}, {"scheduling.k8s.io", "priorityclasses", "", false},
	{"flowcontrol.apiserver.k8s.io", "flowschemas", "", false}, {"flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations", "", false},
	{"admissionregistration.k8s.io", "validatingadmissionpolicies", "", false}, {"admissionregistration.k8s.io", "validatingadmissionpolicybindings", "", false},
	{"admissionregistration.k8s.io", "validatingwebhookconfigurations", "", false}, {"admissionregistration.k8s.io", "mutatingwebhookconfigurations", "", false},
	{"apiextensions.k8s.io", "customresourcedefinitions", "", false}, {"apiregistration.k8s.io", "apiservices", "", false},
	{"certificates.k8s.io", "certificatesigningrequests", "", false}, {"certificates.k8s.io", "certificatesigningrequests", "approval", false},
	{"authentication.k8s.io", "tokenreviews", "", false}, {"coordination.k8s.io", "leases", "", true},
	{"kustomize.toolkit.fluxcd.io", "kustomizations", "", true}, {"source.toolkit.fluxcd.io", "gitrepositories", "", true},
	{"cluster.x-k8s.io", "clusters", "", true}, {vclusterGroup, "vclusters", "", true},
	{"metrics.k8s.io", "pods", "", true}, {"metrics.k8s.io", "nodes", "", false},
	{"probe.tenantc.dev", "anything", "", true},
}

var verbs = []string{
	"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "escalate", "bind", "impersonate", "approve", "sign", "probe",
}

// paths are non-resource requests beyond those that everybody may make.
var paths = []string{"/metrics", "/debug/pprof", "/logs", "/probe"}

// allowance is what an account may do of all that: verbs of one resource, in
// its own namespace unless sitewide.
type allowance struct {
	group, resource string // resource/subresource
	verbs           string // between spaces
	name            string // of the only object; empty for any
	sitewide        bool
}

// beyond lists what a subject may do besides its allowances: in its own
// namespace, in any other, and across the site.
func (r rights) beyond(who subject, home string, allowed []allowance) []string {
	const foreign = "tenantc-probe"
	var found []string
	for _, place := range []struct{ namespace, where string }{{home, "in its namespace"}, {foreign, "in every namespace"}, {"", "across the site"}} {
		rules := r.rulesOf(who, place.namespace)
		if len(rules) == 0 {
			continue
		}
		names := namesIn(rules)
		for _, t := range targets {
			if !spokenOf(rules, t) {
				continue
			}
			for _, verb := range verbs {
				if place.namespace != "" && !t.namespaced && !(verb == "bind" && t.resource == "clusterroles") {
					continue // a binding in a namespace says nothing about what has none, but for which roles one may bind there
				}
				for _, name := range names {
					ask := request{verb, t.group, t.resource, t.subresource, place.namespace, name, ""}
					if anyAllows(rules, ask) && !inAllowance(allowed, ask, place.namespace == home) {
						found = append(found, strings.TrimSuffix(verb+" "+t.full()+"."+t.group, ".")+" "+place.where)
					}
				}
			}
		}
		for _, path := range paths {
			if place.namespace == "" && anyAllows(rules, request{Verb: "get", Path: path}) {
				found = append(found, "get "+path)
			}
		}
	}
	return found
}

// spokenOf tells whether any rule could be about a target at all.
func spokenOf(rules []rbacv1.PolicyRule, t target) bool {
	full := t.full()
	return slices.ContainsFunc(rules, func(rule rbacv1.PolicyRule) bool {
		return slices.ContainsFunc(rule.Resources, func(r string) bool { return strings.HasPrefix(r, "*") || r == full })
	})
}

// namesIn are the names that rules speak of, and one that none does.
func namesIn(rules []rbacv1.PolicyRule) []string {
	names := []string{"any"}
	for _, rule := range rules {
		names = append(names, rule.ResourceNames...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func inAllowance(allowed []allowance, ask request, home bool) bool {
	resource := target{resource: ask.Resource, subresource: ask.Subresource}.full()
	return slices.ContainsFunc(allowed, func(a allowance) bool {
		return a.group == ask.Group && a.resource == resource && (home || a.sitewide) && (a.name == "" || a.name == ask.Name) &&
			slices.Contains(strings.Fields(a.verbs), ask.Verb)
	})
}

// wild finds wildcards in roles, which would take in what nobody has thought of.
func wild(o object.Object) []Fault {
	rules, _ := o.Get("rules").([]any)
	var faults []Fault
	for i, item := range rules {
		rule, _ := item.(map[string]any)
		for _, field := range []string{"apiGroups", "resources", "verbs", "nonResourceURLs"} {
			if slices.ContainsFunc(texts(rule[field]), func(t string) bool { return strings.Contains(t, "*") }) {
				faults = append(faults, broken(o.ID, fmt.Sprintf("rules[%d].%s", i, field), "it has a wildcard")...)
			}
		}
	}
	return faults
}

// fluxAllowances are what applying the cluster layer of any stack, and seeing
// whether it is up or gone, takes.
func fluxAllowances(of catalogue.Stack) []allowance {
	out := []allowance{
		{group: "apps", resource: "statefulsets", verbs: "get"},
		{group: "apps", resource: "deployments", verbs: "get"},
		{group: "apps", resource: "replicasets", verbs: "list"},
		{resource: "pods", verbs: "list"},
		{resource: "resourcequotas", verbs: "get"},
	}
	for _, k := range of.Kinds {
		a := allowance{group: k.Group, resource: k.Resource, verbs: applied}
		if of.Name == catalogue.HNC {
			a.verbs += " update" // HNC asks for it in the parent
		}
		out = append(out, a)
	}
	if of.Plane == catalogue.PlaneShared {
		out = append(out, allowance{group: rbacv1.GroupName, resource: "clusterroles", verbs: "bind", name: resolve.TenantRoleName})
	}
	return out
}

// applied are the verbs by which Flux applies and prunes.
const applied = "get create patch delete"

// roleNarrow: the platform's role gives an account that is bound to it in one
// namespace no more than it needs there, and nothing anywhere else.
func roleNarrow(s Site) []Fault {
	virtual, _ := catalogue.StackFor(catalogue.VCluster)
	faults := narrow(s, clusterRoleID(resolve.ClusterRoleName), fluxAllowances(virtual))
	for _, name := range s.Site.Stacks {
		stack, _ := catalogue.StackFor(name)
		if len(stack.Kinds) > 0 && name != catalogue.VCluster {
			faults = append(faults, narrow(s, clusterRoleID(resolve.RoleOf(name)), fluxAllowances(stack))...)
		}
	}
	if slices.Contains(s.Site.Roles(), resolve.TenantRoleName) {
		faults = append(faults, narrow(s, clusterRoleID(resolve.TenantRoleName), tenantAllowances())...)
	}
	return faults
}

// tenantAllowances are what a tenant's people may do in their namespace on the
// site's own API server: nothing of what the fence is made of but reading it.
func tenantAllowances() []allowance {
	const all, read = "get list watch create update patch delete deletecollection", "get list watch"
	var out []allowance
	add := func(verbs, group string, resources ...string) {
		for _, r := range resources {
			out = append(out, allowance{group: group, resource: r, verbs: verbs})
		}
	}
	add(all, "", "pods", "services", "configmaps", "secrets", "persistentvolumeclaims", "serviceaccounts")
	add("get create", "", "pods/exec", "pods/attach", "pods/portforward", "pods/eviction")
	add("update patch", "", "pods/ephemeralcontainers")
	add(read, "", "resourcequotas", "limitranges", "events", "pods/log", "endpoints", "namespaces")
	add(all, "apps", "deployments", "statefulsets", "replicasets", "daemonsets")
	add(read, "apps", "controllerrevisions")
	add(all, "batch", "jobs", "cronjobs")
	add(all, "networking.k8s.io", "ingresses")
	add(read, "networking.k8s.io", "networkpolicies")
	add(read, "discovery.k8s.io", "endpointslices")
	add(read, rbacv1.GroupName, "roles", "rolebindings")
	add(read, "metrics.k8s.io", "pods")
	return out
}

// narrow: a role that is bound in one namespace gives no more than what is
// allowed there, and nothing anywhere else.
func narrow(s Site, id object.ID, allowed []allowance) []Fault {
	role, found := find(s.Platform, id)
	if !found {
		return missing(id)
	}
	const home = "acme-prod"
	who := serviceAccount(s.Tenancy.Flux.Namespace, "cluster-"+home)
	r := rightsOf(s.Platform)
	r.bindings = append(r.bindings, rbacv1.RoleBinding{
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: id.Name},
		Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: s.Tenancy.Flux.Namespace, Name: "cluster-" + home}},
	})
	r.bindings[len(r.bindings)-1].Namespace = home
	faults := wild(role)
	for _, right := range r.beyond(who, home, allowed) {
		faults = append(faults, broken(id, "rules", "who has the role could %s", right)...)
	}
	return faults
}
