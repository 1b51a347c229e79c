package generators

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/resolve"
)

// scene is one tenant cluster with its surroundings.
type scene struct {
	tenancy resolve.Tenancy
	site    resolve.Site
	cluster resolve.Cluster
}

// scenes are the features that goldens show, each by what differs from base.
func scenes(t *testing.T) map[string]scene {
	edited := func(edits ...func(*scene)) scene {
		s := base(t)
		for _, edit := range edits {
			edit(&s)
		}
		return s
	}
	return map[string]scene{
		"ingress-etcd-oidc-kata-cilium":  edited(withOIDC),
		"sqlite-k0s-calico-old-chart":    edited(old(t), k0s, calico, bare),
		"postgres-k3s":                   edited(chart(t, "0.25.0"), external("postgres", catalogue.K3s), calico),
		"mysql-licensed-mirror":          edited(chart(t, "0.34.0"), external("mysql", catalogue.K8s), licensed, mirrored),
		"dedicated-embedded-etcd-public": edited(chart(t, "0.33.0"), licensed, dedicated, public, calico, withOIDC, withIssuerAddresses),
		"gvisor-new-chart-v1beta2":       edited(chart(t, "0.36.0"), gvisor, bare),
		"suspended":                      edited(withOIDC, in(resolve.Suspended)),
		"retired":                        edited(in(resolve.Retired)),
		"purged":                         edited(in(resolve.Purged)),
		"namespace-cilium":               edited(shared(catalogue.Namespace)),
		"namespace-calico-suspended":     edited(shared(catalogue.Namespace), calico, gvisor, in(resolve.Suspended)),
		"hnc":                            edited(shared(catalogue.HNC), calico, inTree),
		"capsule":                        edited(shared(catalogue.Capsule)),
		"capsule-retired":                edited(shared(catalogue.Capsule), plain, in(resolve.Retired)),
		"liqo":                           edited(shared(catalogue.Liqo), plain, away),
		"liqo-retired":                   edited(shared(catalogue.Liqo), plain, away, in(resolve.Retired)),
		"liqo-peer":                      edited(shared(catalogue.Namespace), plain, takesIn, calico),
		"kubevirt":                       edited(machines, withOIDC, withIssuerAddresses),
		"kubevirt-v1beta2-public":        edited(machines, newAPI, public, dedicatedCores, calico),
		"kubevirt-suspended":             edited(machines, in(resolve.Suspended)),
		"kubevirt-retired":               edited(machines, in(resolve.Retired)),
		"virtink":                        edited(machines, virtink, withOIDC, withIssuerAddresses),
		"virtink-v1beta2-public":         edited(machines, virtink, newAPI, public, dedicatedCores, calico, dedicated),
		"virtink-retired":                edited(machines, virtink, in(resolve.Retired)),
		"kamaji":                         edited(machines, hosted, plain),
		"kamaji-v1beta2-kata":            edited(machines, hosted, newAPI, public, withOIDC, withIssuerAddresses),
	}
}

// base is acme/prod on a Cilium site: Kata, chart 0.30, three replicas on etcd,
// reached through the ingress.
func base(t *testing.T) scene {
	s := scene{tenancy: tenancy(), site: site(), cluster: acme()}
	chart(t, "0.30.0")(&s)
	clh, found := catalogue.SandboxFor(catalogue.KataCLH, s.site.Components.Kata)
	require.True(t, found)
	s.cluster.Sandbox = clh
	return s
}

func tenancy() resolve.Tenancy {
	return resolve.Tenancy{
		Name:  "alpine",
		Fleet: resolve.Fleet{Repository: "build/fleet.git", Branch: "main", PullURL: "https://git.example.net/fleet.git", PullInterval: 30 * time.Second},
		Flux:  resolve.Flux{Namespace: "flux-system", Interval: 5 * time.Minute, RetryInterval: time.Minute, Timeout: 3 * time.Minute},
	}
}

