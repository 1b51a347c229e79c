package prove

import (
	"slices"

	"github.com/tenantc/tenantc/internal/diag"
)

// Invariant is one thing that holds of every fleet that tenantc lets through.
type Invariant struct {
	ID        string    // as in default-deny
	Code      diag.Code // of the diagnostic where it does not hold
	Title     string    // the claim, as a sentence
	Threat    string    // what somebody could do without it
	Considers string    // what is looked at
	Kinds     []string  // of objects that it looks at; * for all
	Enforced  []string  // objects of the output that keep it at run time, as Kind/name; none: it holds by what was built
	Benchmark []string  // checks of the Kubernetes multi-tenancy benchmark

	cluster    func(view) []Fault
	site       func(Site) []Fault
	fleet      func([]Cluster) []Judgement
	everywhere bool // of each namespace of a cluster that has several
	beside     bool // looks at what is not in the fleet, too: a site's folder can stay as it is while this changes
}

// Invariants are all that there are, those of tenant clusters first.
func Invariants() []*Invariant {
	return slices.Concat(clusterInvariants, fleetInvariants, siteInvariants)
}

func vap(names ...string) []string {
	var out []string
	for _, name := range names {
		out = append(out, "ValidatingAdmissionPolicy/"+name)
	}
	return out
}

