package catalogue

import (
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// Sandbox is how a pod is isolated from the node, as a RuntimeClass.
type Sandbox struct {
	Name         string            // also the RuntimeClass's; "none" for plain containers
	Handler      string            // what the node's container runtime calls it
	VM           bool              // every pod is a virtual machine of its own
	CPU          resource.Quantity // overhead of one pod
	Memory       resource.Quantity
	NodeSelector map[string]string

	// BlockSnapshotter says that nodes must have a block-device snapshotter
	// (devmapper) configured for this handler before a pod starts: Firecracker
	// shares no files with the node (kata-deploy, README).
	BlockSnapshotter bool
}

// Names of sandboxes. None is running pods as plain containers.
const (
	KataQEMU       = "kata-qemu"
	KataCLH        = "kata-clh"
	KataFC         = "kata-fc"
	KataDragonball = "kata-dragonball"
	GVisor         = "gvisor"
	None           = "none"
)

// Labels that nodes carry where a sandbox is installed. kata-deploy sets the
// first itself (and to "false" while it works on the node); the second is the
// site's to set, because gVisor has no installer that labels nodes.
const (
	KataNodeLabel   = "katacontainers.io/kata-runtime"
	GVisorNodeLabel = "tenantc.dev/gvisor"
)

// SandboxNames lists all sandboxes in order.
func SandboxNames() []string {
	return []string{GVisor, KataCLH, KataDragonball, KataFC, KataQEMU, None}
}

// Sandboxes are all of them, as the newest version of Kata that is known runs
// them, where no site says otherwise.
func Sandboxes() []Sandbox {
	const newestKata = "4.1"
	var out []Sandbox
	for _, name := range SandboxNames() {
		s, _ := SandboxFor(name, newestKata)
		out = append(out, s)
	}
	return out
}

// IsKata tells whether a sandbox needs Kata Containers on the site.
func IsKata(name string) bool {
	return strings.HasPrefix(name, "kata-")
}

// SandboxFor is a sandbox as the site's Kata version runs it; the version is
// not looked at for gvisor and none. False where the name is not a sandbox or
// its overhead in that version of Kata is not known (3.x and 4.x are).
func SandboxFor(name, kataVersion string) (Sandbox, bool) {
	switch name {
	case None:
		return Sandbox{Name: None}, true
	case GVisor:
		return gVisor(), true
	case KataQEMU, KataCLH, KataFC, KataDragonball:
		return kata(name, kataVersion)
	}
	return Sandbox{}, false
}

// kata has the overheads of the RuntimeClasses that kata-deploy ships
// (helm-chart/kata-deploy/templates/runtimeclasses.yaml): 250m of CPU and 130Mi
// for all of them in 3.24 to 4.1, but for QEMU, 160Mi up to 3.32 and 320Mi from
// 4.0 on.
func kata(name, version string) (Sandbox, bool) {
	memory, known := map[int]string{3: "160Mi", 4: "320Mi"}[major(version)]
	if !known {
		return Sandbox{}, false
	}
	if name != KataQEMU {
		memory = "130Mi"
	}
	return Sandbox{
		Name:             name,
		Handler:          name,
		VM:               true,
		CPU:              resource.MustParse("250m"),
		Memory:           resource.MustParse(memory),
		NodeSelector:     map[string]string{KataNodeLabel: "true"},
		BlockSnapshotter: name == KataFC,
	}, true
}

// gVisor has no overhead of the project's own. 64Mi and 50m stand for the
// sentry and the gofer of one pod; a site that measures otherwise overrides the
// RuntimeClass in its templates. The handler is the one that gVisor's own
// containerd instructions use.
func gVisor() Sandbox {
	return Sandbox{
		Name:         GVisor,
		Handler:      "runsc",
		CPU:          resource.MustParse("50m"),
		Memory:       resource.MustParse("64Mi"),
		NodeSelector: map[string]string{GVisorNodeLabel: "true"},
	}
}

// major is the first number of a version, or -1.
func major(version string) int {
	first, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(first)
	if err != nil {
		return -1
	}
	return n
}
