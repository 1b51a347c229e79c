package verify_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/generators"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/verify"
)

// layersOf summarizes a site of clusters as the compiler does.
func layersOf(t *testing.T, all []resolve.Cluster) []verify.Layer {
	layers := []verify.Layer{verify.LayerOf("sites/turin-1/platform", nil)}
	for _, c := range all {
		layers = append(layers,
			verify.LayerOf(c.Folder()+"/boundary", generators.Boundary(tenancy(), site(), c)),
			verify.LayerOf(c.Folder()+"/cluster", generators.Layer(tenancy(), site(), c)))
	}
	return layers
}

// A site with a cluster in every state holds together.
func TestSite(t *testing.T) {
	require.Empty(t, verify.Site(site(), generators.Flux(tenancy(), site(), clusters()), layersOf(t, clusters())))
}

func find(t *testing.T, flux []object.Object, name string) map[string]any {
	for _, k := range flux {
		if k.ID.Name == name {
			return k.Value["spec"].(map[string]any)
		}
	}
	t.Fatal("no Kustomization ", name)
	return nil
}

// Whatever goes wrong in a Flux Kustomization is noticed.
func TestSiteFluxMutations(t *testing.T) {
	needs := func(names ...string) []any {
		var out []any
		for _, name := range names {
			out = append(out, map[string]any{"name": name})
		}
		return out
	}
	const cluster, boundary = "cluster-acme-prod", "boundary-acme-prod"
	for name, m := range map[string]struct {
		of    string
		field string
		value any // nil removes the field
		want  string
	}{
		"another's folder":    {cluster, "path", "./sites/turin-1/tenants/globex/prod/cluster", "applied already"},
		"a missing folder":    {cluster, "path", "./sites/turin-1/tenants/acme/prod/clusters", "nothing applies sites/turin-1/tenants/acme/prod/cluster"},
		"missing dependency":  {cluster, "dependsOn", needs("boundary-acme-none"), "which does not exist"},
		"no dependency":       {cluster, "dependsOn", nil, "does not lead to platform"},
		"circle":              {boundary, "dependsOn", needs(cluster), "goes in a circle"},
		"circle besides":      {boundary, "dependsOn", needs("platform", cluster), "goes in a circle"},
		"foreign dependency":  {boundary, "dependsOn", []any{map[string]any{"name": "platform", "namespace": "x"}}, "does not exist"},
		"platform that waits": {"platform", "dependsOn", needs(boundary), "never starts"},
	} {
		flux := generators.Flux(tenancy(), site(), clusters())
		spec := find(t, flux, m.of)
		spec[m.field] = m.value
		if m.value == nil {
			delete(spec, m.field)
		}
		require.Contains(t, messages(verify.Site(site(), flux, layersOf(t, clusters()))), m.want, name)
	}
}

// A layer that nothing applies would never reach the site.
func TestSiteLayerForgotten(t *testing.T) {
	flux := generators.Flux(tenancy(), site(), clusters())
	flux = slices.DeleteFunc(flux, func(k object.Object) bool { return k.ID.Name == "cluster-acme-test" })
	require.Contains(t, messages(verify.Site(site(), flux, layersOf(t, clusters()))), "nothing applies sites/turin-1/tenants/acme/test/cluster")
}

func one(apiVersion, kind string, metadata, spec map[string]any) []object.Object {
	return []object.Object{object.From(map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": metadata, "spec": spec})}
}

// No two layers have the same object, and none that a chart makes for two.
func TestSiteObjectsOnce(t *testing.T) {
	check := func(layers ...verify.Layer) string {
		return messages(verify.Site(site(), generators.Flux(tenancy(), site(), nil), append(layersOf(t, nil), layers...)))
	}
	schema := func(version string) []object.Object {
		return one("flowcontrol.apiserver.k8s.io/"+version, "FlowSchema", map[string]any{"name": "tenant-acme-prod"}, nil)
	}
	require.Contains(t, check(verify.LayerOf("a", schema("v1")), verify.LayerOf("b", schema("v1beta3"))),
		"FlowSchema.flowcontrol.apiserver.k8s.io tenant-acme-prod is in a and in b")

	vcluster := func(namespace string) []object.Object {
		return one("infrastructure.cluster.x-k8s.io/v1alpha1", "VCluster", map[string]any{"name": "prod", "namespace": namespace}, nil)
	}
	long := strings.Repeat("a", 55)
	require.Contains(t, check(verify.LayerOf("a", vcluster(long+"-one")), verify.LayerOf("b", vcluster(long+"-two"))), "ClusterRole")
	require.NotContains(t, check(verify.LayerOf("a", vcluster("acme-prod")), verify.LayerOf("b", vcluster("globex-prod"))), "ClusterRole")
}
