package e2e

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/tenantc/tenantc/lab/internal/kube"
	"github.com/tenantc/tenantc/lab/internal/site"
)

// firstPods is what a new tenant buys.
const firstPods = 50

// clusterOf is Cluster API's object, in the version that the site has.
func clusterOf(at *site.Site, namespace, name string) kube.Ref {
	version := "v1beta1"
	if at.Spec.Name == milan {
		version = "v1beta2"
	}
	return kube.Ref{APIVersion: "cluster.x-k8s.io/" + version, Kind: "Cluster", Namespace: namespace, Name: name}
}

// newTenant writes the spec of a tenant with one cluster, main, in Turin.
func (s *stage) newTenant(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	_, err := s.tenancy.Run(ctx, "new", "tenant", name, "--class", "silver", "--cluster", "main", "--site", turin,
		"--pods", fmt.Sprint(firstPods), "--storage", "20Gi", "--storage-class", "nvme")
	require.NoError(t, err)
}

// need makes sure that the tenants are there and Ready.
func (s *stage) need(ctx context.Context, t *testing.T, names ...string) {
	t.Helper()
	missing := false
	for _, name := range names {
		if !s.tenancy.Has("tenants/" + name + ".yaml") {
			s.newTenant(ctx, t, name)
			missing = true
		}
	}
	if missing {
		s.publish(ctx, t)
	}
	for _, name := range names {
		eventually(ctx, t, func() error { return isReady(ctx, s.sites[turin], "cluster-"+name+"-main") })
	}
}

func vclusterOf(namespace, name string) kube.Ref {
	return kube.Ref{APIVersion: "infrastructure.cluster.x-k8s.io/v1alpha1", Kind: "VCluster", Namespace: namespace, Name: name}
}

func namespaceRef(name string) kube.Ref {
	return kube.Ref{APIVersion: "v1", Kind: "Namespace", Name: name}
}

// testProvision: a new tenant's spec, published, becomes a cluster that its
// owner works in.
func testProvision(ctx context.Context, t *testing.T, s *stage) {
	at := s.sites[turin]
	s.newTenant(ctx, t, "first")
	require.NoError(t, s.tenancy.Publish(ctx))
	pushed := time.Now()
	require.NoError(t, at.Notify(ctx))
	reached := func(what string, check func() error) {
		eventually(ctx, t, check)
		s.report.add("a new tenant, from push to "+what, time.Since(pushed).Round(100*time.Millisecond).String())
	}
	reached("VCluster", func() error {
		_, err := at.Admin.Get(ctx, vclusterOf("first-main", "main"))
		return err
	})
	reached("control plane running", func() error { return s.controlPlaneRuns(ctx, at, "first-main", "main") })
	reached("Cluster Provisioned", func() error { return isProvisioned(ctx, at, "first-main", "main") })
	reached("Kustomization Ready", func() error { return isReady(ctx, at, "cluster-first-main") })
	t.Run("kubeconfig", func(t *testing.T) { testKubeconfig(ctx, t, at, "first-main", "main") })
	t.Run("every cluster", func(t *testing.T) { testAllProvisioned(ctx, t, s) })
}

func (s *stage) controlPlaneRuns(ctx context.Context, at *site.Site, namespace, name string) error {
	pods, err := at.Admin.List(ctx, kube.Ref{APIVersion: "v1", Kind: "Pod", Namespace: namespace}, "app=vcluster,release="+name)
	if err != nil {
		return err
	}
	for _, pod := range pods {
		if status, _ := kube.Condition(&pod, "Ready"); status == "True" {
			return nil
		}
	}
	return fmt.Errorf("%d pods of the control plane, none ready", len(pods))
}

func isProvisioned(ctx context.Context, at *site.Site, namespace, name string) error {
	cluster, err := at.Admin.Get(ctx, clusterOf(at, namespace, name))
	if err != nil {
		return err
	}
	if phase := kube.Text(cluster, "status", "phase"); phase != "Provisioned" {
		return fmt.Errorf("%s/%s is %s", namespace, name, phase)
	}
	return nil
}

// testAllProvisioned: every tenant cluster that is not retired is Provisioned.
func testAllProvisioned(ctx context.Context, t *testing.T, s *stage) {
	for _, name := range []string{turin, bolzano, milan} {
		clusters, err := s.sites[name].Admin.List(ctx, clusterOf(s.sites[name], "", ""), "")
		require.NoError(t, err)
		require.NotEmpty(t, clusters)
		for _, c := range clusters {
			eventually(ctx, t, func() error { return isProvisioned(ctx, s.sites[name], c.GetNamespace(), c.GetName()) })
		}
		s.report.add("site "+name+": tenant clusters Provisioned", fmt.Sprint(len(clusters)))
	}
}

// testKubeconfig: with what Cluster API leaves for the tenant, one works inside
// the tenant cluster, and sees nothing of the site.
func testKubeconfig(ctx context.Context, t *testing.T, at *site.Site, namespace, name string) {
	client, err := tenantClient(ctx, at, namespace, name)
	require.NoError(t, err)
	_, err = client.Create(ctx, kube.Must("{apiVersion: v1, kind: ConfigMap, metadata: {name: hello, namespace: default}, data: {from: %s}}", namespace))
	require.NoError(t, err)
	namespaces, err := client.List(ctx, namespaceRef(""), "")
	require.NoError(t, err)
	for _, n := range namespaces {
		require.NotEqual(t, site.FluxNamespace, n.GetName())
	}
}

