package prove

import (
	"maps"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// value compares one of the chart's values with what it has to be.
func (v view) value(path string, want any) []Fault {
	if got := at(v.values, path); got != want {
		return broken(v.vcluster.ID, valuesPath, "%s is %v instead of %v", path, got, want)
	}
	return nil
}

// valuesPath is where the values are in the VCluster: one string.
const valuesPath = "spec.helmRelease.values"

// at finds a value by a path of keys without dots.
func at(values map[string]any, path string) any {
	keys := strings.Split(path, ".")
	for _, key := range keys[:len(keys)-1] {
		values, _ = values[key].(map[string]any)
	}
	return values[keys[len(keys)-1]]
}

// pinned: the chart that the provider installs, as cluster admin, is the one
// that the site's catalogue names and that the site's policy lets through; the
// Cluster refers to that VCluster and no other.
func pinned(v view) []Fault {
	if !v.virtual() {
		return nil
	}
	id := object.ID{Group: vclusterGroup, Kind: "VCluster", Namespace: v.Plan.Namespace, Name: v.Plan.Name}
	if v.vcluster.Value == nil {
		return missing(id)
	}
	chart := func(field string) string { return v.vcluster.Text("spec", "helmRelease", "chart", field) }
	var faults []Fault
	if got := strings.Join([]string{chart("name"), chart("version"), chart("repo")}, " "); got != pinnedChart(v) {
		faults = append(faults, broken(id, "spec.helmRelease.chart", "it is %s instead of %s", got, pinnedChart(v))...)
	}
	spec, _ := v.vcluster.Get("spec").(map[string]any)
	for _, field := range slices.Sorted(maps.Keys(spec)) {
		if field != "helmRelease" {
			faults = append(faults, broken(id, "spec."+field, "it is not among what is proven")...)
		}
	}
	return append(faults, owned(v)...)
}

// owned: the Cluster has this VCluster as its infrastructure and its control
// plane. Another namespace is nothingForeign's concern.
func owned(v view) []Fault {
	id := object.ID{Group: "cluster.x-k8s.io", Kind: "Cluster", Namespace: v.Plan.Namespace, Name: v.Plan.Name}
	cluster, found := find(v.Layer, id)
	if !found {
		return missing(id)
	}
	var faults []Fault
	for _, field := range []string{"infrastructureRef", "controlPlaneRef"} {
		ref, _ := cluster.Get("spec", field).(map[string]any)
		if ref["kind"] != "VCluster" || ref["name"] != v.Plan.Name || !isVClusterGroup(ref) {
			faults = append(faults, broken(id, "spec."+field, "it is not the VCluster %s", v.Plan.Name)...)
		}
		if ns, named := ref["namespace"]; named && ns != v.Plan.Namespace {
			faults = append(faults, broken(id, "spec."+field+".namespace", "it is not the cluster's own")...)
		}
	}
	return faults
}

func isVClusterGroup(ref map[string]any) bool {
	return ref["apiGroup"] == vclusterGroup || ref["apiVersion"] == vclusterGroup+"/v1alpha1"
}

// chartClosed: every value by which the chart would reach beyond the tenant
// cluster is set to what it must be, and none is set that opens more. What is
// off is written down: a default of the chart is another version's surprise.
func chartClosed(v view) []Fault {
	if !v.virtual() {
		return nil
	}
	if v.values == nil {
		return broken(v.vcluster.ID, valuesPath, "they are no YAML mapping")
	}
	var faults []Fault
	want := guards(v)
	for _, path := range slices.Sorted(maps.Keys(want)) {
		faults = append(faults, v.value(path, want[path])...)
	}
	for path := range leaves("", v.values) {
		if !known(path) {
			faults = append(faults, broken(v.vcluster.ID, valuesPath, "%s is not among the values that are proven", path)...)
		}
	}
	faults = append(faults, v.nodesShown()...)
	faults = append(faults, footprints(v)...)
	return append(faults, v.classesShown()...)
}

// guards are values that guard, with what they have to be, for the chart of the
// site.
func guards(v view) map[string]any {
	chart := v.Site.Components.VCluster
	want := map[string]any{
		"telemetry.enabled":                                                                   false,
		"policies.networkPolicy.enabled":                                                      false, // the chart's would allow what the boundary denies
		"policies.resourceQuota.enabled":                                                      false, // one quota only, whose bounds are the specs'
		"policies.limitRange.enabled":                                                         false, // with two, chance decides
		"policies.podSecurityStandard":                                                        "baseline",
		"networking.advanced.fallbackHostCluster":                                             false,
		"networking.advanced.proxyKubelets.byHostname":                                        false,
		"networking.advanced.proxyKubelets.byIP":                                              false,
		"integrations.metricsServer.nodes":                                                    false,
		"sync.toHost.pods.useSecretsForSATokens":                                              true,
		"sync.toHost.serviceAccounts.enabled":                                                 false,
		"sync.toHost.storageClasses.enabled":                                                  false,
		"sync.fromHost.ingressClasses.enabled":                                                false,
		"sync.fromHost.csiDrivers.enabled":                                                    false,
		"sync.fromHost.csiNodes.enabled":                                                      false,
		"sync.fromHost.csiStorageCapacities.enabled":                                          false,
		"sync.fromHost.nodes.clearImageStatus":                                                true,
		"sync.fromHost.nodes.selector.all":                                                    false,
		"sync.fromHost.nodes.enabled":                                                         v.Plan.Nodes.Sync,
		"sync.toHost.ingresses.enabled":                                                       len(v.Plan.Network.Hosts) > 0,
		"controlPlane.statefulSet.enableServiceLinks":                                         false,
		"controlPlane.statefulSet.security.containerSecurityContext.allowPrivilegeEscalation": false,
		"controlPlane.coredns.enabled":                                                        true,
		"controlPlane.statefulSet.scheduling.priorityClassName":                               resolve.ControlPlanePriority,
	}
	if v.Plan.ControlPlane.MetricsFromHost {
		want["integrations.metricsServer.apiService.service.name"] = "metrics-server"
		want["integrations.metricsServer.apiService.service.namespace"] = v.Site.Namespaces.Metrics
		want["integrations.metricsServer.apiService.service.port"] = 443
	}
	if chart.VolumeSnapshots {
		want["sync.toHost.volumeSnapshots.enabled"] = false
	}
	if chart.VolumeSnapshotRules {
		want["rbac.enableVolumeSnapshotRules.enabled"] = false
	}
	if chart.ForcesRuntimeClass {
		want["sync.fromHost.runtimeClasses.enabled"] = false
		want["sync.toHost.pods.priorityClassName"] = resolve.WorkloadPriority
	}
	return want
}

// nodesShown: of the site's nodes a tenant sees none, or its own by their labels.
func (v view) nodesShown() []Fault {
	labels, _ := at(v.values, "sync.fromHost.nodes.selector.labels").(map[string]any)
	if !sameLabels(labels, v.Plan.Nodes.Selector) {
		return broken(v.vcluster.ID, valuesPath, "sync.fromHost.nodes.selector.labels does not select the cluster's nodes")
	}
	enforced, _ := at(v.values, "sync.toHost.pods.enforceTolerations").([]any)
	if !slices.Equal(texts(enforced), tolerated(v.Plan)) {
		return broken(v.vcluster.ID, valuesPath, "sync.toHost.pods.enforceTolerations is not what the specs come to")
	}
	return nil
}

// classesShown: of the site's storage classes a tenant sees its own.
func (v view) classesShown() []Fault {
	const path = "sync.fromHost.storageClasses"
	if at(v.values, path+".enabled") == false {
		return nil
	}
	own := map[string]string{object.LabelTenant: v.Plan.Tenant, object.LabelCluster: v.Plan.Name}
	if v.Site.Components.VCluster.SelectsStorageClasses && sameLabels(at(v.values, path+".selector.matchLabels"), own) &&
		at(v.values, path+".selector.matchExpressions") == nil {
		return nil
	}
	return broken(v.vcluster.ID, valuesPath, "%s shows storage classes of others", path)
}

// leaves yields the paths of all values that are no mapping.
func leaves(path string, v any) func(func(string) bool) {
	return func(yield func(string) bool) { walk(path, v, yield) }
}

func walk(path string, v any, yield func(string) bool) bool {
	m, is := v.(map[string]any)
	if !is || len(m) == 0 {
		return yield(path)
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if !walk(strings.TrimPrefix(path+"."+key, "."), m[key], yield) {
			return false
		}
	}
	return true
}

// known tells whether a value is one that was looked at: that it guards, or that
// nothing it can say reaches beyond the tenant cluster.
func known(path string) bool {
	return slices.ContainsFunc(knownValues, func(k string) bool { return path == k || strings.HasPrefix(path, k+".") })
}

var knownValues = []string{
	"telemetry.enabled", "policies.networkPolicy.enabled", "policies.resourceQuota.enabled", "policies.limitRange.enabled",
	"policies.podSecurityStandard", "rbac.enableVolumeSnapshotRules.enabled",
	"networking.advanced.fallbackHostCluster", "networking.advanced.proxyKubelets",
	"integrations.metricsServer", "exportKubeConfig.server", "experimental.deploy.vcluster.manifests",
	"sync.toHost.pods.enabled", "sync.toHost.pods.enforceTolerations", "sync.toHost.pods.useSecretsForSATokens",
	"sync.toHost.pods.runtimeClassName", "sync.toHost.pods.priorityClassName",
	"sync.toHost.ingresses.enabled", "sync.toHost.serviceAccounts.enabled", "sync.toHost.storageClasses.enabled", "sync.toHost.volumeSnapshots.enabled",
	"sync.fromHost.storageClasses", "sync.fromHost.nodes.enabled", "sync.fromHost.nodes.clearImageStatus", "sync.fromHost.nodes.selector",
	"sync.fromHost.ingressClasses.enabled", "sync.fromHost.csiDrivers.enabled", "sync.fromHost.csiNodes.enabled",
	"sync.fromHost.csiStorageCapacities.enabled", "sync.fromHost.runtimeClasses.enabled",
	"controlPlane.distro", "controlPlane.backingStore", "controlPlane.coredns", "controlPlane.proxy.extraSANs",
	"controlPlane.service.spec", "controlPlane.ingress", "controlPlane.advanced.defaultImageRegistry",
	"controlPlane.statefulSet.image.repository", "controlPlane.statefulSet.highAvailability.replicas", "controlPlane.statefulSet.resources",
	"controlPlane.statefulSet.persistence", "controlPlane.statefulSet.scheduling", "controlPlane.statefulSet.enableServiceLinks",
	"controlPlane.statefulSet.security.containerSecurityContext",
}
