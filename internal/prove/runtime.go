package prove

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// runtimesReal: a RuntimeClass of a sandbox's name leads to the sandbox: its
// handler, on nodes that have it, and with what it costs.
func runtimesReal(s Site) []Fault {
	var faults []Fault
	for _, sandbox := range s.Site.Sandboxes {
		if sandbox.Name == catalogue.None {
			continue
		}
		id := object.ID{Group: "node.k8s.io", Kind: "RuntimeClass", Name: sandbox.Name}
		class, found := find(s.Platform, id)
		if !found {
			faults = append(faults, missing(id)...)
			continue
		}
		if got := class.Text("handler"); got != sandbox.Handler {
			faults = append(faults, broken(id, "handler", "it is %q instead of %q: pods would run in something else", got, sandbox.Handler)...)
		}
		if !sameLabels(class.Get("scheduling", "nodeSelector"), sandbox.NodeSelector) {
			faults = append(faults, broken(id, "scheduling.nodeSelector", "it does not keep pods on nodes that have the sandbox")...)
		}
		faults = append(faults, overhead(class, sandbox)...)
	}
	for _, o := range ofKind(s.Platform, "node.k8s.io", "RuntimeClass") {
		if _, known := catalogue.SandboxFor(o.ID.Name, s.Site.Components.Kata); !known {
			faults = append(faults, Fault{Object: o.ID, Message: "it is no sandbox of the catalogue: what runs in it is the tenancy's word", Assumed: true})
		}
	}
	return faults
}

// overhead: what the sandbox takes is counted in the tenant's quota, not taken
// from others.
func overhead(class object.Object, sandbox catalogue.Sandbox) []Fault {
	var faults []Fault
	for name, want := range map[string]resource.Quantity{"cpu": sandbox.CPU, "memory": sandbox.Memory} {
		got, ok := quantityOf(class.Get("overhead", "podFixed", name))
		if !want.IsZero() && (!ok || got.Cmp(want) < 0) {
			faults = append(faults, broken(class.ID, "overhead.podFixed."+name, "it is less than the %s that a pod costs", &want)...)
		}
	}
	return faults
}

// belowSite: tenants' pods never drive out what the site runs, and a tenant's
// workloads never another's; and all tenants together have a bounded share of
// the site's API server, in which one that asks too much waits behind itself.
func belowSite(s Site) []Fault {
	var faults []Fault
	for name, want := range map[string]struct {
		preempts string
		below    int64
	}{resolve.ControlPlanePriority: {"", 0}, resolve.WorkloadPriority: {"Never", 0}} {
		id := object.ID{Group: "scheduling.k8s.io", Kind: "PriorityClass", Name: name}
		class, found := find(s.Platform, id)
		if !found {
			faults = append(faults, missing(id)...)
			continue
		}
		if value, is := class.Get("value").(int64); !is || value >= want.below {
			faults = append(faults, broken(id, "value", "it is not below 0, the priority of what the site runs")...)
		}
		if want.preempts != "" && class.Text("preemptionPolicy") != want.preempts {
			faults = append(faults, broken(id, "preemptionPolicy", "tenants' pods would drive out others")...)
		}
		if class.Get("globalDefault") == true {
			faults = append(faults, broken(id, "globalDefault", "it would be the priority of what the site runs")...)
		}
	}
	if !workloadsLower(s) {
		faults = append(faults, broken(object.ID{Group: "scheduling.k8s.io", Kind: "PriorityClass", Name: resolve.WorkloadPriority}, "value", "it is not below that of control planes")...)
	}
	return append(faults, levelBounded(s)...)
}

func workloadsLower(s Site) bool {
	value := func(name string) int64 {
		class, _ := find(s.Platform, object.ID{Group: "scheduling.k8s.io", Kind: "PriorityClass", Name: name})
		n, _ := class.Get("value").(int64)
		return n
	}
	return value(resolve.WorkloadPriority) < value(resolve.ControlPlanePriority)
}

// most of the site's API server that tenants may have: the built-in level of all
// service accounts has 100 shares.
const mostShares = 100

func levelBounded(s Site) []Fault {
	id := object.ID{Group: "flowcontrol.apiserver.k8s.io", Kind: "PriorityLevelConfiguration", Name: resolve.PriorityLevelName}
	level, found := find(s.Platform, id)
	if !found {
		return missing(id)
	}
	var faults []Fault
	if level.Text("spec", "type") != "Limited" {
		faults = append(faults, broken(id, "spec.type", "it does not bound what tenants ask")...)
	}
	if shares, is := level.Get("spec", "limited", "nominalConcurrencyShares").(int64); !is || shares <= 0 || shares > mostShares {
		faults = append(faults, broken(id, "spec.limited.nominalConcurrencyShares", "it is not between 1 and %d", mostShares)...)
	}
	if level.Text("spec", "limited", "limitResponse", "type") != "Queue" {
		faults = append(faults, broken(id, "spec.limited.limitResponse.type", "one tenant would have all requests of others refused")...)
	}
	queues, _ := level.Get("spec", "limited", "limitResponse", "queuing", "queues").(int64)
	hand, _ := level.Get("spec", "limited", "limitResponse", "queuing", "handSize").(int64)
	if queues < 2 || hand < 1 || hand >= queues {
		faults = append(faults, broken(id, "spec.limited.limitResponse.queuing", "%s", fmt.Sprintf("with %d queues and a hand of %d, a tenant fills all of them", queues, hand))...)
	}
	return faults
}

// platformClean: the platform is of the kinds that it may hold, without
// namespaces, instructions to Flux or kustomize, or text that is expanded.
func platformClean(s Site) []Fault {
	var faults []Fault
	for _, o := range s.Platform {
		faults = append(faults, cleanObject(o)...)
		if o.ID.Namespace != "" {
			faults = append(faults, broken(o.ID, "metadata.namespace", "a platform's objects have none")...)
		}
		if o.Text("metadata", "labels", object.LabelSite) != s.Site.Name {
			faults = append(faults, broken(o.ID, "metadata.labels."+object.LabelSite, "it is not the site's")...)
		}
		if o.Tenant() != "" {
			faults = append(faults, broken(o.ID, "metadata.labels."+object.LabelTenant, "it would be taken for a tenant's")...)
		}
	}
	return faults
}
