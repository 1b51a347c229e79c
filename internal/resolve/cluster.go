package resolve

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/schema"
)

// clusterResolver completes one tenant cluster from its own documents, its
// class and its site, and nothing else: that locality is what lets clusters be
// compiled one by one.
type clusterResolver struct {
	doc    *spec.Document[schema.Tenant]
	path   string // spec.clusters[i]
	spec   schema.Cluster
	class  *spec.Document[schema.TenantClass]
	others []*spec.Document[schema.TenantClass] // all classes, for hints
	site   *Site
	policy policy
	lock   spec.Lock // what tenantc place has decided
	rec    *recorder
	diags  diag.List
}

func (r *clusterResolver) resolve() Cluster {
	tenant := r.doc.Value.Metadata.Name
	c := Cluster{
		Tenant:    tenant,
		Class:     r.class.Value.Metadata.Name,
		Name:      r.spec.Name,
		Site:      r.site.Name,
		Namespace: NamespaceOf(tenant, r.spec.Name),
		State:     State(choose(r.rec, "lifecycle.state", defaultState, r.written("lifecycle.state", orZero(r.spec.Lifecycle).State))),
		Origin:    Origin{doc: r.doc, path: r.path},
	}
	choose(r.rec, "site", c.Site, r.written("site", r.spec.Site), r.decided(c.Site, spec.Decision{Tenant: tenant, Cluster: c.Name}))
	r.rec.note("namespace", c.Namespace, "tenant and cluster name", nil)
	c.KeepDataUntil = r.keepDataUntil()
	r.stack(&c)
	made, _ := catalogue.StackFor(c.Stack)
	c.Kubernetes = r.kubernetes(made)
	c.Storage = r.storage(c)
	c.Bought = r.bought(made.Plane)
	r.fleeting(c.Stack, made.Fleeting && c.Bought.Storage.Sign() > 0, "quota.storage")
	c.ControlPlane = r.controlPlane(c, made)
	if made.Plane != catalogue.PlaneShared {
		c.APIHost = c.Name + "." + c.Tenant + "." + r.site.APIDomain
		r.rec.note("apiHost", c.APIHost, "site "+r.site.Name, nil)
	}
	if made.Plane.HasWorkers() {
		c.Version, c.Workers, c.Inside = r.version(c), r.workers(c), r.inside()
	}
	c.Namespaces = r.below(c)
	c.Offload, c.OffloadFrom = r.offload(c), r.offloadFrom(c)
	c.Nodes = r.nodes(c)
	c.Network = r.network(c)
	c.Access = r.access()
	c.Placement = placement(r.spec.Placement)
	c.Charges = charges(c, *r.site)
	c.Quota = hostQuota(c, *r.site)
	r.check(c)
	if r.rec != nil {
		c.Values = r.rec.values
	}
	return c
}

// keepDataUntil reads a date that the schema has checked.
func (r *clusterResolver) keepDataUntil() time.Time {
	day, err := time.Parse(time.DateOnly, orZero(r.spec.Lifecycle).KeepDataUntil)
	if err != nil {
		return time.Time{}
	}
	r.rec.note("lifecycle.keepDataUntil", day.Format(time.DateOnly), "spec", r.at("lifecycle.keepDataUntil"))
	return day
}

// kubernetes is the minor version of the tenant's API server. One that is the
// site's has the site's version, whatever a class says of others.
func (r *clusterResolver) kubernetes(made catalogue.Stack) string {
	written := r.written("kubernetes", r.spec.Kubernetes)
	if made.Name == "" || made.Plane != catalogue.PlaneShared {
		return choose(r.rec, "kubernetes", r.site.Kubernetes, written, r.classes("kubernetes", orZero(r.class.Value.Spec.Defaults).Kubernetes))
	}
	if r.spec.Kubernetes != "" && r.spec.Kubernetes != r.site.Kubernetes {
		r.fault(diag.KubernetesUnavailable, "kubernetes", fmt.Sprintf("with the stack %s the tenant uses the API server of site %s, which is Kubernetes %s", made.Name, r.site.Name, r.site.Kubernetes),
			"leave kubernetes out, or choose a stack with a control plane of its own")
	}
	r.rec.note("kubernetes", r.site.Kubernetes, "site "+r.site.Name, nil)
	return r.site.Kubernetes
}

// below are the namespaces of a tree; only one stack has such.
func (r *clusterResolver) below(c Cluster) []string {
	if len(r.spec.Namespaces) > 0 && c.Stack != catalogue.HNC && c.Stack != "" {
		r.fault(diag.OptionUnused, "namespaces", "the stack "+c.Stack+" has no tree of namespaces", "write stack: hnc, or leave namespaces out")
		return nil
	}
	return slices.Sorted(slices.Values(r.spec.Namespaces))
}

// written is the cluster's own spec as a candidate.
func (r *clusterResolver) written(path, value string) candidate[string] {
	return candidate[string]{value, "spec", r.at(path)}
}

// classes is the class's default as a candidate.
func (r *clusterResolver) classes(path, value string) candidate[string] {
	return candidate[string]{value, "class " + r.class.Value.Metadata.Name, func() diag.Position { return r.class.At("spec.defaults." + path) }}
}

// rememberedStack is the stack that the cluster was given when it was first
// resolved: it never changes by itself. Nothing where none is remembered.
func (r *clusterResolver) rememberedStack() candidate[string] {
	d, _ := r.lock.Stack(r.doc.Value.Metadata.Name, r.spec.Name, r.site.Name)
	return r.decided(d.Stack, d)
}

// decided is a part of what tenantc place has decided as a candidate.
func (r *clusterResolver) decided(value string, d spec.Decision) candidate[string] {
	return candidate[string]{value, "tenantc place", func() diag.Position { return r.lock.At(d) }}
}

func (r *clusterResolver) source(written bool) string {
	if written {
		return "spec"
	}
	return "default"
}

func (r *clusterResolver) at(path string) func() diag.Position {
	return func() diag.Position { return r.doc.At(r.path + "." + path) }
}

// fault reports a field of the cluster.
func (r *clusterResolver) fault(code diag.Code, field, message, hint string) {
	path := r.path + "." + field
	r.diags = append(r.diags, diag.Diagnostic{
		Severity: diag.Error, Code: code, Tenant: r.doc.Value.Metadata.Name, Path: path,
		Message: message, Hint: hint, Position: r.doc.At(path),
	})
}

// list names things in a message.
func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
