package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/lab/internal/kube"
	"github.com/tenantc/tenantc/lab/internal/site"
)

// testLifecycle: a tenant leaves step by step and without a trace; by accident, nobody leaves.
func testLifecycle(ctx context.Context, t *testing.T, s *stage) {
	s.need(ctx, t, "second", "third")
	for _, part := range []struct {
		name string
		run  func(context.Context, *testing.T, *stage)
	}{
		{"spec vanished by accident", testVanished},
		{"folder removed by hand", testFolderRemoved},
		{"offboarding", testOffboarding},
		{"offboarding of a site that missed a step", testMissedStep},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(ctx, t, s) })
	}
}

// testVanished: publish refuses to leave a tenant out.
func testVanished(ctx context.Context, t *testing.T, s *stage) {
	path := filepath.Join(s.tenancy.Dir, "tenants", "second.yaml")
	spec, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.Remove(path))
	require.ErrorContains(t, s.tenancy.Publish(ctx), "TC4101")
	require.NoError(t, os.WriteFile(path, spec, 0o644))
	require.NoError(t, s.tenancy.Publish(ctx))
}

// testFolderRemoved: whatever is removed from the fleet by hand, the site keeps
// the tenant as it is, and takes it up again when that is reverted.
func testFolderRemoved(ctx context.Context, t *testing.T, s *stage) {
	at, cluster := s.sites[turin], vclusterOf("second-main", "main")
	before, err := at.Admin.Get(ctx, cluster)
	require.NoError(t, err)
	unchanged := func() {
		now, err := at.Admin.Get(ctx, cluster)
		require.NoError(t, err)
		require.Equal(t, before.GetUID(), now.GetUID())
		require.Nil(t, now.GetDeletionTimestamp())
		_, err = at.Admin.Get(ctx, namespaceRef("second-main"))
		require.NoError(t, err)
	}
	folder := filepath.Join("sites", turin, "tenants", "second")
	s.byHand(ctx, t, "rm tenant", func(dir string) { require.NoError(t, os.RemoveAll(filepath.Join(dir, folder))) })
	eventually(ctx, t, func() error { return isFailing(ctx, at, "cluster-second-main", "") })
	unchanged()
	s.revert(ctx, t)
	eventually(ctx, t, func() error { return isReady(ctx, at, "cluster-second-main") })
	s.byHand(ctx, t, "rm tenant and its Kustomizations", func(dir string) {
		require.NoError(t, os.RemoveAll(filepath.Join(dir, folder)))
		flux := filepath.Join(dir, "sites", turin, "flux")
		list, err := os.ReadFile(filepath.Join(flux, "kustomization.yaml"))
		require.NoError(t, err)
		var kept []string
		for line := range strings.Lines(string(list)) {
			if !strings.Contains(line, "-second-main.yaml") {
				kept = append(kept, line)
			}
		}
		write(t, flux, "kustomization.yaml", strings.Join(kept, ""))
	})
	eventually(ctx, t, func() error { return isGone(ctx, at, site.Kustomization("cluster-second-main")) })
	eventually(ctx, t, func() error { return isGone(ctx, at, site.Kustomization("boundary-second-main")) })
	unchanged()
	s.revert(ctx, t)
	eventually(ctx, t, func() error { return isReady(ctx, at, "cluster-second-main") })
	unchanged()
}

// become sets the tenant's lifecycle state and publishes it.
func (s *stage) become(ctx context.Context, t *testing.T, tenant, from, to string) {
	t.Helper()
	require.NoError(t, s.tenancy.Edit("tenants/"+tenant+".yaml", "state: "+from, "state: "+to))
	require.NoError(t, s.tenancy.Publish(ctx))
}

// testOffboarding: suspended, retired, purged, gone.
func testOffboarding(ctx context.Context, t *testing.T, s *stage) {
	at, namespace := s.sites[turin], "second-main"
	for _, step := range []struct {
		from, to string
		check    func() error
	}{
		{"active", "suspended", func() error { return hasState(ctx, at, namespace, "suspended") }},
		{"suspended", "retired", func() error { return isGone(ctx, at, vclusterOf(namespace, "main")) }},
		{"retired", "purged", func() error { return isGone(ctx, at, namespaceRef(namespace)) }},
	} {
		s.become(ctx, t, "second", step.from, step.to)
		start := time.Now()
		require.NoError(t, at.Notify(ctx))
		eventually(ctx, t, step.check)
		s.report.add("a tenant cluster "+step.to+", from push to done", time.Since(start).Round(100*time.Millisecond).String())
		eventually(ctx, t, func() error { return isReady(ctx, at, "boundary-"+namespace) })
	}
	s.leave(ctx, t, "second")
}

