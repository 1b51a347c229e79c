package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tenantc/tenantc/lab/internal/kube"
	"github.com/tenantc/tenantc/lab/internal/site"
)

// testFaults: what goes wrong stays where it is, and a site comes back by itself.
func testFaults(ctx context.Context, t *testing.T, s *stage) {
	s.need(ctx, t, "first")
	faults := []struct {
		name string
		run  func(context.Context, *testing.T, *stage)
	}{
		{"object for another namespace, by hand", testForeignObject("{apiVersion: v1, kind: ConfigMap, metadata: {name: evil, namespace: kube-system}}")},
		{"cluster-scoped object, by hand", testForeignObject("{apiVersion: v1, kind: Namespace, metadata: {name: evil}}")},
		{"five tenant clusters that never come up", testStuck},
		{"drift", testDrift},
		{"git revert", testRevert},
		{"git server away, commits missed", testGitAway},
		{"controllers killed in the middle of an apply", testKilled},
	}
	survived := 0
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			f.run(ctx, t, s)
			survived++
			s.report.add("fault: "+f.name, "survived")
		})
	}
	s.report.add("faults survived", fmt.Sprintf("%d of %d", survived, len(faults)))
}

// testForeignObject puts an object into a tenant's cluster folder by hand: the
// tenant's Kustomization says no, others go on, and a revert mends it.
func testForeignObject(manifest string) func(context.Context, *testing.T, *stage) {
	return func(ctx context.Context, t *testing.T, s *stage) {
		at, layer := s.sites[turin], "cluster-"+victim
		s.byHand(ctx, t, "evil", func(dir string) {
			folder := filepath.Join(dir, "sites", turin, "tenants", "acme", victimCluster, "cluster")
			write(t, folder, "evil.yaml", manifest)
			data, err := os.ReadFile(filepath.Join(folder, "kustomization.yaml"))
			require.NoError(t, err)
			write(t, folder, "kustomization.yaml", string(data)+"  - evil.yaml\n")
		})
		eventually(ctx, t, func() error { return isFailing(ctx, at, layer, "forbidden") })
		require.NoError(t, isGone(ctx, at, kube.RefOf(kube.Must("%s", manifest))))
		eventually(ctx, t, func() error { return isReady(ctx, at, "cluster-first-main") })
		s.revert(ctx, t)
		eventually(ctx, t, func() error { return isReady(ctx, at, layer) })
	}
}

// testStuck: tenant clusters whose control plane never answers do not keep a
// new one from coming up.
func testStuck(ctx context.Context, t *testing.T, s *stage) {
	at := s.sites[turin]
	stuck := []string{"stuck-1", "stuck-2", "stuck-3", "stuck-4", "stuck-5"}
	for _, name := range stuck {
		at.Silence(name + "-main")
		s.newTenant(ctx, t, name)
	}
	s.publish(ctx, t)
	for _, name := range stuck {
		eventually(ctx, t, func() error { return s.controlPlaneRuns(ctx, at, name+"-main", "main") })
	}
	s.newTenant(ctx, t, "second")
	require.NoError(t, s.tenancy.Publish(ctx))
	pushed := time.Now()
	require.NoError(t, at.Notify(ctx))
	eventually(ctx, t, func() error { return isReady(ctx, at, "cluster-second-main") })
	s.report.add("a new tenant beside five stuck ones, from push to Ready", time.Since(pushed).Round(100*time.Millisecond).String())
}

// testDrift: what somebody changed on the site is as in git again.
func testDrift(ctx context.Context, t *testing.T, s *stage) {
	at := s.sites[turin]
	quota := kube.Ref{APIVersion: "v1", Kind: "ResourceQuota", Namespace: victim, Name: "tenantc"}
	require.NoError(t, at.Admin.Merge(ctx, quota, `{"spec":{"hard":{"pods":"9999"}}}`))
	changed := time.Now()
	patch := fmt.Sprintf(`{"metadata":{"annotations":{"reconcile.fluxcd.io/requestedAt":%q}}}`, changed.Format(time.RFC3339Nano))
	require.NoError(t, at.Admin.Merge(ctx, site.Kustomization("boundary-"+victim), patch))
	eventually(ctx, t, func() error { return hasNotPods(ctx, at, victim, "9999") })
	s.report.add("drift repaired, once Flux looks", time.Since(changed).Round(10*time.Millisecond).String())
}

func hasNotPods(ctx context.Context, at *site.Site, namespace, pods string) error {
	now, err := podsOf(ctx, at, namespace)
	if err == nil && now == pods {
		err = fmt.Errorf("%s still has %s pods", namespace, pods)
	}
	return err
}

