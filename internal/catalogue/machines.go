package catalogue

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/version"
)

// Machine images that Cluster API's provider for KubeVirt is published with
// (quay.io/capk, its getting-started guide): those of which a tag was seen in
// use. A site that has built others lists them in images.machines.
const MachineRepository = "quay.io/capk/ubuntu-2404-container-disk"

// MachineVersions are the Kubernetes versions of those images.
func MachineVersions() []string { return []string{"1.32.1", "1.34.1"} }

// PatchOf is the newest of the versions that has the minor; empty for none.
func PatchOf(versions []string, minor string) string {
	var newest string
	for _, v := range versions {
		parsed, err := version.ParseGeneric(v)
		if err != nil || !sameMinor(parsed, minor) {
			continue
		}
		if newest == "" || version.MustParseGeneric(newest).LessThan(parsed) {
			newest = v
		}
	}
	return newest
}

func sameMinor(v *version.Version, minor string) bool {
	m, err := version.ParseGeneric(minor)
	return err == nil && v.Major() == m.Major() && v.Minor() == m.Minor()
}

// Minors are the minors of versions, the oldest first.
func Minors(versions []string) []string {
	parsed := make([]*version.Version, len(versions))
	for i, v := range versions {
		parsed[i] = version.MustParseGeneric(v)
	}
	slices.SortFunc(parsed, func(a, b *version.Version) int {
		return cmp.Or(cmp.Compare(a.Major(), b.Major()), cmp.Compare(a.Minor(), b.Minor()))
	})
	var out []string
	for _, v := range parsed {
		out = append(out, version.MajorMinor(v.Major(), v.Minor()).String())
	}
	return slices.Compact(out)
}

// machineSource is where the overhead of a virtual machine's pod is from.
const machineSource = "KubeVirt, GetMemoryOverhead; containers beside the guest"

// launcher is what the pod of one virtual machine takes besides its guest.
type launcher func(name string, m Machines) Part

// virtLauncher is KubeVirt's. It counts 223 to 228 MiB for its processes (virt-launcher and its
// monitor, virtlogd, virtqemud, QEMU, an I/O thread), 8 MiB a core and 1/512 of
// the guest's memory for page tables; the image and the guest's console have
// containers of their own, which together stay below 100m and 128 MiB.
func virtLauncher(name string, m Machines) Part {
	memory := *resource.NewQuantity(m.Memory.Value()/512, resource.BinarySI)
	memory.Add(*resource.NewQuantity((232+8*m.CPU+128)<<20, resource.BinarySI))
	return Part{
		Name: name, Count: m.Count, Pods: 1, Source: machineSource,
		RequestsCPU: resource.MustParse("20m"), LimitsCPU: resource.MustParse("100m"),
		RequestsMemory: memory, LimitsMemory: memory, Storage: m.Disk,
		Disk: containersDisk(launcherContainers),
	}
}

// launcherContainers are the most that a machine's pod has at a time: the
// machine's own, the guest's console, its image, and one for whatever is
// attached later (KubeVirt, virt-launcher).
const launcherContainers = 4

// VirtinkOverhead is what the pod of one of Virtink's machines has besides the
// guest's memory: what Virtink itself adds for a machine with cores of its own
// (pkg/controller/vm_webhook.go: memoryOverhead). Cores it adds none.
func VirtinkOverhead() resource.Quantity { return resource.MustParse("256Mi") }

// cloudHypervisor is Virtink's. Its containers run one after the other.
func cloudHypervisor(name string, m Machines) Part {
	memory := VirtinkOverhead()
	return Part{
		Name: name, Count: m.Count, Pods: 1, Source: "Virtink, memoryOverhead",
		RequestsMemory: memory, LimitsMemory: memory.DeepCopy(), Storage: m.Disk, Disk: containersDisk(1),
	}
}

