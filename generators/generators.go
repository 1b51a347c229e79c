// Package generators turns one resolved tenant cluster into Kubernetes objects:
// its boundary (namespace, quota, limits, network, access, storage), which the
// site's own account applies, and the cluster itself, which an account of its
// own applies. One file an object family, one a stack.
//
// Everything here is a pure function of the tenancy, the site and the cluster,
// and asks nobody for a default. What the whole site needs besides (runtime
// classes, admission policies) is in templates/, how objects become files and
// which Flux Kustomization applies them is package overlay's.
package generators

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// Boundary fences a tenant cluster in. It does not depend on the stack's
// controllers, and stays while a cluster is suspended or retired; of a purged
// one nothing is left. Of the stack it has what must be open in the fence.
func Boundary(t resolve.Tenancy, s resolve.Site, c resolve.Cluster) []object.Object {
	if c.State == resolve.Purged {
		return nil
	}
	objects := append(storageClasses(c), flowSchema(c), serviceAccount(t, c))
	objects = append(objects, fence(t, s, c)...)
	for _, below := range c.Below() {
		objects = append(objects, fence(t, s, below)...)
	}
	return finish(objects, c)
}

// fence is what stands around one namespace.
func fence(t resolve.Tenancy, s resolve.Site, c resolve.Cluster) []object.Object {
	objects := []object.Object{namespace(s, c), resourceQuota(c), limitRange(s, c), defaultDeny(c)}
	objects = append(objects, roleBindings(t, c)...)
	return append(objects, stackOf(c).network(s, c)...)
}

// Layer makes the cluster itself with its stack. A retired or purged cluster
// has none, so that its Flux Kustomization prunes it.
func Layer(t resolve.Tenancy, s resolve.Site, c resolve.Cluster) []object.Object {
	if !made(c) {
		return nil
	}
	return finish(stackOf(c).layer(t, s, c), c)
}

// Refused is what somebody else's schema says against a layer. It judges what
// the layer has in it and nothing else, so that one that it let pass once need
// not be asked about again.
func Refused(s resolve.Site, c resolve.Cluster) diag.List {
	if refused := stackOf(c).refused; refused != nil && made(c) {
		return refused(s, c)
	}
	return nil
}

// made tells whether there is a layer.
func made(c resolve.Cluster) bool { return c.State != resolve.Retired && c.State != resolve.Purged }

// finish gives every object the cluster's labels and a fixed place.
func finish(objects []object.Object, c resolve.Cluster) []object.Object {
	for i := range objects {
		objects[i] = objects[i].Label(c.Labels())
	}
	object.Sort(objects)
	return objects
}

// meta names an object in the cluster's namespace.
func meta(c resolve.Cluster, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: c.Namespace}
}
