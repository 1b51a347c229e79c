package catalogue

import "k8s.io/apimachinery/pkg/api/resource"

// Sandbox is how a pod is isolated from the node, as a RuntimeClass.
type Sandbox struct {
	Name         string            // also the RuntimeClass's; "none" for plain containers
	Handler      string            // what the node's container runtime calls it
	VM           bool              // every pod is a virtual machine of its own
	CPU          resource.Quantity // overhead of one pod
	Memory       resource.Quantity
	NodeSelector map[string]string
}

// None is the name of running pods as plain containers.
const None = "none"
