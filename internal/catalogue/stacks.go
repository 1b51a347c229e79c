package catalogue

import (
	"fmt"
	"slices"
	"sync"
)

// Approaches to multi-tenancy, as the study sorts them.
const (
	SingleInstance    = "single instance"
	ManyControlPlanes = "many control planes"
	ManyClusters      = "many clusters"
	HostedControl     = "many clusters, hosted control planes"
	VirtualKubelet    = "virtual kubelet"
)

// Verdicts on the readiness of a stack's project.
const (
	ProductionReady = "production-ready"
	OneOrganisation = "fine for one organisation"
	Plain           = "part of Kubernetes"
	Stale           = "stale"
	Unmaintained    = "no longer maintained"
	Federation      = "needs an owner who trusts the others"
)

// Names of the stacks that others than their own generator have to tell apart.
const (
	VCluster  = "vcluster"
	KubeVirt  = "kubevirt"
	Kamaji    = "kamaji"
	Capsule   = "capsule"
	HNC       = "hnc"
	Namespace = "namespace"
	Liqo      = "liqo"
	Virtink   = "virtink"
)

// Stack is a way to make a tenant cluster, as the study behind tenantc judged
// it (mission: the table of stacks). It is all that the rest of tenantc knows
// of a stack, but for how its objects look, which is package generators'.
type Stack struct {
	Name     string
	Title    string
	Approach string
	Autonomy string // empty where the stack federates clusters instead of making them

	Plane        Plane  // where the tenant's API server runs
	ControlPlane string // isolation of the tenant's control plane; empty where nothing of a tenant's is fenced in
	VMNodes      bool   // nodes are virtual machines: the data plane is hard+ whatever the sandbox
	Fleeting     bool   // what a machine writes goes with its pod: there is no volume that it could keep

	Readiness Readiness
	Instead   string // what to use where the project is stale
	Missing   string // why tenantc makes no objects for it; empty where it does

	Needs []Need             // what a site must have, besides Flux
	Kinds []Kind             // what the cluster layer is made of
	Fence []Kind             // what the boundary has besides that of all; these kinds have no namespace
	Parts func(Shape) []Part // what it takes
}

// Plane says where the tenant's API server runs, and so which fields of a spec
// mean something.
type Plane string

const (
	PlaneShared   Plane = ""         // the tenant uses the site's
	PlaneChart    Plane = "chart"    // pods that a Helm chart makes
	PlaneMachines Plane = "machines" // virtual machines with kubeadm
	PlaneHosted   Plane = "hosted"   // pods, for workers in virtual machines
)

// HasWorkers tells whether the tenant's pods run in machines of the tenant's,
// which the quota is cut into.
func (p Plane) HasWorkers() bool { return p == PlaneMachines || p == PlaneHosted }

// Elsewhere tells whether the tenant's pods run on another site.
func (s Stack) Elsewhere() bool { return s.Approach == VirtualKubelet }

// TakesSandbox tells whether pods of the tenant run on the site's own nodes,
// where a sandbox can hold them.
func (s Stack) TakesSandbox() bool { return s.Plane != PlaneMachines && !s.Elsewhere() }

// Readiness is a verdict on a project, with the day it was given.
type Readiness struct {
	Verdict string
	AsOf    string // year and month
	Reason  string
}

// Need is a component of a site (components in its spec) that a stack needs.
type Need struct {
	Component string // as the spec calls it
	Least     string // the oldest version that works; empty for any
	Below     string // the first that no longer does; empty for none
	Why       string // of Least and Below
}

// Kind is a kind of object of a stack.
type Kind struct {
	Group    string
	Kind     string
	Resource string
	Max      int64 // how many the namespace may hold, by its quota; 0 for any number
	Last     bool  // the last to go: while the quota counts one, a retired cluster is not gone
}

// Counted is what a quota calls the number of objects of the kind.
func (k Kind) Counted() string {
	if k.Group == "" {
		return "count/" + k.Resource
	}
	return "count/" + k.Resource + "." + k.Group
}

// Last is the kind whose absence shows that a retired cluster is gone; false
// where Flux, in pruning the objects, is done with them.
func (s Stack) Last() (Kind, bool) {
	i := slices.IndexFunc(s.Kinds, func(k Kind) bool { return k.Last })
	if i < 0 {
		return Kind{}, false
	}
	return s.Kinds[i], true
}

// Doubt is why a tenancy must say allowStaleStacks to use the stack; empty where
// it need not.
func (s Stack) Doubt() string {
	r := s.Readiness
	switch r.Verdict {
	case Stale, Unmaintained:
		return fmt.Sprintf("the project of the stack %s is %s: %s (%s)", s.Name, r.Verdict, r.Reason, r.AsOf)
	case Federation:
		return fmt.Sprintf("the stack %s %s: %s (%s)", s.Name, r.Verdict, r.Reason, r.AsOf)
	}
	return ""
}

// Isolation is what the stack gives together with a sandbox: the weaker of
// control plane and data plane (design: isolation). gVisor counts as hard only
// where the tenancy's policy says so. What is made without a fence gives none.
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

// StackFor finds a stack that tenantc makes objects for by its name. Its lists
// are shared: nobody changes them.
func StackFor(name string) (Stack, bool) {
	s, found := stacksByName()[name]
	return s, found
}

// stacksByName makes the table once: every tenant cluster asks for its stack
// again and again.
var stacksByName = sync.OnceValue(func() map[string]Stack {
	byName := map[string]Stack{}
	for _, s := range Stacks() {
		byName[s.Name] = s
	}
	return byName
})
