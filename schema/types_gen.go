// Code generated from the CUE files by go generate; DO NOT EDIT.

package schema

// A product of the catalogue: defaults and bounds for tenant clusters.
type TenantClass struct {
	APIVersion string              `json:"apiVersion"`
	Kind       string              `json:"kind"`
	Metadata   TenantClassMetadata `json:"metadata"`
	Spec       TenantClassSpec     `json:"spec"`
}

type TenantClassMetadata struct {
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels,omitempty"`
}

type TenantClassSpec struct {
	// The least isolation that the product promises.
	Isolation string    `json:"isolation"`
	Defaults  *Defaults `json:"defaults,omitempty"`
	Limits    *Limits   `json:"limits,omitempty"`
}

// What holds where a tenant cluster says nothing itself.
type Defaults struct {
	Sandbox      string          `json:"sandbox,omitempty"`
	Stack        string          `json:"stack,omitempty"`
	Autonomy     string          `json:"autonomy,omitempty"`
	Kubernetes   string          `json:"kubernetes,omitempty"`
	ControlPlane *ControlPlane   `json:"controlPlane,omitempty"`
	Nodes        *Nodes          `json:"nodes,omitempty"`
	Storage      *ClusterStorage `json:"storage,omitempty"`

	// The largest virtual machine that a cluster's quota is cut into. Stacks with machines only.
	Machine *Machine `json:"machine,omitempty"`
}

// The most that one tenant cluster of this product may buy.
type Limits struct {
	CPU     string `json:"cpu,omitempty"`
	Memory  string `json:"memory,omitempty"`
	Storage string `json:"storage,omitempty"`
	Pods    string `json:"pods,omitempty"`

	// How many clusters a tenant may have.
	Clusters *int `json:"clusters,omitempty"`

	// How many Services of type LoadBalancer.
	LoadBalancers *int `json:"loadBalancers,omitempty"`
}

// One bare-metal Kubernetes cluster with its own Cluster API, vCluster provider, sandboxes and Flux.
type Site struct {
	APIVersion string       `json:"apiVersion"`
	Kind       string       `json:"kind"`
	Metadata   SiteMetadata `json:"metadata"`
	Spec       SiteSpec     `json:"spec"`
}

type SiteMetadata struct {
	// Name of the site and of its folder in the fleet repository.
	Name string `json:"name"`

	// What placements select by.
	Labels map[string]string `json:"labels,omitempty"`
}

type SiteSpec struct {
	// Minor version of Kubernetes, in quotes.
	Kubernetes string `json:"kubernetes"`

	// Domain of the tenants' API servers: <cluster>.<tenant>.<apiDomain>.
	APIDomain string `json:"apiDomain"`

	// The nodes, grouped by kind.
	Pools []Pool `json:"pools"`

	// The storage classes that tenants can get classes of their own from.
	StorageClasses []StorageClass `json:"storageClasses"`

	// The stacks whose controllers are installed.
	Stacks     []string    `json:"stacks"`
	Components Components  `json:"components"`
	Network    SiteNetwork `json:"network"`
	Namespaces *Namespaces `json:"namespaces,omitempty"`
	Reserve    *Reserve    `json:"reserve,omitempty"`

	// What capacity costs here, compared with the other sites; placement takes the cheaper site. 1 when absent.
	Cost       *float64        `json:"cost,omitempty"`
	Overcommit *Overcommit     `json:"overcommit,omitempty"`
	Charts     *Charts         `json:"charts,omitempty"`
	Images     *Images         `json:"images,omitempty"`
	Kamaji     *KamajiSettings `json:"kamaji,omitempty"`
	Liqo       *LiqoSettings   `json:"liqo,omitempty"`
}

// Equal nodes.
type Pool struct {
	Name string `json:"name"`

	// How many nodes there are.
	Nodes int `json:"nodes"`

	// What one node can give to pods.
	Allocatable Allocatable `json:"allocatable"`

	// Labels that every node of the pool has and no other node of the site.
	Labels map[string]string `json:"labels,omitempty"`

	// Taints of every node of the pool.
	Taints []Taint `json:"taints,omitempty"`

	// The sandboxes that run there.
	Sandboxes []string `json:"sandboxes,omitempty"`
}

