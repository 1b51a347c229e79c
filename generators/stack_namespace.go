package generators

import (
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// namespaceStack is a namespace on the site and rights in it, with a sandbox
// around each pod where the spec asks for one. The fence is all of it but the
// rights.
func namespaceStack() stack {
	return stack{
		guards: func(resolve.Site, resolve.Cluster) map[string]string { return nil },
		network: func(s resolve.Site, c resolve.Cluster) []object.Object {
			return sharedNetwork(s, c, allPods())
		},
		layer: func(_ resolve.Tenancy, _ resolve.Site, c resolve.Cluster) []object.Object {
			return tenantAdmins(c)
		},
		usable: noChecks,
	}
}