func site() resolve.Site {
	return resolve.Site{
		Name:           "turin-1",
		Kubernetes:     "1.34",
		APIDomain:      "turin-1.example.net",
		Components:     resolve.Components{Flux: "2.9", ClusterAPI: "1.9", Kata: "3.24"},
		OvercommitCPU:  2,
		ChartRepo:      "https://charts.loft.sh",
		StorageClasses: []resolve.StorageClass{nvme()},
		Network: resolve.SiteNetwork{
			CNI:              "cilium",
			PodCIDRs:         []string{"10.0.0.0/16"},
			ServiceCIDRs:     []string{"10.1.0.0/16"},
			NodeCIDRs:        []string{"192.168.10.0/24"},
			APIServers:       []string{"192.168.10.10", "192.168.10.11"},
			APIServerPort:    6443,
			Resolvers:        []string{"192.168.10.53", "fd00:10::53"},
			IngressClass:     "nginx",
			IngressNamespace: "ingress-nginx",
			LoadBalancerPool: "192.0.2.0/26",
		},
		Namespaces: resolve.Namespaces{
			ClusterAPI: "capi-system", VClusterProvider: "vcluster-provider", Metrics: "kube-system",
			KubeadmBootstrap: "kubeadm-bootstrap", KubeadmControlPlane: "kubeadm-control-plane",
			KubeVirt: "kubevirt", KubeVirtProvider: "capk-system", DataImporter: "cdi", Kamaji: "kamaji-system", Capsule: "capsule-system",
			Virtink: "virtink-system", VirtinkProvider: "capch-system",
		},
		Machines:  resolve.MachineImages{Repository: catalogue.MachineRepository, Addresses: []string{"198.51.100.128/32"}},
		Virtink:   resolve.MachineImages{Repository: "images.example.net/virtink/rootfs", Kernel: "images.example.net/virtink/kernel:6.12.1", Addresses: []string{"198.51.100.128/32"}},
		DataStore: "default",
	}
}

func nvme() resolve.StorageClass {
	return resolve.StorageClass{
		Name: "nvme", Provisioner: "topolvm.io", Parameters: map[string]string{"csi.storage.k8s.io/fstype": "ext4"},
		VolumeBindingMode: "WaitForFirstConsumer", AllowVolumeExpansion: true,
	}
}

func acme() resolve.Cluster {
	return resolve.Cluster{
		Tenant: "acme", Class: "gold", Name: "prod", Site: "turin-1", Namespace: "acme-prod", State: resolve.Active,
		Stack: "vcluster", Isolation: catalogue.Hard, Autonomy: catalogue.AutonomyVirtualCluster,
		Kubernetes: "1.34",
		ControlPlane: resolve.ControlPlane{
			Distro: catalogue.K8s, Image: "v1.34.0", Replicas: 3,
			Store: resolve.Store{Type: catalogue.Etcd},
			CPU:   resource.MustParse("1"), Memory: resource.MustParse("2Gi"), Size: resource.MustParse("5Gi"),
			StorageClass: "acme-prod-nvme", Expose: "ingress", MetricsFromHost: true,
		},
		APIHost: "prod.acme.turin-1.example.net",
		Bought:  resolve.Quota{CPU: resource.MustParse("32"), Memory: resource.MustParse("64Gi")},
		Quota: resolve.HostQuota{
			corev1.ResourceLimitsCPU:                            resource.MustParse("96"),
			corev1.ResourceRequestsCPU:                          resource.MustParse("48"),
			corev1.ResourcePods:                                 resource.MustParse("210"),
			"count/vclusters.infrastructure.cluster.x-k8s.io":   resource.MustParse("1"),
			"nvme.storageclass.storage.k8s.io/requests.storage": resource.MustParse("0"),
		},
		Network: resolve.ClusterNetwork{
			Hosts:     []string{"*.acme.example"},
			AllowFrom: []resolve.Peer{{CIDR: "203.0.113.0/24", Ports: []int32{443}}, {CIDR: "203.0.113.7/32", Ports: []int32{25}}},
			AllowTo:   []resolve.Peer{{CIDR: "198.51.100.0/24", Ports: []int32{443, 8443}}, {CIDR: "198.51.100.9/32"}},
		},
		Storage: []resolve.ClusterStorage{{Name: "acme-prod-nvme", Class: nvme()}},
	}
}

