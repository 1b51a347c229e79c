package scaffold

import (
	"fmt"
	"strings"
)

// SiteOptions are what a new site's spec says. What is empty and not required
// is left out; quantities are as in specs.
type SiteOptions struct {
	Name       string
	Labels     map[string]string
	Kubernetes string // minor, as in 1.34
	APIDomain  string

	Pool      string
	Nodes     int
	CPU       string // of one node, as the two below
	Memory    string
	Pods      string
	Sandboxes []string
	Reserve   int // nodes that may be down

	StorageClasses []StorageClass

	Flux       string
	ClusterAPI string
	VCluster   string
	Kata       string
	GVisor     string

	CNI              string
	PodCIDRs         []string
	ServiceCIDRs     []string
	NodeCIDRs        []string
	APIServers       []string
	APIServerPort    int
	Resolvers        []string
	IngressClass     string
	IngressNamespace string
	LoadBalancerPool string
}

// StorageClass is one class of a site, with how much of it can be sold.
type StorageClass struct{ Name, Provisioner, Capacity string }

// ParseStorageClass reads a storage class as it is written on a command line:
// name:provisioner:capacity, as in nvme:topolvm.io:40Ti.
func ParseStorageClass(text string) (StorageClass, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return StorageClass{}, fmt.Errorf("%q is not name:provisioner:capacity, as in nvme:topolvm.io:40Ti", text)
	}
	return StorageClass{parts[0], parts[1], parts[2]}, nil
}

// DefaultSite is what a new site's spec says where nobody asked for anything
// else: ten equal nodes with what a new installation would have.
func DefaultSite() SiteOptions {
	return SiteOptions{
		Kubernetes: "1.34",
		Pool:       "general", Nodes: 10, Pods: "250", Reserve: 1,
		Sandboxes: []string{"kata-clh", "kata-qemu"},
		Flux:      "2.9", ClusterAPI: "1.9", VCluster: "0.30.0", Kata: "3.24",
		CNI: "cilium", APIServerPort: 6443,
		IngressNamespace: "ingress-nginx",
	}
}

// SitePath is where a site's spec goes in a tenancy.
func SitePath(name string) string { return "sites/" + name + ".yaml" }

// Site writes a site's spec. The version of a sandbox that the site does not
// have is left out.
func Site(o SiteOptions) []byte {
	if !has(o.Sandboxes, "kata-") {
		o.Kata = ""
	}
	if !has(o.Sandboxes, "gvisor") {
		o.GVisor = ""
	}
	return render("site.yaml", o)
}

func has(sandboxes []string, prefix string) bool {
	for _, name := range sandboxes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// Missing lists the flags without which a site cannot be written: facts that
// nobody can guess.
func (o SiteOptions) Missing() []string {
	missing := absent([]flag{
		{"api-domain", o.APIDomain},
		{"cpu", o.CPU},
		{"memory", o.Memory},
		{"pod-cidr", strings.Join(o.PodCIDRs, "")},
		{"service-cidr", strings.Join(o.ServiceCIDRs, "")},
		{"node-cidr", strings.Join(o.NodeCIDRs, "")},
		{"api-server", strings.Join(o.APIServers, "")},
		{"resolver", strings.Join(o.Resolvers, "")},
	})
	if len(o.StorageClasses) == 0 {
		missing = append(missing, "storage-class")
	}
	if has(o.Sandboxes, "gvisor") {
		missing = append(missing, absent([]flag{{"gvisor", o.GVisor}})...)
	}
	return missing
}

func exampleSite() SiteOptions {
	o := DefaultSite()
	o.Name, o.Labels = "site-1", map[string]string{"region": "north"}
	o.APIDomain = "site-1.k8s.example.net"
	o.CPU, o.Memory = "92", "360Gi"
	o.StorageClasses = []StorageClass{{"local", "topolvm.io", "40Ti"}}
	o.PodCIDRs, o.ServiceCIDRs, o.NodeCIDRs = []string{"10.0.0.0/16"}, []string{"10.1.0.0/16"}, []string{"192.168.10.0/24"}
	o.APIServers, o.Resolvers = []string{"192.168.10.10"}, []string{"192.168.10.53"}
	o.IngressClass = "nginx"
	return o
}
