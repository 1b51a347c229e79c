package generators

import (
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/resolve"
)

// virtualMachine is what a KubevirtMachineTemplate says of one machine
// (kubevirt.io/v1 VirtualMachine). Nothing of the node is in it: no host disk,
// no device, no other network than that of pods.
func virtualMachine(s resolve.Site, c resolve.Cluster, use string, m catalogue.Machines) map[string]any {
	spec := map[string]any{"runStrategy": "Always"}
	volume := map[string]any{"name": rootDisk, "containerDisk": map[string]any{"image": machineImage(s, c)}}
	if class := c.DiskClass(); class != "" {
		spec["dataVolumeTemplates"] = []any{dataVolume(s, c, class, m.Disk)}
		volume = map[string]any{"name": rootDisk, "dataVolume": map[string]any{"name": rootDisk}}
	}
	spec["template"] = map[string]any{
		"metadata": map[string]any{"labels": map[string]any{poolLabel: use}},
		"spec":     guest(s, c, use, m, volume),
	}
	return map[string]any{"template": map[string]any{"spec": map[string]any{
		// The provider would log in by SSH to see whether a machine is up.
		"virtualMachineBootstrapCheck": map[string]any{"checkStrategy": "none"},
		"virtualMachineTemplate": map[string]any{
			"metadata": map[string]any{"namespace": c.Namespace},
			"spec":     spec,
		},
	}}}
}

const rootDisk = "root"

func machineImage(s resolve.Site, c resolve.Cluster) string {
	return s.MachineImages(c.Stack).Repository + ":v" + c.Version
}

// dataVolume is a disk that the image is imported into, pulled by the node like
// any other: the importer then needs no way out.
func dataVolume(s resolve.Site, c resolve.Cluster, class string, size resource.Quantity) map[string]any {
	return map[string]any{
		"metadata": map[string]any{"name": rootDisk},
		"spec": map[string]any{
			"source": map[string]any{"registry": map[string]any{"url": "docker://" + machineImage(s, c), "pullMethod": "node"}},
			"pvc": map[string]any{
				"accessModes":      []string{"ReadWriteOnce"},
				"resources":        map[string]any{"requests": map[string]any{"storage": size.String()}},
				"storageClassName": class,
			},
		},
	}
}

// guest is the machine itself (VirtualMachineInstance). Its network is the
// pod's, by a bridge: Kubernetes inside needs an address of the node that
// others see, too. Its DNS is the site's resolvers, not the site's cluster DNS,
// which knows other tenants' names. The provider drains it before it goes.
func guest(s resolve.Site, c resolve.Cluster, use string, m catalogue.Machines, volume map[string]any) map[string]any {
	spec := map[string]any{
		"domain":            domain(s, m, c.DiskClass() != ""),
		"evictionStrategy":  "External",
		"networks":          []any{map[string]any{"name": "default", "pod": map[string]any{}}},
		"volumes":           []any{volume},
		"dnsPolicy":         "None",
		"dnsConfig":         map[string]any{"nameservers": s.Network.Resolvers},
		"priorityClassName": resolve.WorkloadPriority,
		"topologySpreadConstraints": []any{map[string]any{
			"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway",
			"labelSelector": map[string]any{"matchLabels": map[string]any{poolLabel: use}},
		}},
	}
	if use == controlPlanePool {
		spec["priorityClassName"] = resolve.ControlPlanePriority
	}
	if len(c.Nodes.Selector) > 0 {
		spec["nodeSelector"] = labels(c.Nodes.Selector)
	}
	if len(c.Nodes.Tolerations) > 0 {
		spec["tolerations"] = tolerationList(c)
	}
	return spec
}

// domain is the hardware. Limits of memory are said, because the quota asks for
// them; requests of shared cores are oversold as the site says. A root disk that
// is no volume counts as the pod's own, which would be evicted beyond a default.
func domain(s resolve.Site, m catalogue.Machines, imported bool) map[string]any {
	cores := *resource.NewQuantity(m.CPU, resource.DecimalSI)
	requested := s.RequestCPU(cores)
	cpu := map[string]any{"cores": m.CPU}
	if m.Dedicated {
		requested = cores
		cpu["dedicatedCpuPlacement"] = true
	}
	requests := map[string]any{"cpu": requested.String(), "memory": m.Memory.String()}
	limits := map[string]any{"cpu": cores.String(), "memory": m.Memory.String()}
	if !imported {
		disk := catalogue.MachineDisk(m.Disk)
		requests["ephemeral-storage"], limits["ephemeral-storage"] = disk.Requests.String(), disk.Limits.String()
	}
	return map[string]any{
		"cpu":       cpu,
		"memory":    map[string]any{"guest": m.Memory.String()},
		"resources": map[string]any{"requests": requests, "limits": limits},
		"devices": map[string]any{
			"autoattachGraphicsDevice":   false,
			"networkInterfaceMultiqueue": true,
			"disks":                      []any{map[string]any{"name": rootDisk, "disk": map[string]any{"bus": "virtio"}}},
			"interfaces":                 []any{map[string]any{"name": "default", "bridge": map[string]any{}}},
		},
	}
}