// What one node can give to pods.
type Allocatable struct {
	CPU    string `json:"cpu"`
	Memory string `json:"memory"`
	Pods   string `json:"pods"`
}

type Taint struct {
	Key    string `json:"key"`
	Value  string `json:"value,omitempty"`
	Effect string `json:"effect"`
}

// A storage class that exists on the site.
type StorageClass struct {
	Name string `json:"name"`

	// The CSI driver, as in topolvm.io.
	Provisioner string `json:"provisioner"`

	// How much can be sold of it.
	Capacity string `json:"capacity"`

	// The driver's parameters, copied into the tenants' own classes.
	Parameters           map[string]string `json:"parameters,omitempty"`
	VolumeBindingMode    string            `json:"volumeBindingMode,omitempty"`
	AllowVolumeExpansion *bool             `json:"allowVolumeExpansion,omitempty"`
}

// Versions of what is installed; they decide what is emitted and what is refused.
type Components struct {
	Flux       string `json:"flux"`
	ClusterAPI string `json:"clusterAPI,omitempty"`

	// Version of the vcluster chart.
	VCluster string `json:"vcluster,omitempty"`

	// Whether vCluster is licensed.
	VClusterPro *bool  `json:"vclusterPro,omitempty"`
	Kata        string `json:"kata,omitempty"`
	GVisor      string `json:"gvisor,omitempty"`

	// KubeVirt, with the Containerized Data Importer, for the stacks whose nodes are virtual machines.
	Kubevirt string `json:"kubevirt,omitempty"`

	// Cluster API's provider for KubeVirt (CAPK).
	KubevirtProvider string `json:"kubevirtProvider,omitempty"`
	Kamaji           string `json:"kamaji,omitempty"`

	// Cluster API's control plane provider for Kamaji.
	KamajiProvider string `json:"kamajiProvider,omitempty"`
	Capsule        string `json:"capsule,omitempty"`
	Hnc            string `json:"hnc,omitempty"`

	// Liqo, for the stack whose pods run on a peer of the site.
	Liqo    string `json:"liqo,omitempty"`
	Virtink string `json:"virtink,omitempty"`

	// Cluster API's provider for Virtink (CAPCH).
	VirtinkProvider string `json:"virtinkProvider,omitempty"`
}

// What network policies need to know of the site.
type SiteNetwork struct {
	// The CNI; it decides which policies are emitted besides NetworkPolicy.
	CNI          string    `json:"cni"`
	PodCIDRs     []string  `json:"podCIDRs"`
	ServiceCIDRs []string  `json:"serviceCIDRs"`
	NodeCIDRs    []string  `json:"nodeCIDRs"`
	APIServer    APIServer `json:"apiServer"`
	DNS          DNS       `json:"dns"`
	Ingress      *Ingress  `json:"ingress,omitempty"`

	// Addresses that the site gives to Services of type LoadBalancer.
	LoadBalancerPool string `json:"loadBalancerPool,omitempty"`
}

// The site's own API server.
type APIServer struct {
	Addresses []string `json:"addresses"`
	Port      *int     `json:"port,omitempty"`
}

type DNS struct {
	// What a tenant's own DNS may forward to.
	Resolvers []string `json:"resolvers"`
}

// The site's ingress controller.
type Ingress struct {
	// Name of its IngressClass.
	Class string `json:"class"`

	// Namespace it runs in.
	Namespace string `json:"namespace"`
}

// Namespaces of the site's own controllers.
type Namespaces struct {
	// Where Cluster API's core controller runs.
	ClusterAPI string `json:"clusterAPI,omitempty"`

	// Where the vCluster provider runs.
	VClusterProvider string `json:"vclusterProvider,omitempty"`

	// Where the metrics server runs.
	Metrics string `json:"metrics,omitempty"`

	// Where Cluster API's kubeadm bootstrap provider runs.
	KubeadmBootstrap string `json:"kubeadmBootstrap,omitempty"`

	// Where Cluster API's kubeadm control plane provider runs.
	KubeadmControlPlane string `json:"kubeadmControlPlane,omitempty"`

	// Where KubeVirt runs.
	Kubevirt string `json:"kubevirt,omitempty"`

	// Where Cluster API's provider for KubeVirt runs.
	KubevirtProvider string `json:"kubevirtProvider,omitempty"`

	// Where KubeVirt's Containerized Data Importer runs.
	DataImporter string `json:"dataImporter,omitempty"`

	// Where Kamaji and its data store run.
	Kamaji string `json:"kamaji,omitempty"`

	// Where Capsule runs.
	Capsule string `json:"capsule,omitempty"`

	// Where Virtink runs.
	Virtink string `json:"virtink,omitempty"`

	// Where Cluster API's provider for Virtink runs.
	VirtinkProvider string `json:"virtinkProvider,omitempty"`
}

