package resolve_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/tenantc/tenantc/internal/resolve"
)

// The hard limits are what was bought plus every charge, counted as the API
// server counts: requests of CPU divided by the overcommit, the sandbox's
// overhead once a pod, the control plane's surge and the tenant's DNS.
func TestQuotaIsBoughtPlusCharges(t *testing.T) {
	plan, faults := resolved(t, base(t, edit{site, "  network:\n", "  overcommit: {cpu: 2}\n  network:\n"}))
	require.Empty(t, faults)
	acme := clusterOf(t, plan, "acme")

	// 3 replicas and room for one more at 1 CPU and 2Gi, 3 etcd members at 1
	// CPU and 512Mi, 2 DNS pods at 1 CPU and 170Mi; 52 pods in kata-clh.
	require.Equal(t, map[string]string{
		"limits.cpu":             "30",      // 8 + 4×1 + 3×1 + 2×1 + 52×250m
		"requests.cpu":           "19340m",  // 4 + 4×500m + 3×100m + 2×20m + 52×250m
		"limits.memory":          "33212Mi", // 16Gi + 4×2Gi + 3×512Mi + 2×170Mi + 52×130Mi
		"requests.memory":        "33000Mi",
		"requests.storage":       "115Gi", // 100Gi + 3×5Gi
		"pods":                   "59",    // 50 + 4 + 3 + 2
		"services.loadbalancers": "1",
		"services.nodeports":     "10",
		"count/configmaps":       "220",
		"count/vclusters.infrastructure.cluster.x-k8s.io":             "1",
		"acme-prod-nvme.storageclass.storage.k8s.io/requests.storage": "115Gi",
		"nvme.storageclass.storage.k8s.io/requests.storage":           "0",
		"bulk.storageclass.storage.k8s.io/persistentvolumeclaims":     "0",
	}, pick(acme.Quota,
		"limits.cpu", "requests.cpu", "limits.memory", "requests.memory", "requests.storage", "pods",
		"services.loadbalancers", "services.nodeports", "count/configmaps", "count/vclusters.infrastructure.cluster.x-k8s.io",
		"acme-prod-nvme.storageclass.storage.k8s.io/requests.storage",
		"nvme.storageclass.storage.k8s.io/requests.storage", "bulk.storageclass.storage.k8s.io/persistentvolumeclaims"))
}

func pick(q resolve.HostQuota, names ...corev1.ResourceName) map[string]string {
	out := map[string]string{}
	for _, name := range names {
		value := q[name]
		out[string(name)] = value.String()
	}
	return out
}

func clusterOf(t *testing.T, plan resolve.Plan, tenant string) resolve.Cluster {
	t.Helper()
	for _, c := range plan.Clusters {
		if c.Tenant == tenant {
			return c
		}
	}
	t.Fatalf("no cluster of %s", tenant)
	return resolve.Cluster{}
}

// A spec overrides its class, a class overrides the default, and explain says
// which it was.
func TestEachValueSaysWhereItCameFrom(t *testing.T) {
	documents := parsed(t, base(t,
		edit{gold, "defaults: {sandbox: kata-clh}", "defaults: {sandbox: kata-clh, controlPlane: {replicas: 1, resources: {memory: 3Gi}}}"}))
	clusters, faults, found := resolve.Explain(documents, "acme")
	require.True(t, found)
	require.Empty(t, faults)
	from := map[string]string{}
	for _, v := range clusters[0].Values {
		from[v.Path] = v.Value + " from " + v.Source
	}
	require.Equal(t, "3 from spec", from["controlPlane.replicas"])
	require.Equal(t, "3Gi from class gold", from["controlPlane.resources.memory"])
	require.Equal(t, "1 from default", from["controlPlane.resources.cpu"])
	require.Equal(t, "ingress from site alpha", from["controlPlane.expose"])
	require.Equal(t, "vcluster from the cheapest of site alpha that isolates hard", from["stack"])

	_, _, found = resolve.Explain(documents, "nobody")
	require.False(t, found)
}
