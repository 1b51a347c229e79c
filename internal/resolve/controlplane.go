package resolve

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/schema"
)

// controlPlane completes the tenant's own control plane: what the cluster
// writes, else what its class says, else the default.
func (r *clusterResolver) controlPlane(c Cluster, made catalogue.Stack) ControlPlane {
	plane := made.Plane
	if plane == catalogue.PlaneShared && c.Stack != "" {
		r.unused(r.spec.ControlPlane != nil, "controlPlane", c.Stack, "the tenant uses the site's API server")
		return ControlPlane{Expose: "none"}
	}
	size := sizeOf(made)
	own, class := orZero(r.spec.ControlPlane), orZero(orZero(r.class.Value.Spec.Defaults).ControlPlane)
	ownRes, classRes := orZero(own.Resources), orZero(class.Resources)
	ownVol, classVol := orZero(own.Persistence), orZero(class.Persistence)
	pick := func(field, fallback, own, class string) string {
		return choose(r.rec, "controlPlane."+field, fallback, r.written("controlPlane."+field, own), r.classes("controlPlane."+field, class))
	}
	cp := ControlPlane{
		Distro:   pick("distro", defaultDistro, own.Distro, class.Distro),
		Replicas: r.replicas(own.Replicas, class.Replicas, size.replicas),
		CPU:      quantity(pick("resources.cpu", size.cpu, ownRes.CPU, classRes.CPU)),
		Memory:   quantity(pick("resources.memory", size.memory, ownRes.Memory, classRes.Memory)),
		Size:     quantity(pick("persistence.size", size.disk, ownVol.Size, classVol.Size)),
		Expose:   choose(r.rec, "controlPlane.expose", "none", r.written("controlPlane.expose", own.Expose), r.classes("controlPlane.expose", class.Expose), r.offered(r.siteExpose())),

		MetricsFromHost: pick("metricsServer", "host", own.MetricsServer, class.MetricsServer) == "host",
	}
	switch plane {
	case catalogue.PlaneMachines:
		cp.Distro, cp.Store = r.kubeadm(c, own), Store{Type: catalogue.Etcd}
	case catalogue.PlaneHosted:
		cp.Distro, cp.Size = r.kubeadm(c, own), quantity("0")
		return cp // its state is in the site's data store
	default:
		cp.Store = r.store(own.Store, class.Store)
	}
	if made.Fleeting {
		r.fleeting(c.Stack, ownVol.StorageClass != "", "controlPlane.persistence.storageClass")
		return cp
	}
	cp.StorageClass = r.controlPlaneStorage(c, r.volumeClass(c, ownVol.StorageClass, classVol.StorageClass), cp.Store)
	cp.Image = r.image(c, cp.Distro)
	return cp
}

// planeSize is the default of one replica.
type planeSize struct {
	replicas          int
	cpu, memory, disk string
}

func sizeOf(stack catalogue.Stack) planeSize {
	switch stack.Plane {
	case catalogue.PlaneMachines:
		if stack.Fleeting {
			return planeSize{leastFleetingReplicas, defaultPlaneMachineCPU, defaultPlaneMemory, defaultPlaneDisk}
		}
		return planeSize{defaultReplicas, defaultPlaneMachineCPU, defaultPlaneMemory, defaultPlaneDisk}
	case catalogue.PlaneHosted:
		return planeSize{defaultHostedReplicas, defaultControlPlane, defaultControlMemory, defaultControlVolume}
	}
	return planeSize{defaultReplicas, defaultControlPlane, defaultControlMemory, defaultControlVolume}
}

// kubeadm is the one distribution of clusters of machines, with etcd beside
// each API server or the site's data store; what the spec asks of others is no
// use, and what its class does is meant for other stacks.
func (r *clusterResolver) kubeadm(c Cluster, own schema.ControlPlane) string {
	r.unused(own.Distro != "" && own.Distro != catalogue.K8s, "controlPlane.distro", c.Stack, "it has no distro but k8s")
	r.unused(own.Store != nil && own.Store.Type != catalogue.Etcd, "controlPlane.store", c.Stack, "it has no store but etcd")
	return catalogue.K8s
}

// fleeting refuses volumes where machines can keep none.
func (r *clusterResolver) fleeting(stack string, written bool, path string) {
	if written {
		r.fault(diag.DiskFleeting, path, fmt.Sprintf("the stack %s has no volumes: a machine's disk goes with its pod", stack),
			"leave "+path+" out, or choose another stack")
	}
}

// unused reports what the spec says and its stack has no use for.
func (r *clusterResolver) unused(written bool, path, stack, why string) {
	if written {
		r.fault(diag.OptionUnused, path, fmt.Sprintf("the stack %s has no use for %s: %s", stack, path, why), "leave it out, or choose another stack")
	}
}