type Reserve struct {
	// How many nodes may be down without a promise being broken (N+1: 1).
	Nodes int `json:"nodes"`
}

// How much more is sold than there is.
type Overcommit struct {
	// Limits of CPU ÷ requests of CPU.
	CPU *float64 `json:"cpu,omitempty"`

	// Limits of memory ÷ requests of memory.
	Memory *float64 `json:"memory,omitempty"`
}

type Charts struct {
	// Where the vCluster provider fetches the chart, when not upstream.
	Repository string `json:"repository"`
}

type Images struct {
	// A mirror for the control planes' images.
	Registry string `json:"registry,omitempty"`

	// What the virtual machines of tenant clusters boot from.
	Machines *MachineImages `json:"machines,omitempty"`

	// What those of the stack virtink boot from: there are none upstream for the versions that are looked after.
	Virtink *VirtinkImages `json:"virtink,omitempty"`

	// Where machines pull images from, by HTTPS; the nodes of the site pull with their own rights.
	Addresses []string `json:"addresses,omitempty"`
}

// Container disks, one for each version of Kubernetes, with the version as the tag: repository:v1.34.1.
type MachineImages struct {
	// The repository, when not upstream.
	Repository string `json:"repository,omitempty"`

	// The versions that are there.
	Kubernetes []string `json:"kubernetes"`
}

// Virtink's container root file systems, one for each version of Kubernetes, with the version as the tag: repository:v1.34.1; and the kernel of all.
type VirtinkImages struct {
	Repository string `json:"repository"`

	// The versions that are there.
	Kubernetes []string `json:"kubernetes"`

	// The image with the kernel that machines boot.
	Kernel string `json:"kernel"`
}

// Kamaji's settings on the site.
type KamajiSettings struct {
	// The DataStore that keeps the state of tenants' control planes.
	DataStore string `json:"dataStore"`
}

// Liqo's settings on the site.
type LiqoSettings struct {
	// What Liqo calls the site.
	ClusterID string `json:"clusterID"`

	// The sites that may run the pods of this one's tenants, or have theirs run here. Each must list the other.
	Peers []LiqoPeer `json:"peers"`
}

// A site that Liqo is peered with.
type LiqoPeer struct {
	// Its name in this tenancy.
	Site string `json:"site"`

	// What Liqo calls it.
	ClusterID string `json:"clusterID"`
}

// What holds for every site. There is exactly one, in tenancy.yaml.
type Tenancy struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Metadata   TenancyMetadata `json:"metadata"`
	Spec       TenancySpec     `json:"spec"`
}

type TenancyMetadata struct {
	// Name of the provider.
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels,omitempty"`
}

type TenancySpec struct {
	Fleet  Fleet   `json:"fleet"`
	Flux   *Flux   `json:"flux,omitempty"`
	Policy *Policy `json:"policy,omitempty"`
}

// The fleet repository, which tenantc writes and the sites pull.
type Fleet struct {
	// Where publish pushes: an https or ssh URL, or a path below the tenancy (a bare repository is made there when absent).
	Repository string `json:"repository"`

	// The branch that publish pushes and sites pull.
	Branch string `json:"branch,omitempty"`

	// What the sites pull, when it is not repository.
	PullURL string `json:"pullURL,omitempty"`

	// How often a site looks for a new commit, when it is not flux.interval.
	PullInterval string `json:"pullInterval,omitempty"`

	// A Secret in the Flux namespace of every site with what is needed to pull.
	SecretRef *SecretRef `json:"secretRef,omitempty"`

	// That sites take signed commits only.
	Verify *FleetVerification `json:"verify,omitempty"`
}

