package generators

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// virtinkStack is a cluster of its own in Cloud Hypervisor's virtual machines,
// control plane and workers, made by Cluster API, its provider for Virtink and
// kubeadm. A machine keeps nothing: Cluster API replaces it when it is lost.
func virtinkStack() stack {
	return stack{guards: machineGuards, network: virtinkNetwork, layer: virtinkLayer, usable: machinesUsable}
}

// virtinkNetwork: the provider itself does not ask the cluster's API server.
func virtinkNetwork(s resolve.Site, c resolve.Cluster) []object.Object {
	n := s.Namespaces
	return machineNetwork(s, c, map[string]string{poolLabel: controlPlanePool}, n.ClusterAPI, n.KubeadmBootstrap, n.KubeadmControlPlane)
}

func virtinkLayer(t resolve.Tenancy, s resolve.Site, c resolve.Cluster) []object.Object {
	return append(machinesLayer(t, s, c), capiOf(s, c).replaced())
}

// virtinkProvider is Cluster API's for Virtink.
func virtinkProvider() provider {
	return provider{
		version: "v1beta1", cluster: "VirtinkCluster", template: "VirtinkMachineTemplate",
		machine: virtinkMachine,
		exposed: func(serviceType string) map[string]any {
			return map[string]any{"controlPlaneServiceTemplate": map[string]any{"type": serviceType}}
		},
		node:     virtinkNode,
		prepared: virtinkPrepared,
		label:    func(c resolve.Cluster) (string, string) { return object.LabelCluster, c.Name },
		makers: func(n resolve.Namespaces) string {
			return "system:serviceaccount:" + n.Virtink + ":virt-controller"
		},
	}
}

// kernelArguments boot the first disk, which is the root file system itself.
const kernelArguments = "console=ttyS0 root=/dev/vda rw"

// virtinkMachine is what a VirtinkMachineTemplate says of one machine
// (virt.virtink.smartx.com/v1alpha1 VirtualMachine). Its labels become those of
// the machine's pod. One that stops is not started again, on an empty disk: a
// control plane would begin a second cluster.
func virtinkMachine(s resolve.Site, c resolve.Cluster, use string, m catalogue.Machines) map[string]any {
	tags := labels(c.Labels())
	tags[poolLabel] = use
	vm := map[string]any{
		"runPolicy": "Once",
		"instance":  virtinkInstance(s, m),
		"volumes":   []any{map[string]any{"name": rootDisk, "containerRootfs": map[string]any{"image": machineImage(s, c), "size": m.Disk.String()}}},
		"networks":  []any{map[string]any{"name": "default", "pod": map[string]any{}}},
		"resources": virtinkResources(s, m),
		"affinity":  apart(use),
	}
	if use == controlPlanePool {
		vm["readinessProbe"] = map[string]any{"httpGet": map[string]any{"scheme": "HTTPS", "port": portKubeAPI, "path": "/readyz"}}
	}
	if len(c.Nodes.Selector) > 0 {
		vm["nodeSelector"] = labels(c.Nodes.Selector)
	}
	if len(c.Nodes.Tolerations) > 0 {
		vm["tolerations"] = tolerationList(c)
	}
	return map[string]any{"template": map[string]any{
		"metadata": map[string]any{"labels": tags},
		"spec":     map[string]any{"virtualMachineTemplate": map[string]any{"spec": vm}},
	}}
}

// virtinkInstance is the hardware. The machine has the pod's address, by a bridge.
func virtinkInstance(s resolve.Site, m catalogue.Machines) map[string]any {
	cpu := map[string]any{"sockets": 1, "coresPerSocket": m.CPU}
	if m.Dedicated {
		cpu["dedicatedCPUPlacement"] = true
	}
	return map[string]any{
		"cpu":        cpu,
		"memory":     map[string]any{"size": m.Memory.String()},
		"kernel":     map[string]any{"image": s.Virtink.Kernel, "cmdline": kernelArguments},
		"disks":      []any{map[string]any{"name": rootDisk}},
		"interfaces": []any{map[string]any{"name": "default", "bridge": map[string]any{}}},
	}
}

