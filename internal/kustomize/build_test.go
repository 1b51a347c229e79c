package kustomize

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
)

const header = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"

func configMap(name string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\n  namespace: acme-prod\ndata:\n  key: value\n"
}

func set(files map[string]string) map[string][]byte {
	out := map[string][]byte{}
	for name, data := range files {
		out[name] = []byte(data)
	}
	return out
}

// A build gives the objects in their order, as object.From would make them.
func TestBuild(t *testing.T) {
	objects, faults := Build(set(map[string]string{
		"site/kustomization.yaml":      header + "resources:\n- b.yaml\n- a\ncomponents: [kata]\nlabels:\n- pairs: {tenantc.dev/site: turin-1}\n",
		"site/b.yaml":                  configMap("b") + "---\n" + configMap("c"),
		"site/a/kustomization.yaml":    header + "resources: [a.yaml]\n",
		"site/a/a.yaml":                "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {priority: 10, hostNetwork: false, x: 1.5, list: [], empty: {}, s: \"10\"}\n",
		"site/kata/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n- patch: |\n    apiVersion: v1\n    kind: Pod\n    metadata: {name: a}\n    spec: {runtimeClassName: kata}\n",
		"site/ignored.yaml":            "not: [read",
	}), "site")
	require.Empty(t, faults)
	labels := map[string]any{"tenantc.dev/site": "turin-1"}
	cm := func(name string) object.Object {
		return object.From(map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap", "data": map[string]any{"key": "value"},
			"metadata": map[string]any{"name": name, "namespace": "acme-prod", "labels": labels},
		})
	}
	pod := object.From(map[string]any{
		"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "a", "labels": labels},
		"spec": map[string]any{
			"priority": 10, "hostNetwork": false, "x": 1.5, "list": []any{}, "empty": map[string]any{}, "s": "10",
			"runtimeClassName": "kata",
		},
	})
	require.Equal(t, []object.Object{cm("b"), cm("c"), pod}, objects)
}

// An empty layer is how a retired tenant cluster is pruned.
func TestBuildEmpty(t *testing.T) {
	objects, faults := Build(set(map[string]string{"kustomization.yaml": header + "resources: []\n"}), ".")
	require.Empty(t, faults)
	require.Empty(t, objects)
}

// A site's facts feed replacements and are not part of the result.
func TestBuildFacts(t *testing.T) {
	objects, faults := Build(set(map[string]string{
		"p/kustomization.yaml": header + "resources: [a.yaml, facts.yaml]\nreplacements:\n- source: {kind: ConfigMap, name: " + SiteFacts + ", fieldPath: data.region}\n  targets:\n  - select: {name: a}\n    fieldPaths: [data.key]\n",
		"p/a.yaml":             configMap("a"),
		"p/facts.yaml":         "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + SiteFacts + "\n  annotations: {config.kubernetes.io/local-config: \"true\"}\ndata: {region: piemonte}\n",
	}), "p")
	require.Empty(t, faults)
	require.Len(t, objects, 1)
	require.Equal(t, map[string]any{"key": "piemonte"}, objects[0].Value["data"])
}

// What scanning cannot foresee is judged by the result.
func TestBuildConserves(t *testing.T) {
	for name, patch := range map[string]string{
		"removed": "$patch: delete\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: acme-prod}\n",
		"renamed": "- op: replace\n  path: /metadata/namespace\n  value: globex-prod\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, faults := Build(set(map[string]string{
				"kustomization.yaml": header + "resources: [a.yaml]\npatches:\n- path: p.yaml\n  target: {kind: ConfigMap}\n",
				"a.yaml":             configMap("a"),
				"p.yaml":             patch,
			}), ".")
			require.NotEmpty(t, faults)
			require.Equal(t, "TC3007", string(faults[0].Code))
		})
	}
}

func layer(n int) map[string][]byte {
	files := map[string]string{}
	kustomization := header + "resources:\n"
	for i := range n {
		name := fmt.Sprintf("networkpolicy-p%02d.yaml", i)
		kustomization += "- " + name + "\n"
		files["d/"+name] = fmt.Sprintf(policy, i)
	}
	files["d/"+FileName] = kustomization
	return set(files)
}

const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  labels:
    tenantc.dev/cluster: prod
    tenantc.dev/site: turin-1
    tenantc.dev/tenant: acme
  name: p%02d
  namespace: acme-prod
spec:
  egress:
    - ports:
        - port: 443
          protocol: TCP
      to:
        - ipBlock:
            cidr: 198.51.100.0/24
    - ports:
        - port: 53
          protocol: UDP
      to:
        - ipBlock:
            cidr: 192.168.10.53/32
  podSelector:
    matchLabels:
      app: vcluster
      release: prod
  policyTypes:
    - Egress
`

// BenchmarkBuild measures a cluster layer and a boundary of usual size, as
// templates are built and as compiled layers are.
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{2, 14} {
		files := layer(n)
		for name, build := range map[string]func(map[string][]byte, string) ([]object.Object, diag.List){"scanned": Build, "compiled": BuildCompiled} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, faults := build(files, "d"); len(faults) > 0 {
						b.Fatal(faults)
					}
				}
			})
		}
	}
}
