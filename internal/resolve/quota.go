package resolve

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
)

// charges lists what the site's ResourceQuota must hold besides what the
// tenant bought, because it is counted in the tenant's namespace: the parts of
// the stack, as the catalogue has them. Requests of CPU are limits ÷ the site's
// overcommit; memory is never sold twice.
func charges(c Cluster, site Site) []Charge {
	stack, known := catalogue.StackFor(c.Stack)
	if !known {
		return nil
	}
	parts := stack.Parts(shape(c, site))
	if len(c.Workers) > 0 { // pods are in machines, whose disks are counted
		return parts
	}
	return slices.Concat(parts, []Charge{{ // append would leave room for as many again, for every cluster
		Name: "disk of nodes, a pod", Count: c.Bought.Pods, Disk: catalogue.PodDisk(), Cost: &catalogue.Cost{}, Source: "tenantc: two containers that say nothing",
	}})
}

// shape is what the parts depend on.
func shape(c Cluster, site Site) catalogue.Shape {
	cp := c.ControlPlane
	s := catalogue.Shape{
		Overcommit: site.OvercommitCPU, Pods: c.Bought.Pods, Sandbox: c.Sandbox,
		Replicas: cp.Replicas, Store: cp.Store.Type, CPU: cp.CPU, Memory: cp.Memory, Disk: cp.Size,
		Imported: len(c.Storage) > 0,
	}
	for _, w := range c.Workers {
		s.Workers = append(s.Workers, w.Machines)
	}
	return s
}

// hostQuota is bought plus charges, in the words of a ResourceQuota, and the
// bounds on numbers of objects. The site's own storage classes are set to zero:
// a tenant's volumes are of its own classes only.
func hostQuota(c Cluster, site Site) HostQuota {
	sum := Charge{
		RequestsCPU: site.RequestCPU(c.Bought.CPU), LimitsCPU: c.Bought.CPU.DeepCopy(),
		RequestsMemory: c.Bought.Memory.DeepCopy(), LimitsMemory: c.Bought.Memory.DeepCopy(),
		Storage: c.Bought.Storage.DeepCopy(), Pods: c.Bought.Pods,
	}
	if len(c.Workers) > 0 {
		sum.Pods = 0 // the site runs the machines; what runs in them it does not see
	}
	var controlPlaneStorage resource.Quantity
	for _, charge := range c.Charges {
		addTimes(&sum.RequestsCPU, charge.RequestsCPU, charge.Count)
		addTimes(&sum.LimitsCPU, charge.LimitsCPU, charge.Count)
		addTimes(&sum.RequestsMemory, charge.RequestsMemory, charge.Count)
		addTimes(&sum.LimitsMemory, charge.LimitsMemory, charge.Count)
		addTimes(&controlPlaneStorage, charge.Storage, charge.Count)
		addTimes(&sum.Disk.Requests, charge.Disk.Requests, charge.Count)
		addTimes(&sum.Disk.Limits, charge.Disk.Limits, charge.Count)
		sum.Pods += charge.Pods * charge.Count
	}
	sum.Storage.Add(controlPlaneStorage)
	hard := HostQuota{
		corev1.ResourceRequestsCPU:     sum.RequestsCPU,
		corev1.ResourceLimitsCPU:       sum.LimitsCPU,
		corev1.ResourceRequestsMemory:  sum.RequestsMemory,
		corev1.ResourceLimitsMemory:    sum.LimitsMemory,
		corev1.ResourceRequestsStorage: sum.Storage,
		corev1.ResourcePods:            number(sum.Pods),
		"count/pods":                   number(sum.Pods + finishedPods),

		corev1.ResourceRequestsEphemeralStorage: sum.Disk.Requests,
		corev1.ResourceLimitsEphemeralStorage:   sum.Disk.Limits,
	}
	addServices(hard, c)
	addStorage(hard, c, site, controlPlaneStorage)
	addObjects(hard, c)
	return hard
}

// addServices bounds load balancers and the node ports that the API server
// allocates for them. Node ports that a tenant asks for itself are refused by
// the platform's admission policy.
func addServices(hard HostQuota, c Cluster) {
	balancers := c.Bought.LoadBalancers
	if c.ControlPlane.Expose == "loadBalancer" {
		balancers++
	}
	hard[corev1.ResourceServicesLoadBalancers] = number(balancers)
	hard[corev1.ResourceServicesNodePorts] = number(balancers * portsPerLoadBalancer)
}

func addStorage(hard HostQuota, c Cluster, site Site, controlPlane resource.Quantity) {
	const suffix = ".storageclass.storage.k8s.io/"
	for _, s := range site.StorageClasses {
		hard[corev1.ResourceName(s.Name+suffix+"requests.storage")] = number(0)
		hard[corev1.ResourceName(s.Name+suffix+"persistentvolumeclaims")] = number(0)
	}
	for _, s := range c.Storage {
		limit := c.Bought.Storage.DeepCopy()
		if s.Name == c.DiskClass() {
			limit.Add(controlPlane)
		}
		hard[corev1.ResourceName(s.Name+suffix+"requests.storage")] = limit
	}
}

// addObjects bounds numbers of objects: what the spec says, else a default, and
// on top what the control plane keeps there itself. Of the stack's own kinds the
// namespace holds no more than one cluster needs; one of them is also how the
// site tells that a retired cluster is gone.
func addObjects(hard HostQuota, c Cluster) {
	own := ownObjects(c)
	for name, n := range c.Bought.Objects {
		hard[corev1.ResourceName("count/"+name)] = number(n + own[name])
	}
	stack, _ := catalogue.StackFor(c.Stack)
	for _, kind := range stack.Kinds {
		if kind.Max > 0 {
			hard[corev1.ResourceName(kind.Counted())] = number(kind.Max)
		}
	}
}

// ownObjects are what stack and site keep in the namespace themselves.
func ownObjects(c Cluster) map[string]int64 {
	stack, _ := catalogue.StackFor(c.Stack)
	if stack.Plane == catalogue.PlaneShared {
		return map[string]int64{"configmaps": sharedPlaneObjects, "secrets": sharedPlaneObjects, "serviceaccounts": 1}
	}
	replicas := int64(c.ControlPlane.Replicas)
	own := map[string]int64{
		"configmaps": controlPlaneObjects, "secrets": controlPlaneObjects, "services": controlPlaneServices,
		"endpointslices.discovery.k8s.io": controlPlaneServices,
		"persistentvolumeclaims":          replicas,
	}
	if c.ControlPlane.Expose == "ingress" {
		own["ingresses.networking.k8s.io"] = 1
	}
	if !stack.Plane.HasWorkers() {
		return own
	}
	machines := replicas + 2 // and one more of each kind, in a roll-out
	for _, w := range c.Workers {
		machines += w.Count
	}
	own["configmaps"] += objectsOfMachine * machines
	own["secrets"] += objectsOfMachine * machines
	own["persistentvolumeclaims"] = 2 * machines // a volume, and the one that its image is imported into
	return own
}

func number(n int64) resource.Quantity { return *resource.NewQuantity(n, resource.DecimalSI) }

func addTimes(sum *resource.Quantity, q resource.Quantity, times int64) {
	product := q.DeepCopy()
	product.Mul(times)
	sum.Add(product)
}
