package diag

import "strings"

// The isolation of what was built, one code an invariant (package prove).
const (
	ProveHome        Code = "TC5001"
	ProveForeign     Code = "TC5002"
	ProveClean       Code = "TC5003"
	ProveState       Code = "TC5004"
	ProveSandbox     Code = "TC5005"
	ProveAnnotations Code = "TC5006"
	ProvePodSecurity Code = "TC5007"
	ProveDefaultDeny Code = "TC5008"
	ProveFlows       Code = "TC5009"
	ProveCNI         Code = "TC5010"
	ProveDNS         Code = "TC5011"
	ProveQuota       Code = "TC5012"
	ProveLimits      Code = "TC5013"
	ProveFair        Code = "TC5014"
	ProveBindings    Code = "TC5015"
	ProveStorage     Code = "TC5016"
	ProvePinned      Code = "TC5017"
	ProveChart       Code = "TC5018"
	ProveProgram     Code = "TC5019"
	ProveExposed     Code = "TC5020"
	ProveIdentity    Code = "TC5021"
	ProveUnique      Code = "TC5025"
	ProveMachines    Code = "TC5022"
	ProveHosted      Code = "TC5023"
	ProveCapsule     Code = "TC5024"
	ProveTree        Code = "TC5026"
	ProveJoined      Code = "TC5027"
	ProveOffload     Code = "TC5028"
	ProvePolicies    Code = "TC5030"
	ProveRuntimes    Code = "TC5031"
	ProvePriorities  Code = "TC5032"
	ProveRole        Code = "TC5033"
	ProveAccounts    Code = "TC5034"
	ProveFlux        Code = "TC5035"
	ProveLayers      Code = "TC5036"
	ProvePlatform    Code = "TC5037"
	ProveRender      Code = "TC5038"
	ProveNodes       Code = "TC5039"
	Interference     Code = "TC5040"
)

// ours is what to do about a fault that no spec can cause.
const ours = "The specs cannot cause this: if the tenancy has no template of its own for it, it is a fault of tenantc; please report it with the message."