// How sites verify the fleet. They follow a branch, so its newest commit is what must be signed (Flux's mode HEAD).
type FleetVerification struct {
	// What publish signs with. SSH needs Flux 2.9 on every site.
	Signature string `json:"signature"`

	// A Secret in the Flux namespace of every site with the public keys: OpenPGP ones as *.asc, SSH ones as *.sshpub.
	SecretRef SecretRef `json:"secretRef"`
}

// Settings of every Flux object that tenantc writes.
type Flux struct {
	// Namespace of Flux on the sites.
	Namespace string `json:"namespace,omitempty"`

	// How often a site holds what it has against the fleet.
	Interval string `json:"interval,omitempty"`

	// How soon a failed reconciliation is tried again.
	RetryInterval string `json:"retryInterval,omitempty"`

	// How long a reconciliation may take.
	Timeout string `json:"timeout,omitempty"`
}

// What the provider allows at all.
type Policy struct {
	// No tenant cluster is isolated less than this.
	MinimumIsolation string `json:"minimumIsolation,omitempty"`

	// Whether stacks may be used whose project is no longer maintained.
	AllowStaleStacks *bool `json:"allowStaleStacks,omitempty"`

	// Whether vCluster with gVisor counts as hard.
	GVisorIsHard *bool `json:"gvisorIsHard,omitempty"`

	// How far one change may reach.
	Gates *Gates `json:"gates,omitempty"`

	// How full a site may be.
	Capacity *CapacityPolicy `json:"capacity,omitempty"`
}

// How far one change may reach. What goes further is refused by review and publish, unless a Waiver lifts the gate.
type Gates struct {
	// How many sites a change may touch, besides new ones; any number when absent.
	Sites *int `json:"sites,omitempty"`

	// How many tenants' clusters a change may touch, besides new ones; any number when absent.
	Tenants *int `json:"tenants,omitempty"`

	// How many tenant clusters a change may take off their sites by lifecycle; any number when absent, because each says so itself.
	Deletions *int `json:"deletions,omitempty"`

	// How many tenant clusters a change may touch in a way that a running cluster does not take in place; 0 when absent.
	Replacements *int `json:"replacements,omitempty"`

	// How many tenant clusters a change may isolate less than before; 0 when absent.
	Weakened *int `json:"weakened,omitempty"`

	// Percent of what a site has, of the resource of which most is sold, on sites where a change sells more than before.
	Sold *int `json:"sold,omitempty"`

	// Who may approve a Waiver, for those who are refused to know whom to ask.
	LiftedBy []string `json:"liftedBy,omitempty"`
}

// How full a site may be, in percent of what it has besides its reserve.
type CapacityPolicy struct {
	// From where on it is said. 85 when absent.
	Warn *int `json:"warn,omitempty"`

	// Beyond which nothing more is sold. 100 when absent.
	Refuse *int `json:"refuse,omitempty"`
}

// A customer and its tenant clusters.
type Tenant struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   TenantMetadata `json:"metadata"`
	Spec       TenantSpec     `json:"spec"`
}

type TenantMetadata struct {
	// Name of the tenant. With a cluster's name it makes the namespace <tenant>-<cluster>.
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels,omitempty"`
}

type TenantSpec struct {
	// The TenantClass that the tenant has bought.
	Class string `json:"class"`

	// Whom to ask.
	Owners   []Owner   `json:"owners,omitempty"`
	Clusters []Cluster `json:"clusters"`
}

type Owner struct {
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
}