func hasPods(ctx context.Context, at *site.Site, namespace, pods string) error {
	now, err := podsOf(ctx, at, namespace)
	if err == nil && now != pods {
		err = fmt.Errorf("%s has %s pods instead of %s", namespace, now, pods)
	}
	return err
}

// podsOf is how many pods the namespace's quota allows.
func podsOf(ctx context.Context, at *site.Site, namespace string) (string, error) {
	quota, err := at.Admin.Get(ctx, kube.Ref{APIVersion: "v1", Kind: "ResourceQuota", Namespace: namespace, Name: "tenantc"})
	if err != nil {
		return "", err
	}
	pods, _, _ := unstructured.NestedString(quota.Object, "spec", "hard", "pods")
	return pods, nil
}

// buy makes the tenant first buy one pod more, and publishes that.
func (s *stage) buy(ctx context.Context, t *testing.T) {
	t.Helper()
	s.setPods(t, s.pods+1)
	require.NoError(t, s.tenancy.Publish(ctx))
}

func (s *stage) setPods(t *testing.T, pods int) {
	t.Helper()
	require.NoError(t, s.tenancy.Edit("tenants/first.yaml", fmt.Sprintf("pods: %q", fmt.Sprint(s.pods)), fmt.Sprintf("pods: %q", fmt.Sprint(pods))))
	s.pods = pods
}

func (s *stage) podsOfFirst(ctx context.Context, t *testing.T) string {
	t.Helper()
	pods, err := podsOf(ctx, s.sites[turin], "first-main")
	require.NoError(t, err)
	return pods
}

// testRevert: reverting the fleet's last commit restores what was before it.
func testRevert(ctx context.Context, t *testing.T, s *stage) {
	before := s.podsOfFirst(ctx, t)
	s.buy(ctx, t)
	s.notify(ctx, t)
	eventually(ctx, t, func() error { return hasNotPods(ctx, s.sites[turin], "first-main", before) })
	after := s.podsOfFirst(ctx, t)
	s.revert(ctx, t)
	eventually(ctx, t, func() error { return hasNotPods(ctx, s.sites[turin], "first-main", after) })
	require.Equal(t, before, s.podsOfFirst(ctx, t))
	// The fleet was changed past the tenancy: publish says so, until told otherwise.
	s.setPods(t, s.pods+1)
	require.ErrorContains(t, s.tenancy.Publish(ctx), "TC4105")
	_, err := s.tenancy.Run(ctx, "publish", "--overwrite-foreign")
	require.NoError(t, err)
	s.notify(ctx, t)
}

// testGitAway: a site that could not pull for several commits has the last one
// when it can again, without being told.
func testGitAway(ctx context.Context, t *testing.T, s *stage) {
	at := s.sites[turin]
	before := s.podsOfFirst(ctx, t)
	s.git.SetAway(true)
	defer s.git.SetAway(false)
	require.NoError(t, at.Notify(ctx))
	for range 3 {
		s.buy(ctx, t)
	}
	eventually(ctx, t, func() error {
		source, err := at.Admin.Get(ctx, site.Source())
		if err != nil {
			return err
		}
		if status, message := kube.Condition(source, "Ready"); status != "False" {
			return fmt.Errorf("the source is %s: %s", status, message)
		}
		return nil
	})
	require.Equal(t, before, s.podsOfFirst(ctx, t))
	s.git.SetAway(false)
	back := time.Now()
	eventually(ctx, t, func() error { return s.hasHead(ctx, t, at) })
	eventually(ctx, t, func() error { return isReady(ctx, at, "boundary-first-main") })
	s.report.add("git server back, to converged by itself", time.Since(back).Round(100*time.Millisecond).String())
}

// testKilled: a power cut in the middle of an apply leaves nothing half done.
func testKilled(ctx context.Context, t *testing.T, s *stage) {
	at := s.sites[turin]
	s.newTenant(ctx, t, "third")
	for _, role := range []string{"source-controller", "kustomize-controller", "vcluster-provider", "cluster-api"} {
		s.buy(ctx, t)
		require.NoError(t, at.Notify(ctx))
		time.Sleep(300 * time.Millisecond)
		p := at.Process(role)
		p.Kill()
		require.NoError(t, p.Restart())
	}
	eventually(ctx, t, func() error { return s.hasHead(ctx, t, at) })
	eventually(ctx, t, func() error { return isReady(ctx, at, "cluster-third-main") })
	eventually(ctx, t, func() error { return isReady(ctx, at, "boundary-first-main") })
	eventually(ctx, t, func() error { return isProvisioned(ctx, at, "third-main", "main") })
}
