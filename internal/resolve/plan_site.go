package resolve

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
)

// Site is one bare-metal cluster with its facts.
type Site struct {
	Name           string
	Labels         map[string]string
	Kubernetes     string // minor, as in 1.34
	APIDomain      string
	Pools          []Pool
	StorageClasses []StorageClass
	Stacks         []string
	Sandboxes      []catalogue.Sandbox // what any pool offers, by name
	Components     Components
	Network        SiteNetwork
	Namespaces     Namespaces
	OvercommitCPU  float64 // limits ÷ requests of CPU
	ReserveNodes   int
	Cost           float64       // of its capacity, compared with other sites
	ChartRepo      string        // where the site's vCluster provider fetches charts
	ImageRegistry  string        // a mirror for the control planes' images; empty for the upstream ones
	Machines       MachineImages // KubeVirt's
	Virtink        MachineImages // Virtink's
	DataStore      string        // Kamaji's, for the state of tenants' control planes
	LiqoID         string        // what Liqo calls the site; empty where it has none
	LiqoPeers      []LiqoPeer
}

// MachineImages are what virtual machines boot from, and pull from.
type MachineImages struct {
	Repository string
	Versions   []string // of Kubernetes, whole, as in 1.34.1: the tags, but for the v
	Kernel     string   // an image, where the others have none
	Addresses  []string // CIDRs that machines pull images from by HTTPS
}

// LiqoPeer is a site that Liqo is peered with.
type LiqoPeer struct {
	Site      string
	ClusterID string // what Liqo calls it
}

// Pool is a group of equal nodes. Allocatable is of one node.
type Pool struct {
	Name      string
	Nodes     int
	CPU       resource.Quantity
	Memory    resource.Quantity
	Pods      int64
	Labels    map[string]string
	Taints    []corev1.Taint
	Sandboxes []string
}

// StorageClass is what the site offers; tenants get classes of their own made
// from it.
type StorageClass struct {
	Name                 string
	Provisioner          string
	Parameters           map[string]string
	Capacity             resource.Quantity // what can be sold of it
	VolumeBindingMode    string
	AllowVolumeExpansion bool
}

// Components are the versions installed on a site. Kata and GVisor are empty
// where they are not installed.
type Components struct {
	Flux        string
	ClusterAPI  string
	VCluster    catalogue.Chart
	VClusterPro bool
	Kata        string
	GVisor      string

	KamajiProvider string
}

// SiteNetwork is what network policies need to know of a site.
type SiteNetwork struct {
	CNI              string // cilium or calico
	PodCIDRs         []string
	ServiceCIDRs     []string
	NodeCIDRs        []string
	APIServers       []string // addresses
	APIServerPort    int32
	Resolvers        []string // what a tenant's own DNS may forward to
	IngressClass     string   // empty where the site has no ingress
	IngressNamespace string
	LoadBalancerPool string // a CIDR, empty where the site has none
}

// Namespaces of the site's own controllers.
type Namespaces struct {
	ClusterAPI       string
	VClusterProvider string
	Metrics          string

	KubeadmBootstrap    string
	KubeadmControlPlane string
	KubeVirt            string
	KubeVirtProvider    string
	DataImporter        string
	Kamaji              string
	Capsule             string
	Virtink             string
	VirtinkProvider     string
}
