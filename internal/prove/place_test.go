package prove

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/object"
)

func made(apiVersion, kind string, metadata, spec map[string]any) []object.Object {
	return []object.Object{object.From(map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": metadata, "spec": spec})}
}

func plain(faults []Fault) []string {
	var out []string
	for _, f := range faults {
		out = append(out, f.text())
	}
	return out
}

// Nothing of a tenant lies, or points, outside of its own namespace.
func TestStaysAtHome(t *testing.T) {
	type m = map[string]any
	at := func(namespace, name string) m { return m{"name": name, "namespace": namespace} }
	peer := func(selector any) m {
		return m{"ingress": []any{m{"from": []any{m{"namespaceSelector": selector}}}}}
	}
	policy := func(spec m) []object.Object {
		return made("networking.k8s.io/v1", "NetworkPolicy", at("acme-prod", "p"), spec)
	}
	cilium := func(selector m) []object.Object {
		return made("cilium.io/v2", "CiliumNetworkPolicy", at("acme-prod", "p"), m{"egress": []any{m{"toEndpoints": []any{selector}}}})
	}
	calico := func(selector string) []object.Object {
		return made("projectcalico.org/v3", "NetworkPolicy", at("acme-prod", "p"), m{"egress": []any{m{"destination": m{"namespaceSelector": selector}}}})
	}
	home := sites(t)["turin-1"].clusters[0]
	require.Equal(t, "acme-prod", home.Plan.Namespace)
	for name, c := range map[string]struct {
		boundary, cluster []object.Object
		want              string
	}{
		"another's namespace":            {boundary: made("v1", "LimitRange", at("globex-prod", "l"), nil), want: "does not belong"},
		"another's namespace object":     {boundary: made("v1", "Namespace", m{"name": "globex-prod"}, nil), want: "does not belong"},
		"another's storage class":        {boundary: made("storage.k8s.io/v1", "StorageClass", m{"name": "globex-prod-nvme"}, nil), want: "does not belong"},
		"another's flow schema":          {boundary: made("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", m{"name": "tenant-globex-prod"}, nil), want: "does not belong"},
		"another's account":              {boundary: made("v1", "ServiceAccount", at("flux-system", "cluster-globex-prod"), nil), want: "does not belong"},
		"account of the cluster layer":   {cluster: made("v1", "ServiceAccount", at("flux-system", "cluster-acme-prod"), nil), want: "has no such kind"},
		"namespace in the cluster layer": {cluster: made("v1", "Namespace", m{"name": "acme-prod"}, nil), want: "has no such kind"},
		"no namespace":                   {boundary: made("v1", "LimitRange", m{"name": "l"}, nil), want: "it has no namespace"},
		"namespace on a class":           {boundary: made("storage.k8s.io/v1", "StorageClass", at("acme-prod", "acme-prod-nvme"), nil), want: "which its kind does not have"},
		"unknown kind":                   {boundary: made("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", m{"name": "x"}, nil), want: "has no such kind"},
		"reference":                      {cluster: made("cluster.x-k8s.io/v1beta1", "Cluster", at("acme-prod", "prod"), m{"controlPlaneRef": m{"namespace": "globex-prod"}}), want: `names the namespace "globex-prod"`},
		"selector by name":               {boundary: policy(peer(m{"matchLabels": m{"kubernetes.io/metadata.name": "globex-prod"}})), want: `"globex-prod"`},
		"selector by expression":         {boundary: policy(peer(m{"matchExpressions": []any{m{"key": "kubernetes.io/metadata.name", "operator": "In", "values": []any{"acme-prod", "globex-prod"}}}})), want: `"globex-prod"`},
		"selector of all":                {boundary: policy(peer(m{})), want: "does not name"},
		"selector by another label":      {boundary: policy(peer(m{"matchLabels": m{"a": "b"}})), want: "does not name"},
		"cilium endpoints":               {boundary: cilium(m{"matchLabels": m{"k8s:io.kubernetes.pod.namespace": "globex-prod"}}), want: `"globex-prod"`},
		"calico by name":                 {boundary: calico("kubernetes.io/metadata.name == 'globex-prod'"), want: `"globex-prod"`},
		"calico of all":                  {boundary: calico("all()"), want: "does not name"},
	} {
		with := home
		with.Boundary, with.Layer = c.boundary, c.cluster
		v := newView(with)
		faults := append(atHome(v), nothingForeign(v)...)
		require.Contains(t, strings.Join(plain(faults), "\n"), c.want, name)
	}
}
