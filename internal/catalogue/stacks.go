package catalogue

import "slices"

// Levels of isolation, in words of the study: soft is permissions only, hard is
// a control plane of one's own and pods in microVMs, hard+ is dedicated control
// planes and nodes in virtual machines.
const (
	Soft     = "soft"
	Hard     = "hard"
	HardPlus = "hard+"
)

// Levels of autonomy.
const (
	AutonomyNamespace      = "namespace"
	AutonomyVirtualCluster = "virtual-cluster"
	AutonomyCluster        = "cluster"
)

// Isolations lists the levels of isolation, the weakest first.
func Isolations() []string { return []string{Soft, Hard, HardPlus} }

// Autonomies lists the levels of autonomy, the least first.
func Autonomies() []string {
	return []string{AutonomyNamespace, AutonomyVirtualCluster, AutonomyCluster}
}

// IsolationMeets tells whether one level is at least another. A word that is no
// level meets nothing.
func IsolationMeets(have, want string) bool { return meets(Isolations(), have, want) }

// AutonomyMeets is the same for autonomy.
func AutonomyMeets(have, want string) bool { return meets(Autonomies(), have, want) }

func meets(levels []string, have, want string) bool {
	h, w := slices.Index(levels, have), slices.Index(levels, want)
	return h >= 0 && w >= 0 && h >= w
}

// Approaches to multi-tenancy, as the study sorts them.
const (
	SingleInstance    = "single instance"
	ManyControlPlanes = "many control planes"
	ManyClusters      = "many clusters"
	HostedControl     = "many clusters, hosted control planes"
	VirtualKubelet    = "virtual kubelet"
)

// Readiness of a stack's project.
const (
	ProductionReady = "production-ready"
	OneOrganisation = "fine for one organisation"
	Plain           = "part of Kubernetes"
	Stale           = "stale"
	Unmaintained    = "no longer maintained"
	Federation      = "needs an owner who trusts the others"
)

// Stack is a way to make a tenant cluster, as the study behind tenantc judged
// it (mission: the table of stacks).
type Stack struct {
	Name     string
	Title    string
	Approach string
	Autonomy string // empty where the stack federates clusters instead of making them

	ControlPlane string // isolation of the tenant's control plane; empty for a federation
	VMNodes      bool   // nodes are virtual machines: the data plane is hard+ whatever the sandbox

	Readiness string
	Generated bool // this version of tenantc emits it

	// Cost orders the stacks from the cheapest to run (1) to the dearest: where a
	// spec names no stack, the cheapest that meets its isolation and autonomy is
	// taken. vCluster before virtual machines is the study's measurement (20% less
	// CPU, 60% less memory than KubeVirt clusters); hosted control planes before
	// dedicated ones is its judgement at scale; the rest follows from what runs
	// besides the tenant's pods: nothing, a controller, a control plane, machines.
	Cost int
}

// IsStale tells whether a tenancy must say allowStaleStacks to use the stack.
func (s Stack) IsStale() bool {
	return s.Readiness == Stale || s.Readiness == Unmaintained
}

// Isolation is what the stack gives together with a sandbox: the weaker of
// control plane and data plane (design: isolation). gVisor counts as hard only
// where the tenancy's policy says so. A federation gives none.
func (s Stack) Isolation(sandbox Sandbox, gvisorIsHard bool) string {
	if s.ControlPlane == "" {
		return ""
	}
	data := s.DataPlane(sandbox, gvisorIsHard)
	if IsolationMeets(data, s.ControlPlane) {
		return s.ControlPlane
	}
	return data
}

// DataPlane is the isolation of the tenant's pods from those of others.
func (s Stack) DataPlane(sandbox Sandbox, gvisorIsHard bool) string {
	switch {
	case s.VMNodes:
		return HardPlus
	case sandbox.VM, sandbox.Name == GVisor && gvisorIsHard:
		return Hard
	}
	return Soft
}

// StackFor finds a stack by its name.
func StackFor(name string) (Stack, bool) {
	for _, s := range Stacks() {
		if s.Name == name {
			return s, true
		}
	}
	return Stack{}, false
}

// Stacks lists every stack, the cheapest first.
func Stacks() []Stack {
	return []Stack{
		{Name: "namespace", Title: "plain namespaces, RBAC and quota", Approach: SingleInstance, Autonomy: AutonomyNamespace,
			ControlPlane: Soft, Readiness: Plain, Cost: 1},
		{Name: "hnc", Title: "Hierarchical Namespaces", Approach: SingleInstance, Autonomy: AutonomyNamespace,
			ControlPlane: Soft, Readiness: OneOrganisation, Cost: 2},
		{Name: "capsule", Title: "Capsule", Approach: SingleInstance, Autonomy: AutonomyNamespace,
			ControlPlane: Soft, Readiness: ProductionReady, Cost: 3},
		{Name: "vcluster", Title: "vCluster", Approach: ManyControlPlanes, Autonomy: AutonomyVirtualCluster,
			ControlPlane: Hard, Readiness: ProductionReady, Generated: true, Cost: 4},
		{Name: "virtualcluster", Title: "VirtualCluster (cluster-api-provider-nested)", Approach: ManyControlPlanes, Autonomy: AutonomyVirtualCluster,
			ControlPlane: Hard, Readiness: Unmaintained, Cost: 5},
		{Name: "kamaji", Title: "Kamaji control planes, KubeVirt workers", Approach: HostedControl, Autonomy: AutonomyCluster,
			ControlPlane: HardPlus, VMNodes: true, Readiness: ProductionReady, Cost: 6},
		{Name: "liquid-metal", Title: "Liquid Metal microVMs", Approach: ManyClusters, Autonomy: AutonomyCluster,
			ControlPlane: HardPlus, VMNodes: true, Readiness: Stale, Cost: 7},
		{Name: "virtink", Title: "VirtInk Cloud Hypervisor VMs", Approach: ManyClusters, Autonomy: AutonomyCluster,
			ControlPlane: HardPlus, VMNodes: true, Readiness: Stale, Cost: 8},
		{Name: "kubevirt", Title: "KubeVirt clusters", Approach: ManyClusters, Autonomy: AutonomyCluster,
			ControlPlane: HardPlus, VMNodes: true, Readiness: ProductionReady, Cost: 9},
		{Name: "liqo", Title: "Liqo", Approach: VirtualKubelet, Readiness: Federation, Cost: 10},
		{Name: "tensile-kube", Title: "tensile-kube", Approach: VirtualKubelet, Readiness: Federation, Cost: 11},
	}
}
