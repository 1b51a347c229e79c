package resolve

import (
	"slices"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/tree"
)

// Every derived name is made here, from names that the schema has checked. All
// are injective: a cluster's name has no hyphen, so the last hyphen of
// <tenant>-<cluster> is the border, and prefixes keep kinds of names apart from
// each other and from the names that Kubernetes and Flux bring along. Limits:
// tenant ≤ 25 and cluster ≤ 15 characters keep the chart's ClusterRole
// vc-<cluster>-v-<namespace> under the 63 at which it is cut silently.

// NamespaceOf is the host namespace of a tenant cluster.
func NamespaceOf(tenant, cluster string) string { return tenant + "-" + cluster }

// root is the cluster's own namespace, also of a cluster that stands for one below it.
func (c Cluster) root() string { return NamespaceOf(c.Tenant, c.Name) }

// BoundaryName is the Flux Kustomization of the cluster's boundary.
func (c Cluster) BoundaryName() string { return "boundary-" + c.root() }

// LayerName is the Flux Kustomization of the cluster itself.
func (c Cluster) LayerName() string { return "cluster-" + c.root() }

// Account is the service account, in the Flux namespace, that applies the cluster layer.
func (c Cluster) Account() string { return "cluster-" + c.root() }

// ControlPlaneAccount is the service account that the chart makes for the control plane.
func (c Cluster) ControlPlaneAccount() string { return "vc-" + c.Name }

// FlowSchemaName is cluster-scoped; the prefix keeps it apart from the built-in
// ones (tenant service, cluster accounts would otherwise be service-accounts).
func (c Cluster) FlowSchemaName() string { return "tenant-" + c.root() }

// StorageClassName is the tenant cluster's own class made from a class of the site.
func StorageClassName(tenant, cluster, class string) string {
	return NamespaceOf(tenant, cluster) + "-" + class
}

// DiskClass is the cluster's own class that what the stack keeps on volumes is
// made of, the control plane's state and machines' root disks; empty for none.
func (c Cluster) DiskClass() string {
	if c.ControlPlane.StorageClass == "" && len(c.Workers) > 0 && len(c.Storage) > 0 {
		return c.Storage[0].Name
	}
	return c.ControlPlane.StorageClass
}

// OffloadNamespace is where the cluster's pods run on the peer.
func (c Cluster) OffloadNamespace() string { return NamespaceOf(c.Tenant, c.Offload.Cluster) }

// NamespaceMapOf is the object by which Liqo on this site keeps the namespaces
// that a peer's pods run in: Liqo on the peer makes it and names it after this
// site, Liqo here copies it into the peer's own namespace (liqotech/liqo,
// virtualnode-controller, pkg/tenantNamespace).
func (s Site) NamespaceMapOf(peer LiqoPeer) string {
	return "liqo-tenant-" + peer.ClusterID + "/" + s.LiqoID
}

// MachineImages are those that machines of a stack boot from.
func (s Site) MachineImages(stack string) MachineImages {
	if stack == catalogue.Virtink {
		return s.Virtink
	}
	return s.Machines
}

// Folder of the site in the fleet tree.
func (s Site) Folder() string { return tree.SiteFolder(s.Name) }

// Place of the cluster in the fleet tree.
func (c Cluster) Place() tree.Place {
	return tree.Place{Site: c.Site, Tenant: c.Tenant, Cluster: c.Name}
}

// Folder of the cluster in the fleet tree.
func (c Cluster) Folder() string { return c.Place().Folder() }

// RootName is the Flux Kustomization of the site's folder, which bootstrap prints.
func (s Site) RootName() string { return "site-" + s.Name }

// Names of Flux objects that every site has.
const (
	PlatformName = "platform" // the Kustomization of the platform
	SourceName   = "fleet"    // the GitRepository
)

// QuotaName is the ResourceQuota of every tenant cluster's namespace.
const QuotaName = "tenantc"

// Labels that every object of the cluster carries.
func (c Cluster) Labels() map[string]string {
	return map[string]string{
		object.LabelTenant:  c.Tenant,
		object.LabelCluster: c.Name,
		object.LabelSite:    c.Site,
	}
}

// Accounts of the site's layers, in the Flux namespace.
const (
	SiteAccount     = "tenantc-site"
	PlatformAccount = "tenantc-platform"
	BoundaryAccount = "tenantc-boundary"
)

// TenantRoleName is the platform's ClusterRole for a tenant's people, where they
// use the site's own API server, and of the RoleBinding that gives it to them.
const TenantRoleName = "tenantc-tenant"

// RoleOf is the platform's ClusterRole for the accounts of a stack's clusters.
func RoleOf(stack string) string {
	if stack == catalogue.VCluster {
		return ClusterRoleName
	}
	return ClusterRoleName + "-" + stack
}

// Roles are those that a site's clusters need, each once.
func (s Site) Roles() []string {
	names := []string{ClusterRoleName}
	for _, name := range s.Stacks {
		stack, known := catalogue.StackFor(name)
		if !known {
			continue
		}
		if len(stack.Kinds) > 0 {
			names = append(names, RoleOf(name))
		}
		if stack.Plane == catalogue.PlaneShared {
			names = append(names, TenantRoleName)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// AllNamespaces are the cluster's own and those below it, the own first.
func (c Cluster) AllNamespaces() []string {
	names := []string{c.root()}
	for _, name := range c.Namespaces {
		names = append(names, c.root()+object.BelowMark+name)
	}
	return names
}

// Below are the namespaces below the cluster's own, each as the cluster with
// that namespace.
func (c Cluster) Below() []Cluster {
	var out []Cluster
	for _, name := range c.AllNamespaces()[1:] {
		below := c
		below.Namespace = name
		out = append(out, below)
	}
	return out
}

// ClusterRoleName is the platform's ClusterRole that every cluster account is bound to.
const ClusterRoleName = "tenantc-cluster"

// PriorityLevelName is the platform's priority level that tenants share.
const PriorityLevelName = "tenants"

// PriorityClasses of the platform: the tenants' control planes before the tenants' pods.
const (
	ControlPlanePriority = "tenant-control-plane"
	WorkloadPriority     = "tenant-workload"
)
