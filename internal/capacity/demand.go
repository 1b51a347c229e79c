package capacity

import (
	"math"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/resolve"
)

// Demand is what one tenant cluster takes of its site.
type Demand struct {
	Cluster *resolve.Cluster
	Claims  []Claim
	Pods    []Unit // the pods that must each find a node with room for all of them
	Apart   int    // how many nodes its replicas want, each another
}

// Claim is an amount of one resource that any of some pots may give.
type Claim struct {
	Resource Resource
	Of       []string // pools or storage classes; nil for what the site has once
	Sold     int64
	Stacks   int64

	pots []int // Of by index, on the site that the demand was made for and every one like it
}

// Unit is a pod: what it takes of a node. The largest one that a tenant was
// promised is given by its limits, one of the stack's by its requests, each
// with the overhead of its sandbox.
type Unit struct {
	Name   string // what it is, in a message
	CPU    int64  // thousandths
	Memory int64  // bytes
	Pools  []string
}

// DemandOf summarises a tenant cluster. An active or suspended one takes all
// that its quota on the site allows. A retired one keeps its volumes only; a
// purged one nothing.
func DemandOf(c *resolve.Cluster, s resolve.Site) Demand {
	return NewLedger(s, resolve.CapacityPolicy{}).Demand(c)
}

// Demand is DemandOf a cluster on the ledger's site.
func (l *Ledger) Demand(c *resolve.Cluster) Demand {
	d := Demand{Cluster: c}
	if c.State == resolve.Purged {
		return d
	}
	d.Claims = storageClaims(c)
	if c.State == resolve.Retired {
		l.locate(&d)
		return d
	}
	if stack, _ := catalogue.StackFor(c.Stack); stack.Elsewhere() {
		return d // its pods take nodes of another site, where they are sold
	}
	pools := poolsFor(c, l.site)
	d.Claims = append(d.Claims, nodeClaims(c, l.site, pools)...)
	if balancers := value(c, corev1.ResourceServicesLoadBalancers); balancers > 0 {
		d.Claims = append(d.Claims, Claim{Resource: LoadBalancers, Sold: c.Bought.LoadBalancers, Stacks: balancers - c.Bought.LoadBalancers})
	}
	d.Pods, d.Apart = units(c, pools), c.ControlPlane.Replicas
	l.locate(&d)
	return d
}

// locate looks the pots of every claim up once.
func (l *Ledger) locate(d *Demand) {
	for i, c := range d.Claims {
		d.Claims[i].pots = l.answering(c)
	}
}

// poolsFor are the pools whose nodes may run the cluster's pods: the one that it
// is bound to, else all that are kept for nobody and offer its sandbox.
func poolsFor(c *resolve.Cluster, s resolve.Site) []string {
	if c.Nodes.Pool != "" {
		return []string{c.Nodes.Pool}
	}
	var out []string
	for _, p := range s.Pools {
		if len(p.Taints) == 0 && p.Offers(c.Sandbox.Name) {
			out = append(out, p.Name)
		}
	}
	return out
}

// nodeClaims are what the quota on the site holds of the nodes: what was
// bought, and what stack and sandbox add to it.
func nodeClaims(c *resolve.Cluster, s resolve.Site, pools []string) []Claim {
	requests := c.Quota[corev1.ResourceRequestsCPU]
	cpu := int64(math.Ceil(float64(requests.MilliValue()) * s.OvercommitCPU))
	bought := c.Bought.CPU.MilliValue()
	return []Claim{
		{Resource: CPU, Of: pools, Sold: bought, Stacks: max(0, cpu-bought)},
		{Resource: Memory, Of: pools, Sold: c.Bought.Memory.Value(), Stacks: max(0, value(c, corev1.ResourceRequestsMemory)-c.Bought.Memory.Value())},
		{Resource: Pods, Of: pools, Sold: c.Bought.Pods, Stacks: max(0, value(c, corev1.ResourcePods)-c.Bought.Pods)},
	}
}

// storageClaims are the volumes: the tenant's of any of its classes, those of the
// control plane and of machines of one of their own.
func storageClaims(c *resolve.Cluster) []Claim {
	var any, own []string
	for _, s := range c.Storage {
		any = append(any, s.Class.Name)
		if s.Name == c.DiskClass() {
			own = []string{s.Class.Name}
		}
	}
	var out []Claim
	if bought := c.Bought.Storage.Value(); bought > 0 && len(any) > 0 {
		out = append(out, Claim{Resource: Storage, Of: any, Sold: bought})
	}
	var volumes int64
	for _, charge := range c.Charges {
		volumes += charge.Storage.Value() * charge.Count
	}
	if volumes > 0 && len(own) > 0 {
		out = append(out, Claim{Resource: Storage, Of: own, Stacks: volumes})
	}
	return out
}

// units are the pods that are promised one by one: the largest that the tenant
// was promised, with its sandbox, and those of the stack.
func units(c *resolve.Cluster, pools []string) []Unit {
	var out []Unit
	if p := c.Bought.LargestPod; p != nil {
		out = append(out, Unit{"the largest pod", add(p.CPU, c.Sandbox.CPU), sum(p.Memory, c.Sandbox.Memory), pools})
	}
	for _, charge := range c.Charges {
		if charge.Pods == 0 || charge.Count == 0 {
			continue // an amount a pod, such as the sandbox's
		}
		if slices.ContainsFunc(out, func(u Unit) bool {
			return u.CPU >= charge.RequestsCPU.MilliValue() && u.Memory >= charge.RequestsMemory.Value()
		}) {
			continue // a smaller one fits wherever that does
		}
		out = append(out, Unit{"the pod " + charge.Name, charge.RequestsCPU.MilliValue(), charge.RequestsMemory.Value(), pools})
	}
	return out
}

func add(a, b resource.Quantity) int64 { return a.MilliValue() + b.MilliValue() }
func sum(a, b resource.Quantity) int64 { return a.Value() + b.Value() }

func value(c *resolve.Cluster, name corev1.ResourceName) int64 {
	q := c.Quota[name]
	return q.Value()
}