func chart(t *testing.T, version string) func(*scene) {
	c, found := catalogue.Lookup(version)
	require.True(t, found, version)
	return func(s *scene) {
		s.site.Components.VCluster = c
		if version >= "0.33" {
			s.site.Components.ClusterAPI = "1.13"
		}
		minors := c.Minors(s.cluster.ControlPlane.Distro)
		s.cluster.Kubernetes = minors[len(minors)-1]
		s.cluster.ControlPlane.Image, _ = c.Image(s.cluster.ControlPlane.Distro, s.cluster.Kubernetes)
	}
}

func old(t *testing.T) func(*scene) {
	return func(s *scene) {
		chart(t, "0.20.0")(s)
		s.cluster.Sandbox = catalogue.Sandbox{Name: catalogue.None}
	}
}

func k0s(s *scene) {
	s.cluster.ControlPlane.Distro = catalogue.K0s
	s.cluster.ControlPlane.Image, _ = s.site.Components.VCluster.Image(catalogue.K0s, s.cluster.Kubernetes)
}

// bare has nothing that a spec does not have to say.
func bare(s *scene) {
	s.cluster.ControlPlane.Replicas = 1
	s.cluster.ControlPlane.Store = resolve.Store{Type: catalogue.SQLite}
	s.cluster.ControlPlane.Expose = "none"
	s.cluster.ControlPlane.MetricsFromHost = false
	s.cluster.Network = resolve.ClusterNetwork{}
	s.cluster.Bought = resolve.Quota{CPU: resource.MustParse("250m"), Memory: resource.MustParse("128Mi")}
}

func external(store, distro string) func(*scene) {
	return func(s *scene) {
		s.cluster.ControlPlane.Distro = distro
		s.cluster.ControlPlane.Image, _ = s.site.Components.VCluster.Image(distro, s.cluster.Kubernetes)
		s.cluster.ControlPlane.Replicas = 2
		s.cluster.ControlPlane.Store = resolve.Store{
			Type: store, Endpoint: "db.acme.example:6432", Database: "prod", User: "prod", Secret: "prod-store", Addresses: []string{"198.51.100.64/32"},
		}
	}
}

func dedicated(s *scene) {
	s.cluster.ControlPlane.Store = resolve.Store{Type: catalogue.EmbeddedEtcd}
	s.cluster.Nodes = resolve.Nodes{
		Dedicated: true, Pool: "finance", Sync: true,
		Selector: map[string]string{"node.example.net/pool": "finance", "node.example.net/kind": "gpu"},
		Tolerations: []corev1.Toleration{
			{Key: "node.example.net/pool", Operator: corev1.TolerationOpEqual, Value: "finance", Effect: corev1.TaintEffectNoSchedule},
			{Key: "node.example.net/kind", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute},
		},
	}
}

func gvisor(s *scene) { s.cluster.Sandbox, _ = catalogue.SandboxFor(catalogue.GVisor, "") }

func plain(s *scene) { s.cluster.Sandbox = catalogue.Sandbox{Name: catalogue.None} }

// shared is a cluster that uses the site's own API server.
func shared(stack string) func(*scene) {
	return func(s *scene) {
		s.cluster.Stack, s.cluster.Isolation, s.cluster.Autonomy = stack, catalogue.Soft, catalogue.AutonomyNamespace
		s.cluster.APIHost, s.cluster.ControlPlane = "", resolve.ControlPlane{Expose: "none"}
		s.cluster.Access = resolve.Access{Groups: []string{"acme-admins"}, Users: []string{"ada@acme.example"}}
	}
}