var clusterInvariants = []*Invariant{
	{
		ID: "at-home", Code: diag.ProveHome, cluster: atHome,
		Kinds:     []string{"*"},
		Title:     "Every object of a tenant cluster is in its namespace, or under a name that is its alone",
		Threat:    "writing into another tenant's namespace; taking over an object of the site",
		Considers: "every object's kind, namespace, name and labels", Enforced: vap("tenantc-boundary-namespaced", "tenantc-boundary-cluster"),
		Benchmark: []string{"CC-TI-2"},
	},
	{
		ID: "nothing-foreign", Code: diag.ProveForeign, cluster: nothingForeign,
		Kinds:     []string{"*"},
		Title:     "No object names another tenant's namespace",
		Threat:    "a reference by which a controller with more rights reaches across",
		Considers: "every field that names or selects namespaces",
		Benchmark: []string{"CC-TI-2"},
	},
	{
		ID: "clean", Code: diag.ProveClean, cluster: clean,
		Kinds:     []string{"*"},
		Title:     "No object carries an instruction to Flux, kustomize, the runtime or the network",
		Threat:    "an annotation that drops an object, keeps it from being pruned or reaches below Kubernetes; ${ that Flux expands",
		Considers: "every object's metadata and text", Enforced: vap("tenantc-host"),
	},
	{
		ID: "state", Code: diag.ProveState, cluster: inState,
		Kinds:     []string{"*"},
		Title:     "What there is of a tenant cluster is what its place in life leaves of it",
		Threat:    "a retired tenant that still runs; a namespace deleted by accident",
		Considers: "whether the layers are empty", Enforced: vap("tenantc-keep-namespace", "tenantc-keep-cluster"),
	},
	{
		ID: "sandbox", Code: diag.ProveSandbox, cluster: sandboxed, everywhere: true,
		Kinds:     []string{"Namespace", "VCluster"},
		Title:     "Every way for a tenant's pod to run ends in the sandbox",
		Threat:    "a container on the node's own kernel",
		Considers: "the syncer's runtimeClassName, the namespace's annotation, the promised isolation, the site's sandboxes",
		Enforced:  vap("tenantc-sandbox", "tenantc-workloads"),
	},
	{
		ID: "namespace-says", Code: diag.ProveAnnotations, cluster: toldTruly, everywhere: true,
		Kinds:     []string{"Namespace"},
		Title:     "The namespace tells the site's policies what the specs say, and no more",
		Threat:    "a policy that lets pass what nobody sold: hosts, classes, nodes, charts",
		Considers: "the namespace's annotations", Enforced: vap("tenantc-guard-namespace", "tenantc-ingress", "tenantc-storage", "tenantc-nodes", "tenantc-chart"),
	},
	{
		ID: "pod-security", Code: diag.ProvePodSecurity, cluster: podSecure, everywhere: true,
		Kinds:     []string{"Namespace"},
		Title:     "The namespace enforces Pod Security: restricted for plain containers on the site's own API server, baseline beside a control plane or in a sandbox, where what restricted refuses is recorded; or it is of Virtink's machines, whose pods a policy of the site holds to three capabilities instead",
		Threat:    "a pod with the node's namespaces, paths or privileges",
		Considers: "the namespace's Pod Security labels", Enforced: append([]string{"Namespace (Pod Security admission)"}, vap("tenantc-host", "tenantc-launchers")...),
		Benchmark: []string{"BC-CPI-3", "BC-CPI-5", "BC-HI-1 (hostPath)", "BC-HI-3", "BC-HI-4", "BC-HI-5"},
	},
	{
		ID: "default-deny", Code: diag.ProveDefaultDeny, cluster: deniedByDefault, everywhere: true,
		Kinds:     []string{"NetworkPolicy"},
		Title:     "Both directions of every pod's traffic are denied unless something allows it",
		Threat:    "reaching other tenants and the site over the network",
		Considers: "the boundary's NetworkPolicies", Enforced: []string{"NetworkPolicy/default-deny"},
	},
	{
		ID: "flows", Code: diag.ProveFlows, cluster: flowsAllowed,
		Kinds:     []string{"NetworkPolicy"},
		Title:     "Every flow that is allowed was sold, or the control plane cannot do without it; none reaches other tenants, nodes, the site's API server or metadata services",
		Threat:    "a rule that lets more through than its author meant",
		Considers: "every rule of every NetworkPolicy: its pods, peers as sets of addresses, ports", Enforced: []string{"NetworkPolicy"},
		Benchmark: []string{"BC-OPS-4"},
	},
	{
		ID: "cni-guard", Code: diag.ProveCNI, cluster: cniGuarded, everywhere: true,
		Kinds:     []string{"CiliumNetworkPolicy", "NetworkPolicy"},
		Title:     "In the words of the site's CNI, a denial holds whatever else is allowed",
		Threat:    "a rule added later, by hand or by a controller",
		Considers: "CiliumNetworkPolicy or Calico's NetworkPolicy", Enforced: []string{"CiliumNetworkPolicy/guard", "NetworkPolicy.projectcalico.org/guard"},
	},
	{
		ID: "dns", Code: diag.ProveDNS, cluster: dnsDiscreet,
		Kinds:     []string{"VCluster"},
		Title:     "A virtual cluster's DNS discloses nobody: it asks the site's resolvers, never the site's own cluster DNS",
		Threat:    "listing other tenants' services by name",
		Considers: "the chart's Corefile and its fallback", Enforced: []string{"NetworkPolicy/dns"},
	},
	{
		ID: "quota", Code: diag.ProveQuota, cluster: bounded, everywhere: true,
		Kinds:     []string{"ResourceQuota"},
		Title:     "Every countable resource is bounded, by no more than was bought and its overhead",
		Threat:    "a neighbour that takes the site's computing, volumes, addresses or store",
		Considers: "the ResourceQuota, every bound of it", Enforced: []string{"ResourceQuota/tenantc"},
		Benchmark: []string{"CC-FNS-1", "CC-FNS-2", "BC-HI-1 (node ports)"},
	},
	{
		ID: "limits", Code: diag.ProveLimits, cluster: limited, everywhere: true,
		Kinds:     []string{"LimitRange"},
		Title:     "A container that says nothing of itself is counted and bounded, too",
		Threat:    "pods that no quota counts",
		Considers: "the LimitRange", Enforced: []string{"LimitRange/containers"},
	},
	{
		ID: "fair-queuing", Code: diag.ProveFair, cluster: fair,
		Kinds:     []string{"FlowSchema"},
		Title:     "The tenant's requests to the site's API server wait behind one another, not behind other tenants'",
		Threat:    "a syncer that keeps the site's API server busy",
		Considers: "the FlowSchema", Enforced: []string{"FlowSchema"},
	},
	{
		ID: "bound-at-home", Code: diag.ProveBindings, cluster: boundAtHome,
		Kinds:     []string{"RoleBinding", "ServiceAccount"},
		Title:     "The account that applies the tenant cluster is bound in its namespace, to the platform's role only",
		Threat:    "rights in other namespaces, or more rights in one's own",
		Considers: "RoleBindings and ServiceAccounts",
		Benchmark: []string{"CC-CPI-1", "BC-CPI-2", "CC-TI-1 (role escalation)"},
	},
	{
		ID: "storage", Code: diag.ProveStorage, cluster: storageOwn,
		Kinds:     []string{"StorageClass", "VCluster"},
		Title:     "Volumes come out of classes of the cluster's own, which delete what is released",
		Threat:    "reading what another tenant's volume held",
		Considers: "StorageClasses and the chart's volume claims", Enforced: append(vap("tenantc-storage"), "ResourceQuota/tenantc"),
		Benchmark: []string{"(proposed) reclaim policy Delete", "(proposed) PVC required", "(proposed) existing volumes"},
	},
	{
		ID: "pinned", Code: diag.ProvePinned, cluster: pinned,
		Kinds:     []string{"Cluster", "VCluster"},
		Title:     "The chart that is installed as cluster admin is the one of the catalogue",
		Threat:    "a VCluster that installs anything",
		Considers: "the VCluster's chart and the Cluster's references", Enforced: vap("tenantc-chart"),
	},
	{
		ID: "chart-closed", Code: diag.ProveChart, cluster: chartClosed,
		Kinds:     []string{"VCluster"},
		Title:     "Every value by which the chart would reach beyond the tenant cluster is set, and no other is",
		Threat:    "rules of one's own in the chart's roles, nodes and classes of others, a second quota",
		Considers: "every value of the chart", Enforced: vap("tenantc-chart"),
	},
	{
		ID: "program", Code: diag.ProveProgram, cluster: programPinned,
		Kinds:     []string{"VCluster"},
		Title:     "What runs outside the sandbox is the control plane's own images, arguments and volumes",
		Threat:    "a program of the tenant's as the control plane",
		Considers: "images, arguments, volumes and store in the chart's values", Enforced: vap("tenantc-sandbox", "tenantc-workloads"),
		Benchmark: []string{"BC-CPI-6"},
	},
	{
		ID: "capsule", Code: diag.ProveCapsule, cluster: fencedByCapsule,
		Kinds:     []string{"Tenant"},
		Title:     "What Capsule puts around each namespace that a tenant makes is the fence that the site puts around its own",
		Threat:    "a namespace of the tenant's making without policies, limits, denial or sandbox",
		Considers: "every field of the Tenant", Enforced: []string{"Tenant.capsule.clastix.io (Capsule)"},
	},
	{
		ID: "tree", Code: diag.ProveTree, cluster: underOneRoot,
		Kinds:     []string{"HierarchyConfiguration", "HierarchicalResourceQuota"},
		Title:     "The namespaces of a tree hang below the cluster's own, and one quota is over all of them",
		Threat:    "a quota for each namespace of what was sold once; a namespace in another tenant's tree",
		Considers: "every field of HNC's objects", Enforced: []string{"HierarchicalResourceQuota/tenantc (HNC)"},
	},
	{
		ID: "machines", Code: diag.ProveMachines, cluster: machinesBare,
		Kinds:     []string{"KubevirtMachineTemplate", "VirtinkMachineTemplate"},
		Title:     "A virtual machine has nothing of the node, and is as large as it was sold",
		Threat:    "a disk, a device or a network of the node in a machine that is the only sandbox",
		Considers: "every field of every machine's template", Enforced: vap("tenantc-machines", "tenantc-virtink", "tenantc-launchers", "tenantc-sandbox"),
	},
	{
		ID: "joined", Code: diag.ProveJoined, cluster: joined,
		Kinds:     []string{"Cluster", "KubevirtCluster", "VirtinkCluster", "KubeadmControlPlane", "KubeadmConfigTemplate", "MachineDeployment", "MachineHealthCheck", "ClusterResourceSet"},
		Title:     "As many machines are made as were sold, and they join the tenant's own cluster and no other",
		Threat:    "machines beyond what was sold, in another tenant's cluster, or left behind",
		Considers: "every field of Cluster API's objects", Enforced: vap("tenantc-machines", "tenantc-virtink"),
	},
	{
		ID: "hosted", Code: diag.ProveHosted, cluster: hostedPlain,
		Kinds:     []string{"KamajiControlPlane"},
		Title:     "A hosted control plane runs nothing but what belongs to it",
		Threat:    "a program of the tenant's beside the API server, outside of the sandbox",
		Considers: "every field of the control plane", Enforced: vap("tenantc-hosted", "tenantc-sandbox"),
	},
	{
		ID: "offloaded", Code: diag.ProveOffload, cluster: offloaded,
		Kinds:     []string{"NamespaceOffloading", "Namespace"},
		Title:     "Pods leave the site for the peer and the namespace of the specs only, and arrive only where the specs take them in",
		Threat:    "pods on a site that nobody trusts, or in a namespace without a fence; another site's pods in a tenant's namespace",
		Considers: "every field of the NamespaceOffloading, and what Liqo reads of the namespace", Enforced: vap("tenantc-offload", "tenantc-nodes"),
	},
	{
		ID: "exposed", Code: diag.ProveExposed, cluster: exposed,
		Kinds:     []string{"VCluster", "Ingress"},
		Title:     "The tenant's API server is reached under its own name, as the specs say, and by no node port",
		Threat:    "answering for another's name; a port on every node",
		Considers: "the chart's Ingress and Service, the Ingress of machines", Enforced: vap("tenantc-ingress", "tenantc-services"),
		Benchmark: []string{"BC-HI-1 (node ports)"},
	},
	{
		ID: "identity", Code: diag.ProveIdentity, cluster: identityPrefixed,
		Kinds:     []string{"VCluster", "KubeadmControlPlane", "KamajiControlPlane", "ConfigMap"},
		Title:     "Names from a tenant's identity provider are prefixed, and only those sold administer",
		Threat:    "a claim that becomes system:masters",
		Considers: "the API server's arguments and the binding installed inside",
	},
}
