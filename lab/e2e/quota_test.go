package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/lab/internal/kube"
	"github.com/tenantc/tenantc/lab/internal/site"
)

// sold is what a tenant of the reference tenancy bought (its quota in tenants/).
type sold struct {
	namespace, cluster, file    string
	milliCPU, mebibytes, pods   int
	overcommit                  int    // of CPU, at its site
	before, after, controlPlane string // an edit of its spec that rolls the control plane, and the image tag that shows it
}

// testQuota: a tenant can use all that it bought, its sandboxes and its control
// plane not counted in; and its control plane can still be rolled then.
func testQuota(ctx context.Context, t *testing.T, s *stage) {
	for _, q := range []sold{
		{"acme-test", "test", "acme", 8000, 16 << 10, 60, 2, "      controlPlane: {replicas: 1, store: {type: sqlite}}\n",
			"      kubernetes: \"1.34\"\n      controlPlane: {replicas: 1, store: {type: sqlite}}\n", "v1.34"}, // a StatefulSet
		{"northwind-edge", "edge", "northwind", 16000, 32 << 10, 100, 2, "      site: turin-1\n",
			"      site: turin-1\n      kubernetes: \"1.34\"\n", "v1.34"}, // a Deployment, which surges
	} {
		t.Run(q.namespace, func(t *testing.T) {
			at := s.sites[turin]
			syncer, err := at.Admin.AsAccount(q.namespace, "vc-"+q.cluster)
			require.NoError(t, err)
			defer emptyOut(ctx, t, at, q.namespace)
			for i := range q.pods {
				_, err := syncer.Create(ctx, q.share())
				require.NoError(t, err, "pod %d of %d that were bought", i+1, q.pods)
			}
			require.NoError(t, s.tenancy.Edit("tenants/"+q.file+".yaml", q.before, q.after))
			s.publish(ctx, t)
			eventually(ctx, t, func() error { return hasRolled(ctx, at, q) })
			eventually(ctx, t, func() error { return isReady(ctx, at, "cluster-"+q.namespace) })
			s.report.add("quota of "+q.namespace, fmt.Sprintf("all %d pods bought run, and the control plane rolls", q.pods))
		})
	}
}

// share is a pod with an equal part of everything that was bought.
func (q sold) share() *kube.Object {
	cpu, memory := q.milliCPU/q.pods, fmt.Sprintf("%dMi", q.mebibytes/q.pods)
	return pod(set(q.namespace, "metadata", "namespace"), set(map[string]any{"lab": "share"}, "metadata", "labels"), container(map[string]any{
		"limits":   map[string]any{"cpu": fmt.Sprintf("%dm", cpu), "memory": memory},
		"requests": map[string]any{"cpu": fmt.Sprintf("%dm", cpu/q.overcommit), "memory": memory},
	}, "resources"))
}

// hasRolled says whether every pod of the control plane is of the new version, and ready.
func hasRolled(ctx context.Context, at *site.Site, q sold) error {
	pods, err := at.Admin.List(ctx, kube.Ref{APIVersion: "v1", Kind: "Pod", Namespace: q.namespace}, "app=vcluster,release="+q.cluster)
	if err != nil {
		return err
	}
	if len(pods) == 0 {
		return fmt.Errorf("no control plane in %s", q.namespace)
	}
	for _, p := range pods {
		status, _ := kube.Condition(&p, "Ready")
		if !strings.Contains(fmt.Sprint(p.Object["spec"]), q.controlPlane) || status != "True" {
			return fmt.Errorf("%s is not rolled", p.GetName())
		}
	}
	return nil
}

func emptyOut(ctx context.Context, t *testing.T, at *site.Site, namespace string) {
	pods, err := at.Admin.List(ctx, kube.Ref{APIVersion: "v1", Kind: "Pod", Namespace: namespace}, "lab=share")
	require.NoError(t, err)
	for _, p := range pods {
		require.NoError(t, at.Admin.Delete(ctx, kube.RefOf(&p)))
	}
}
