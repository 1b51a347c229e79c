package prove

import (
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/tenantc/tenantc/internal/catalogue"
)

// Left is what the isolation of some tenant clusters does not keep apart, by
// design of their stack: an auditor reads it beside what holds.
type Left struct {
	What     string   `json:"what"`
	Clusters []string `json:"tenantClusters"` // tenant/cluster on site
}

// left lists it, for clusters that run. Which ones it concerns says the plan, not
// an object.
func left(clusters []Judged[Cluster]) []Left {
	views := make([]view, len(clusters))
	for i, c := range clusters {
		views[i] = newView(Cluster{Tenancy: c.What.Tenancy, Site: c.What.Site, Plan: c.What.Plan})
	}
	out := []Left{}
	for _, l := range leftovers {
		of := Left{What: l.what}
		for _, v := range views {
			if v.runs() && l.concerns(v) {
				of.Clusters = append(of.Clusters, v.Plan.Tenant+"/"+v.Plan.Name+" on "+v.Plan.Site)
			}
		}
		if len(of.Clusters) > 0 {
			out = append(out, of)
		}
	}
	return out
}

// verifiedPulls is the Kubernetes whose kubelets ask by default whether a pod may
// pull the private image that another has pulled (KubeletEnsureSecretPulledImages).
const verifiedPulls = "1.35"

var leftovers = []struct {
	what     string
	concerns func(view) bool
}{
	{"Pods share the node's kernel: a flaw in it is a way to other tenants. Restricted keeps them from root and most of what such flaws need", func(v view) bool {
		return v.shared() && v.Plan.Sandbox.Name == catalogue.None
	}},
	{"Pods share the node's kernel and may run as root in their containers: the control plane beside them keeps their namespace at Pod Security baseline", func(v view) bool {
		return v.virtual() && v.Plan.Sandbox.Name == catalogue.None
	}},
	{"The site's own API server is shared: a flaw in it, or in what extends it, is everybody's; requests of the tenant's people, unlike those of its accounts, wait in the site's common queues", func(v view) bool {
		return v.shared()
	}},
	{"Names of other tenants' Services can be guessed in the site's DNS, though not reached: the site's CNI or the stack has no rule by names", func(v view) bool {
		return v.shared() && (v.Site.Network.CNI != "cilium" || v.capsule())
	}},
	{"No denial in the CNI's own words lies over the network policies: Capsule copies only those of Kubernetes", func(v view) bool { return v.capsule() }},
	{"The state of the control plane lies in a data store that the site has for all tenants, in a schema of its own", func(v view) bool {
		return v.stack.Plane == catalogue.PlaneHosted
	}},
	{"The control plane's pods run on the node's kernel, outside of a sandbox. What they run is pinned, and none of it is the tenant's", func(v view) bool {
		return v.virtual() || v.stack.Plane == catalogue.PlaneHosted && v.Plan.Sandbox.Name == catalogue.None
	}},
	{"Machines run in pods that may administer the kernel of their server (SYS_ADMIN, NET_ADMIN, SYS_RESOURCE): whoever breaks out of the hypervisor holds that. Virtink gives such a pod no priority: where servers are lost that were promised to nobody, it comes before other tenants' pods", func(v view) bool {
		return v.virtink()
	}},
	{"Private images in a node's cache serve whoever knows their names, unless the site is set up otherwise (CC-DI-1): its Kubernetes is older than 1.35", func(v view) bool {
		return !v.machines() && !version.MustParseGeneric(v.Site.Kubernetes).AtLeast(version.MustParseGeneric(verifiedPulls))
	}},
}
