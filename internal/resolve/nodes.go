package resolve

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/schema"
)

// nodes settles which nodes of the site a cluster's pods run on.
func (r *clusterResolver) nodes(c Cluster) Nodes {
	if c.Stack == catalogue.Liqo {
		return Nodes{Tolerations: []corev1.Toleration{virtualNode}}
	}
	n := orZero(r.spec.Nodes)
	if r.spec.Nodes == nil {
		n = orZero(orZero(r.class.Value.Spec.Defaults).Nodes)
	}
	nodes := Nodes{Dedicated: n.Mode == "dedicated", Pool: n.Pool, Sync: orZero(n.Sync)}
	r.rec.note("nodes.mode", map[bool]string{true: "dedicated", false: "shared"}[nodes.Dedicated], r.source(r.spec.Nodes != nil), r.at("nodes.mode"))
	if n.Pool == "" && len(n.MatchLabels) == 0 {
		nodes.Selector = r.commonSelector(c, nodes.Sync)
		return nodes
	}
	at := r.pool(c, n)
	if at < 0 {
		return nodes
	}
	pool := r.site.Pools[at]
	r.checkPool(c, nodes, pool)
	nodes.Pool = pool.Name
	nodes.Selector = pool.Labels
	for _, t := range pool.Taints {
		nodes.Tolerations = append(nodes.Tolerations, corev1.Toleration{Key: t.Key, Operator: corev1.TolerationOpEqual, Value: t.Value, Effect: t.Effect})
	}
	r.rec.note("nodes.pool", pool.Name, r.source(r.spec.Nodes != nil), r.at("nodes.pool"))
	return nodes
}

// pool finds the pool that a cluster names, or the first by name that has the
// labels it asks for and fits its sandbox and mode; -1, with a diagnostic,
// where there is none.
func (r *clusterResolver) pool(c Cluster, n schema.Nodes) int {
	if n.Pool != "" {
		at := slices.IndexFunc(r.site.Pools, func(p Pool) bool { return p.Name == n.Pool })
		if at < 0 {
			r.fault(diag.PoolUnknown, "nodes.pool", fmt.Sprintf("site %s has no pool %s", r.site.Name, n.Pool), "it has: "+list(poolNames(r.site.Pools)))
		}
		return at
	}
	best := -1
	for i, p := range r.site.Pools {
		fits := p.Offers(c.Sandbox.Name) && len(p.Taints) > 0 == (n.Mode == "dedicated") && hasLabels(p.Labels, n.MatchLabels)
		if fits && (best < 0 || p.Name < r.site.Pools[best].Name) {
			best = i
		}
	}
	if best < 0 {
		r.fault(diag.NoSuchNodes, "nodes.matchLabels", fmt.Sprintf("site %s has no pool for %s nodes with the labels %s that offers the sandbox %s", r.site.Name, n.Mode, labelList(n.MatchLabels), c.Sandbox.Name),
			"ask for labels that a pool has, or choose another site; the pools are: "+list(poolNames(r.site.Pools)))
	}
	return best
}

func hasLabels(have, want map[string]string) bool {
	for key, value := range want {
		if got, found := have[key]; !found || got != value {
			return false
		}
	}
	return true
}

func labelList(labels map[string]string) string {
	var out []string
	for _, key := range sortedKeys(labels) {
		out = append(out, key+"="+labels[key])
	}
	return list(out)
}

// commonSelector is for shared nodes without a pool: pods go wherever the
// sandbox and the taints let them. Only a tenant that wants to see nodes needs
// labels that tell its nodes from others: those of the site's only open pool.
func (r *clusterResolver) commonSelector(c Cluster, sync bool) map[string]string {
	if !sync {
		return nil
	}
	open := slices.DeleteFunc(slices.Clone(r.site.Pools), func(p Pool) bool { return len(p.Taints) > 0 || !p.Offers(c.Sandbox.Name) })
	if len(open) == 1 && len(open[0].Labels) > 0 {
		return open[0].Labels
	}
	r.fault(diag.NoNodeSelector, "nodes.sync", fmt.Sprintf("the nodes of site %s that the cluster may use have no labels in common to show them by", r.site.Name),
		"label the nodes of a pool, and name the pool: "+list(poolNames(open)))
	return nil
}

// Offers tells whether pods in a sandbox run on the pool.
func (p Pool) Offers(sandbox string) bool {
	return sandbox == catalogue.None || slices.Contains(p.Sandboxes, sandbox)
}

func poolNames(pools []Pool) []string {
	var names []string
	for _, p := range pools {
		names = append(names, p.Name)
	}
	return names
}
