package prove

import (
	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/resolve"
)

// infra is what differs in what is asked of clusters of machines by who makes
// the machines: Cluster API's infrastructure provider, and what it drives.
type infra struct {
	version           string // of the provider's API
	cluster, template string // its kinds
	labels            string // where a template has the labels of a machine
	machine           func(v view, pool string, m catalogue.Machines) map[string]any

	exposed func(serviceType string) map[string]any // what its cluster says of the API server's Service
	suffix  string                                  // of that Service's name

	// node is what kubeadm registers a machine with besides, and prepared what is
	// done to it before; both nil for nothing.
	node, prepared func(v view) map[string]any

	label  func(resolve.Cluster) (key, value string) // of the machines' pods
	makers func(resolve.Namespaces) string
}

// infra is that of the cluster's machines.
func (v view) infra() infra {
	if v.virtink() {
		return virtinkInfra()
	}
	return kubevirtInfra()
}

// machinePods are labels of the pods of the cluster's machines.
func (v view) machinePods() map[string]string {
	key, value := v.infra().label(v.Plan)
	return map[string]string{key: value}
}

func kubevirtInfra() infra {
	return infra{
		version: "v1alpha1", cluster: "KubevirtCluster", template: "KubevirtMachineTemplate",
		labels:  "spec.template.spec.virtualMachineTemplate.spec.template.metadata.labels",
		machine: machineSpec,
		exposed: func(serviceType string) map[string]any {
			return map[string]any{"controlPlaneServiceTemplate": map[string]any{"spec": map[string]any{"type": serviceType}}}
		},
		suffix: "-lb",
		label:  func(resolve.Cluster) (string, string) { return "kubevirt.io", "virt-launcher" },
		makers: func(n resolve.Namespaces) string {
			return "system:serviceaccount:" + n.KubeVirt + ":kubevirt-controller,system:serviceaccount:" + n.DataImporter + ":cdi-sa"
		},
	}
}