func proveEntries() []Entry {
	return []Entry{
		{ProveHome, "object leaves its tenant cluster", "An object of a tenant cluster lies outside of its namespace, bears a name that is not its alone, is of a kind that its layer may not have, or is labelled as another's.", ours},
		{ProveForeign, "object names another namespace", "An object of a tenant cluster names or selects a namespace that is neither its own nor one of the site's controllers.", ours},
		{ProveClean, "object carries an instruction", "An object has metadata or text that would make Flux, kustomize, the container runtime or the network plugin treat it otherwise than what was proven.", ours},
		{ProveState, "layer of a cluster that has ended", "Something of a retired or purged tenant cluster is still in the output.", ours},
		{ProveSandbox, "pods could run outside the sandbox", "The syncer, the namespace's annotation, the specs and the site's sandboxes do not agree on the RuntimeClass of the tenant's pods, or plain containers are promised as more than soft isolation.", ours},
		{ProveAnnotations, "namespace allows what nobody sold", "An annotation by which the site's admission policies judge the namespace is not what the specs come to.", ours},
		{ProvePodSecurity, "Pod Security is weakened", "The namespace's labels do not enforce baseline, or restricted for plain containers on the site's own API server, in the site's version (privileged where Virtink's machines are, and only there); or they do not record restricted.", ours},
		{ProveDefaultDeny, "traffic is not denied by default", "No network policy of the boundary denies every pod both directions.", ours},
		{ProveFlows, "a flow nobody sold", "A rule of a network policy lets more pods, addresses or ports through than the specs and the control plane ask for, or reaches addresses that no tenant may reach.", "Look at allowFrom and allowTo of the tenant cluster. " + ours},
		{ProveCNI, "the CNI's guard is weakened", "The policy in the words of Cilium or Calico that denies nodes, the site's API server, metadata services and other namespaces is missing or denies less.", ours},
		{ProveDNS, "DNS discloses other tenants", "The tenant's DNS would ask somebody else than the site's resolvers.", ours},
		{ProveQuota, "a resource is not bounded", "The ResourceQuota of a tenant cluster is missing, does not count a resource, or allows more than the specs come to.", ours},
		{ProveLimits, "containers are not bounded", "The LimitRange of a tenant cluster is missing, is not the only one, or gives containers nothing or too much.", ours},
		{ProveFair, "requests are not queued apart", "The FlowSchema of a tenant cluster is missing, or does not hold exactly the requests of the tenant's accounts.", ours},
		{ProveBindings, "account is bound elsewhere", "The account that applies a tenant cluster is bound to another role, in another namespace, or together with somebody else.", ours},
		{ProveStorage, "volumes are shared or stay", "A storage class of a tenant cluster keeps released data, is a default, or is not made from a class of the site; or the control plane's volumes are not of the cluster's own class.", ours},
		{ProvePinned, "chart is not pinned", "A VCluster installs another chart, version or repository than the site's, or the Cluster refers to something else.", ours},
		{ProveChart, "chart reaches beyond its cluster", "A value that keeps the vcluster chart inside the tenant cluster is missing or wrong, or one is set that nobody has judged.", ours},
		{ProveProgram, "control plane runs something else", "The values would run other images, arguments or volumes outside the sandbox than those of the control plane.", ours},
		{ProveExposed, "API server is exposed otherwise", "The tenant's API server would be reached under another name, from other addresses, or by a port on the nodes.", ours},
		{ProveMachines, "machine is not bare", "A virtual machine would have something of its node, another size or image than was sold, or be of no pool that was.", ours},
		{ProveCapsule, "namespaces of a Capsule Tenant are not fenced in", "What a Capsule Tenant says is not what the specs come to: a namespace that its owners make would lack policies, limits or the sandbox.", ours},
		{ProveTree, "tree of namespaces is not under one quota", "A namespace of an HNC tree hangs elsewhere than below the tenant cluster's own, or the quota over the tree is missing or allows more than the specs come to.", ours},
		{ProveJoined, "machines are not as sold", "Cluster API would make other machines, or more, than were sold, join them to another cluster, or leave them behind.", ours},
		{ProveOffload, "pods leave or arrive unsold", "The NamespaceOffloading of a tenant cluster, or what Liqo reads of its namespace, is not what the specs come to.", ours},
		{ProveHosted, "hosted control plane runs more than itself", "Beside the API server of a hosted control plane, outside of the sandbox, something would run or be mounted that does not belong to it.", ours},
		{ProveIdentity, "identities are not prefixed", "Names or groups from a tenant's identity provider could become names of the tenant cluster's own, or somebody administers it whom the specs do not name.", ours},
		{ProveUnique, "claimed by two tenant clusters", "Two tenant clusters have the same namespace, cluster-scoped name, labels, host or name of their API server.", ours},
		{ProvePolicies, "admission policy is not the proven one", "An admission policy of the platform is missing, not bound to deny, not asked about all that it must be, or lacks a validation that was proven to refuse. Where the tenancy has a template of its own for it, what it changes is reported as a warning.", "Keep in your template what the built-in one has, and add to it. " + ours},
		{ProveRuntimes, "RuntimeClass is a sandbox in name only", "A RuntimeClass of the platform is missing, leads to another handler, to nodes without the sandbox, or counts less than it costs.", "Keep to the site's facts in your own template of it. " + ours},
		{ProvePriorities, "tenants stand above the site", "A priority class or the priority level of tenants would let them drive out the site's own pods or fill its API server.", "Keep to values below 0 in your own template of it. " + ours},
		{ProveRole, "tenant's role is too wide", "The ClusterRole that every tenant cluster's account is bound to allows something besides applying its Cluster and VCluster and reading their health.", "Take the rule out of your own template of it. " + ours},
		{ProveAccounts, "layer's account is too powerful", "An account that bootstrap sets up could bind, escalate, impersonate or read secrets, or a tenant's account has rights from it.", ours},
		{ProveFlux, "Flux is not locked down", "A Flux Kustomization lacks a field that keeps it safe, or has one that substitutes, rewrites or reaches further than its folder.", ours},
		{ProveLayers, "layer is applied by the wrong account", "A layer is applied by another account, from another folder, in another order or with another deletion policy than its own.", ours},
		{ProvePlatform, "platform carries an instruction", "An object of the platform has metadata or text that would make Flux or kustomize treat it otherwise, or is labelled as a tenant's.", "Take it out of your own template. " + ours},
		{ProveRender, "chart makes more than was judged", "What helm renders of the site's vcluster chart has rights, kinds or pods that nobody has judged to stay inside the tenant cluster.", "Choose a supported version of the chart. " + ours},
		{ProveNodes, "nodes shown beside other tenants", "A tenant cluster is shown the site's nodes where other tenants are, or by a chart that lets its control plane reach every kubelet.", "Leave nodes.sync out. " + ours},
		{Interference, "a change touches what it does not say", "Between two versions of the tenancy, something of the output changed although nothing that it is made of did: neither the tenant's spec, nor its class, its sites, the tenancy or a template.", "This is a fault of tenantc: please report it with the two versions."},
	}
}

// IsProof tells whether a code is of an invariant of isolation.
func (c Code) IsProof() bool { return strings.HasPrefix(string(c), "TC50") }