func tenantClient(ctx context.Context, at *site.Site, namespace, name string) (*kube.Client, error) {
	secret, err := at.Admin.Get(ctx, kube.Ref{APIVersion: "v1", Kind: "Secret", Namespace: namespace, Name: name + "-kubeconfig"})
	if err != nil {
		return nil, err
	}
	data, err := base64.StdEncoding.DecodeString(kube.Text(secret, "data", "value"))
	if err != nil {
		return nil, err
	}
	config, err := clientcmd.RESTConfigFromKubeConfig(data)
	if err != nil {
		return nil, err
	}
	if want := "https://" + name + "." + namespace + ".svc:443"; config.Host != want {
		return nil, fmt.Errorf("the kubeconfig leads to %s, expected %s", config.Host, want)
	}
	return kube.NewClient(config)
}

// pushes is how many changes the latency is measured over.
const pushes = 20

// testChange: a change of a spec is applied soon after it was published, on a
// site that is done with the one before. What was bought is in the boundary;
// the cluster's layer and the other tenants, who share the revision, come after.
func testChange(ctx context.Context, t *testing.T, s *stage) {
	s.need(ctx, t, "first")
	at := s.sites[turin]
	var applied, layer, everything, work []time.Duration
	for range pushes {
		eventually(ctx, t, func() error { return isSettled(ctx, at) })
		before, err := strconv.Atoi(s.podsOfFirst(ctx, t))
		require.NoError(t, err)
		s.buy(ctx, t)
		pushed, spent := time.Now(), fluxCPU(at)
		reached := func(samples *[]time.Duration, check func() error) {
			eventually(ctx, t, check)
			*samples = append(*samples, time.Since(pushed))
		}
		require.NoError(t, at.Notify(ctx))
		reached(&applied, func() error { return hasPods(ctx, at, "first-main", strconv.Itoa(before+1)) })
		reached(&layer, func() error { return isReady(ctx, at, "cluster-first-main") })
		reached(&everything, func() error { return isSettled(ctx, at) })
		work = append(work, fluxCPU(at)-spent)
	}
	s.report.latency("a change, from push to applied", applied)
	s.report.latency("a change, from push to its tenant cluster Ready at that commit", layer)
	s.report.latency("a change, from push to all of its site Ready at that commit", everything)
	s.report.latency("a change, CPU of its site's API server and Flux until then", work)
}

// fluxCPU is what the site's API server and Flux have used so far.
func fluxCPU(at *site.Site) (sum time.Duration) {
	for _, role := range []string{"kube-apiserver", "source-controller", "kustomize-controller"} {
		sum += at.Process(role).CPU()
	}
	return sum
}

// testNodes: the scheduler sends a sandboxed pod only where its sandbox runs,
// and a tenant with nodes of its own only there.
func testNodes(ctx context.Context, t *testing.T, s *stage) {
	admin := s.sites[turin].Admin
	nodes, err := admin.List(ctx, kube.Ref{APIVersion: "v1", Kind: "Node"}, "katacontainers.io/kata-runtime=true")
	require.NoError(t, err)
	require.Greater(t, len(nodes), 1)
	only := nodes[0].GetName()
	label := func(value string) {
		for _, n := range nodes[1:] {
			require.NoError(t, admin.Merge(ctx, kube.RefOf(&n), `{"metadata":{"labels":{"katacontainers.io/kata-runtime":`+value+`}}}`))
		}
	}
	label("null")
	defer label(`"true"`)
	for range 5 {
		made, err := admin.Create(ctx, pod())
		require.NoError(t, err)
		eventually(ctx, t, func() error {
			o, err := admin.Get(ctx, kube.RefOf(made))
			if err == nil && kube.Text(o, "spec", "nodeName") == "" {
				err = errors.New("not scheduled")
			}
			if err == nil {
				made = o
			}
			return err
		})
		require.Equal(t, only, kube.Text(made, "spec", "nodeName"))
		require.NoError(t, admin.Delete(ctx, kube.RefOf(made)))
	}
	t.Run("dedicated", func(t *testing.T) { testDedicated(ctx, t, s.sites[milan]) })
}

func testDedicated(ctx context.Context, t *testing.T, at *site.Site) {
	dedicated := pod(
		set("banca-lago-ledger", "metadata", "namespace"), set("kata-qemu", "spec", "runtimeClassName"),
		set(map[string]any{"node.alpine-telecom.example/pool": "finance"}, "spec", "nodeSelector"),
		set([]any{map[string]any{"key": "node.alpine-telecom.example/pool", "value": "finance", "effect": "NoSchedule"}}, "spec", "tolerations"),
	)
	elsewhere := dedicated.DeepCopy()
	set(nil, "spec", "nodeSelector")(elsewhere)
	require.ErrorContains(t, createAndDelete(ctx, at.Admin, elsewhere), "run on nodes of their own")
	made, err := at.Admin.Create(ctx, dedicated)
	require.NoError(t, err)
	eventually(ctx, t, func() error {
		o, err := at.Admin.Get(ctx, kube.RefOf(made))
		if err == nil && !strings.HasPrefix(kube.Text(o, "spec", "nodeName"), milan+"-finance-") {
			err = fmt.Errorf("it runs on %q", kube.Text(o, "spec", "nodeName"))
		}
		return err
	})
	require.NoError(t, at.Admin.Delete(ctx, kube.RefOf(made)))
}
