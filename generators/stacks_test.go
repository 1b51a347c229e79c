package generators

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	//lint:ignore SA1019 sites with Cluster API before 1.11 serve nothing newer
	addonsv1beta1 "sigs.k8s.io/cluster-api/api/addons/v1beta1"
	addonsv1 "sigs.k8s.io/cluster-api/api/addons/v1beta2"
	//lint:ignore SA1019 the same
	clusterv1beta1 "sigs.k8s.io/cluster-api/api/core/v1beta1"
	clusterv1 "sigs.k8s.io/cluster-api/api/core/v1beta2"
	"sigs.k8s.io/yaml"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// typed are the Go types of what the stacks emit, by API version and kind.
func typed() map[string]func() any {
	return map[string]func() any{
		"v1/ConfigMap": func() any { return new(corev1.ConfigMap) },
		"rbac.authorization.k8s.io/v1/RoleBinding":           func() any { return new(rbacv1.RoleBinding) },
		"networking.k8s.io/v1/Ingress":                       func() any { return new(netv1.Ingress) },
		"cluster.x-k8s.io/v1beta1/Cluster":                   func() any { return new(clusterv1beta1.Cluster) },
		"cluster.x-k8s.io/v1beta2/Cluster":                   func() any { return new(clusterv1.Cluster) },
		"cluster.x-k8s.io/v1beta1/MachineDeployment":         func() any { return new(clusterv1beta1.MachineDeployment) },
		"cluster.x-k8s.io/v1beta2/MachineDeployment":         func() any { return new(clusterv1.MachineDeployment) },
		"cluster.x-k8s.io/v1beta1/MachineHealthCheck":        func() any { return new(clusterv1beta1.MachineHealthCheck) },
		"cluster.x-k8s.io/v1beta2/MachineHealthCheck":        func() any { return new(clusterv1.MachineHealthCheck) },
		"addons.cluster.x-k8s.io/v1beta1/ClusterResourceSet": func() any { return new(addonsv1beta1.ClusterResourceSet) },
		"addons.cluster.x-k8s.io/v1beta2/ClusterResourceSet": func() any { return new(addonsv1.ClusterResourceSet) },
		"infrastructure.cluster.x-k8s.io/v1alpha1/VCluster":  func() any { return new(vcluster) },
	}
}

// Every object of every stack is as its API has it: no field that the Go types
// do not know, or else none that the structural schema of the CRD does not. The
// schemas' fields are in testdata/shapes, as far as the objects reach.
func TestStacksAreStrict(t *testing.T) {
	types := typed()
	for name, s := range scenes(t) {
		layer := Layer(s.tenancy, s.site, s.cluster)
		for _, o := range append(layer, customOf(Boundary(s.tenancy, s.site, s.cluster))...) {
			version := o.Text("apiVersion") + "/" + o.ID.Kind
			if make, known := types[version]; known {
				require.NoError(t, yaml.UnmarshalStrict(o.YAML(), make()), "%s: %s", name, o.ID)
				continue
			}
			require.Empty(t, strayed(o.Value["spec"], "spec", shapeOf(t, o)), "%s: %s", name, o.ID)
		}
	}
}

// customOf are the objects of a boundary whose kinds are a stack's own.
func customOf(objects []object.Object) []object.Object {
	return slices.DeleteFunc(objects, func(o object.Object) bool { return o.ID.Group != "capsule.clastix.io" })
}

// shapeOf reads the types of a CRD's fields by their paths.
func shapeOf(t *testing.T, o object.Object) map[string]string {
	file := strings.ToLower(o.ID.Kind) + "." + strings.ReplaceAll(o.Text("apiVersion"), "/", "_") + ".txt"
	data, err := os.ReadFile(filepath.Join("testdata", "shapes", file))
	require.NoError(t, err)
	shape := map[string]string{}
	for line := range strings.Lines(string(data)) {
		path, kind, _ := strings.Cut(strings.TrimSpace(line), " ")
		shape[path] = kind
	}
	return shape
}

// strayed lists the paths of a value that are not in a shape, or are of
// another type there.
func strayed(v any, path string, shape map[string]string) []string {
	if shape[path] == "map" || shape[path] == "any" {
		return nil
	}
	var out []string
	check := func(path string, v any) {
		kind, known := shape[path]
		if !known || !fits(kind, v) {
			out = append(out, fmt.Sprintf("%s %s %T", path, kind, v))
			return
		}
		out = append(out, strayed(v, path, shape)...)
	}
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			check(path+"."+key, value)
		}
	case []any:
		for _, item := range v {
			check(path+"[]", item)
		}
	}
	slices.Sort(out)
	return out
}

