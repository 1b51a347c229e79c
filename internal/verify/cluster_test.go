package verify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/verify"
)

// What the generators make stays at home, on either CNI.
func TestCluster(t *testing.T) {
	require.Empty(t, verify.Cluster(tenancy(), site(), clusterOf("acme", "prod"), boundary(), layer(t)))
}

func one(apiVersion, kind string, metadata, spec map[string]any) []object.Object {
	return []object.Object{object.From(map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": metadata, "spec": spec})}
}

// Nothing of a tenant lies, or points, outside of its own namespace.
func TestClusterStaysAtHome(t *testing.T) {
	type m = map[string]any
	at := func(namespace, name string) m { return m{"name": name, "namespace": namespace} }
	peer := func(selector any) m {
		return m{"ingress": []any{m{"from": []any{m{"namespaceSelector": selector}}}}}
	}
	policy := func(spec m) []object.Object {
		return one("networking.k8s.io/v1", "NetworkPolicy", at("acme-prod", "p"), spec)
	}
	cilium := func(selector m) []object.Object {
		return one("cilium.io/v2", "CiliumNetworkPolicy", at("acme-prod", "p"), m{"egress": []any{m{"toEndpoints": []any{selector}}}})
	}
	calico := func(selector string) []object.Object {
		return one("projectcalico.org/v3", "NetworkPolicy", at("acme-prod", "p"), m{"egress": []any{m{"destination": m{"namespaceSelector": selector}}}})
	}
	for name, c := range map[string]struct {
		boundary, cluster []object.Object
		want              string
	}{
		"another's namespace":            {boundary: one("v1", "LimitRange", at("globex-prod", "l"), nil), want: "does not belong"},
		"another's namespace object":     {boundary: one("v1", "Namespace", m{"name": "globex-prod"}, nil), want: "does not belong"},
		"another's storage class":        {boundary: one("storage.k8s.io/v1", "StorageClass", m{"name": "globex-prod-nvme"}, nil), want: "does not belong"},
		"another's flow schema":          {boundary: one("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", m{"name": "tenant-globex-prod"}, nil), want: "does not belong"},
		"another's account":              {boundary: one("v1", "ServiceAccount", at("flux-system", "cluster-globex-prod"), nil), want: "does not belong"},
		"account of the cluster layer":   {cluster: one("v1", "ServiceAccount", at("flux-system", "cluster-acme-prod"), nil), want: "does not belong"},
		"namespace in the cluster layer": {cluster: one("v1", "Namespace", m{"name": "acme-prod"}, nil), want: "does not belong"},
		"no namespace":                   {boundary: one("v1", "LimitRange", m{"name": "l"}, nil), want: "has no namespace"},
		"namespace on a class":           {boundary: one("storage.k8s.io/v1", "StorageClass", at("acme-prod", "acme-prod-nvme"), nil), want: "which its kind does not have"},
		"unknown kind":                   {boundary: one("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", m{"name": "x"}, nil), want: "no layer of a tenant cluster has"},
		"reference":                      {cluster: one("cluster.x-k8s.io/v1beta1", "Cluster", at("acme-prod", "prod"), m{"controlPlaneRef": m{"namespace": "globex-prod"}}), want: `names the namespace "globex-prod"`},
		"selector by name":               {boundary: policy(peer(m{"matchLabels": m{"kubernetes.io/metadata.name": "globex-prod"}})), want: `"globex-prod"`},
		"selector by expression":         {boundary: policy(peer(m{"matchExpressions": []any{m{"key": "kubernetes.io/metadata.name", "operator": "In", "values": []any{"acme-prod", "globex-prod"}}}})), want: `"globex-prod"`},
		"selector of all":                {boundary: policy(peer(m{})), want: "does not name"},
		"selector by another label":      {boundary: policy(peer(m{"matchLabels": m{"a": "b"}})), want: "does not name"},
		"cilium endpoints":               {boundary: cilium(m{"matchLabels": m{"k8s:io.kubernetes.pod.namespace": "globex-prod"}}), want: `"globex-prod"`},
		"calico by name":                 {boundary: calico("kubernetes.io/metadata.name == 'globex-prod'"), want: `"globex-prod"`},
		"calico of all":                  {boundary: calico("all()"), want: "does not name"},
	} {
		faults := verify.Cluster(tenancy(), site(), clusterOf("acme", "prod"), c.boundary, c.cluster)
		require.Len(t, faults, 1, name)
		require.Equal(t, diag.ForeignNamespace, faults[0].Code, name)
		require.Equal(t, "acme", faults[0].Tenant, name)
		require.Contains(t, faults[0].Message, c.want, name)
	}
}
