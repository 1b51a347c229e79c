package catalogue

import (
	"fmt"
	"math"

	"k8s.io/apimachinery/pkg/api/resource"
)

// Shape is what the parts of a tenant cluster depend on. The zero value of a
// field is for stacks that do not look at it.
type Shape struct {
	Overcommit float64 // limits ÷ requests of CPU on the site
	Pods       int64   // what the tenant bought
	Sandbox    Sandbox
	Replicas   int // of the control plane
	Store      string
	CPU        resource.Quantity // limit of one replica
	Memory     resource.Quantity
	Disk       resource.Quantity // volume of one replica
	Workers    []Machines
	Imported   bool // machines boot from volumes that an image is imported into
}

// Machines are equal virtual machines.
type Machines struct {
	Count     int64
	CPU       int64 // whole cores
	Memory    resource.Quantity
	Disk      resource.Quantity
	Dedicated bool // the cores are not shared
}

// Part is one thing that runs in a tenant's namespace besides what the tenant
// bought, or for which there must be room. Quantities are of one.
type Part struct {
	Name           string // control plane, etcd, sandbox overhead, …
	Count          int64
	RequestsCPU    resource.Quantity
	LimitsCPU      resource.Quantity
	RequestsMemory resource.Quantity
	LimitsMemory   resource.Quantity
	Storage        resource.Quantity
	Disk           Disk // of nodes
	Pods           int64
	Source         string // where the figures are from

	// Cost is what one really takes all the time, where that is not its requests:
	// nil for those. Room that is kept free for a while that comes, such as a
	// roll-out, costs nothing.
	Cost *Cost
}

// Cost is what a cluster takes on top of what was bought, all the time.
type Cost struct {
	CPU    resource.Quantity // requests
	Memory resource.Quantity
}

// CostOf adds up what the parts take. Volumes are paid for by size, and are no
// part of it.
func CostOf(parts []Part) Cost {
	var sum Cost
	for _, p := range parts {
		takes := Cost{p.RequestsCPU, p.RequestsMemory}
		if p.Cost != nil {
			takes = *p.Cost
		}
		cpu, memory := takes.CPU.DeepCopy(), takes.Memory.DeepCopy()
		cpu.Mul(p.Count)
		memory.Mul(p.Count)
		sum.CPU.Add(cpu)
		sum.Memory.Add(memory)
	}
	return sum
}

// gibPerCore is what one core weighs beside memory: the servers of the model
// case have 92 cores and 360 GiB for pods (design: specs), 4 GiB for each.
const gibPerCore = 4

// Weight makes one number of a cost, in GiB of memory, to compare stacks by.
func (c Cost) Weight() float64 {
	return float64(c.Memory.Value())/(1<<30) + gibPerCore*c.CPU.AsApproximateFloat64()
}

// Requests is what a pod with this limit of CPU requests: the limit ÷ the
// site's overcommit, rounded up to a thousandth.
func Requests(limit resource.Quantity, overcommit float64) resource.Quantity {
	return *resource.NewMilliQuantity(int64(math.Ceil(float64(limit.MilliValue())/overcommit)), resource.DecimalSI)
}

func footprint(name string, count int, f Footprint, source string) Part {
	return Part{
		Name: name, Count: int64(count), Pods: 1, Source: source,
		RequestsCPU: f.RequestsCPU, LimitsCPU: f.LimitsCPU,
		RequestsMemory: f.RequestsMemory, LimitsMemory: f.LimitsMemory,
		Disk: ContainerDisk(),
	}
}

// room makes a part one that is only kept free.
func room(name string, count int, p Part) Part {
	p.Name, p.Count, p.Cost = name, int64(count), &Cost{}
	return p
}

// overhead is the sandbox's, for so many pods. The RuntimeClass reserves CPU for
// each, which the quota counts; that pods in sandboxes take less CPU in all than
// the same load in machines is the study's measurement, so it costs memory only.
func overhead(s Sandbox, pods int64) []Part {
	if s.Name == None || pods == 0 {
		return nil
	}
	return []Part{{
		Name: "overhead of " + s.Name + ", a pod", Count: pods, Cost: &Cost{Memory: s.Memory},
		Source:      "the RuntimeClass (kata-deploy; for gVisor tenantc); cost: the study",
		RequestsCPU: s.CPU, LimitsCPU: s.CPU, RequestsMemory: s.Memory, LimitsMemory: s.Memory,
	}}
}

// podsOnly is for stacks that run nothing but the tenant's pods.
func podsOnly(s Shape) []Part { return overhead(s.Sandbox, s.Pods) }

// replica is one of the control plane, at the size that the spec gives it.
func replica(s Shape) Part {
	return Part{
		Name: "control plane", Count: int64(s.Replicas), Pods: 1, Source: "controlPlane.resources",
		LimitsCPU: s.CPU, RequestsCPU: Requests(s.CPU, s.Overcommit),
		LimitsMemory: s.Memory, RequestsMemory: s.Memory,
	}
}

const planeRollOut = "room for the control plane's roll-out"

// chartParts are what the vcluster chart runs: the control plane with room for
// its roll-out, its store, the tenant's DNS, and the sandbox's overhead for
// every pod.
func chartParts(s Shape) []Part {
	one := replica(s)
	one.Disk = ControlPlaneDisk()
	if ControlPlaneKind(s.Store) == "StatefulSet" {
		one.Storage = s.Disk
	}
	out := []Part{one}
	if surge := ControlPlaneSurge(s.Store); surge > 0 {
		out = append(out, room(planeRollOut, surge, one))
	}
	if s.Store == Etcd {
		member := footprint("etcd", s.Replicas, EtcdMember(), "tenantc: half a GiB beside the page cache")
		member.Storage = s.Disk
		out = append(out, member)
	}
	dns := footprint("the tenant's DNS", CoreDNSReplicas(s.Replicas), CoreDNS(), "chart values, controlPlane.coredns")
	return append(append(out, dns), overhead(s.Sandbox, s.Pods+dns.Count)...)
}

// String is as in 0.35 cores, 1.20 GiB.
func (c Cost) String() string {
	return fmt.Sprintf("%.2f cores, %.2f GiB", c.CPU.AsApproximateFloat64(), float64(c.Memory.Value())/(1<<30))
}