// virtinkResources are the pod's: Virtink takes them as they are, so they pay for
// the hypervisor and for the disk, too.
func virtinkResources(s resolve.Site, m catalogue.Machines) map[string]any {
	cores := *resource.NewQuantity(m.CPU, resource.DecimalSI)
	requested, memory, disk := s.RequestCPU(cores), catalogue.VirtinkOverhead(), catalogue.MachineDisk(m.Disk)
	if m.Dedicated {
		requested = cores
	}
	memory.Add(m.Memory)
	list := func(cpu, disk resource.Quantity) map[string]any {
		return map[string]any{"cpu": cpu.String(), "memory": memory.String(), "ephemeral-storage": disk.String()}
	}
	return map[string]any{"requests": list(requested, disk.Requests), "limits": list(cores, disk.Limits)}
}

// apart asks for machines of one use to stand apart: Virtink knows no other way.
func apart(use string) map[string]any {
	return map[string]any{"podAntiAffinity": map[string]any{"preferredDuringSchedulingIgnoredDuringExecution": []any{map[string]any{
		"weight": 100,
		"podAffinityTerm": map[string]any{
			"topologyKey":   "kubernetes.io/hostname",
			"labelSelector": map[string]any{"matchLabels": map[string]any{poolLabel: use}},
		},
	}}}}
}

// What machines ask for names: the site's resolvers, not its cluster DNS, which
// knows other tenants' names. A pod of Virtink's has the cluster DNS, and hands it
// on to its guest; so the guest is told otherwise before kubeadm starts, and so
// is its kubelet, which would else take what systemd has learnt.
const resolversFile = "/etc/tenantc/resolv.conf"

func virtinkPrepared(s resolve.Site) map[string]any {
	var content strings.Builder
	for _, address := range s.Network.Resolvers {
		content.WriteString("nameserver " + address + "\n")
	}
	return map[string]any{
		"files": []any{map[string]any{"path": resolversFile, "owner": "root:root", "permissions": "0644", "content": content.String()}},
		"preKubeadmCommands": []string{
			"ln -sf " + resolversFile + " /etc/resolv.conf",
			// Images that the root file system brings along, where the provider's own have them.
			"find /usr/share/capch/images -name '*.tar' -exec ctr -n k8s.io images import {} ';'",
		},
	}
}

// virtinkNode: Cluster API knows a node again by the machine's identity, which
// cloud-init has; the kernel is the site's own, which kubeadm cannot look into.
func virtinkNode(a capi) map[string]any {
	return map[string]any{
		"ignorePreflightErrors": []string{"SystemVerification"},
		"kubeletExtraArgs": a.arguments([][2]string{
			{"provider-id", "virtink://{{ ds.meta_data.instance_id }}"},
			{"resolv-conf", resolversFile},
		}),
	}
}

// Seconds that a machine may be lost before it is replaced: as long as
// Kubernetes leaves pods on it.
const lostSeconds = 300

// replaced has Cluster API replace machines that stopped or are lost. Of the
// control plane it replaces one at a time, and none that etcd needs.
func (a capi) replaced() object.Object {
	var conditions []any
	timeout, duration := "timeoutSeconds", any(lostSeconds)
	if !a.v1beta2 {
		timeout, duration = "timeout", "5m0s"
	}
	for _, status := range []string{"Unknown", "False"} {
		conditions = append(conditions, map[string]any{"type": "Ready", "status": status, timeout: duration})
	}
	spec := map[string]any{
		"clusterName": a.cluster.Name,
		"selector":    map[string]any{"matchLabels": map[string]any{clusterGroup + "/cluster-name": a.cluster.Name}},
	}
	if a.v1beta2 {
		spec["checks"] = map[string]any{"unhealthyNodeConditions": conditions}
	} else {
		spec["unhealthyConditions"] = conditions
	}
	return a.object(a.api(clusterGroup), "MachineHealthCheck", a.cluster.Name, spec)
}