func (r *clusterResolver) replicas(own, class *int, fallback int) int {
	source := func(n *int) candidate[*int] { return candidate[*int]{n, "spec", r.at("controlPlane.replicas")} }
	fromClass := r.classes("controlPlane.replicas", "")
	return *choose(r.rec, "controlPlane.replicas", &fallback, source(own), candidate[*int]{class, fromClass.source, fromClass.at})
}

// store takes the whole store from one place: half of an external database from
// a class and half from a spec would be neither's.
func (r *clusterResolver) store(own, class *schema.Store) Store {
	from := own
	if own == nil {
		from = class
	}
	var s schema.Store
	if from != nil {
		s = *from
	}
	store := Store{
		Type:     choose(r.rec, "controlPlane.store.type", defaultStore, r.written("controlPlane.store.type", orZero(own).Type), r.classes("controlPlane.store.type", orZero(class).Type)),
		Endpoint: s.Endpoint, Database: s.Database, User: s.User, Secret: orZero(s.SecretRef).Name, Addresses: s.Addresses,
	}
	if store.External() {
		r.rec.note("controlPlane.store.endpoint", store.Endpoint, r.source(own != nil), r.at("controlPlane.store.endpoint"))
	}
	return store
}

// External tells whether the store is a database outside the site.
func (s Store) External() bool { return catalogue.External(s.Type) }

// offered is a fact of the site as a candidate.
func (r *clusterResolver) offered(value string) candidate[string] {
	return candidate[string]{value: value, source: "site " + r.site.Name}
}

// siteExpose is the first way in that the site has; empty for none.
func (r *clusterResolver) siteExpose() string {
	switch {
	case r.site.Network.IngressClass != "":
		return "ingress"
	case r.site.Network.LoadBalancerPool != "":
		return "loadBalancer"
	}
	return ""
}

// volumeClass is the site's class that the control plane's volume is made of:
// where nobody names one, the first of the cluster's.
func (r *clusterResolver) volumeClass(c Cluster, own, class string) string {
	const field = "controlPlane.persistence.storageClass"
	listed := candidate[string]{source: "the first of storage.classes"}
	if len(c.Storage) > 0 {
		listed.value = c.Storage[0].Class.Name
	}
	return choose(r.rec, field, "", r.written(field, own), r.classes(field, class), listed)
}

// controlPlaneStorage finds the cluster's own class for its control plane's
// volume. A store outside the site needs none.
func (r *clusterResolver) controlPlaneStorage(c Cluster, class string, store Store) string {
	if store.External() || c.Stack == "" {
		return "" // the second: what stack there will be is not known, and reported already
	}
	if at := slices.IndexFunc(c.Storage, func(s ClusterStorage) bool { return s.Class.Name == class }); at >= 0 {
		return c.Storage[at].Name
	}
	if class == "" {
		if len(orZero(r.spec.Storage).Classes) == 0 {
			r.fault(diag.ControlPlaneStorage, "storage.classes", "the control plane keeps its state on a volume, but the cluster has no storage class",
				fmt.Sprintf("site %s has: %s", r.site.Name, list(storageNames(r.site.StorageClasses))))
		}
		return "" // the class that was meant is reported already
	}
	r.fault(diag.ControlPlaneStorage, "controlPlane.persistence.storageClass",
		fmt.Sprintf("the control plane's storage class %s is not one of the cluster's", class), "add it to storage.classes, or name one of: "+list(ownClasses(c)))
	return ""
}

func ownClasses(c Cluster) []string {
	var names []string
	for _, s := range c.Storage {
		names = append(names, s.Class.Name)
	}
	return names
}

// image finds the distro's image for the tenant's Kubernetes version in the
// site's chart, or says what the chart has instead.
func (r *clusterResolver) image(c Cluster, distro string) string {
	chart := r.site.Components.VCluster
	if c.Stack != catalogue.VCluster || chart.Version == "" || c.gone() {
		return ""
	}
	if len(chart.Distros[distro]) == 0 {
		r.fault(diag.DistroUnavailable, "controlPlane.distro", fmt.Sprintf("vcluster chart %s of site %s has no distro %s", chart.Version, r.site.Name, distro),
			"it has: "+list(chart.DistroNames()))
		return ""
	}
	minor := c.Kubernetes
	tag, known := chart.Image(distro, minor)
	if !known {
		r.fault(diag.KubernetesUnavailable, "kubernetes", fmt.Sprintf("vcluster chart %s of site %s has no %s for Kubernetes %s", chart.Version, r.site.Name, distro, minor),
			"it has: "+list(chart.Minors(distro)))
	}
	return tag
}

// gone tells whether nothing of the cluster itself runs any more: what the
// site's versions can do no longer matters then.
func (c Cluster) gone() bool { return c.State == Retired || c.State == Purged }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
