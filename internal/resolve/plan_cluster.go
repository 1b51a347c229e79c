package resolve

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
)

// State is a tenant cluster's place in its life (design: nothing leaves by accident).
type State string

const (
	Active    State = "active"
	Suspended State = "suspended"
	Retired   State = "retired"
	Purged    State = "purged"
)

// Cluster is a tenant cluster, complete.
type Cluster struct {
	Tenant    string
	Class     string
	Name      string
	Site      string
	Namespace string // <tenant>-<cluster> on the site
	State     State
	// KeepDataUntil is the last day (UTC) on which the cluster's data must be
	// there; zero for none. publish judges it, compile never does.
	KeepDataUntil time.Time

	Stack     string
	Isolation string // what stack and sandbox give: soft, hard or hard+
	Autonomy  string
	Sandbox   catalogue.Sandbox // Name is "none" for plain containers

	Kubernetes   string // minor, as in 1.34
	Version      string // whole, as in 1.34.1, where the stack needs it
	ControlPlane ControlPlane
	APIHost      string // <cluster>.<tenant>.<apiDomain>; empty where the tenant uses the site's API server
	Workers      []Workers
	Inside       InnerNetwork
	Namespaces   []string  // below the cluster's own
	Offload      *Offload  // where its pods run; nil for on its own site
	OffloadFrom  *LiqoPeer // whose cluster has its pods run here; nil for none

	Bought  Quota    // what the tenant bought
	Charges []Charge // what comes on top, item by item
	Quota   HostQuota

	Nodes   Nodes
	Network ClusterNetwork
	Storage []ClusterStorage
	Access  Access

	Placement *Placement // nil where the spec names the site

	Origin Origin
	Values []Value // where each value came from, by path, for explain
}

// Offload is another cluster of the tenant, in whose namespace the pods run.
type Offload struct {
	Peer    LiqoPeer
	Cluster string
}

// Placement is what a cluster without a site asks of the one it is placed on.
type Placement struct {
	MatchLabels map[string]string
	Spread      *Neighbours // apart from them; nil for no matter
	Affinity    *Neighbours // near them
	MaxCost     *float64
}

// Neighbours are other clusters of the tenant.
type Neighbours struct {
	Clusters    []string // names; none for all others
	TopologyKey string   // the label of sites whose value makes a place; empty for the site itself
}

// ControlPlane of a virtual or dedicated cluster.
type ControlPlane struct {
	Distro          string // k8s, k3s or k0s
	Image           string // the tag of the distro's image for this chart and Kubernetes
	Replicas        int
	Store           Store
	CPU             resource.Quantity // limit of one replica; its request is CPU ÷ the site's overcommit
	Memory          resource.Quantity // limit and request of one replica
	Size            resource.Quantity // volume of one replica, where the store needs one
	StorageClass    string            // the tenant's own class that volume is made of
	Expose          string            // ingress, loadBalancer or none
	MetricsFromHost bool              // the host's metrics server serves the tenant's metrics API
}

// Store is where a control plane keeps its state. The fields after Type are
// for external databases, which are reached with a client certificate only: a
// password would end in git and in the provider's log.
type Store struct {
	Type      string // sqlite, etcd, embedded-etcd, mysql or postgres
	Endpoint  string // host:port
	Database  string
	User      string
	Secret    string   // a kubernetes.io/tls Secret with ca.crt, in the cluster's namespace on the site
	Addresses []string // CIDRs of the endpoint, for the network policy
}

// Quota is what a tenant bought. CPU and memory are limits: what it may use.
type Quota struct {
	CPU           resource.Quantity
	Memory        resource.Quantity
	Storage       resource.Quantity
	Pods          int64
	LoadBalancers int64
	LargestPod    *PodSize         // nil for none that is promised
	Objects       map[string]int64 // by resource, as in configmaps
}

// PodSize is the sum of the limits of a pod's containers.
type PodSize struct {
	CPU    resource.Quantity
	Memory resource.Quantity
}

// Charge is one thing that the host's quota must hold besides what was bought.
type Charge = catalogue.Part

// Workers are equal virtual machines that the tenant's pods run in.
type Workers struct {
	Name string
	catalogue.Machines
}

// InnerNetwork is that of pods and services inside of a cluster of machines,
// apart from the site's. Empty for other clusters.
type InnerNetwork struct {
	PodCIDR     string
	ServiceCIDR string
}

// HostQuota is bought plus charges, as the site's ResourceQuota counts: the
// hard limits by resource name.
type HostQuota map[corev1.ResourceName]resource.Quantity

// Nodes says where a cluster's pods run.
type Nodes struct {
	Dedicated   bool
	Pool        string            // empty for any
	Selector    map[string]string // labels that its nodes have; also what a synced node must have
	Tolerations []corev1.Toleration
	Sync        bool // the tenant sees the nodes
}

// ClusterNetwork is what the tenant's pods may reach and be reached from.
type ClusterNetwork struct {
	Hosts     []string // names the tenant may claim at the site's ingress
	AllowFrom []Peer
	AllowTo   []Peer
}

// Peer is an address range and the TCP ports there; no ports means all.
type Peer struct {
	CIDR  string
	Ports []int32
}

// ClusterStorage is one class of a tenant cluster's own.
type ClusterStorage struct {
	Name  string // <tenant>-<cluster>-<class>
	Class StorageClass
}

// Access is who administers the tenant cluster, from inside.
type Access struct {
	OIDC   *OIDC // nil for none
	Groups []string
	Users  []string
}

// OIDC is the tenant's identity provider. Names from it are always prefixed,
// so that no claim can become a system: name.
type OIDC struct {
	Issuer        string
	ClientID      string
	UsernameClaim string
	GroupsClaim   string
	Addresses     []string // CIDRs of the issuer, where the CNI cannot follow its name
}

// Prefix stands before every user and group of a tenant's identity provider.
const Prefix = "oidc:"

// Value records where one resolved value came from.
type Value struct {
	Path   string // as in controlPlane.replicas
	Value  string
	Source string // spec, class gold, site turin-1 or default
	At     diag.Position
}
