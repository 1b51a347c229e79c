package prove

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
)

// footprints: what the chart runs is as many, as large and where it was when the
// quota was summed up and the nodes were sold.
func footprints(v view) []Fault {
	cp, disk := v.Plan.ControlPlane, catalogue.ControlPlaneDisk()
	const program, etcd, dns = "controlPlane.statefulSet", "controlPlane.backingStore.etcd.deploy.statefulSet", "controlPlane.coredns.deployment"
	faults := v.value(program+".highAvailability.replicas", cp.Replicas)
	faults = append(faults, v.value(dns+".replicas", catalogue.CoreDNSReplicas(cp.Replicas))...)
	faults = append(faults, v.limits(program, cp.CPU, cp.Memory)...)
	faults = append(faults, v.limit(program, "ephemeral-storage", disk.Limits)...)
	faults = append(faults, v.limits(dns, catalogue.CoreDNS().LimitsCPU, catalogue.CoreDNS().LimitsMemory)...)
	faults = append(faults, v.scheduled(program)...)
	if cp.Store.Type == catalogue.Etcd {
		faults = append(faults, v.value(etcd+".highAvailability.replicas", cp.Replicas)...)
		faults = append(faults, v.limits(etcd, catalogue.EtcdMember().LimitsCPU, catalogue.EtcdMember().LimitsMemory)...)
		faults = append(faults, v.scheduled(etcd)...)
	}
	return faults
}

func (v view) limits(path string, cpu, memory resource.Quantity) []Fault {
	return append(v.limit(path, "cpu", cpu), v.limit(path, "memory", memory)...)
}

func (v view) limit(path, name string, want resource.Quantity) []Fault {
	path += ".resources.limits." + name
	if got, ok := quantityOf(at(v.values, path)); !ok || got.Cmp(want) != 0 {
		return broken(v.vcluster.ID, valuesPath, "%s is not the %s that were sold", path, &want)
	}
	return nil
}

// scheduled: what runs outside the sandbox runs on the cluster's own nodes,
// where it has some, and on nobody else's.
func (v view) scheduled(path string) []Fault {
	path += ".scheduling"
	var faults []Fault
	if !sameLabels(at(v.values, path+".nodeSelector"), v.Plan.Nodes.Selector) {
		faults = append(faults, broken(v.vcluster.ID, valuesPath, "%s.nodeSelector is not that of the cluster's nodes", path)...)
	}
	items, _ := at(v.values, path+".tolerations").([]any)
	var got []string
	for _, item := range items {
		t, _ := item.(map[string]any)
		key, _ := t["key"].(string)
		value, _ := t["value"].(string)
		effect, _ := t["effect"].(string)
		switch t["operator"] {
		case "Exists":
		case "Equal", nil:
			key += "=" + value
		default:
			key = "" // the API refuses it
		}
		got = append(got, strings.Join([]string{key, effect}, ":"))
	}
	slices.Sort(got)
	if !slices.Equal(got, tolerated(v.Plan)) {
		faults = append(faults, broken(v.vcluster.ID, valuesPath, "%s.tolerations are not those of the cluster's nodes", path)...)
	}
	return faults
}
