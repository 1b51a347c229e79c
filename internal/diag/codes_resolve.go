package diag

// Codes of package resolve.
const (
	ClassUnknown          Code = "TC2001"
	SiteUnknown           Code = "TC2002"
	PoolUnknown           Code = "TC2003"
	StorageClassUnknown   Code = "TC2004"
	ControlPlaneStorage   Code = "TC2005"
	PlacementOpen         Code = "TC2006"
	SecondCluster         Code = "TC2007"
	NamespaceReserved     Code = "TC2008"
	SecondName            Code = "TC2009"
	HostTaken             Code = "TC2010"
	HostReserved          Code = "TC2011"
	PoolTaken             Code = "TC2012"
	StorageClassTaken     Code = "TC2013"
	DomainTaken           Code = "TC2014"
	RangesOverlap         Code = "TC2015"
	RangeGuarded          Code = "TC2016"
	NodesOfOthers         Code = "TC2017"
	ResolverGuarded       Code = "TC2018"
	AddressesTaken        Code = "TC2019"
	NamespaceOfOthers     Code = "TC2020"
	TooManyClusters       Code = "TC2101"
	OverCPU               Code = "TC2102"
	OverMemory            Code = "TC2103"
	OverStorage           Code = "TC2104"
	OverPods              Code = "TC2105"
	OverLoadBalancers     Code = "TC2106"
	IsolationTooWeak      Code = "TC2107"
	StackNotOffered       Code = "TC2201"
	StackNotGenerated     Code = "TC2202"
	NoStackFits           Code = "TC2203"
	Autonomy              Code = "TC2204"
	SandboxNotOffered     Code = "TC2205"
	SandboxNotInstalled   Code = "TC2206"
	PoolSandbox           Code = "TC2207"
	PoolUnlabelled        Code = "TC2208"
	PoolUntainted         Code = "TC2209"
	PoolTainted           Code = "TC2210"
	NoNodeSelector        Code = "TC2211"
	NoIngress             Code = "TC2212"
	NoLoadBalancers       Code = "TC2213"
	IssuerAddresses       Code = "TC2214"
	MemoryOvercommit      Code = "TC2215"
	ComponentMissing      Code = "TC2216"
	NoSuchNodes           Code = "TC2218"
	NobodyAdmitted        Code = "TC2219"
	NotAPeer              Code = "TC2220"
	OffloadMissing        Code = "TC2221"
	OffloadRefused        Code = "TC2222"
	AdminsUnknown         Code = "TC2223"
	StackStale            Code = "TC2230"
	OptionUnused          Code = "TC2231"
	MachinesOverQuota     Code = "TC2232"
	MachineTooSmall       Code = "TC2233"
	DiskFleeting          Code = "TC2234"
	ReplicasFleeting      Code = "TC2235"
	APIUnreachable        Code = "TC2217"
	ChartUnknown          Code = "TC2301"
	DistroUnavailable     Code = "TC2302"
	KubernetesUnavailable Code = "TC2303"
	ReplicasSQLite        Code = "TC2304"
	EvenMembers           Code = "TC2305"
	NeedsLicence          Code = "TC2306"
	StoreUnavailable      Code = "TC2307"
	SandboxNotForced      Code = "TC2308"
	NoOIDC                Code = "TC2309"
	KataUnknown           Code = "TC2310"
	TooOld                Code = "TC2311"
	TooNew                Code = "TC2312"
	NodesProxied          Code = "TC2313"
)

