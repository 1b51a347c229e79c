package generators

import (
	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// provider is what one of Cluster API's infrastructure providers, with the
// virtual machines that it makes, has of its own. Everything else of a cluster
// of machines is the same for all.
type provider struct {
	version           string // of its API
	cluster, template string // its kinds

	// machine is what a template says of one machine.
	machine func(s resolve.Site, c resolve.Cluster, use string, m catalogue.Machines) map[string]any

	// exposed is what its cluster says of the API server's Service, which is of
	// this type and has the cluster's name with a suffix.
	exposed func(serviceType string) map[string]any
	suffix  string

	// node is what kubeadm registers a machine with besides, and prepared what is
	// done to a machine before. Nil for nothing.
	node     func(capi) map[string]any
	prepared func(resolve.Site) map[string]any

	// label is one of the machines' pods, and of no others.
	label func(resolve.Cluster) (key, value string)

	// makers are the accounts that make pods in a namespace of machines.
	makers func(resolve.Namespaces) string
}

// providers are the machines' by stack.
func providers() map[string]provider {
	return map[string]provider{
		catalogue.KubeVirt: kubevirtProvider(),
		catalogue.Kamaji:   kubevirtProvider(),
		catalogue.Virtink:  virtinkProvider(),
	}
}

// kubevirtProvider is Cluster API's for KubeVirt.
func kubevirtProvider() provider {
	return provider{
		version: infraVersion, cluster: kubevirtCluster, template: kubevirtTemplate,
		machine: virtualMachine,
		exposed: func(serviceType string) map[string]any {
			return map[string]any{"controlPlaneServiceTemplate": map[string]any{"spec": map[string]any{"type": serviceType}}}
		},
		suffix: "-lb",
		label:  func(resolve.Cluster) (string, string) { return "kubevirt.io", "virt-launcher" },
		makers: func(n resolve.Namespaces) string {
			return "system:serviceaccount:" + n.KubeVirt + ":kubevirt-controller," +
				"system:serviceaccount:" + n.DataImporter + ":cdi-sa"
		},
	}
}

// machinePods are labels that select the pods of a cluster's machines.
func machinePods(c resolve.Cluster) map[string]string {
	key, value := providers()[c.Stack].label(c)
	return map[string]string{key: value}
}

// machineGuards say who makes pods in a namespace of machines. The sandbox is
// the machine, so the namespace names no other, and no other pod is let in:
// exempt are those that the site's own controllers of machines make.
func machineGuards(s resolve.Site, c resolve.Cluster) map[string]string {
	return map[string]string{
		object.AnnotationRuntimeClass: "",
		object.AnnotationMakers:       providers()[c.Stack].makers(s.Namespaces),
	}
}