func inTree(s *scene) { s.cluster.Namespaces = []string{"dev", "test"} }

// machines is a cluster of virtual machines.
func machines(s *scene) {
	plain(s)
	s.cluster.Stack, s.cluster.Isolation, s.cluster.Autonomy = catalogue.KubeVirt, catalogue.HardPlus, catalogue.AutonomyCluster
	s.cluster.Version, s.cluster.Network.Hosts = "1.34.1", nil
	s.cluster.ControlPlane.CPU, s.cluster.ControlPlane.Memory, s.cluster.ControlPlane.Size = resource.MustParse("2"), resource.MustParse("4Gi"), resource.MustParse("20Gi")
	s.cluster.Workers = []resolve.Workers{{Name: "pods", Machines: catalogue.Machines{
		Count: 4, CPU: 8, Memory: resource.MustParse("16Gi"), Disk: resource.MustParse("40Gi"),
	}}}
	s.cluster.Inside = resolve.InnerNetwork{PodCIDR: "10.243.0.0/16", ServiceCIDR: "10.95.0.0/16"}
}

// away has its pods run on a peer, takesIn those of a peer.
func away(s *scene) {
	s.cluster.Storage, s.cluster.Network = nil, resolve.ClusterNetwork{}
	s.cluster.Nodes = resolve.Nodes{Tolerations: []corev1.Toleration{{Key: "virtual-node.liqo.io/not-allowed", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute}}}
	s.cluster.Offload = &resolve.Offload{Peer: resolve.LiqoPeer{Site: "milan-1", ClusterID: "milan"}, Cluster: "rear"}
}

func takesIn(s *scene) {
	s.site.LiqoID = "turin"
	s.cluster.OffloadFrom = &resolve.LiqoPeer{Site: "milan-1", ClusterID: "milan"}
}

// virtink has machines that keep nothing.
func virtink(s *scene) {
	s.cluster.Stack = catalogue.Virtink
	s.cluster.ControlPlane.StorageClass, s.cluster.Storage = "", nil
}

// hosted has the control plane in pods, and root disks that go with the pod.
func hosted(s *scene) {
	s.cluster.Stack, s.site.Components.KamajiProvider = catalogue.Kamaji, "0.15"
	s.cluster.ControlPlane.StorageClass, s.cluster.Storage = "", nil
	s.cluster.Sandbox, _ = catalogue.SandboxFor(catalogue.KataCLH, "3.24")
}

func newAPI(s *scene) {
	s.site.Components.ClusterAPI, s.site.Components.KamajiProvider = "1.13", "0.20"
}

func dedicatedCores(s *scene) {
	s.cluster.Workers = append(s.cluster.Workers, resolve.Workers{Name: "fast", Machines: catalogue.Machines{
		Count: 1, CPU: 2, Memory: resource.MustParse("8Gi"), Disk: resource.MustParse("40Gi"), Dedicated: true,
	}})
}

func calico(s *scene)   { s.site.Network.CNI = "calico" }
func licensed(s *scene) { s.site.Components.VClusterPro = true }
func mirrored(s *scene) { s.site.ImageRegistry = "mirror.example.net/tenants" }
func public(s *scene)   { s.cluster.ControlPlane.Expose = "loadBalancer" }

func withOIDC(s *scene) {
	s.cluster.Access = resolve.Access{
		OIDC: &resolve.OIDC{
			Issuer: "https://login.acme.example:8443/realms/prod", ClientID: "kubernetes", UsernameClaim: "email", GroupsClaim: "groups",
		},
		Groups: []string{"acme-admins"}, Users: []string{"breakglass@acme.example"},
	}
}

func withIssuerAddresses(s *scene) { s.cluster.Access.OIDC.Addresses = []string{"198.51.100.200/32"} }

func in(state resolve.State) func(*scene) {
	return func(s *scene) { s.cluster.State = state }
}
