package prove

import (
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

const (
	machineLabel = "tenantc.dev/machines" // of a machine: control-plane, or its pool
	planePool    = "control-plane"
)

// machinesBare: a machine has nothing of the node and no more of it than was
// sold, boots the site's image, and asks the site's resolvers. It is the
// sandbox, so what is in it does not matter.
func machinesBare(v view) []Fault {
	if !v.machines() || !v.runs() {
		return nil
	}
	var faults []Fault
	sold := v.pools()
	by := v.infra()
	for _, o := range ofKind(v.Layer, vclusterGroup, by.template) {
		labels, _ := at(o.Value, by.labels).(map[string]any)
		pool, _ := labels[machineLabel].(string)
		size, known := sold[pool]
		if !known {
			faults = append(faults, broken(o.ID, "spec", "it is for machines %q, of which none were sold, or more than one template is", pool)...)
			continue
		}
		delete(sold, pool)
		faults = append(faults, exactly(o.ID, "spec", any(by.machine(v, pool, size)), o.Get("spec"))...)
	}
	for pool := range sold {
		faults = append(faults, broken(object.ID{Group: vclusterGroup, Kind: by.template, Namespace: v.Plan.Namespace}, "", "there is none for the machines %q", pool)...)
	}
	return faults
}

// pools are the machines that were sold, by name.
func (v view) pools() map[string]catalogue.Machines {
	out := map[string]catalogue.Machines{}
	for _, w := range v.Plan.Workers {
		out[w.Name] = w.Machines
	}
	if cp := v.Plan.ControlPlane; v.stack.Plane == catalogue.PlaneMachines {
		out[planePool] = catalogue.Machines{Count: int64(cp.Replicas), CPU: cp.CPU.Value(), Memory: cp.Memory, Disk: cp.Size}
	}
	return out
}

// machineSpec is all that a template says of one of KubeVirt's machines.
func machineSpec(v view, pool string, m catalogue.Machines) map[string]any {
	image := v.Site.Machines.Repository + ":v" + v.Plan.Version
	vm := map[string]any{
		"runStrategy": "Always",
		"template":    map[string]any{"metadata": map[string]any{"labels": map[string]any{machineLabel: pool}}},
	}
	volume := map[string]any{"name": "root", "containerDisk": map[string]any{"image": image}}
	if class := v.Plan.DiskClass(); class != "" {
		volume = map[string]any{"name": "root", "dataVolume": map[string]any{"name": "root"}}
		vm["dataVolumeTemplates"] = []any{machineDisk(image, class, m.Disk)}
	}
	vm["template"].(map[string]any)["spec"] = machineGuest(v, pool, m, volume)
	return map[string]any{"template": map[string]any{"spec": map[string]any{
		"virtualMachineBootstrapCheck": map[string]any{"checkStrategy": "none"},
		"virtualMachineTemplate":       map[string]any{"metadata": map[string]any{"namespace": v.Plan.Namespace}, "spec": vm},
	}}}
}

// machineDisk is the site's image on a volume of a class of the cluster's own.
func machineDisk(image, class string, size resource.Quantity) map[string]any {
	return map[string]any{
		"metadata": map[string]any{"name": "root"},
		"spec": map[string]any{
			"source": map[string]any{"registry": map[string]any{"url": "docker://" + image, "pullMethod": "node"}},
			"pvc": map[string]any{
				"accessModes": []any{"ReadWriteOnce"}, "storageClassName": class,
				"resources": map[string]any{"requests": map[string]any{"storage": size.String()}},
			},
		},
	}
}

func machineGuest(v view, pool string, m catalogue.Machines, volume map[string]any) map[string]any {
	priority := resolve.WorkloadPriority
	if pool == planePool {
		priority = resolve.ControlPlanePriority
	}
	spec := map[string]any{
		"domain":                    machineDomain(v, m),
		"evictionStrategy":          "External",
		"networks":                  []any{map[string]any{"name": "default", "pod": map[string]any{}}},
		"volumes":                   []any{volume},
		"dnsPolicy":                 "None",
		"dnsConfig":                 map[string]any{"nameservers": list(v.Site.Network.Resolvers)},
		"priorityClassName":         priority,
		"topologySpreadConstraints": apart(machineLabel, pool),
	}
	onNodes(v.Plan, spec)
	return spec
}

// machineDomain is the hardware: the cores and the memory that were sold, one
// disk, one network, no screen.
func machineDomain(v view, m catalogue.Machines) map[string]any {
	cores := *resource.NewQuantity(m.CPU, resource.DecimalSI)
	requested, cpu := v.Site.RequestCPU(cores), map[string]any{"cores": m.CPU}
	if m.Dedicated {
		requested, cpu["dedicatedCpuPlacement"] = cores, true
	}
	memory := m.Memory.String()
	requests, limits := map[string]any{"cpu": requested.String(), "memory": memory}, map[string]any{"cpu": cores.String(), "memory": memory}
	if v.Plan.DiskClass() == "" { // the root disk is the pod's
		for text, list := range map[string]map[string]any{requestedDisk: requests, limitedDisk: limits} {
			q := resource.MustParse(text)
			q.Add(m.Disk)
			list["ephemeral-storage"] = q.String()
		}
	}
	return map[string]any{
		"cpu":       cpu,
		"memory":    map[string]any{"guest": memory},
		"resources": map[string]any{"requests": requests, "limits": limits},
		"devices": map[string]any{
			"autoattachGraphicsDevice": false, "networkInterfaceMultiqueue": true,
			"disks":      []any{map[string]any{"name": "root", "disk": map[string]any{"bus": "virtio"}}},
			"interfaces": []any{map[string]any{"name": "default", "bridge": map[string]any{}}},
		},
	}
}

// apart spreads what has a label over the nodes.
func apart(label, value string) []any {
	return []any{map[string]any{
		"maxSkew": int64(1), "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway",
		"labelSelector": map[string]any{"matchLabels": map[string]any{label: value}},
	}}
}

// onNodes adds what keeps pods to the nodes that the cluster has.
func onNodes(c resolve.Cluster, pods map[string]any) {
	if len(c.Nodes.Selector) > 0 {
		pods["nodeSelector"] = anyMap(c.Nodes.Selector)
	}
	var tolerations []any
	for _, t := range c.Nodes.Tolerations {
		toleration := map[string]any{"key": t.Key, "operator": string(t.Operator), "effect": string(t.Effect)}
		if t.Value != "" {
			toleration["value"] = t.Value
		}
		tolerations = append(tolerations, toleration)
	}
	if len(tolerations) > 0 {
		pods["tolerations"] = tolerations
	}
}

func list(items []string) []any {
	var out []any
	for _, item := range items {
		out = append(out, item)
	}
	return out
}
