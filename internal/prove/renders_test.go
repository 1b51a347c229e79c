package prove

import (
	"crypto/sha256"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/generators"
	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// renders/<version>/values.yaml are what tenantc says to a chart of a cluster
// that has everything; `make renders` has helm make manifests.yaml of them.
func TestRenderedValuesAreCurrent(t *testing.T) {
	built := sites(t)["genoa-1"].clusters[2]
	for _, version := range catalogue.Versions() {
		golden.Check(t, "renders/"+version+"/values.yaml", []byte(renderedValues(t, built, version)))
	}
}

// What each supported chart makes stays inside, and is what helm makes of the
// values beside it.
func TestChartsMakeNoMore(t *testing.T) {
	for _, version := range catalogue.Versions() {
		values, err := os.ReadFile("renders/" + version + "/values.yaml")
		require.NoError(t, err)
		manifests, err := os.ReadFile("renders/" + version + "/manifests.yaml")
		require.NoError(t, err)
		require.Contains(t, string(manifests), fmt.Sprintf("# values: %x\n", sha256.Sum256(values)), "%s: make renders", version)
		require.Empty(t, plain(chartMakes(Site{Site: resolve.Site{Components: resolve.Components{VCluster: catalogue.Chart{Version: version}}}})), version)
	}
	require.NotEmpty(t, chartMakes(Site{Site: resolve.Site{Components: resolve.Components{VCluster: catalogue.Chart{Version: "9.9.9"}}}}))
}

// A chart that takes more than was judged is noticed.
func TestChartThatMakesMore(t *testing.T) {
	type m = map[string]any
	chart, _ := catalogue.Lookup("0.36.0")
	rule := func(kind, group, resource string, verbs ...any) func([]object.Object) {
		return func(objects []object.Object) {
			for _, o := range objects {
				if o.ID.Kind == kind {
					o.Value["rules"] = append(o.Value["rules"].([]any), m{"apiGroups": []any{group}, "resources": []any{resource}, "verbs": verbs})
				}
			}
		}
	}
	pod := func(kind string, change func(pod, container m)) func([]object.Object) {
		return func(objects []object.Object) {
			for _, o := range objects {
				if o.ID.Kind == kind {
					spec := o.Get("spec", "template", "spec").(m)
					change(spec, spec["containers"].([]any)[0].(m))
				}
			}
		}
	}
	for name, c := range map[string]struct {
		change func([]object.Object)
		want   string
	}{
		"all pods of the site":  {rule("ClusterRole", "", "pods", "list"), "list pods in every namespace"},
		"kubelets":              {rule("ClusterRole", "", "nodes/proxy", "get"), "get nodes/proxy across the site"},
		"everybody's snapshots": {rule("ClusterRole", "snapshot.storage.k8s.io", "volumesnapshotcontents", "delete"), "delete volumesnapshotcontents"},
		"its own quota":         {rule("Role", "", "resourcequotas", "patch"), "patch resourcequotas in its namespace"},
		"network policies":      {rule("Role", "networking.k8s.io", "networkpolicies", "create"), "create networkpolicies"},
		"roles":                 {rule("Role", "rbac.authorization.k8s.io", "roles", "create"), "create roles"},
		"new workloads":         {rule("Role", "apps", "statefulsets", "create"), "create statefulsets"},
		"tokens":                {rule("Role", "", "serviceaccounts/token", "create"), "create serviceaccounts/token"},
		"everything":            {rule("Role", "*", "*", "*"), "probe anything.probe.tenantc.dev"},
		"another's binding": {func(objects []object.Object) {
			o := one(t, objects, "RoleBinding", "vc-prod")
			o.Value["subjects"] = append(o.Value["subjects"].([]any), m{"kind": "Group", "name": "system:authenticated"})
		}, "it binds others"},
		"host network":       {pod("Deployment", func(p, _ m) { p["hostNetwork"] = true }), "shares with the node"},
		"host path":          {pod("Deployment", func(p, _ m) { p["volumes"] = append(p["volumes"].([]any), m{"name": "x", "hostPath": m{"path": "/"}}) }), "no such volume"},
		"another account":    {pod("StatefulSet", func(p, _ m) { p["serviceAccountName"] = "default" }), "not the account"},
		"privileged":         {pod("Deployment", func(_, c m) { c["securityContext"] = m{"privileged": true, "allowPrivilegeEscalation": false} }), "it is privileged"},
		"escalation":         {pod("StatefulSet", func(_, c m) { delete(c, "securityContext") }), "may gain privileges"},
		"capabilities":       {pod("StatefulSet", func(_, c m) { c["securityContext"].(m)["capabilities"] = m{"add": []any{"NET_ADMIN"}} }), "adds capabilities"},
		"a port of the node": {pod("Deployment", func(_, c m) { c["ports"] = []any{m{"hostPort": int64(80)}} }), "port of the node"},
		"other labels": {func(objects []object.Object) {
			one(t, objects, "Deployment", "prod").Get("spec", "template", "metadata").(m)["labels"] = m{"app": "vcluster"}
		}, "by which network policies know it"},
		"node ports": {func(objects []object.Object) { one(t, objects, "Service", "prod").Get("spec").(m)["type"] = "NodePort" }, "it is a NodePort"},
		"a webhook":  {func(objects []object.Object) { objects[0].ID.Kind = "MutatingWebhookConfiguration" }, "nobody has judged"},
	} {
		objects, err := rendered("0.36.0")
		require.NoError(t, err)
		require.Empty(t, judgeRender(chart, objects))
		c.change(objects)
		require.Contains(t, fmt.Sprint(plain(judgeRender(chart, objects))), c.want, name)
	}
}

// Nodes are a matter of the whole site.
func TestNodesAlone(t *testing.T) {
	chart, _ := catalogue.Lookup("0.33.0")
	s := Site{Site: resolve.Site{Components: resolve.Components{VCluster: chart}}, Clusters: []resolve.Cluster{
		{Tenant: "acme", Name: "a", Nodes: resolve.Nodes{Sync: true}}, {Tenant: "acme", Name: "b"},
	}}
	require.Empty(t, nodesAlone(s))
	s.Clusters = append(s.Clusters, resolve.Cluster{Tenant: "globex", Name: "a"})
	require.Len(t, nodesAlone(s), 1)
	s.Clusters = s.Clusters[:2]
	s.Site.Components.VCluster.ReachesKubelets = true
	require.Len(t, nodesAlone(s), 1)
}

// renderedValues are those of globex/prod of testdata/tenancy under a chart,
// with its own etcd, behind the ingress, and what the chart would take rights
// for: metrics and storage classes. No nodes are shown: see JudgeSite.
func renderedValues(t *testing.T, built Cluster, version string) string {
	require.Equal(t, "globex-prod", built.Plan.Namespace)
	site, c := built.Site, built.Plan
	chart, found := catalogue.Lookup(version)
	require.True(t, found)
	minors := chart.Minors(catalogue.K8s)
	site.Components.VCluster, site.ImageRegistry, site.Components.VClusterPro = chart, "", false
	c.Kubernetes = minors[len(minors)-1]
	c.ControlPlane.Image, _ = chart.Image(catalogue.K8s, c.Kubernetes)
	c.ControlPlane.Expose, c.ControlPlane.MetricsFromHost = "ingress", true
	c.ControlPlane.Store = resolve.Store{Type: catalogue.Etcd}
	c.Nodes = resolve.Nodes{Dedicated: true, Selector: map[string]string{"node.example.net/pool": "globex"}}
	require.Empty(t, generators.Refused(site, c))
	return one(t, generators.Layer(built.Tenancy, site, c), "VCluster", "prod").Text("spec", "helmRelease", "values")
}