func fits(kind string, v any) bool {
	switch v.(type) {
	case string:
		return kind == "string" || kind == "int-or-string"
	case int64:
		return kind == "integer" || kind == "number" || kind == "int-or-string"
	case bool:
		return kind == "boolean"
	case []any:
		return kind == "array"
	}
	return kind == "object" || kind == "map" || kind == "any"
}

// A field that no API has is found, and one of another type.
func TestStrictnessFinds(t *testing.T) {
	s := scenes(t)["kubevirt"]
	layer := Layer(s.tenancy, s.site, s.cluster)
	i := slices.IndexFunc(layer, func(o object.Object) bool { return o.ID.Kind == kubevirtTemplate })
	shape, spec := shapeOf(t, layer[i]), layer[i].Value["spec"]
	require.Empty(t, strayed(spec, "spec", shape))
	machine := at(layer[i].Value, "spec.template.spec.virtualMachineTemplate.spec").(map[string]any)
	machine["runStrategie"], machine["runStrategy"] = "Always", true
	require.Equal(t, []string{
		"spec.template.spec.virtualMachineTemplate.spec.runStrategie  string",
		"spec.template.spec.virtualMachineTemplate.spec.runStrategy string bool",
	}, strayed(spec, "spec", shape))
}

// What Cluster API applies inside is strict, too.
func TestFlannelIsStrict(t *testing.T) {
	for _, document := range strings.Split(flannel("10.243.0.0/16"), "---\n")[1:] {
		var kind struct{ Kind string }
		require.NoError(t, yaml.Unmarshal([]byte(document), &kind))
		into := map[string]any{
			"Namespace": new(corev1.Namespace), "ServiceAccount": new(corev1.ServiceAccount), "ClusterRole": new(rbacv1.ClusterRole),
			"ClusterRoleBinding": new(rbacv1.ClusterRoleBinding), "ConfigMap": new(corev1.ConfigMap), "DaemonSet": new(appsv1.DaemonSet),
		}[kind.Kind]
		require.NoError(t, yaml.UnmarshalStrict([]byte(document), into), kind.Kind)
	}
}

// Another machine is another template, and the one before stays on the site.
func TestTemplatesAreImmutable(t *testing.T) {
	names := func(s scene) map[string]bool {
		layer := Layer(s.tenancy, s.site, s.cluster)
		out := map[string]bool{}
		for _, o := range layer {
			if strings.HasSuffix(o.ID.Kind, "Template") {
				require.Equal(t, "disabled", at(o.Value, "metadata.annotations").(map[string]any)[fluxPrune], "%s", o.ID)
				out[o.ID.Name] = true
			}
		}
		return out
	}
	s := scenes(t)["kubevirt"]
	before := names(s)
	require.Len(t, before, 3)
	require.Equal(t, before, names(s), "the same content has the same name")
	s.cluster.Workers[0].CPU++
	after := names(s)
	maps.DeleteFunc(after, func(name string, _ bool) bool { return before[name] })
	require.Len(t, after, 1, "only the workers' machines change")
}

// Of a retired cluster of machines Flux deletes what Cluster API does not take
// down with the Cluster.
func TestMachinesGoWithTheirCluster(t *testing.T) {
	for _, name := range []string{"kubevirt", "kamaji", "virtink"} {
		s := scenes(t)[name]
		layer := Layer(s.tenancy, s.site, s.cluster)
		for _, o := range layer {
			annotations, _ := at(o.Value, "metadata.annotations").(map[string]any)
			byFlux := []string{"Cluster", "MachineDeployment", "MachineHealthCheck", "ClusterResourceSet", "ConfigMap", "Ingress"}
			require.Equal(t, !slices.Contains(byFlux, o.ID.Kind), annotations[fluxPrune] == "disabled", "%s", o.ID)
		}
	}
}

