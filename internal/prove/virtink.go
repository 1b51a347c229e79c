package prove

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// What is asked of machines of Virtink's (virt.virtink.smartx.com/v1alpha1
// VirtualMachine), besides what holds for all machines. What their pods may is
// tenantc-launchers' to refuse.

// virtink tells whether machines are Virtink's.
func (v view) virtink() bool { return v.Plan.Stack == catalogue.Virtink }

func virtinkInfra() infra {
	return infra{
		version: "v1beta1", cluster: "VirtinkCluster", template: "VirtinkMachineTemplate",
		labels: "spec.template.metadata.labels", machine: virtinkSpec,
		exposed: func(serviceType string) map[string]any {
			return map[string]any{"controlPlaneServiceTemplate": map[string]any{"type": serviceType}}
		},
		node: virtinkNode, prepared: virtinkPrepared,
		label:  func(c resolve.Cluster) (string, string) { return object.LabelCluster, c.Name },
		makers: func(n resolve.Namespaces) string { return "system:serviceaccount:" + n.Virtink + ":virt-controller" },
	}
}

// virtinkSpec is all that a template says of a machine. It is not started twice:
// its disk would be empty, and a control plane would begin a second cluster.
func virtinkSpec(v view, pool string, m catalogue.Machines) map[string]any {
	labels := anyMap(v.Plan.Labels())
	labels[machineLabel] = pool
	vm := map[string]any{
		"runPolicy": "Once",
		"instance":  virtinkHardware(v, m),
		"networks":  []any{map[string]any{"name": "default", "pod": map[string]any{}}},
		"volumes": []any{map[string]any{"name": "root", "containerRootfs": map[string]any{
			"image": v.Site.Virtink.Repository + ":v" + v.Plan.Version, "size": m.Disk.String(),
		}}},
		"resources": virtinkPod(v, m),
		"affinity": map[string]any{"podAntiAffinity": map[string]any{"preferredDuringSchedulingIgnoredDuringExecution": []any{map[string]any{
			"weight": int64(100), "podAffinityTerm": map[string]any{
				"topologyKey": "kubernetes.io/hostname", "labelSelector": map[string]any{"matchLabels": map[string]any{machineLabel: pool}},
			},
		}}}},
	}
	if pool == planePool {
		vm["readinessProbe"] = map[string]any{"httpGet": map[string]any{"scheme": "HTTPS", "port": int64(6443), "path": "/readyz"}}
	}
	onNodes(v.Plan, vm)
	return map[string]any{"template": map[string]any{
		"metadata": map[string]any{"labels": labels},
		"spec":     map[string]any{"virtualMachineTemplate": map[string]any{"spec": vm}},
	}}
}

// virtinkHardware: the cores and the memory that were sold, the site's kernel,
// one disk, the pod's network.
func virtinkHardware(v view, m catalogue.Machines) map[string]any {
	cpu := map[string]any{"sockets": int64(1), "coresPerSocket": m.CPU}
	if m.Dedicated {
		cpu["dedicatedCPUPlacement"] = true
	}
	return map[string]any{
		"cpu": cpu, "memory": map[string]any{"size": m.Memory.String()},
		"kernel":     map[string]any{"image": v.Site.Virtink.Kernel, "cmdline": "console=ttyS0 root=/dev/vda rw"},
		"disks":      []any{map[string]any{"name": "root"}},
		"interfaces": []any{map[string]any{"name": "default", "bridge": map[string]any{}}},
	}
}

// virtinkHypervisor is the memory of the pod besides the guest's.
const virtinkHypervisor = "256Mi"

// virtinkPod is what the pod may take: the guest, its hypervisor, and the root
// disk, which is the pod's.
func virtinkPod(v view, m catalogue.Machines) map[string]any {
	cores := *resource.NewQuantity(m.CPU, resource.DecimalSI)
	requested := v.Site.RequestCPU(cores)
	if m.Dedicated {
		requested = cores
	}
	memory := resource.MustParse(virtinkHypervisor)
	memory.Add(m.Memory)
	list := func(cpu resource.Quantity, disk string) map[string]any {
		all := resource.MustParse(disk)
		all.Add(m.Disk)
		return map[string]any{"cpu": cpu.String(), "memory": memory.String(), "ephemeral-storage": all.String()}
	}
	return map[string]any{"requests": list(requested, requestedDisk), "limits": list(cores, limitedDisk)}
}

// virtinkPrepared: a machine asks the site's resolvers, whatever its pod would.
func virtinkPrepared(v view) map[string]any {
	names := "nameserver " + strings.Join(v.Site.Network.Resolvers, "\nnameserver ") + "\n"
	return map[string]any{
		"files": []any{map[string]any{"path": "/etc/tenantc/resolv.conf", "owner": "root:root", "permissions": "0644", "content": names}},
		"preKubeadmCommands": []any{
			"ln -sf /etc/tenantc/resolv.conf /etc/resolv.conf",
			"find /usr/share/capch/images -name '*.tar' -exec ctr -n k8s.io images import {} ';'",
		},
	}
}

func virtinkNode(v view) map[string]any {
	const identity, resolvers = "virtink://{{ ds.meta_data.instance_id }}", "/etc/tenantc/resolv.conf"
	node := map[string]any{
		"ignorePreflightErrors": []any{"SystemVerification"},
		"kubeletExtraArgs":      map[string]any{"provider-id": identity, "resolv-conf": resolvers},
	}
	if v.v1beta2() {
		node["kubeletExtraArgs"] = []any{
			map[string]any{"name": "provider-id", "value": identity}, map[string]any{"name": "resolv-conf", "value": resolvers},
		}
	}
	return node
}

// replaced: of machines that keep nothing, Cluster API replaces those that are
// lost, before the next is.
func (v view) replaced() []Fault {
	if !v.virtink() {
		return nil
	}
	spec := map[string]any{
		"clusterName": v.Plan.Name,
		"selector":    map[string]any{"matchLabels": map[string]any{clusterGroup + "/cluster-name": v.Plan.Name}},
	}
	conditions := func(timeout string, after any) []any {
		return []any{map[string]any{"type": "Ready", "status": "Unknown", timeout: after}, map[string]any{"type": "Ready", "status": "False", timeout: after}}
	}
	if v.v1beta2() {
		spec["checks"] = map[string]any{"unhealthyNodeConditions": conditions("timeoutSeconds", int64(300))}
	} else {
		spec["unhealthyConditions"] = conditions("timeout", "5m0s")
	}
	return exactObject(v.Layer, v.named(clusterGroup, "MachineHealthCheck", v.Plan.Name), spec)
}