// machine is a whole virtual machine, guest and launcher, that nobody bought.
func (l launcher) machine(name string, m Machines, overcommit float64) Part {
	p := l(name, m)
	cores := *resource.NewQuantity(m.CPU, resource.DecimalSI)
	requests := Requests(cores, overcommit)
	if m.Dedicated {
		requests = cores
	}
	p.LimitsCPU.Add(cores)
	p.RequestsCPU.Add(requests)
	p.LimitsMemory.Add(m.Memory)
	p.RequestsMemory.Add(m.Memory)
	return p
}

// importer is the pod that writes an image into a machine's volume, and the
// volume that it writes to first (Containerized Data Importer, default
// podResourceRequirements and populators).
func importer(largest resource.Quantity) Part {
	return room("room for the import of a disk", 1, Part{
		Pods: 1, Storage: largest,
		RequestsCPU: resource.MustParse("100m"), LimitsCPU: resource.MustParse("750m"),
		RequestsMemory: resource.MustParse("60Mi"), LimitsMemory: resource.MustParse("600M"),
		Disk:   containersDisk(2), // a machine's image may bring a server of it along
		Source: "Containerized Data Importer, podResourceRequirements",
	})
}

// workerParts are what the machines of the tenant's pods take on top of what
// the quota pays for, with room for the roll-out of the largest.
func (l launcher) workerParts(s Shape) []Part {
	var out []Part
	var largest Machines
	for _, w := range s.Workers {
		out = append(out, onNode(l("machines for pods, besides the guests", w), s.Imported))
		if w.Memory.Cmp(largest.Memory) > 0 {
			largest = w
		}
	}
	if largest.Count == 0 {
		return out
	}
	return append(out, room("room for the machines' roll-out", 1, onNode(l.machine("", largest, s.Overcommit), s.Imported)), unused(s.Workers))
}

// onNode makes the root disk of a machine whose image is not imported one of the
// node, instead of a volume.
func onNode(p Part, imported bool) Part {
	if !imported {
		p.Disk, p.Storage = p.Disk.plus(p.Storage, p.Storage), resource.Quantity{}
	}
	return p
}

// unused is memory of the guests that no pod asks for: machines take all of
// theirs from the start, pods on the site's nodes what they ask for. The study
// measured 60% less memory for the same load in a virtual cluster with Kata
// than in KubeVirt clusters. The quota pays for it already.
func unused(workers []Machines) Part {
	var sum int64
	for _, w := range workers {
		sum += w.Count * w.Memory.Value()
	}
	return Part{
		Name: "memory of the guests that no pod uses", Count: 1, Source: "the study: 60% less memory outside of machines",
		Cost: &Cost{Memory: *resource.NewQuantity(sum/10*6, resource.BinarySI)},
	}
}

// imports is the room that imports need, where there are any.
func imports(s Shape, disks ...resource.Quantity) []Part {
	if !s.Imported {
		return nil
	}
	for _, w := range s.Workers {
		disks = append(disks, w.Disk)
	}
	return []Part{importer(slices.MaxFunc(disks, func(a, b resource.Quantity) int { return a.Cmp(b) }))}
}

// machineParts are control planes in machines of their own beside the workers.
func (l launcher) machineParts(s Shape) []Part {
	plane := Machines{Count: int64(s.Replicas), CPU: s.CPU.Value(), Memory: s.Memory, Disk: s.Disk}
	own := onNode(l.machine("control plane, a machine", plane, s.Overcommit), s.Imported)
	return append(append([]Part{own, room(planeRollOut, 1, own)}, l.workerParts(s)...), imports(s, s.Disk)...)
}

// hostedContainers are those of a replica: API server, controller manager,
// scheduler, konnectivity (Kamaji, TenantControlPlane).
const hostedContainers = 4

// hostedParts are control planes in pods of the site, their state in a data
// store that all tenants share, beside the workers.
func hostedParts(s Shape) []Part {
	one := replica(s)
	one.Disk = containersDisk(hostedContainers)
	surge := s.Replicas // maxSurge is 100% (Kamaji, default strategy of the Deployment)
	parts := append([]Part{one, room(planeRollOut, surge, one)}, overhead(s.Sandbox, int64(s.Replicas+surge))...)
	return append(append(parts, launcher(virtLauncher).workerParts(s)...), imports(s)...)
}
