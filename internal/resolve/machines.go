package resolve

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/schema"
)

// workers are the machines that the tenant's pods run in: those that the spec
// lists, else the quota cut into equal ones, none larger than the class's.
func (r *clusterResolver) workers(c Cluster) []Workers {
	var out []Workers
	for _, w := range distinct(r.fault, "workers", "machine pool", r.spec.Workers, func(w schema.Workers) string { return w.Name }) {
		out = append(out, Workers{w.Name, r.machine(orZero(w.Machine), int64(w.Replicas))})
	}
	if len(out) == 0 {
		out = []Workers{{"pods", r.cut(c.Bought)}}
	}
	for _, w := range out {
		r.rec.note("workers."+w.Name, fmt.Sprintf("%d × %d cores, %s, disk %s", w.Count, w.CPU, w.Memory.String(), w.Disk.String()), r.source(len(r.spec.Workers) > 0), r.at("workers"))
	}
	r.checkWorkers(c, out)
	return out
}

// machine completes one: what the spec says, else its class, else the default.
func (r *clusterResolver) machine(own schema.Machine, count int64) catalogue.Machines {
	class := orZero(orZero(r.class.Value.Spec.Defaults).Machine)
	return catalogue.Machines{
		Count:     count,
		CPU:       integer(cmp.Or(own.CPU, class.CPU, defaultMachineCPU)),
		Memory:    quantity(cmp.Or(own.Memory, class.Memory, defaultMachineMemory)),
		Disk:      quantity(cmp.Or(own.Disk, class.Disk, defaultMachineDisk)),
		Dedicated: cmp.Or(own.CPUPlacement, class.CPUPlacement, defaultCPUPlacement) == "dedicated",
	}
}

// cut makes equal machines of a quota: as few as the largest one allows. What
// is left of a core is not sold as one.
func (r *clusterResolver) cut(bought Quota) catalogue.Machines {
	m := r.machine(schema.Machine{}, 1)
	cores, memory := bought.CPU.MilliValue()/1000, bought.Memory.Value()
	m.Count = max(1, ceil(cores, m.CPU), ceil(memory, m.Memory.Value()))
	m.Count = min(m.Count, max(1, cores)) // a machine has a core at least
	m.CPU = max(1, cores/m.Count)
	m.Memory = *resource.NewQuantity(memory/m.Count>>20<<20, resource.BinarySI)
	return m
}

func ceil(a, b int64) int64 { return (a + b - 1) / b }

// checkWorkers refuses machines that the quota does not pay for, and such as
// Kubernetes does not start on.
func (r *clusterResolver) checkWorkers(c Cluster, workers []Workers) {
	var cpu int64
	var memory resource.Quantity
	least := quantity(leastMachineMemory)
	for _, w := range workers {
		cpu += w.Count * w.CPU
		addTimes(&memory, w.Memory, w.Count)
		if w.Memory.Cmp(least) < 0 {
			r.fault(diag.MachineTooSmall, "quota.memory", fmt.Sprintf("a machine of %s is smaller than kubeadm's minimum of %s", w.Memory.String(), leastMachineMemory),
				"buy more memory, or have fewer machines")
		}
	}
	sold := *resource.NewQuantity(cpu, resource.DecimalSI)
	if sold.Cmp(c.Bought.CPU) > 0 || memory.Cmp(c.Bought.Memory) > 0 {
		r.fault(diag.MachinesOverQuota, "quota", fmt.Sprintf("the machines take %s cores and %s, the quota pays for %s and %s", sold.String(), memory.String(), c.Bought.CPU.String(), c.Bought.Memory.String()),
			"raise the quota, or have fewer or smaller machines; a machine has whole cores")
	}
}

// version finds the whole version that there are machine images for.
func (r *clusterResolver) version(c Cluster) string {
	images := r.site.MachineImages(c.Stack)
	versions, field := images.Versions, "images.machines"
	if c.Stack == catalogue.Virtink {
		field = "images.virtink"
	}
	patch := catalogue.PatchOf(versions, c.Kubernetes)
	if patch == "" && !c.gone() {
		r.fault(diag.KubernetesUnavailable, "kubernetes", fmt.Sprintf("site %s has no machine image for Kubernetes %s", r.site.Name, c.Kubernetes),
			"it has: "+list(catalogue.Minors(versions))+"; a site lists others in "+field)
	}
	r.rec.note("version", patch, "the machine images of site "+r.site.Name, nil)
	return patch
}

// inside picks the ranges of the cluster's own pods and services.
func (r *clusterResolver) inside() InnerNetwork {
	n := InnerNetwork{PodCIDR: free(innerPodRanges, *r.site), ServiceCIDR: free(innerServiceRanges, *r.site)}
	if n.PodCIDR == "" || n.ServiceCIDR == "" {
		r.fault(diag.RangesOverlap, "stack", "the ranges of site "+r.site.Name+" leave none for a cluster of machines",
			"tenantc tries "+list(slices.Concat(innerPodRanges, innerServiceRanges)))
	}
	r.rec.note("inside.pods", n.PodCIDR, "the first range that the site leaves free", nil)
	r.rec.note("inside.services", n.ServiceCIDR, "the first range that the site leaves free", nil)
	return n
}

// free is the first range that shares no address with the site, its load
// balancers or its resolvers; empty for none.
func free(ranges []string, s Site) string {
	taken := guardedRanges(s)
	if pool, err := netip.ParsePrefix(s.Network.LoadBalancerPool); err == nil {
		taken = append(taken, namedRange{"load balancers", pool})
	}
	for _, address := range s.Network.Resolvers {
		if ip, err := netip.ParseAddr(address); err == nil {
			taken = append(taken, namedRange{"resolver", netip.PrefixFrom(ip, ip.BitLen())})
		}
	}
	for _, cidr := range ranges {
		if _, hit := overlapping(cidr, taken); !hit {
			return cidr
		}
	}
	return ""
}
