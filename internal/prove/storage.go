package prove

import (
	"maps"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// storageOwn: volumes come out of classes of the cluster's own, made from the
// site's, which delete what is released and are nobody's default.
func storageOwn(v view) []Fault {
	if !v.fenced() {
		return nil
	}
	var faults []Fault
	for _, own := range v.Plan.Storage {
		id := object.ID{Group: storageGroup, Kind: "StorageClass", Name: own.Name}
		class, found := find(v.Boundary, id)
		if !found {
			faults = append(faults, missing(id)...)
			continue
		}
		faults = append(faults, storageClass(class, own.Class)...)
	}
	if !v.virtual() {
		return faults
	}
	return append(faults, controlPlaneVolumes(v)...)
}

const (
	storageGroup    = "storage.k8s.io"
	annotatePrune   = "kustomize.toolkit.fluxcd.io/prune" // what a roll-out still needs, and what Cluster API takes down itself
	annotateManaged = "cluster.x-k8s.io/managed-by"       // somebody else than the infrastructure's provider
	annotateForce   = "kustomize.toolkit.fluxcd.io/force" // an immutable field changes by replacement
	defaultClass    = "storageclass.kubernetes.io/is-default-class"
	defaultClassV1  = "storageclass.beta.kubernetes.io/is-default-class"
)

func storageClass(class object.Object, of resolve.StorageClass) []Fault {
	var faults []Fault
	if got := class.Text("reclaimPolicy"); got != "Delete" {
		faults = append(faults, broken(class.ID, "reclaimPolicy", "it is %q: released data would stay, and could be bound by others", got)...)
	}
	if got := class.Text("provisioner"); got != of.Provisioner {
		faults = append(faults, broken(class.ID, "provisioner", "it is %q instead of %q, the site's", got, of.Provisioner)...)
	}
	if !sameLabels(class.Get("parameters"), of.Parameters) {
		faults = append(faults, broken(class.ID, "parameters", "they are not those of the site's class %s", of.Name)...)
	}
	for _, name := range []string{"mountOptions", "allowedTopologies"} {
		if class.Get(name) != nil {
			faults = append(faults, broken(class.ID, name, "it is not among what is proven")...)
		}
	}
	for _, name := range []string{defaultClass, defaultClassV1} {
		if class.Get("metadata", "annotations", name) != nil {
			faults = append(faults, broken(class.ID, "metadata.annotations."+name, "a default of the site is everybody's")...)
		}
	}
	return faults
}

// controlPlaneVolumes: what the chart claims is of the cluster's own class, and
// goes with the cluster.
func controlPlaneVolumes(v view) []Fault {
	cp := v.Plan.ControlPlane
	claims := map[string]bool{"controlPlane.statefulSet.persistence.volumeClaim": catalogue.ControlPlaneKind(cp.Store.Type) == "StatefulSet"}
	if cp.Store.Type == catalogue.Etcd {
		claims["controlPlane.backingStore.etcd.deploy.statefulSet.persistence.volumeClaim"] = true
	}
	var faults []Fault
	for _, path := range slices.Sorted(maps.Keys(claims)) {
		faults = append(faults, v.value(path+".enabled", claims[path])...)
		if !claims[path] {
			continue
		}
		faults = append(faults, v.value(path+".storageClass", cp.StorageClass)...)
		faults = append(faults, v.value(path+".retentionPolicy", "Delete")...)
		faults = append(faults, v.value(path+".size", cp.Size.String())...)
		if !slices.Contains(storageNames(v), cp.StorageClass) {
			faults = append(faults, broken(v.vcluster.ID, valuesPath, "%s.storageClass %s is not the cluster's own", path, cp.StorageClass)...)
		}
	}
	return faults
}

// clean: no object has an annotation by which Flux, kustomize, the container
// runtime or the network plugin would treat it otherwise than what is proven;
// and no text that Flux would substitute or somebody fetch.
func clean(v view) []Fault {
	var faults []Fault
	for _, o := range slices.Concat(v.Boundary, v.Layer) {
		faults = append(faults, cleanObject(o)...)
	}
	return faults
}

func cleanObject(o object.Object) []Fault {
	var faults []Fault
	annotations, _ := o.Get("metadata", "annotations").(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(annotations)) {
		if !annotatable(o.ID, name) {
			faults = append(faults, broken(o.ID, "metadata.annotations."+name, "it is not among those that are proven")...)
		}
	}
	meta, _ := o.Get("metadata").(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(meta)) {
		if !slices.Contains([]string{"name", "namespace", "labels", "annotations"}, name) {
			faults = append(faults, broken(o.ID, "metadata."+name, "it is not among what is proven")...)
		}
	}
	if hasDollar(o.Value) {
		path, _ := substituted("", o.Value)
		faults = append(faults, broken(o.ID, path, "it has ${, which Flux can be told to expand")...)
	}
	return faults
}

// annotatable are the few annotations that objects of tenants have. What those
// of a namespace say is toldTruly's concern.
func annotatable(id object.ID, name string) bool {
	switch id.Kind {
	case "Namespace":
		return strings.HasPrefix(name, "tenantc.dev/") || name == annotateMap
	case "StorageClass":
		return name == annotateForce
	case "Ingress":
		return strings.HasPrefix(name, "nginx.ingress.kubernetes.io/ssl-") || name == "nginx.ingress.kubernetes.io/backend-protocol"
	case "KubevirtCluster":
		return name == annotatePrune || name == annotateManaged
	case "VirtinkCluster", "VirtinkMachineTemplate", "KubevirtMachineTemplate", "KubeadmConfigTemplate", "KubeadmControlPlane", "KamajiControlPlane":
		return name == annotatePrune
	}
	return false
}
