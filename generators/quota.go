package generators

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// resourceQuota is one pot for all that runs in the namespace: what was bought
// and what comes on top, as package resolve has summed it.
func resourceQuota(c resolve.Cluster) object.Object {
	hard := quotaOf(c)
	if own := stackOf(c).quota; own != nil {
		hard = own(c)
	}
	return resourceQuotaOf(corev1.ResourceQuota{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ResourceQuota"},
		ObjectMeta: meta(c, resolve.QuotaName),
		Spec:       corev1.ResourceQuotaSpec{Hard: hard},
	})
}

// quotaOf is what bought and charges come to.
func quotaOf(c resolve.Cluster) corev1.ResourceList { return corev1.ResourceList(c.Quota) }

// What a container gets that says nothing of itself. A quota refuses containers
// without limits, and Kata sizes a virtual machine by them: one without would
// share a single CPU and be killed at the guest's default memory.
const (
	defaultContainerCPU    = "500m"
	defaultContainerMemory = "256Mi"
)

// limitRange fills in the limits and requests of containers. It is the only one
// in the namespace: with several, whose defaults hold is left to chance.
func limitRange(s resolve.Site, c resolve.Cluster) object.Object {
	return limitRangeOf(corev1.LimitRange{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "LimitRange"},
		ObjectMeta: meta(c, "containers"),
		Spec:       limits(s, c),
	})
}

func limits(s resolve.Site, c resolve.Cluster) corev1.LimitRangeSpec {
	cpu := atMost(defaultContainerCPU, c.Bought.CPU)
	memory := atMost(defaultContainerMemory, c.Bought.Memory)
	disk := catalogue.ContainerDisk()
	return corev1.LimitRangeSpec{Limits: []corev1.LimitRangeItem{{
		Type: corev1.LimitTypeContainer,
		Max:  corev1.ResourceList{corev1.ResourceEphemeralStorage: mostDisk(c)},
		Default: corev1.ResourceList{
			corev1.ResourceCPU:              cpu,
			corev1.ResourceMemory:           memory,
			corev1.ResourceEphemeralStorage: disk.Limits,
		},
		DefaultRequest: corev1.ResourceList{
			corev1.ResourceCPU:              s.RequestCPU(cpu),
			corev1.ResourceMemory:           memory,
			corev1.ResourceEphemeralStorage: disk.Requests,
		},
	}}}
}

// mostDisk is what one container may write on its node: a fixed figure, or as
// much as the stack's own largest pod needs.
func mostDisk(c resolve.Cluster) resource.Quantity {
	most := catalogue.MostDisk()
	for _, charge := range c.Charges {
		if charge.Disk.Limits.Cmp(most) > 0 {
			most = charge.Disk.Limits
		}
	}
	return most
}

// atMost keeps a default inside what a small tenant bought.
func atMost(fallback string, bought resource.Quantity) resource.Quantity {
	q := resource.MustParse(fallback)
	if q.Cmp(bought) > 0 {
		return bought
	}
	return q
}
