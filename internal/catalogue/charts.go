// Package catalogue holds what tenantc knows about the things it emits but
// does not make: versions of the vcluster chart, sandboxes and their overhead,
// stacks and what they give. It is data with lookups; rules over it live in
// package resolve.
package catalogue

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Chart is what one version of the vcluster chart can do. Everything here was
// read in the chart's module at that version: the tables of Kubernetes
// versions in config/default_extra_values.go, the keys in
// chart/values.schema.json, the rest where a field says so.
type Chart struct {
	Version string // as in 0.30.0

	// Distros maps a distribution to the Kubernetes minors that this chart
	// knows, each with the image tag to run.
	Distros map[string]map[string]string

	ForcesRuntimeClass       bool   // sync.toHost.pods.runtimeClassName and priorityClassName exist
	ControlPlaneRuntimeClass bool   // controlPlane.statefulSet.runtimeClassName exists
	SelectsStorageClasses    bool   // sync.fromHost.storageClasses.selector exists; without it a sync shows every tenant's classes
	DistroImage              bool   // controlPlane.distro.k8s.image exists; before, the shortcut controlPlane.distro.k8s.version
	VolumeSnapshots          bool   // sync.toHost.volumeSnapshots may be set; 0.36 refuses it, though its schema has it (chart/templates/_validate.tpl)
	VolumeSnapshotRules      bool   // rbac.enableVolumeSnapshotRules may be set, and is on by default; the same
	ReachesKubelets          bool   // a synced node takes nodes/proxy, by which a program runs in any pod of the site (chart/templates/clusterrole.yaml; to 0.30)
	HashedLabels             bool   // labels of synced pods are renamed by their hash (pkg/util/translate)
	NodeHosts                string // where the chart's CoreDNS mounts the file of node names
	Schema                   string // name of the embedded values.schema.json
}

// Distributions of Kubernetes that a vcluster chart may offer.
const (
	K8s = "k8s"
	K3s = "k3s"
	K0s = "k0s"
)

// Lookup finds a supported chart by its full version, as in 0.30.0.
func Lookup(version string) (Chart, bool) {
	for _, c := range charts() {
		if c.Version == version {
			return c, true
		}
	}
	return Chart{}, false
}

// Versions lists the supported charts, the oldest first.
func Versions() []string {
	var versions []string
	for _, c := range charts() {
		versions = append(versions, c.Version)
	}
	return versions
}

// Image is the tag of the distribution's image for a Kubernetes minor; false
// where this chart has none.
func (c Chart) Image(distro, minor string) (string, bool) {
	tag, found := c.Distros[distro][minor]
	return tag, found
}

// Minors lists the Kubernetes minors of a distribution, the oldest first.
func (c Chart) Minors(distro string) []string {
	return slices.SortedFunc(maps.Keys(c.Distros[distro]), compareVersions)
}

// DistroNames lists the chart's distributions in the order of preference.
func (c Chart) DistroNames() []string {
	var names []string
	for _, name := range []string{K8s, K3s, K0s} {
		if len(c.Distros[name]) > 0 {
			names = append(names, name)
		}
	}
	return names
}

// OIDC tells whether tenantc can hand the tenant's identity provider to the
// distribution's API server. k0s takes such flags only in a whole
// configuration file of its own (pkg/k0s), which would then be tenantc's to
// keep in step with the chart: refused.
func (c Chart) OIDC(distro string) bool {
	return distro != K0s
}

// compareVersions orders dotted numbers, as in 1.9 before 1.10.
func compareVersions(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(as), len(bs)) {
		x, _ := strconv.Atoi(as[i])
		y, _ := strconv.Atoi(bs[i])
		if c := cmp.Compare(x, y); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}

// Labels of the pods on the site, by which policies tell them apart. The
// syncer sets the first two on every pod that it makes for the tenant; a tenant
// cannot set them itself, nor release (pkg/util/translate).
const (
	LabelManagedBy = "vcluster.loft.sh/managed-by"
	LabelNamespace = "vcluster.loft.sh/namespace" // in the tenant cluster
)

// WorkloadLabels select every pod that the tenant runs.
func (c Chart) WorkloadLabels(cluster string) map[string]string {
	return map[string]string{LabelManagedBy: cluster}
}

// ControlPlaneLabels select the control plane (chart/templates/statefulset.yaml).
func (c Chart) ControlPlaneLabels(cluster string) map[string]string {
	return map[string]string{"app": "vcluster", "release": cluster}
}

// EtcdLabels select the members of the etcd that the chart makes
// (chart/templates/etcd-statefulset.yaml).
func (c Chart) EtcdLabels(cluster string) map[string]string {
	return map[string]string{"app": "vcluster-etcd", "release": cluster}
}

// DNSLabels select the tenant's CoreDNS. A tenant can put them on pods of its
// own in its kube-system: nothing may be open to them that it must not have.
func (c Chart) DNSLabels(cluster string) map[string]string {
	labels := map[string]string{LabelManagedBy: cluster, LabelNamespace: "kube-system"}
	if c.HashedLabels {
		labels[hashedLabel(cluster, "k8s-app")] = "kube-dns"
	} else {
		labels["k8s-app"] = "vcluster-kube-dns"
	}
	return labels
}

// hashedLabel is what a label's key becomes on the site under the old charts.
func hashedLabel(cluster, key string) string {
	digest := sha256.Sum256([]byte(key))
	return "vcluster.loft.sh/label-" + cluster + "-x-" + hex.EncodeToString(digest[:])[:10]
}
