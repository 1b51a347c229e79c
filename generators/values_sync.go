package generators

import (
	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// syncToHost is what of the tenant's objects becomes an object on the site.
// Network policies do not, which would add to the boundary's, and neither do
// volumes, which are the site's to make: the chart's defaults in all versions,
// and keys that the site's admission policy refuses in any form.
func syncToHost(s resolve.Site, c resolve.Cluster) values {
	v := values{
		"pods":            syncedPods(s, c),
		"ingresses":       values{"enabled": len(c.Network.Hosts) > 0},
		"serviceAccounts": off(),
		"storageClasses":  off(),
	}
	if s.Components.VCluster.VolumeSnapshots {
		v["volumeSnapshots"] = off()
	}
	return v
}

// syncedPods run in the sandbox, whatever they ask for, and tolerate the taints
// of the tenant's own nodes. Their tokens are in Secrets instead of annotations.
func syncedPods(s resolve.Site, c resolve.Cluster) values {
	v := values{
		"enabled":               true,
		"enforceTolerations":    list(tolerations(c)),
		"useSecretsForSATokens": true,
	}
	if !s.Components.VCluster.ForcesRuntimeClass {
		return v
	}
	v["priorityClassName"] = resolve.WorkloadPriority
	v["runtimeClassName"] = ""
	if c.Sandbox.Name != catalogue.None {
		v["runtimeClassName"] = c.Sandbox.Name
	}
	return v
}

// syncFromHost is what the tenant sees of the site: its own storage classes,
// its nodes where the spec says so, its events. No runtime class is shown: a
// pod that names one gets the overhead of that, which the site then refuses.
func syncFromHost(s resolve.Site, c resolve.Cluster) values {
	v := values{
		"storageClasses": syncedStorageClasses(s, c),
		"nodes":          syncedNodes(c),
		"ingressClasses": off(),
		// With the virtual scheduler these would show all of the site's storage.
		"csiDrivers":           off(),
		"csiNodes":             off(),
		"csiStorageCapacities": off(),
	}
	if s.Components.VCluster.ForcesRuntimeClass {
		v["runtimeClasses"] = off()
	}
	return v
}

// syncedStorageClasses are chosen by the labels that the boundary gives them.
// Charts that cannot choose would show the names of other tenants: there, the
// tenant's claims name a class that is not listed.
func syncedStorageClasses(s resolve.Site, c resolve.Cluster) values {
	if !s.Components.VCluster.SelectsStorageClasses || len(c.Storage) == 0 {
		return off()
	}
	return values{
		"enabled": true,
		"selector": values{"matchLabels": values{
			object.LabelTenant:  c.Tenant,
			object.LabelCluster: c.Name,
		}},
	}
}

// syncedNodes: labels choose the nodes that are shown (all of them would hold
// against the labels, so it stays off) and become the selector of every synced
// pod, even where no node is shown. Images on a node would tell what other
// tenants run. Nothing is written back: the chart's default, by a key that the
// site's admission policy refuses.
func syncedNodes(c resolve.Cluster) values {
	return values{
		"enabled":          c.Nodes.Sync,
		"clearImageStatus": true,
		"selector":         values{"all": false, "labels": labels(c.Nodes.Selector)},
	}
}
