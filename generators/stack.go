package generators

import (
	"fmt"
	"slices"

	"github.com/fluxcd/pkg/apis/kustomize"
	fluxmeta "github.com/fluxcd/pkg/apis/meta"

	corev1 "k8s.io/api/core/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// stack is what one way of making a tenant cluster has of its own. Everything
// else of a tenant cluster is the same for all. Each is made in a file of its
// name.
type stack struct {
	// guards are the parameters of admission policies that only this stack has,
	// as annotations of the namespace. An empty one is left out.
	guards func(resolve.Site, resolve.Cluster) map[string]string

	// network is what the boundary opens in a namespace that is closed, and what
	// the site's CNI needs besides.
	network func(resolve.Site, resolve.Cluster) []object.Object

	// layer makes the cluster itself.
	layer func(resolve.Tenancy, resolve.Site, resolve.Cluster) []object.Object

	// refused is what somebody else's schema says against the layer; nil where
	// there is none.
	refused func(resolve.Site, resolve.Cluster) diag.List

	// quota is what the cluster's own namespace may take, where that is not what
	// the cluster may; else nil.
	quota func(resolve.Cluster) corev1.ResourceList

	// usable are the checks that the tenant can use the cluster.
	usable func(resolve.Site, resolve.Cluster) []check
}

// stacks are all that the catalogue does not call missing.
func stacks() map[string]stack {
	return map[string]stack{
		catalogue.VCluster:  vclusterStack(),
		catalogue.Namespace: namespaceStack(),
		catalogue.HNC:       hncStack(),
		catalogue.Capsule:   capsuleStack(),
		catalogue.KubeVirt:  kubevirtStack(),
		catalogue.Kamaji:    kamajiStack(),
		catalogue.Liqo:      liqoStack(),
		catalogue.Virtink:   virtinkStack(),
	}
}

// stackOf is a cluster's stack. One that tenantc does not make is refused by
// package resolve.
func stackOf(c resolve.Cluster) stack {
	s, known := stacks()[c.Stack]
	if !known {
		panic("generators: no such stack: " + c.Stack)
	}
	return s
}

// check is a health check of Flux in the cluster's namespace: of a kind that
// Flux can judge by itself, or with an expression that says when it is current.
type check struct {
	apiVersion, kind, name string
	current                string
}

// healthChecks are checks as a Flux Kustomization has them.
func healthChecks(c resolve.Cluster, checks []check) ([]fluxmeta.NamespacedObjectKindReference, []kustomize.CustomHealthCheck) {
	var of []fluxmeta.NamespacedObjectKindReference
	var by []kustomize.CustomHealthCheck
	for _, k := range checks {
		of = append(of, fluxmeta.NamespacedObjectKindReference{APIVersion: k.apiVersion, Kind: k.kind, Name: k.name, Namespace: c.Namespace})
		if k.current != "" && !slices.ContainsFunc(by, func(c kustomize.CustomHealthCheck) bool { return c.Kind == k.kind }) {
			by = append(by, kustomize.CustomHealthCheck{
				APIVersion: k.apiVersion, Kind: k.kind,
				HealthCheckExpressions: kustomize.HealthCheckExpressions{Current: k.current},
			})
		}
	}
	return of, by
}

// gone is the check that nothing of the cluster is left. Absence cannot be
// checked of an object itself; the quota of its namespace counts the last kind
// to go until its finalizer is done. A tombstone keeps the check: it holds back
// the boundary while a provider has not finished.
func gone(c resolve.Cluster) []check {
	made, _ := catalogue.StackFor(c.Stack)
	last, waits := made.Last()
	if !waits {
		return nil
	}
	expression := fmt.Sprintf("has(status.used) && '%[1]s' in status.used && status.used['%[1]s'] == '0'", last.Counted())
	return []check{{apiVersion: "v1", kind: "ResourceQuota", name: resolve.QuotaName, current: expression}}
}
