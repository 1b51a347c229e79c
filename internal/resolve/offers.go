package resolve

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/spec"
)

// Offer is a stack as an answer to what somebody asks of one: with the weakest
// sandbox that is enough, and what it takes in a typical cluster; or why it does
// not fit.
type Offer struct {
	Stack     catalogue.Stack
	Sandbox   string // empty where it does not fit
	Isolation string // with that sandbox; else the most that the stack can give
	Cost      catalogue.Cost
	Why       string
}

// Offers answers a requirement with all stacks of the study: those that fit first, the
// cheapest before the others, then the rest in the catalogue's order. Its
// Sandbox may be empty: any of those given.
func Offers(want Requirement, sandboxes []catalogue.Sandbox) []Offer {
	var fit, rest []Offer
	for _, stack := range catalogue.Studied() {
		if o := offer(stack, want, sandboxes); o.Why == "" {
			fit = append(fit, o)
		} else {
			rest = append(rest, o)
		}
	}
	slices.SortStableFunc(fit, func(a, b Offer) int { return cmp.Compare(a.Cost.Weight(), b.Cost.Weight()) })
	return append(fit, rest...)
}

// SiteOffers is Offers by what a site of the tenancy offers, and by what the
// tenancy allows. Of a stack that would not fit if the site offered it, that is
// the reason. False if there is no such site.
func SiteOffers(docs spec.Documents, name string, want Requirement) ([]Offer, bool) {
	r := newResolver(docs)
	site, known := r.sites[name]
	if !known {
		return nil, false
	}
	want.GVisorIsHard, want.AllowStale = r.policy.gvisorIsHard, r.policy.allowStale
	offers := Offers(want, site.Sandboxes)
	for i := range offers {
		if offers[i].Why == "" && !slices.Contains(site.Stacks, offers[i].Stack.Name) {
			offers[i].Why = "site " + name + " does not offer it"
		}
	}
	slices.SortStableFunc(offers, func(a, b Offer) int { return cmp.Compare(min(len(a.Why), 1), min(len(b.Why), 1)) })
	return offers, true
}

// offer tries the sandboxes from none to the strongest; what the last one lacks
// is why the stack does not fit.
func offer(stack catalogue.Stack, want Requirement, sandboxes []catalogue.Sandbox) Offer {
	o := Offer{Stack: stack, Isolation: stack.ControlPlane}
	for _, sandbox := range weakestFirst(sandboxes) {
		if want.Sandbox.Name != "" && sandbox.Name != want.Sandbox.Name {
			continue
		}
		trial := want
		trial.Sandbox = sandbox
		unfit := trial.Fit(stack)
		if unfit == nil {
			return Offer{Stack: stack, Sandbox: sandbox.Name, Isolation: stack.Isolation(sandbox, want.GVisorIsHard), Cost: catalogue.CostOf(stack.Parts(typical(stack, sandbox)))}
		}
		o.Why = unfit.Message
	}
	o.Why = cmp.Or(o.Why, "the sandbox "+want.Sandbox.Name+" is not offered")
	return o
}

func weakestFirst(sandboxes []catalogue.Sandbox) []catalogue.Sandbox {
	out := slices.DeleteFunc(slices.Clone(sandboxes), func(s catalogue.Sandbox) bool { return s.Name == catalogue.None })
	slices.SortStableFunc(out, func(a, b catalogue.Sandbox) int {
		return cmp.Or(boolCompare(a.VM, b.VM), a.Memory.Cmp(b.Memory), cmp.Compare(a.Name, b.Name))
	})
	return append([]catalogue.Sandbox{{Name: catalogue.None}}, out...)
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// What a typical cluster is: the quota that costs are compared for.
const (
	TypicalCPU    = 8
	TypicalMemory = "32Gi"
	TypicalPods   = 50
)

// typical is the shape of that cluster with the defaults of a stack.
func typical(stack catalogue.Stack, sandbox catalogue.Sandbox) catalogue.Shape {
	size := sizeOf(stack)
	shape := catalogue.Shape{
		Overcommit: 1, Pods: TypicalPods, Sandbox: sandbox, Store: defaultStore,
		Replicas: size.replicas, CPU: quantity(size.cpu), Memory: quantity(size.memory), Disk: quantity(size.disk),
	}
	if !stack.TakesSandbox() {
		shape.Sandbox = catalogue.Sandbox{Name: catalogue.None}
	}
	if stack.Plane.HasWorkers() {
		shape.Workers = []catalogue.Machines{{Count: 1, CPU: TypicalCPU, Memory: resource.MustParse(TypicalMemory), Disk: quantity(defaultMachineDisk)}}
	}
	return shape
}