// A tenant cluster.
type Cluster struct {
	// Name of the cluster, without a hyphen.
	Name string `json:"name"`

	// The site it runs on.
	Site string `json:"site,omitempty"`

	// Or what its site must be like; tenantc place decides, once.
	Placement *Placement `json:"placement,omitempty"`

	// How it is made. When absent, the cheapest stack of the site that gives the isolation and autonomy asked for.
	Stack string `json:"stack,omitempty"`

	// The isolation asked for; never less than the class's.
	Isolation string `json:"isolation,omitempty"`
	Autonomy  string `json:"autonomy,omitempty"`
	Sandbox   string `json:"sandbox,omitempty"`

	// Minor version of the tenant's Kubernetes, in quotes.
	Kubernetes   string          `json:"kubernetes,omitempty"`
	ControlPlane *ControlPlane   `json:"controlPlane,omitempty"`
	Quota        Quota           `json:"quota"`
	Nodes        *Nodes          `json:"nodes,omitempty"`
	Network      *ClusterNetwork `json:"network,omitempty"`
	Storage      *ClusterStorage `json:"storage,omitempty"`
	Access       *Access         `json:"access,omitempty"`

	// The virtual machines that the pods run in, when not the quota cut into equal ones. Stacks with machines only.
	Workers []Workers `json:"workers,omitempty"`

	// Namespaces below the cluster's own. The stack hnc only.
	Namespaces []string `json:"namespaces,omitempty"`

	// Where the pods run. The stack liqo only.
	Offload *Offload `json:"offload,omitempty"`

	// The peer of the site whose cluster of the stack liqo has its pods run here. The stack namespace only.
	OffloadFrom string     `json:"offloadFrom,omitempty"`
	Lifecycle   *Lifecycle `json:"lifecycle,omitempty"`
}

// Another cluster of the tenant, of the stack namespace: its fence stands around the pods, and its quota counts them.
type Offload struct {
	// The peer that it is on.
	Site string `json:"site"`

	// Its name.
	Cluster string `json:"cluster"`
}

// Equal virtual machines. Their sum is what the quota pays for.
type Workers struct {
	// Name of the pool.
	Name string `json:"name"`

	// How many there are.
	Replicas int      `json:"replicas"`
	Machine  *Machine `json:"machine,omitempty"`
}

// A virtual machine.
type Machine struct {
	// Whole cores.
	CPU    string `json:"cpu,omitempty"`
	Memory string `json:"memory,omitempty"`

	// The root disk.
	Disk string `json:"disk,omitempty"`

	// shared with others, or dedicated to this machine.
	CPUPlacement string `json:"cpuPlacement,omitempty"`
}

// What the site of a cluster must be like. Sandbox, stack, storage classes, nodes and room are asked for anyway.
type Placement struct {
	// Labels that the site must have.
	MatchLabels map[string]string `json:"matchLabels,omitempty"`

	// Apart from other clusters of the tenant.
	Spread *Neighbours `json:"spread,omitempty"`

	// Near other clusters of the tenant.
	Affinity *Neighbours `json:"affinity,omitempty"`

	// The most that the site may cost, in the measure of the sites' cost.
	MaxCost *float64 `json:"maxCost,omitempty"`
}

// Other clusters of the tenant, and what makes a place that they are near or apart in.
type Neighbours struct {
	// Names of the clusters; all others of the tenant when absent.
	Clusters []string `json:"clusters,omitempty"`

	// The label of sites whose value makes a place, as in region; the site itself when absent.
	TopologyKey string `json:"topologyKey,omitempty"`
}

// The tenant's own API server and what belongs to it.
type ControlPlane struct {
	// The distribution, where the stack offers several.
	Distro string `json:"distro,omitempty"`

	// How many copies run.
	Replicas *int   `json:"replicas,omitempty"`
	Store    *Store `json:"store,omitempty"`

	// What one copy may use.
	Resources   *Resources   `json:"resources,omitempty"`
	Persistence *Persistence `json:"persistence,omitempty"`

	// How the tenant reaches its API server.
	Expose string `json:"expose,omitempty"`

	// Whether the site's metrics server serves the tenant's metrics.
	MetricsServer string `json:"metricsServer,omitempty"`
}

// What one copy may use.
type Resources struct {
	CPU    string `json:"cpu,omitempty"`
	Memory string `json:"memory,omitempty"`
}

// The volume of one copy.
type Persistence struct {
	Size string `json:"size,omitempty"`

	// One of the cluster's storage classes.
	StorageClass string `json:"storageClass,omitempty"`
}

// Where a control plane keeps its state. An external database is reached with a client certificate; there is no password.
type Store struct {
	Type string `json:"type"`

	// Where the database listens. mysql and postgres only.
	Endpoint string `json:"endpoint,omitempty"`

	// Name of the database. mysql and postgres only.
	Database string `json:"database,omitempty"`

	// User of the database. mysql and postgres only.
	User string `json:"user,omitempty"`

	// A Secret of type kubernetes.io/tls with ca.crt, in the cluster's namespace on the site. mysql and postgres only.
	SecretRef *SecretRef `json:"secretRef,omitempty"`

	// Where the endpoint is, for the network policy. mysql and postgres only.
	Addresses []string `json:"addresses,omitempty"`
}

