// Package catalogue holds what tenantc knows about the things it emits but
// does not make: versions of the vcluster chart, sandboxes and their overhead,
// stacks and what they give. It is data with lookups; rules over it live in
// package resolve.
package catalogue

// Chart is what one version of the vcluster chart can do.
type Chart struct {
	Version string // as in 0.30.0

	// Distros maps a distribution to the Kubernetes minors that this chart
	// knows, each with the image tag to run.
	Distros map[string]map[string]string

	ForcesRuntimeClass bool   // sync.toHost.pods.runtimeClassName exists
	Schema             string // name of the embedded values.schema.json
}