// leave removes the spec of a purged tenant, after which nothing of it is left.
func (s *stage) leave(ctx context.Context, t *testing.T, tenant string) {
	t.Helper()
	require.NoError(t, s.tenancy.Remove("tenants/"+tenant+".yaml"))
	s.publish(ctx, t)
	eventually(ctx, t, func() error {
		left, err := leftovers(ctx, s.sites[turin], tenant)
		if err == nil && len(left) > 0 {
			err = fmt.Errorf("left behind: %s", strings.Join(left, ", "))
		}
		return err
	})
}

func hasState(ctx context.Context, at *site.Site, namespace, state string) error {
	o, err := at.Admin.Get(ctx, namespaceRef(namespace))
	if err != nil {
		return err
	}
	if now := o.GetAnnotations()["tenantc.dev/state"]; now != state {
		return fmt.Errorf("%s is %s", namespace, now)
	}
	return nil
}

// leftovers lists what has the tenant in its name or labels, among all kinds
// that tenantc, the chart or a controller makes outside of the namespace.
func leftovers(ctx context.Context, at *site.Site, tenant string) ([]string, error) {
	var left []string
	for _, kind := range []kube.Ref{
		namespaceRef(""),
		{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "ClusterRole"},
		{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "ClusterRoleBinding"},
		{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "RoleBinding"},
		{APIVersion: "storage.k8s.io/v1", Kind: "StorageClass"},
		{APIVersion: "flowcontrol.apiserver.k8s.io/v1", Kind: "FlowSchema"},
		{APIVersion: "v1", Kind: "ServiceAccount"},
		{APIVersion: "v1", Kind: "Secret"},
		{APIVersion: "v1", Kind: "PersistentVolume"},
		{APIVersion: "cilium.io/v2", Kind: "CiliumNetworkPolicy"},
		site.Kustomization(""),
	} {
		kind.Namespace = ""
		objects, err := at.Admin.List(ctx, kind, "")
		if err != nil {
			return nil, err
		}
		for _, o := range objects {
			claim := kube.Text(&o, "spec", "claimRef", "namespace")
			if strings.Contains(o.GetName()+" "+o.GetNamespace()+" "+claim, tenant+"-main") || o.GetLabels()["tenantc.dev/tenant"] == tenant {
				left = append(left, kube.RefOf(&o).String())
			}
		}
	}
	return left, nil
}

// testMissedStep: a site that was away while its tenant was retired sees only
// the purge. It refuses, keeps everything, and says so; going back one step
// mends it.
func testMissedStep(ctx context.Context, t *testing.T, s *stage) {
	at, namespace := s.sites[turin], "third-main"
	before, err := at.Admin.Get(ctx, vclusterOf(namespace, "main"))
	require.NoError(t, err)
	s.git.SetAway(true)
	defer s.git.SetAway(false)
	s.become(ctx, t, "third", "active", "retired")
	s.become(ctx, t, "third", "retired", "purged")
	s.git.SetAway(false)
	s.notify(ctx, t)
	eventually(ctx, t, func() error { return isFailing(ctx, at, "cluster-"+namespace, "not retired") })
	now, err := at.Admin.Get(ctx, vclusterOf(namespace, "main"))
	require.NoError(t, err)
	require.Equal(t, before.GetUID(), now.GetUID())
	s.become(ctx, t, "third", "purged", "retired")
	s.notify(ctx, t)
	eventually(ctx, t, func() error { return isGone(ctx, at, vclusterOf(namespace, "main")) })
	eventually(ctx, t, func() error { return isReady(ctx, at, "cluster-"+namespace) })
	s.become(ctx, t, "third", "retired", "purged")
	s.notify(ctx, t)
	eventually(ctx, t, func() error { return isGone(ctx, at, namespaceRef(namespace)) })
	s.leave(ctx, t, "third")
}
