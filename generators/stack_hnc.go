package generators

import (
	"fmt"

	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

const hncVersion = "hnc.x-k8s.io/v1alpha2"

// hncStack is a tree of namespaces with one quota over all of it. The root is
// the cluster's own namespace; those below are in the spec and made with the
// boundary, each fenced in like the root, and put under it by a
// HierarchyConfiguration. HNC copies the tenant's rights down the tree.
//
// Subnamespace anchors would let HNC make namespaces of its own, outside of the
// fence: its managed labels, which could bring the fence's along, it takes off
// every other namespace of the site. So none is written, and the tenant's role
// makes none.
func hncStack() stack {
	return stack{
		guards: func(resolve.Site, resolve.Cluster) map[string]string { return nil },
		network: func(s resolve.Site, c resolve.Cluster) []object.Object {
			return sharedNetwork(s, c, ownNamespaces(c.AllNamespaces()))
		},
		layer:  hncLayer,
		usable: hncUsable,
	}
}

func hncLayer(_ resolve.Tenancy, _ resolve.Site, c resolve.Cluster) []object.Object {
	objects := append(tenantAdmins(c),
		hnc(c, "HierarchyConfiguration", "hierarchy", map[string]any{"allowCascadingDeletion": false}),
		hnc(c, "HierarchicalResourceQuota", resolve.QuotaName, map[string]any{"hard": quotaOf(c)}))
	for _, below := range c.Below() {
		objects = append(objects, hnc(below, "HierarchyConfiguration", "hierarchy", map[string]any{"parent": c.Namespace}))
	}
	return objects
}

func hnc(c resolve.Cluster, kind, name string, spec map[string]any) object.Object {
	return object.From(map[string]any{"apiVersion": hncVersion, "kind": kind, "metadata": meta(c, name), "spec": spec})
}

// hncSound: HNC says what is wrong in conditions that are there only then, and
// lists the children that it took over.
const (
	hncSound    = "!has(status.conditions) || !status.conditions.exists(c, c.status == 'True')"
	hncChildren = " && has(status.children) && status.children.size() >= %d"
)

func hncUsable(_ resolve.Site, c resolve.Cluster) []check {
	current := "(" + hncSound + ")"
	if n := len(c.Namespaces); n > 0 {
		current += fmt.Sprintf(hncChildren, n)
	}
	return []check{{apiVersion: hncVersion, kind: "HierarchyConfiguration", name: "hierarchy", current: current}}
}
