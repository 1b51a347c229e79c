package verify_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/generators"
	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

func tenancy() resolve.Tenancy {
	return resolve.Tenancy{
		Name:  "alpine",
		Fleet: resolve.Fleet{Branch: "main", PullURL: "https://git.example.net/fleet.git", PullInterval: 5 * time.Minute},
		Flux:  resolve.Flux{Namespace: "flux-system", Interval: 5 * time.Minute, RetryInterval: time.Minute, Timeout: 3 * time.Minute},
	}
}

func site() resolve.Site {
	chart, _ := catalogue.Lookup("0.30.0")
	return resolve.Site{
		Name: "turin-1", Kubernetes: "1.34", OvercommitCPU: 2, ChartRepo: "https://charts.loft.sh",
		Components: resolve.Components{Flux: "2.9", ClusterAPI: "1.9", Kata: "3.24", VCluster: chart},
		Network: resolve.SiteNetwork{
			CNI: "cilium", PodCIDRs: []string{"10.0.0.0/16"}, ServiceCIDRs: []string{"10.1.0.0/16"}, NodeCIDRs: []string{"192.168.10.0/24"},
			APIServers: []string{"192.168.10.10"}, APIServerPort: 6443, Resolvers: []string{"192.168.10.53"},
			IngressClass: "nginx", IngressNamespace: "ingress-nginx",
		},
		Namespaces: resolve.Namespaces{ClusterAPI: "capi-system", VClusterProvider: "vcluster-provider", Metrics: "kube-system"},
	}
}

func clusterOf(tenant, name string) resolve.Cluster {
	clh, _ := catalogue.SandboxFor(catalogue.KataCLH, "3.24")
	class := resolve.StorageClass{Name: "nvme", Provisioner: "topolvm.io", VolumeBindingMode: "WaitForFirstConsumer"}
	return resolve.Cluster{
		Tenant: tenant, Class: "gold", Name: name, Site: "turin-1", Namespace: resolve.NamespaceOf(tenant, name), State: resolve.Active,
		Stack: "vcluster", Isolation: catalogue.Hard, Sandbox: clh, Kubernetes: "1.34",
		ControlPlane: resolve.ControlPlane{
			Distro: catalogue.K8s, Image: "v1.34.0", Replicas: 3, Store: resolve.Store{Type: catalogue.Etcd},
			CPU: resource.MustParse("1"), Memory: resource.MustParse("2Gi"), Size: resource.MustParse("5Gi"),
			StorageClass: resolve.StorageClassName(tenant, name, "nvme"), Expose: "ingress", MetricsFromHost: true,
		},
		APIHost: name + "." + tenant + ".turin-1.example.net",
		Bought:  resolve.Quota{CPU: resource.MustParse("32"), Memory: resource.MustParse("64Gi")},
		Quota:   resolve.HostQuota{corev1.ResourceLimitsCPU: resource.MustParse("32"), corev1.ResourceName("count/vclusters.infrastructure.cluster.x-k8s.io"): resource.MustParse("1")},
		Network: resolve.ClusterNetwork{Hosts: []string{"*.acme.example"}},
		Storage: []resolve.ClusterStorage{{Name: resolve.StorageClassName(tenant, name, "nvme"), Class: class}},
	}
}

func boundary() []object.Object {
	return generators.Boundary(tenancy(), site(), clusterOf("acme", "prod"))
}

func layer(t *testing.T) []object.Object {
	require.Empty(t, generators.Refused(site(), clusterOf("acme", "prod")))
	return generators.Layer(tenancy(), site(), clusterOf("acme", "prod"))
}

// clusters are one in each state, so that every kind of Kustomization is there.
func clusters() []resolve.Cluster {
	all := []resolve.Cluster{clusterOf("acme", "prod"), clusterOf("acme", "test"), clusterOf("globex", "prod"), clusterOf("initech", "prod")}
	all[1].State, all[2].State, all[3].State = resolve.Suspended, resolve.Retired, resolve.Purged
	return all
}
