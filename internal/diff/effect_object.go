package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/object"
)

// fixed is a field that the API server lets nobody change once the object is
// there (validation rules of the Kubernetes API and of the CRDs).
type fixed struct{ group, kind, path string }

// fixedFields lists those of the objects that tenantc emits. A path stands for
// everything below it.
var fixedFields = []fixed{
	{"node.k8s.io", "RuntimeClass", "handler"},
	{"storage.k8s.io", "StorageClass", "provisioner"},
	{"storage.k8s.io", "StorageClass", "parameters"},
	{"storage.k8s.io", "StorageClass", "reclaimPolicy"},
	{"storage.k8s.io", "StorageClass", "volumeBindingMode"},
	{"scheduling.k8s.io", "PriorityClass", "value"},
	{"scheduling.k8s.io", "PriorityClass", "preemptionPolicy"},
	{"", "ResourceQuota", "spec.scopes"},
	{"", "ResourceQuota", "spec.scopeSelector"},
	{"", "PersistentVolumeClaim", "spec.storageClassName"},
	{"rbac.authorization.k8s.io", "RoleBinding", "roleRef"},
	{"rbac.authorization.k8s.io", "ClusterRoleBinding", "roleRef"},
	{"apps", "Deployment", "spec.selector"},
	{"apps", "StatefulSet", "spec.selector"},
	{"apps", "StatefulSet", "spec.serviceName"},
	{"apps", "StatefulSet", "spec.podManagementPolicy"},
	{"apps", "StatefulSet", "spec.volumeClaimTemplates"},
	{"cluster.x-k8s.io", "MachineDeployment", "spec.clusterName"},
	{"cluster.x-k8s.io", "MachineDeployment", "spec.selector"},
	{"infrastructure.cluster.x-k8s.io", "KubevirtMachineTemplate", "spec"},
	{"infrastructure.cluster.x-k8s.io", "VirtinkMachineTemplate", "spec"},
	{"cluster.x-k8s.io", "MachineHealthCheck", "spec.clusterName"},
	{"controlplane.cluster.x-k8s.io", "KamajiControlPlane", "spec.dataStoreName"},
	{"controlplane.cluster.x-k8s.io", "KamajiControlPlane", "spec.network.loadBalancerClass"},
	{"offloading.liqo.io", "NamespaceOffloading", "spec.namespaceMappingStrategy"},
	{"offloading.liqo.io", "NamespaceOffloading", "spec.remoteNamespaceName"},
	{"", "Secret", "type"},
}

const fixedText = "the API server refuses to change this: Flux reports it, and nothing of this folder is applied until the object is deleted on the site or the change is taken back"

