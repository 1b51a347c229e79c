package catalogue

import "k8s.io/apimachinery/pkg/api/resource"

// Footprint is what one pod of the vcluster stack asks for: package resolve
// charges it to the tenant's quota, package generators writes it into the
// chart's values, so the two always agree.
type Footprint struct {
	RequestsCPU    resource.Quantity
	LimitsCPU      resource.Quantity
	RequestsMemory resource.Quantity
	LimitsMemory   resource.Quantity
}

// CoreDNS is one pod of the tenant's DNS: the chart's defaults
// (chart/values.yaml, controlPlane.coredns.deployment.resources). It is a pod
// of the tenant like any other: it runs in the sandbox and pays its overhead.
func CoreDNS() Footprint {
	return Footprint{
		RequestsCPU:    resource.MustParse("20m"),
		LimitsCPU:      resource.MustParse("1"),
		RequestsMemory: resource.MustParse("64Mi"),
		LimitsMemory:   resource.MustParse("170Mi"),
	}
}

// CoreDNSReplicas is how many of them run beside a control plane of so many
// replicas: a control plane that survives the loss of a node has a DNS that
// does. Its roll-out needs no room: maxUnavailable is 1 (pkg/coredns/template.go).
func CoreDNSReplicas(controlPlane int) int {
	return min(controlPlane, 2)
}

// EtcdMember is one member of the etcd that the chart makes. The chart asks for
// 20m and 150Mi and sets no limits, which a quota refuses; memory holds etcd's
// default database of 2 GiB in the page cache, so half a GiB of its own is
// ample for the API of one tenant. Its volume is the control plane's Size.
func EtcdMember() Footprint {
	return Footprint{
		RequestsCPU:    resource.MustParse("100m"),
		LimitsCPU:      resource.MustParse("1"),
		RequestsMemory: resource.MustParse("512Mi"),
		LimitsMemory:   resource.MustParse("512Mi"),
	}
}

// DistroInit is the init container that copies the distribution's binaries:
// the chart's defaults. A pod counts the larger of its init containers and its
// containers, so it costs nothing beside a control plane of at least this size.
func DistroInit() Footprint {
	return Footprint{
		RequestsCPU:    resource.MustParse("40m"),
		LimitsCPU:      resource.MustParse("100m"),
		RequestsMemory: resource.MustParse("64Mi"),
		LimitsMemory:   resource.MustParse("256Mi"),
	}
}

// Disk is ephemeral storage: what pods may write on the disk of their node,
// beside volumes (their layers, logs, emptyDirs). Under pressure the kubelet
// evicts first who has written most beyond its requests.
type Disk struct {
	Requests resource.Quantity
	Limits   resource.Quantity
}

// plus is the disk of both.
func (d Disk) plus(requests, limits resource.Quantity) Disk {
	sum := Disk{d.Requests.DeepCopy(), d.Limits.DeepCopy()}
	sum.Requests.Add(requests)
	sum.Limits.Add(limits)
	return sum
}

// ControlPlaneDisk is of a replica of the chart's control plane, its default
// (binaries, charts, logs).
func ControlPlaneDisk() Disk {
	return Disk{Requests: resource.MustParse("1Gi"), Limits: resource.MustParse("10Gi")}
}

// ContainerDisk is what a container has that says nothing.
func ContainerDisk() Disk {
	return Disk{Requests: resource.MustParse("256Mi"), Limits: resource.MustParse("4Gi")}
}

// MostDisk is the most that one container of a tenant may have: who needs more
// has volumes.
func MostDisk() resource.Quantity { return resource.MustParse("32Gi") }

// PodDisk is what the quota holds for each pod that was bought: two containers
// that say nothing.
func PodDisk() Disk { return containersDisk(2) }

// containersDisk is of so many containers that say nothing.
func containersDisk(n int64) Disk {
	d := ContainerDisk()
	d.Requests.Mul(n)
	d.Limits.Mul(n)
	return d
}

// MachineDisk is what a machine's own container has whose root disk is no volume,
// but goes with the pod.
func MachineDisk(root resource.Quantity) Disk { return ContainerDisk().plus(root, root) }
