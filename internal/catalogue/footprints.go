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

// Disk is what a control plane pod may write beside its volume: the chart's
// defaults for ephemeral storage (binaries, charts, logs).
type Disk struct {
	Requests resource.Quantity
	Limits   resource.Quantity
}

// ControlPlaneDisk is the control plane's Disk.
func ControlPlaneDisk() Disk {
	return Disk{Requests: resource.MustParse("1Gi"), Limits: resource.MustParse("10Gi")}
}