// The checks of each stack mean what they say, by status as the controllers
// write it: not ready, ready, failed, nothing there yet.
func TestStackHealthExpressions(t *testing.T) {
	type m = map[string]any
	condition := func(kind, status string) m {
		return m{"conditions": []any{m{"type": "Paused", "status": "False"}, m{"type": kind, "status": status}}}
	}
	all := scenes(t)
	for _, test := range []struct {
		scene string
		kind  string
		ready m
		not   []m
	}{
		{"kubevirt", "KubeadmControlPlane", condition("Ready", "True"), []m{condition("Ready", "False"), condition("Available", "True"), {"ready": true}}},
		{"kubevirt", "MachineDeployment", condition("Ready", "True"), []m{condition("Ready", "Unknown"), {"phase": "Running"}}},
		{"kubevirt-v1beta2-public", "KubeadmControlPlane", condition("Available", "True"), []m{condition("Available", "False"), condition("Initialized", "True")}},
		{"kubevirt-v1beta2-public", "MachineDeployment", condition("Available", "True"), []m{condition("Available", "Unknown"), condition("MachinesReady", "True")}},
		// A machine of Virtink's that stopped fails for good, and its MachineDeployment says so until there is another.
		{"virtink", "KubeadmControlPlane", condition("Ready", "True"), []m{condition("Ready", "False"), condition("Available", "True"), {"ready": true, "initialized": true}}},
		{"virtink", "MachineDeployment", condition("Ready", "True"), []m{condition("Ready", "False"), {"phase": "Failed"}, {"phase": "Running", "readyReplicas": int64(4)}}},
		{"virtink-v1beta2-public", "KubeadmControlPlane", condition("Available", "True"), []m{condition("Available", "Unknown"), condition("MachinesReady", "True")}},
		{"virtink-v1beta2-public", "MachineDeployment", condition("Available", "True"), []m{condition("Available", "False"), condition("Remediating", "True")}},
		{"kamaji", "KamajiControlPlane", m{"ready": true, "initialized": true}, []m{{"ready": false, "initialized": true}, {"initialized": true}}},
		{"kamaji-v1beta2-kata", "KamajiControlPlane", condition("Available", "True"), []m{condition("Available", "False"), condition("KamajiControlPlaneIsInitialized", "True")}},
		{"hnc", "HierarchyConfiguration", m{"children": []any{"a", "b"}}, []m{{"children": []any{"a"}}, {}, {"children": []any{"a", "b"}, "conditions": []any{m{"type": "ActivitiesHalted", "status": "True"}}}}},
		{"liqo", "NamespaceOffloading", m{"offloadingPhase": "Ready", "remoteNamespaceName": "acme-rear"}, []m{
			{"offloadingPhase": "NoClusterSelected"}, {"offloadingPhase": "InProgress"}, {"offloadingPhase": "AllFailed"}, {"remoteNamespaceName": "acme-rear"},
		}},
	} {
		s := all[test.scene]
		_, exprs := healthChecks(s.cluster, stackOf(s.cluster).usable(s.site, s.cluster))
		found := false
		for _, e := range exprs {
			if e.Kind != test.kind {
				continue
			}
			found = true
			require.True(t, healthy(t, e.Current, test.ready), "%s %s", test.scene, e.Current)
			for _, status := range append(test.not, m{}, m{"conditions": []any{}}) {
				require.False(t, healthy(t, e.Current, status), "%s %s for %v", test.scene, e.Current, status)
			}
			require.False(t, healthy(t, e.Current, nil), "%s without a status", test.scene)
		}
		require.True(t, found, "%s %s", test.scene, test.kind)
	}
}

// What waits for the end of a cluster waits for the kind that goes last.
func TestStackIsGone(t *testing.T) {
	for stack, count := range map[string]string{
		catalogue.VCluster: "count/vclusters.infrastructure.cluster.x-k8s.io", catalogue.KubeVirt: "count/clusters.cluster.x-k8s.io",
		catalogue.Kamaji: "count/clusters.cluster.x-k8s.io", catalogue.Namespace: "", catalogue.Capsule: "", catalogue.HNC: "",
		catalogue.Liqo: "count/namespaceoffloadings.offloading.liqo.io", catalogue.Virtink: "count/clusters.cluster.x-k8s.io",
	} {
		_, exprs := healthChecks(resolve.Cluster{}, gone(resolve.Cluster{Stack: stack}))
		if count == "" {
			require.Empty(t, exprs, stack)
			continue
		}
		require.True(t, healthy(t, exprs[0].Current, map[string]any{"used": map[string]any{count: "0"}}), stack)
		require.False(t, healthy(t, exprs[0].Current, map[string]any{"used": map[string]any{count: "1"}}), stack)
		require.False(t, healthy(t, exprs[0].Current, map[string]any{"used": map[string]any{"pods": "0"}}), stack)
	}
}
