package resolve

import (
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
)

// RequestCPU is what a pod with this limit of CPU requests: the limit ÷ the
// site's overcommit, rounded up to a thousandth. Quotas are charged with it and
// pods are written with it, so both come out the same.
func (s Site) RequestCPU(limit resource.Quantity) resource.Quantity {
	return catalogue.Requests(limit, s.OvercommitCPU)
}
