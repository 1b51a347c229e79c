package prove

import "github.com/tenantc/tenantc/internal/diag"

// fleetInvariants are judged for a certificate. compile has the same of the
// specs (package resolve) and of the objects of a site (package verify).
var fleetInvariants = []*Invariant{
	{
		ID: "claimed-once", Code: diag.ProveUnique, fleet: claimedOnce,
		Kinds:     []string{"*"},
		Title:     "No namespace, cluster-scoped name, label, host or API server's name is claimed twice",
		Threat:    "two tenants in one object: what one may, the other may",
		Considers: "every object's identity, what the chart makes of it, hosts with their wildcards",
		Benchmark: []string{"CC-TI-2"},
	},
}

var siteInvariants = []*Invariant{
	{
		ID: "policies", Code: diag.ProvePolicies, site: admitted,
		Kinds:     []string{"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"},
		Title:     "Every admission policy is emitted as it was proven, and bound to refuse",
		Threat:    "a policy that is there, and lets pass",
		Considers: "ValidatingAdmissionPolicies and their bindings, against the text that was tested request by request",
		Benchmark: []string{"BC-CPI-3", "BC-CPI-5", "BC-HI-1 (hostPath)", "BC-HI-1 (node ports)", "BC-HI-3", "BC-HI-4", "BC-HI-5"},
	},
	{
		ID: "runtimes", Code: diag.ProveRuntimes, site: runtimesReal,
		Kinds:     []string{"RuntimeClass"},
		Title:     "A RuntimeClass of a sandbox's name leads to the sandbox",
		Threat:    "a sandbox in name only",
		Considers: "RuntimeClasses: handler, nodes, overhead",
	},
	{
		ID: "below-site", Code: diag.ProvePriorities, site: belowSite,
		Kinds:     []string{"PriorityClass", "PriorityLevelConfiguration"},
		Title:     "Tenants stand below the site, and share a bounded part of its API server",
		Threat:    "preempting Flux or another tenant; a busy API server",
		Considers: "PriorityClasses and the priority level", Enforced: []string{"PriorityLevelConfiguration/tenants", "ValidatingAdmissionPolicy/tenantc-nodes"},
	},
	{
		ID: "role", Code: diag.ProveRole, site: roleNarrow,
		Kinds:     []string{"ClusterRole"},
		Title:     "A tenant cluster's account can change no boundary, reach no other namespace, escalate, bind or impersonate",
		Threat:    "the account that Flux impersonates, in the hands of whoever writes the layer",
		Considers: "the platform's ClusterRole, evaluated by Kubernetes' own rules",
		Benchmark: []string{"CC-CPI-1", "BC-CPI-2", "CC-TI-1 (changing one's quota)", "CC-TI-2", "CC-TI-1 (role escalation)", "BC-OPS-3"},
	},
	{
		ID: "accounts", Code: diag.ProveAccounts, site: layersSeparate, beside: true,
		Kinds:     []string{"ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "GitRepository"},
		Title:     "No layer's account can make itself another's, and tenants have nothing from them",
		Threat:    "from a mistake in one layer to the whole site",
		Considers: "what bootstrap prints: accounts, roles and bindings, evaluated", Enforced: vap("tenantc-flux", "tenantc-boundary-namespaced", "tenantc-boundary-cluster"),
		Benchmark: []string{"CC-TI-1 (role escalation)"},
	},
	{
		ID: "chart-makes", Code: diag.ProveRender, site: chartMakes, beside: true,
		Kinds:     []string{},
		Title:     "What the vcluster chart makes besides has no rights that lead out of the namespace, and pods that ask nothing of the node",
		Threat:    "a control plane broken into, with the chart's rights",
		Considers: "what helm renders of the site's chart: kinds, rights by Kubernetes' own rules, pods, labels, names",
		Enforced:  vap("tenantc-sandbox", "tenantc-workloads", "tenantc-host", "tenantc-services", "tenantc-endpoints", "tenantc-ingress", "tenantc-storage", "tenantc-release"),
		Benchmark: []string{"CC-CPI-1", "BC-CPI-2", "BC-CPI-5", "BC-CPI-6", "CC-TI-1 (changing one's quota)", "CC-TI-2", "BC-OPS-3", "BC-OPS-4"},
	},
	{
		ID: "nodes-alone", Code: diag.ProveNodes, site: nodesAlone, beside: true,
		Kinds:     []string{},
		Title:     "Nodes are shown to a tenant only on a site that it has for itself, and with no right to reach kubelets",
		Threat:    "reading every pod of the site; running a program in any",
		Considers: "which clusters are shown nodes, who else is on the site, what the chart takes for it",
		Benchmark: []string{"CC-TI-2"},
	},
	{
		ID: "flux", Code: diag.ProveFlux, site: fluxClosed,
		Kinds:     []string{"Kustomization"},
		Title:     "Flux applies what is committed, from the fleet, here, unchanged",
		Threat:    "substitution, another cluster, another source",
		Considers: "every field of every Flux Kustomization", Enforced: vap("tenantc-flux"),
	},
	{
		ID: "layers", Code: diag.ProveLayers, site: layersApart,
		Kinds:     []string{"Kustomization"},
		Title:     "Each layer is applied from its folder, by its account, after the one that fences it in",
		Threat:    "a tenant's layer with the site's rights; pods before their policies",
		Considers: "accounts, folders, order and deletion policy of the Flux Kustomizations", Enforced: vap("tenantc-flux"),
	},
	{
		ID: "platform-clean", Code: diag.ProvePlatform, site: platformClean,
		Kinds:     []string{"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "RuntimeClass", "PriorityClass", "PriorityLevelConfiguration", "ClusterRole"},
		Title:     "The platform carries no instruction to Flux or kustomize, and nothing of a tenant's",
		Threat:    "a policy that is dropped in the build or never updated",
		Considers: "every object's metadata and text",
	},
}