// keepers are the kinds with whose objects state goes away.
var keepers = map[object.ID]string{
	{Kind: "Namespace"}:                                                  "everything in the namespace is deleted, volumes too",
	{Kind: "PersistentVolumeClaim"}:                                      "the volume is deleted with its data",
	{Group: "cluster.x-k8s.io", Kind: "Cluster"}:                         "the tenant cluster is deleted with its data",
	{Group: "infrastructure.cluster.x-k8s.io", Kind: "VCluster"}:         "the tenant cluster's control plane is deleted with all that the tenant has in it",
	{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"}:    "all objects of this kind are deleted on the site",
	{Group: "controlplane.cluster.x-k8s.io", Kind: "KamajiControlPlane"}: "the tenant's control plane is deleted",
	{Group: "capsule.clastix.io", Kind: "Tenant"}:                        "the tenant's namespaces are deleted with all that is in them",
}

// effects is what a pair of objects of the same identity means for the site.
func (m matched) effects(found []Field) []Effect {
	switch {
	case m.before == nil:
		return nil
	case m.after == nil:
		return goneEffects(m.before.id)
	}
	effects := fixedEffects(m.after.id, found)
	switch {
	case m.after.id.Kind == "Namespace" && m.after.at.cluster != "":
		effects = append(effects, namespaceEffects(m.before.value, m.after.value)...)
	case m.after.id.Kind == "VCluster":
		effects = append(effects, vclusterEffects(m.before.value, m.after.value, found)...)
	case m.after.id.Kind == "ResourceQuota", m.after.id.Kind == "HierarchicalResourceQuota", m.after.id.Group == "capsule.clastix.io":
		effects = append(effects, quotaEffects(found)...)
	case m.after.id.Kind == "KubevirtCluster":
		effects = append(effects, exposureEffects(found)...)
	case m.after.id.Group == "kustomize.toolkit.fluxcd.io" && m.after.id.Kind == "Kustomization":
		effects = append(effects, kustomizationEffects(found)...)
	case m.after.id.Kind == "KubeadmControlPlane", m.after.id.Kind == "KamajiControlPlane", m.after.id.Kind == "MachineDeployment":
		effects = append(effects, versionEffects(found)...)
		effects = append(effects, machineEffects(found)...)
	}
	return sortEffects(effects)
}

// goneEffects: what a pool of machines ran moves to the others.
func goneEffects(id object.ID) []Effect {
	if text := keepers[object.ID{Group: id.Group, Kind: id.Kind}]; text != "" {
		return []Effect{{Kind: Deleted, Text: text}}
	}
	if id.Kind == "MachineDeployment" {
		return []Effect{{Kind: Interrupts, Text: "all machines of the pool are deleted, with what is on their disks; pods on them move, where there is room"}}
	}
	return nil
}

func fixedEffects(id object.ID, found []Field) []Effect {
	var effects []Effect
	for _, f := range fixedFields {
		if f.group != id.Group || f.kind != id.Kind {
			continue
		}
		for _, field := range found {
			if below(field.Path, f.path) || below(f.path, field.Path) {
				effects = append(effects, Effect{Kind: Refused, Path: field.Path, Text: fixedText})
			}
		}
	}
	return effects
}

// below tells whether a path is another one or goes on from it.
func below(path, top string) bool {
	rest, found := strings.CutPrefix(path, top)
	return found && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// kustomizationEffects: Flux keeps an inventory for each Kustomization by its
// name, so another path means that what is not below the new one is pruned.
func kustomizationEffects(found []Field) []Effect {
	var effects []Effect
	for _, f := range found {
		switch f.Path {
		case "spec.path":
			effects = append(effects, Effect{Unsupported, f.Path, "Flux takes the new folder for the whole and prunes what only the old one has"})
		case "spec.serviceAccountName":
			effects = append(effects, Effect{Interrupts, f.Path, "Flux applies this with another account's rights from now on"})
		}
	}
	return effects
}

// quotaEffects: a quota that shrinks ends nothing, but holds up what is made
// anew (Kubernetes, Resource Quotas: changes do not affect what was created).
func quotaEffects(found []Field) []Effect {
	for _, f := range found {
		ofPods := slices.ContainsFunc(podQuotas, func(name string) bool { return strings.HasSuffix(f.Path, name) })
		if ofPods && f.Change == Changed && lessQuantity(fmt.Sprint(f.After), fmt.Sprint(f.Before)) {
			return []Effect{{Interrupts, f.Path, "what is there stays; but while the tenant uses more than the smaller quota, no pod that ends or moves comes back"}}
		}
	}
	return nil
}

// exposureEffects: Cluster API's KubeVirt provider makes the Service of an API
// server when there is none, and looks at it no more (its KubevirtCluster
// controller, reconcileNormal).
func exposureEffects(found []Field) []Effect {
	for _, f := range found {
		if f.Path == "spec.controlPlaneServiceTemplate.spec.type" {
			return []Effect{{Refused, f.Path, "the provider never changes the Service of an API server that it has made: quota and network policies are made for another way to it than there is"}}
		}
	}
	return nil
}

// podQuotas end the paths of what a pod counts against.
var podQuotas = []string{`.hard["limits.cpu"]`, `.hard["limits.memory"]`, `.hard["requests.cpu"]`, `.hard["requests.memory"]`, `.hard.pods`}

// versionEffects judge the version of a control plane or of nodes made of machines.
func versionEffects(found []Field) []Effect {
	for _, f := range found {
		if f.Path == "spec.version" || f.Path == "spec.template.spec.version" {
			before, _ := f.Before.(string)
			after, _ := f.After.(string)
			return kubernetesStep(f.Path, before, after, "the machines are replaced one by one")
		}
	}
	return nil
}

// machineEffects: another template for the machines means other machines.
func machineEffects(found []Field) []Effect {
	for _, f := range found {
		if strings.Contains(f.Path, "infrastructureRef") || strings.Contains(f.Path, "configRef") {
			return []Effect{{Interrupts, f.Path, "the machines are replaced one by one, and pods on them move"}}
		}
	}
	return nil
}

// kubernetesStep judges a change of a Kubernetes version (the version skew
// policy: a control plane moves up by one minor version at a time, never down).
func kubernetesStep(path, before, after, gentle string) []Effect {
	b, okB := releaseOf(before)
	a, okA := releaseOf(after)
	switch {
	case !okB || !okA || before == after:
		return nil
	case a.less(b):
		return []Effect{{Unsupported, path, "Kubernetes goes back from " + b.String() + " to " + a.String() + ": it may not read what the newer version has stored"}}
	case a.major == b.major && a.minor > b.minor+1:
		return []Effect{{Unsupported, path, "Kubernetes goes from " + b.String() + " to " + a.String() + " and leaves out a minor version: go one at a time"}}
	case a.minor > b.minor:
		return []Effect{{OneWay, path, "Kubernetes goes from " + b.String() + " to " + a.String() + " and cannot go back; " + gentle}}
	}
	return []Effect{{Interrupts, path, gentle}}
}
