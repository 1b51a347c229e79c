package platform_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/generators"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/platform"
	"github.com/tenantc/tenantc/internal/resolve"
)

// sitePolicies are those of a site whose Flux is where the tenancy's is by default.
func sitePolicies(t *testing.T) map[string]policy {
	tenancy := resolve.Tenancy{Flux: resolve.Flux{Namespace: "flux-system"}}
	objects, faults := platform.Objects(tenancy, site(t, "turin-1"), nil)
	require.Empty(t, faults)
	return policies(t, objects)
}

func admitted(t *testing.T, policies map[string]policy, r request) {
	r.Operation = "CREATE"
	for name, p := range policies {
		messages, err := p.ask(r)
		require.NoError(t, err, name)
		require.Empty(t, messages, "%s of %s", name, r.Name)
	}
}

// The tenant clusters that the generators are tested with pass the policies of
// their own site: as the accounts that apply them, and nobody else.
func TestTenantClustersAreAdmitted(t *testing.T) {
	policies := sitePolicies(t)
	files, err := filepath.Glob("../../generators/testdata/cluster/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		boundary := decode(t, filepath.Join("../../generators/testdata/boundary", filepath.Base(file)))
		for _, ns := range kind(boundary, "Namespace") {
			admitted(t, policies, request{Name: file, Resource: "namespaces", User: account("tenantc-boundary"), Object: ns})
			for _, v := range kind(decode(t, file), "VCluster") {
				r := request{
					Name: file, Group: "infrastructure.cluster.x-k8s.io", Resource: "vclusters",
					User: account("cluster-" + nested(ns, "metadata", "name").(string)), Namespace: ns, Object: v,
				}
				admitted(t, policies, r)
				r.User, r.Operation = "kubernetes-admin", "CREATE"
				messages, err := policies["tenantc-chart"].ask(r)
				require.NoError(t, err)
				require.Len(t, messages, 1, file)
			}
		}
	}
}

// What the site's root account applies passes, in every state of a tenant cluster.
func TestFluxIsAdmitted(t *testing.T) {
	policies := sitePolicies(t)
	for _, state := range []resolve.State{resolve.Active, resolve.Suspended, resolve.Retired, resolve.Purged} {
		c := resolve.Cluster{Tenant: "acme", Name: "prod", Site: "turin-1", Namespace: resolve.NamespaceOf("acme", "prod"), State: state, Stack: "vcluster"}
		flux := generators.Flux(resolve.Tenancy{Flux: resolve.Flux{Namespace: "flux-system"}}, site(t, "turin-1"), []resolve.Cluster{c})
		require.Len(t, flux, 3)
		for _, o := range flux {
			admitted(t, policies, request{
				Name: o.ID.String(), Group: o.ID.Group, Resource: "kustomizations", User: account(resolve.SiteAccount), Object: o.Value,
			})
		}
	}
}

func account(name string) string { return "system:serviceaccount:flux-system:" + name }

func kind(objects []map[string]any, kind string) []map[string]any {
	var out []map[string]any
	for _, o := range objects {
		if o["kind"] == kind {
			out = append(out, o)
		}
	}
	return out
}

func decode(t *testing.T, file string) []map[string]any {
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var out []map[string]any
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var o map[string]any
		if dec.Decode(&o) != nil {
			return out
		}
		out = append(out, o)
	}
}

// Each key that the chart's policy lists is refused, wherever in the values it
// stands and however it is written.
func TestChartRefusesEveryListedKey(t *testing.T) {
	p, file := policies(t, build(t, nil))["tenantc-chart"], read(t, "tenantc-chart")
	for key := range strings.FieldsSeq(`overwriteRules extraRules plugin plugins customResources manifestsTemplate
		sidecarContainers replicateServices byName additionalSecrets apiKey namespaces persistentVolumes
		volumeSnapshotContents priorityClasses syncBackChanges virtualScheduler hybridScheduling networkPolicies`) {
		for _, text := range []string{"a:\n  %:\n    b: c\n", "{a: {%: [b]}}", "a:\n  \"%\": true\n", "'%' : {}"} {
			r := file.Requests[0]
			r.Operation, r.Namespace, r.Object = "CREATE", file.Namespace, object.From(map[string]any{
				"apiVersion": "v1", "kind": "VCluster", "metadata": map[string]any{"name": "prod"},
				"spec": map[string]any{"helmRelease": map[string]any{
					"chart":  nested(file.Requests[0].Object, "spec", "helmRelease", "chart"),
					"values": strings.ReplaceAll(text, "%", key),
				}},
			}).Value
			messages, err := p.ask(r)
			require.NoError(t, err)
			require.Contains(t, strings.Join(messages, ""), "reach beyond the tenant cluster", "%s in %q", key, text)
		}
	}
}
