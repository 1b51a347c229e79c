package standin

import (
	"context"
	"fmt"
	"net/netip"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tenantc/tenantc/lab/internal/kube"
)

// BalanceLoad plays the site's load balancer until the context ends: each
// Service of that type gets an address of the pool.
func BalanceLoad(ctx context.Context, host *kube.Client, pool netip.Prefix) {
	next := pool.Addr()
	every(ctx, round, func() {
		services, err := host.List(ctx, kube.Ref{APIVersion: "v1", Kind: "Service"}, "")
		if err != nil {
			return
		}
		for _, service := range services {
			given, _, _ := unstructured.NestedSlice(service.Object, "status", "loadBalancer", "ingress")
			if kube.Text(&service, "spec", "type") != "LoadBalancer" || len(given) > 0 || !pool.Contains(next.Next()) {
				continue
			}
			next = next.Next()
			patch := fmt.Sprintf(`{"status":{"loadBalancer":{"ingress":[{"ip":%q,"ipMode":"VIP"}]}}}`, next)
			_ = host.Merge(ctx, kube.RefOf(&service), patch, "status") // another round follows
		}
	})
}
