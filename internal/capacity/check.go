package capacity

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/schema"
)

// Check refuses a plan whose promises do not fit its sites, and warns where
// they only just do. Each fault is told where it can be mended: at the site's
// nodes or classes with the largest takers as notes, or at the cluster whose
// one pod is too large.
func Check(docs spec.Documents, plan resolve.Plan) diag.List {
	sites := map[string]*spec.Document[schema.Site]{}
	for _, doc := range docs.Sites {
		sites[doc.Value.Metadata.Name] = doc
	}
	var list diag.List
	for _, s := range Sites(plan) {
		for _, f := range s.Findings {
			list = append(list, f.diagnostic(sites[s.Name]))
		}
	}
	return list
}

// Says tells whether a diagnostic is one of Check's.
func Says(d diag.Diagnostic) bool {
	switch d.Code {
	case diag.Oversold, diag.NearlyFull, diag.NoPoolForCluster, diag.PodTooLarge, diag.TooFewNodes, diag.PodMayWait:
		return true
	}
	return false
}

// Refused tells whether a list has a fault that Check reports: the tenancy does
// not fit its sites.
func Refused(list diag.List) bool {
	return slices.ContainsFunc(list, func(d diag.Diagnostic) bool { return d.Code == diag.Oversold })
}

func (f Finding) diagnostic(doc *spec.Document[schema.Site]) diag.Diagnostic {
	d := diag.Diagnostic{Severity: diag.Error, Code: f.code(), Message: f.String(), Hint: f.hint()}
	if !f.Kind.breaks() {
		d.Severity = diag.Warning
	}
	if f.Kind == Oversold || f.Kind == NearlyFull || f.Kind == Fragmented {
		d.Path = f.path(doc)
		d.Position = doc.At(d.Path)
		d.Notes = f.takers()
		return d
	}
	c := f.Takers[0].Cluster
	d.Tenant, d.Position = c.Tenant, c.Origin.Cluster()
	return d
}

func (f Finding) code() diag.Code {
	return map[Kind]diag.Code{
		Oversold: diag.Oversold, NearlyFull: diag.NearlyFull, NoPool: diag.NoPoolForCluster,
		PodTooLarge: diag.PodTooLarge, TooFewNodes: diag.TooFewNodes, Fragmented: diag.PodMayWait,
	}[f.Kind]
}

// String says the finding in a sentence.
func (f Finding) String() string {
	amount := func(n int64) string { return Format(f.Resource, n) }
	switch f.Kind {
	case Oversold:
		return fmt.Sprintf("site %s promises %s%s%s, but has %s to sell: %s too much",
			f.Site, amount(f.Wanted), f.what(), f.where(), amount(f.Capacity), amount(f.Wanted-f.Capacity))
	case NearlyFull:
		return fmt.Sprintf("site %s is nearly full: it promises %s of %s%s%s", f.Site, amount(f.Wanted), amount(f.Capacity), f.what(), f.where())
	case Fragmented:
		return fmt.Sprintf("on site %s, a promised pod of %s may find no node with room%s: that is certain up to %s of memory, and %s is promised",
			f.Site, f.Pod, f.where(), amount(f.Capacity), amount(f.Wanted))
	case PodTooLarge:
		return fmt.Sprintf("%s of %s takes %s%s of one node, and the largest node of site %s%s has %s", f.Pod, f.cluster(), amount(f.Wanted), f.what(), f.Site, f.where(), amount(f.Capacity))
	case TooFewNodes:
		return fmt.Sprintf("the %d replicas of %s cannot each have a node of their own: site %s has %d%s", f.Wanted, f.cluster(), f.Site, f.Capacity, f.where())
	}
	return fmt.Sprintf("site %s has no pool for the pods of %s: none without taints offers the sandbox %s", f.Site, f.cluster(), f.Takers[0].Cluster.Sandbox.Name)
}

// Reason says the finding as why something does not go to the site.
func (f Finding) Reason() string {
	if f.Kind != Oversold {
		return f.String()
	}
	return fmt.Sprintf("it would promise %s%s%s, and has %s to sell", Format(f.Resource, f.Wanted), f.what(), f.where(), Format(f.Resource, f.Capacity))
}

func (f Finding) what() string {
	return map[Resource]string{CPU: " CPU", Memory: " of memory", Pods: " pods", Storage: " of storage", LoadBalancers: " load balancer addresses"}[f.Resource]
}

func (f Finding) cluster() string { return name(f.Takers[0].Cluster) }

func name(c *resolve.Cluster) string { return c.Tenant + "/" + c.Name }

func (f Finding) where() string {
	if len(f.Of) == 0 {
		return ""
	}
	return " in " + strings.Join(f.Of, " and ")
}

func (f Finding) hint() string {
	const elsewhere = "tenantc capacity shows what is left where"
	switch f.Kind {
	case Oversold:
		switch {
		case f.More > 0 && f.Reserved:
			return fmt.Sprintf("the reserve takes all nodes of %s: add %d to them, lower reserve.nodes, or choose another site for a cluster; %s", f.Of[0], f.More, elsewhere)
		case f.More > 0:
			return fmt.Sprintf("add %d to the nodes of %s, lower a quota, or choose another site for a cluster; %s", f.More, f.Of[0], elsewhere)
		}
		return "lower a quota, or choose another site for a cluster; " + elsewhere
	case NearlyFull:
		return "plan more capacity, or set policy.capacity.warn; " + elsewhere
	case Fragmented:
		return "add a node, or promise a smaller quota.largestPod"
	case PodTooLarge:
		return "promise a smaller pod, or choose a site with larger nodes"
	case TooFewNodes:
		return "write controlPlane.replicas: 1, or choose a site with more nodes"
	}
	return "name a pool that offers the sandbox, with nodes: {mode: dedicated} where it is kept by a taint"
}

// path is where in the site's document the capacity is written.
func (f Finding) path(doc *spec.Document[schema.Site]) string {
	if f.Resource == LoadBalancers {
		return "spec.network.loadBalancerPool"
	}
	if f.Resource == Storage {
		at := slices.IndexFunc(doc.Value.Spec.StorageClasses, func(c schema.StorageClass) bool { return slices.Contains(f.Of, c.Name) })
		return fmt.Sprintf("spec.storageClasses[%d].capacity", max(0, at))
	}
	at := slices.IndexFunc(doc.Value.Spec.Pools, func(p schema.Pool) bool { return slices.Contains(f.Of, p.Name) })
	return fmt.Sprintf("spec.pools[%d].nodes", max(0, at))
}

// takers are the largest clusters of a finding, with where they are written.
func (f Finding) takers() []diag.Note {
	var notes []diag.Note
	for _, t := range f.Takers[:min(len(f.Takers), 5)] {
		notes = append(notes, diag.Note{Position: t.Cluster.Origin.Cluster(), Message: name(t.Cluster) + " takes " + Format(f.Resource, t.Amount)})
	}
	return notes
}
