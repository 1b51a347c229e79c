package verify_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/overlay"
	"github.com/tenantc/tenantc/internal/verify"
)

func replaceIn(file, from, to string) func(map[string][]byte) {
	return func(files map[string][]byte) {
		files[file] = []byte(strings.Replace(string(files[file]), from, to, 1))
	}
}

// What is written builds to what was planned.
func TestOverlay(t *testing.T) {
	for _, planned := range [][]object.Object{boundary(), layer(t), nil} {
		files, faults := overlay.Layer(planned)
		require.Empty(t, faults)
		built, faults := verify.Overlay(files, ".", planned)
		require.Empty(t, faults)
		require.Len(t, built, len(planned))
	}
}

// Any change to what is written is noticed, and named.
func TestOverlayMutations(t *testing.T) {
	const policy, kustomization = "networkpolicy-default-deny.yaml", "kustomization.yaml"
	for name, m := range map[string]struct {
		change func(map[string][]byte)
		want   string
	}{
		"object left out": {replaceIn(kustomization, "  - "+policy+"\n", ""), "NetworkPolicy.networking.k8s.io acme-prod/default-deny is planned, but not built"},
		"everything left out": {func(f map[string][]byte) {
			f[kustomization] = []byte(strings.Split(string(f[kustomization]), "resources:")[0] + "resources: []\n")
		}, "is planned, but not built"},
		"object dropped by kustomize": {replaceIn(policy, "metadata:\n", "metadata:\n  annotations:\n    config.kubernetes.io/local-config: \"true\"\n"), "is planned, but not built"},
		"object turned into a list":   {replaceIn(policy, "kind: NetworkPolicy\n", "kind: NetworkPolicyList\nitems: []\n"), "is planned, but not built"},
		"list smuggles an object": {func(f map[string][]byte) {
			f[policy] = append(f[policy], "---\napiVersion: v1\nkind: List\nmetadata: {name: l}\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: s, namespace: acme-prod}}\n"...)
		}, "Secret acme-prod/s is built, but not planned"},
		"value changed":     {replaceIn(policy, "    - Egress\n", "    - Egres\n"), `differs from the plan in spec.policyTypes[1]: planned "Egress", built "Egres"`},
		"value removed":     {replaceIn(policy, "    - Egress\n", ""), "spec.policyTypes: planned 2 items, built 1"},
		"field added":       {replaceIn(policy, "spec:\n", "spec:\n  egress:\n    - {}\n"), "spec.egress: planned nothing, built"},
		"type changed":      {replaceIn("resourcequota-tenantc.yaml", `"32"`, `32`), `spec.hard.limits.cpu: planned "32", built 32`},
		"label removed":     {replaceIn("namespace-acme-prod.yaml", "    tenantc.dev/tenant: acme\n", ""), `metadata.labels.tenantc.dev/tenant: planned "acme", built nothing`},
		"another namespace": {replaceIn(policy, "namespace: acme-prod", "namespace: globex-prod"), "NetworkPolicy.networking.k8s.io globex-prod/default-deny is built, but not planned"},
		"another version":   {replaceIn(policy, "networking.k8s.io/v1\n", "networking.k8s.io/v1beta1\n"), "differs from the plan in apiVersion"},
		"second version": {func(f map[string][]byte) {
			f["x.yaml"] = []byte(strings.Replace(string(f[policy]), "networking.k8s.io/v1\n", "networking.k8s.io/v1beta1\n", 1))
			f[kustomization] = append(f[kustomization], "  - x.yaml\n"...)
		}, "is built, but not planned, or twice"},
		"kustomization fetches": {func(f map[string][]byte) {
			f[kustomization] = append(f[kustomization], "  - https://example.net/x.yaml\n"...)
		}, "not a plain local name"},
		"kustomization patches": {func(f map[string][]byte) {
			f[kustomization] = append(f[kustomization], "labels:\n  - pairs: {a: b}\n"...)
		}, "metadata.labels.a: planned nothing"},
		"no kustomization": {func(f map[string][]byte) { delete(f, kustomization) }, "has no kustomization.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			planned := boundary()
			files, faults := overlay.Layer(planned)
			require.Empty(t, faults)
			m.change(files)
			_, faults = verify.Overlay(files, ".", planned)
			require.Contains(t, messages(faults), m.want)
		})
	}
}

// The plan itself may not name an object twice, in whatever API versions.
func TestOverlayPlannedTwice(t *testing.T) {
	planned := boundary()
	files, _ := overlay.Layer(planned)
	_, faults := verify.Overlay(files, ".", append(planned, planned[0]))
	require.Contains(t, messages(faults), "planned twice")
}

func messages(faults diag.List) string {
	var b strings.Builder
	for _, d := range faults {
		b.WriteString(d.Message + "\n")
	}
	return b.String()
}
