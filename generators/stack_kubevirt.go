package generators

import (
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// kubevirtStack is a cluster of its own in virtual machines, control plane and
// workers, made by Cluster API, its provider for KubeVirt and kubeadm.
func kubevirtStack() stack {
	return stack{guards: machineGuards, network: kubevirtNetwork, layer: machinesLayer, usable: machinesUsable}
}

func kubevirtNetwork(s resolve.Site, c resolve.Cluster) []object.Object {
	n := s.Namespaces
	return machineNetwork(s, c, map[string]string{poolLabel: controlPlanePool},
		n.ClusterAPI, n.KubeadmBootstrap, n.KubeadmControlPlane, n.KubeVirtProvider)
}