func resolveEntries() []Entry {
	return []Entry{
		{ClassUnknown, "unknown class", "A tenant names a class that no document defines.", "Name a class of `classes/`, or add the class."},
		{SiteUnknown, "unknown site", "A cluster names a site that no document defines.", "Name a site of `sites/`, or add the site."},
		{PoolUnknown, "unknown pool", "A cluster names a pool that its site does not have.", "Name one of the site's pools."},
		{StorageClassUnknown, "unknown storage class", "A cluster asks for a storage class that its site does not offer.", "Name one of the site's `storageClasses`."},
		{ControlPlaneStorage, "no volume for the control plane", "The control plane keeps its state on a volume, but no storage class of the cluster is there for it.", "List a class in `storage.classes`, and name one of those in `controlPlane.persistence.storageClass`."},
		{PlacementOpen, "cluster not placed", "A cluster says what its site must be like, and `placements.lock.yaml` has no site for it. `compile` never places.", "Run `tenantc place`, and commit the lock file with the spec. Or write `site` instead of `placement`."},
		{SecondCluster, "second cluster of one name", "One tenant has two clusters of the same name on one site. They would share a namespace.", "Rename one."},
		{NamespaceReserved, "reserved namespace", "The tenant's and the cluster's name together make a namespace that belongs to Kubernetes or to a tool on the site.", "Choose another cluster name."},
		{SecondName, "listed twice", "A site lists two pools or two storage classes of one name, or a cluster two pools of machines.", "Remove or rename one."},
		{HostTaken, "host taken", "Two tenant clusters of one site claim the same host, or one claims a wildcard that covers the other's host.", "Choose another host. A wildcard covers one label."},
		{HostReserved, "host in an API domain", "A tenant claims a host in the domain where a site has its tenants' API servers.", "Choose a host outside the site's `apiDomain`."},
		{PoolTaken, "pool dedicated twice", "Two tenants have clusters with dedicated nodes in one pool.", "Choose another pool or site for one of them."},
		{StorageClassTaken, "storage class name taken", "Two tenant clusters derive the same cluster-scoped storage class name, `<tenant>-<cluster>-<class>`, on one site.", "Rename one of the clusters, or the site's class."},
		{DomainTaken, "API domain taken", "Two sites have the same `apiDomain`, so that API servers on both could have one name.", "Give each site a domain of its own."},
		{RangesOverlap, "ranges of a site overlap", "The pods, services and nodes of a site share addresses, so that a rule for one would hold for another.", "Give each its own range."},
		{RangeGuarded, "range not allowed", "A tenant names a range that reaches pods, services, nodes or the API server of its site, or loopback, link-local (metadata) or multicast addresses.", "Name the addresses that are meant."},
		{NodesOfOthers, "nodes shown beside other tenants", "A cluster wants to see its nodes. For that the chart lets its control plane read the pods of all namespaces of the site, and with charts before 0.34 reach into every node, whichever nodes are shown. That is no other tenant's risk only on a site that has no other tenant.", "Leave `nodes.sync` out, or give the tenant a site of its own."},
		{AddressesTaken, "addresses of two sites", "The load balancer pools of two sites share addresses, so that one tenant's address could be another's elsewhere.", "Give each site a pool of its own."},
		{NamespaceOfOthers, "namespace among another tenant's", "A tenant cluster of the stack `capsule` may make namespaces that begin with its own and a hyphen, and another tenant's cluster on the site, or the site itself, has one of such a name. Whoever makes it first has it, with all that comes to be in it.", "Rename the tenant that is newer, or move its cluster to another site."},
		{ResolverGuarded, "resolver not allowed", "A site's resolver for tenants lies among its pods or services, as the cluster's own DNS does, which would tell each tenant of all the others; or in a range that tenants never reach, such as a DNS cache at a link-local address.", "Name the resolvers that the site's nodes use."},
		{TooManyClusters, "too many clusters", "A tenant has more clusters than its class allows. Retired and purged ones do not count.", "Retire one, or ask for a class with a higher limit."},
		{OverCPU, "CPU over the class's limit", "A cluster buys more CPU than its class allows.", "Lower `quota.cpu`, or ask for a class with a higher limit."},
		{OverMemory, "memory over the class's limit", "A cluster buys more memory than its class allows.", "Lower `quota.memory`, or ask for a class with a higher limit."},
		{OverStorage, "storage over the class's limit", "A cluster buys more storage than its class allows.", "Lower `quota.storage`, or ask for a class with a higher limit."},
		{OverPods, "pods over the class's limit", "A cluster buys more pods than its class allows.", "Lower `quota.pods`, or ask for a class with a higher limit."},
		{OverLoadBalancers, "load balancers over the class's limit", "A cluster buys more load balancers than its class allows.", "Lower `quota.loadBalancers`, or ask for a class with a higher limit."},
		{IsolationTooWeak, "isolation too weak", "Stack and sandbox together isolate less than the class, the cluster or the tenancy's policy requires. Isolation is the weaker of control plane and data plane; gVisor is hard only where `policy.gvisorIsHard` says so.", "Choose a stronger sandbox or stack."},
		{StackNotOffered, "stack not offered", "A cluster names a stack whose controllers its site does not have.", "Name one of the site's `stacks`."},
		{StackNotGenerated, "stack not made", "The stack is known, but no fence would stand around what it makes, so tenantc makes no objects for it, whatever the policy allows; the message says why.", "Use the stack that the hint names."},
		{NoStackFits, "no stack fits", "A cluster names no stack, and none that its site offers gives the isolation and autonomy asked for.", "Ask for less, or choose another site or sandbox."},
		{Autonomy, "autonomy not given", "The stack gives the tenant less autonomy than asked for.", "Lower `autonomy`, or choose another stack."},
		{SandboxNotOffered, "sandbox not offered", "A cluster's sandbox runs on no pool of its site.", "Choose one that the site offers."},
		{SandboxNotInstalled, "sandbox not installed", "A pool offers a sandbox whose component the site does not list.", "Write `components.kata` or `components.gvisor`, or take the sandbox off the pool."},
		{PoolSandbox, "sandbox not on the pool", "The pool that a cluster names does not offer its sandbox.", "Choose another pool or sandbox."},
		{PoolUnlabelled, "pool without labels", "A cluster names a pool whose nodes nothing tells from others.", "Label the nodes, and write the labels on the pool."},
		{PoolUntainted, "dedicated pool without taint", "A pool is to be dedicated, but nothing keeps other tenants' pods away.", "Taint the nodes, and write the taint on the pool."},
		{PoolTainted, "shared pool with taint", "A cluster with shared nodes names a pool that is kept for dedicated use.", "Write `mode: dedicated`, or choose another pool."},
		{NoNodeSelector, "nodes cannot be shown", "A cluster wants to see its nodes, but no labels tell them from others.", "Name a pool that has labels."},
		{NoIngress, "no ingress controller", "A cluster needs an ingress controller that its site does not have.", "Choose another way to expose the API server, or another site."},
		{NoLoadBalancers, "no load balancers", "A cluster needs load balancers on a site without a `loadBalancerPool`.", "Choose another way, or another site."},
		{IssuerAddresses, "issuer's addresses missing", "The tenant's API server must reach its identity provider, and the site's CNI can only be told addresses.", "Write `access.oidc.addresses`."},
		{MemoryOvercommit, "memory sold twice", "A site oversells memory. A virtual machine's memory is taken whole, and tenantc makes requests equal to limits.", "Write `overcommit.memory: 1.0`."},
		{ComponentMissing, "component missing", "A site offers a stack, but not the component that makes it.", "Write the installed version under `components`."},
		{APIUnreachable, "API server out of reach", "A load balancer admits only the ranges of `network.allowFrom`, and none of these may use port 443: nobody could use the tenant's API server.", "Write the tenant's ranges in `network.allowFrom`, or choose another way to expose the API server."},
		{NoSuchNodes, "no nodes with the labels", "A cluster asks for nodes with labels, and no pool of its site has them together with the cluster's sandbox and mode (dedicated pools have a taint, shared ones none).", "Ask for labels that a pool has, or choose another site."},
		{NobodyAdmitted, "nobody may use the cluster", "The tenant cluster is namespaces on the site's own API server, and its spec names no groups and no users that may use them.", "Write `access.admins` with groups or users of the site's identity provider, or choose a stack with a control plane of its own."},
		{NotAPeer, "not a peer", "Pods are to go to, or come from, a site that the cluster's site does not list as a peer of its Liqo; or a site lists one that is none of the tenancy, does not list it in turn, or calls itself otherwise. Who runs a site sees the pods there, so both sides say that they trust each other.", "List each site in the other's `liqo.peers`, with the cluster ID that Liqo was installed with."},
		{OffloadMissing, "nowhere to run", "The stack `liqo` runs a cluster's pods on a peer of its site, and the cluster names none.", "Write `offload` with a cluster of the same tenant on a peer."},
		{OffloadRefused, "nobody takes the pods in", "The cluster that pods are to go to is not there, is not one of the tenant's, does not say `offloadFrom`, or takes in another's already. Its fence and its quota are what holds the pods on the peer.", "Add a cluster of the stack `namespace` on the peer, with `offloadFrom`."},
		{AdminsUnknown, "administrators without an identity provider", "The spec names administrators of a tenant cluster with an API server of its own, and no identity provider. That server would know none of them, and the names would have no effect.", "Write `access.oidc`, or leave `access.admins` out: whoever runs the site has the administrator's kubeconfig."},
		{StackStale, "stack of a project that nobody looks after", "The project behind the stack is stale or archived: what is found wrong in it stays wrong. Or the stack federates sites, and who owns one of them sees what runs there.", "Use the stack that the hint names, or write `policy.allowStaleStacks: true` in the tenancy."},
		{OptionUnused, "of no use to the stack", "A spec asks for something that its stack does not have, such as a distro where there is no control plane of one's own.", "Leave it out, or choose another stack."},
		{MachinesOverQuota, "machines over the quota", "The virtual machines of a cluster take more than its quota pays for.", "Raise the quota, or have fewer or smaller machines."},
		{DiskFleeting, "volume for a machine that keeps none", "The machines of the stack `virtink` have no volumes: one would come back under another address than the cluster knows it by. A cluster of that stack names a storage class, or buys storage.", "Leave it out, or choose another stack."},
		{ReplicasFleeting, "too few control planes without volumes", "The machines of the stack `virtink` have no volumes, so the control plane's state is in its machines alone. Three or more survive the loss of one, which Cluster API then replaces.", "Write 3 or 5 in `controlPlane.replicas`, or leave it out where the class says nothing either."},
		{MachineTooSmall, "machine too small", "A virtual machine has less memory than Kubernetes needs to start.", "Buy more memory, or have fewer machines."},
		{ChartUnknown, "unknown chart version", "The site has a version of the vcluster chart whose values tenantc cannot check.", "Install a version that the hint lists."},
		{DistroUnavailable, "distro unavailable", "The site's vcluster chart does not have the distro: k3s ended with chart 0.32, k0s with 0.25.", "Choose another distro, or another site."},
		{KubernetesUnavailable, "Kubernetes version unavailable", "The site's vcluster chart does not know the Kubernetes version for the distro.", "Choose a version that the hint lists."},
		{ReplicasSQLite, "replicas with SQLite", "Several replicas of a control plane cannot share an embedded database.", "Write `replicas: 1`, or a store of type `etcd`."},
		{EvenMembers, "even number of etcd members", "An even number of etcd members tolerates no more failures than one fewer, and costs more.", "Write an odd number."},
		{NeedsLicence, "needs vCluster Pro", "The store is a Pro feature, and the site has no licence.", "Choose the store `etcd`, or write `vclusterPro: true` on a site that has a licence."},
		{StoreUnavailable, "store unavailable", "The distro can open the store only with a password in the chart's values, which would end in git and in the provider's log.", "Choose another store or distro."},
		{SandboxNotForced, "sandbox not forced", "The site's vcluster chart is too old to force every pod into a sandbox.", "Upgrade the chart, or choose the sandbox `none` where the class allows it."},
		{NoOIDC, "no identity provider", "tenantc cannot hand an identity provider to this distro.", "Choose `k8s` or `k3s`."},
		{KataUnknown, "unknown Kata version", "tenantc does not know what a sandbox takes for itself in the site's Kata version.", "Use Kata 3.x or 4.x."},
		{TooOld, "version too old", "What tenantc emits does not work with a component this old.", "Upgrade the site."},
		{NodesProxied, "chart that shows nodes opens kubelets", "nodes.sync on a site whose vcluster chart gives a control plane that sees nodes the right nodes/proxy (up to 0.30): whoever breaks into it runs programs in every pod of the site.", "Leave nodes.sync out, or upgrade the site's chart."},
		{TooNew, "version too new", "A component no longer serves what the vCluster provider needs.", "Stay below the version named."},
	}
}