// What the tenant bought. cpu and memory are limits: what it may use.
type Quota struct {
	CPU    string `json:"cpu"`
	Memory string `json:"memory"`

	// Sum of all volumes.
	Storage string `json:"storage,omitempty"`
	Pods    string `json:"pods,omitempty"`

	// The largest pod that must find a node. Without it, none is promised but the stack's own.
	LargestPod *LargestPod `json:"largestPod,omitempty"`

	// How many Services of type LoadBalancer.
	LoadBalancers *int `json:"loadBalancers,omitempty"`

	// How many objects of a kind, as in configmaps: 500.
	Objects map[string]int `json:"objects,omitempty"`
}

// The largest pod that must find a node, as limits: more than one node can give is refused.
type LargestPod struct {
	CPU    string `json:"cpu"`
	Memory string `json:"memory"`
}

// Where the pods run.
type Nodes struct {
	// shared with other tenants, or dedicated to this cluster.
	Mode string `json:"mode"`

	// The pool of the site.
	Pool string `json:"pool,omitempty"`

	// Or what its nodes must be like, such as their hardware: the first pool of the site, by name, that has these labels and fits the sandbox and the mode.
	MatchLabels map[string]string `json:"matchLabels,omitempty"`

	// Whether the tenant sees the nodes. The chart then lets its control plane read the pods of the whole site, so no other tenant may be there.
	Sync *bool `json:"sync,omitempty"`
}

// What the tenant's pods may reach and be reached from, besides one another.
type ClusterNetwork struct {
	// Names that the tenant may claim at the site's ingress.
	Hosts []string `json:"hosts,omitempty"`

	// Who may reach the pods.
	AllowFrom []Peer `json:"allowFrom,omitempty"`

	// What the pods may reach.
	AllowTo []Peer `json:"allowTo,omitempty"`
}

type ClusterStorage struct {
	// The site's storage classes that the tenant gets classes of its own from.
	Classes []string `json:"classes,omitempty"`
}

// Who administers the tenant cluster, from inside.
type Access struct {
	OIDC   *OIDC   `json:"oidc,omitempty"`
	Admins *Admins `json:"admins,omitempty"`
}

// The tenant's identity provider.
type OIDC struct {
	Issuer        string `json:"issuer"`
	ClientID      string `json:"clientID"`
	UsernameClaim string `json:"usernameClaim,omitempty"`
	GroupsClaim   string `json:"groupsClaim,omitempty"`

	// Where the issuer is, where the site's CNI cannot follow its name.
	Addresses []string `json:"addresses,omitempty"`
}

// Administrators, as the identity provider names them.
type Admins struct {
	Groups []string `json:"groups,omitempty"`
	Users  []string `json:"users,omitempty"`
}

// A cluster leaves the fleet through these states only.
type Lifecycle struct {
	State string `json:"state"`

	// The last day (UTC) on which the data must still be there: until it is over, publish refuses to retire or purge the cluster.
	KeepDataUntil string `json:"keepDataUntil,omitempty"`
}

// Lets one change go further than a gate of the tenancy allows. It is part of that change, so it is reviewed with it and stays in history.
type Waiver struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   WaiverMetadata `json:"metadata"`
	Spec       WaiverSpec     `json:"spec"`
}

type WaiverMetadata struct {
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels,omitempty"`
}

type WaiverSpec struct {
	// The gate to lift, as it is called in policy.gates.
	Gate string `json:"gate"`

	// How far: the gate's limit for this change.
	UpTo int `json:"upTo"`

	// Why, in words.
	Reason string `json:"reason"`

	// Who agreed.
	ApprovedBy string `json:"approvedBy,omitempty"`

	// The last day on which it holds, in quotes.
	Expires string `json:"expires"`
}

// A reference to a Secret. Secrets themselves are never written in a spec.
type SecretRef struct {
	// Name of the Secret.
	Name string `json:"name"`
}

// An address range and the TCP ports there.
type Peer struct {
	// The range, as in 198.51.100.0/24.
	CIDR string `json:"cidr"`

	// TCP ports; all of them when absent.
	Ports []int `json:"ports,omitempty"`
}
