package catalogue

// Stacks lists every stack, the cheapest to run first: where a spec names none,
// the first that meets its isolation and autonomy is taken. vCluster before
// virtual machines is the study's measurement (20% less CPU, 60% less memory
// than KubeVirt clusters); hosted control planes before dedicated ones is its
// judgement at scale; the rest follows from what runs besides the tenant's
// pods: nothing, a controller, a control plane, machines.
func Stacks() []Stack {
	const notYet = "this version of tenantc makes no objects for it"
	return []Stack{
		{
			Name: Namespace, Title: "plain namespaces, RBAC and quota", Approach: SingleInstance, Autonomy: AutonomyNamespace,
			ControlPlane: Soft, Missing: notYet,
			Readiness: Readiness{Plain, "2026-11", "nothing but what every Kubernetes has"},
		},
		{
			Name: HNC, Title: "Hierarchical Namespaces", Approach: SingleInstance, Autonomy: AutonomyNamespace,
			ControlPlane: Soft, Missing: notYet,
			Readiness: Readiness{OneOrganisation, "2026-11", "no release since 1.1.0; its parts trust one another"},
		},
		{
			Name: Capsule, Title: "Capsule", Approach: SingleInstance, Autonomy: AutonomyNamespace,
			ControlPlane: Soft, Missing: notYet,
			Readiness: Readiness{ProductionReady, "2026-11", "maintained, with regular releases"},
		},
		{
			Name: VCluster, Title: "vCluster", Approach: ManyControlPlanes, Autonomy: AutonomyVirtualCluster,
			ControlPlane: Hard,
			Readiness:    Readiness{ProductionReady, "2026-11", "maintained, with regular releases; the study's choice together with Kata Containers"},
			Needs: []Need{
				{Component: "vcluster"},
				{Component: "clusterAPI", Least: "1.8", Below: "1.16", Why: "the vCluster provider is used with nothing older, and keeps to a contract, v1beta1, that is dropped there"},
			},
			Kinds: []Kind{
				{Group: "cluster.x-k8s.io", Kind: "Cluster", Resource: "clusters", Max: 1},
				{Group: "infrastructure.cluster.x-k8s.io", Kind: "VCluster", Resource: "vclusters", Max: 1, Last: true},
			},
		},
		{
			Name: "virtualcluster", Title: "VirtualCluster (cluster-api-provider-nested)", Approach: ManyControlPlanes, Autonomy: AutonomyVirtualCluster,
			ControlPlane: Hard, Missing: notYet, Instead: VCluster,
			Readiness: Readiness{Unmaintained, "2026-11", "the project is archived"},
		},
		{
			Name: Kamaji, Title: "Kamaji control planes, KubeVirt workers", Approach: HostedControl, Autonomy: AutonomyCluster,
			ControlPlane: HardPlus, VMNodes: true, Missing: notYet,
			Readiness: Readiness{ProductionReady, "2026-11", "maintained; pays off at large scale"},
		},
		{
			Name: "liquidmetal", Title: "Liquid Metal microVMs", Approach: ManyClusters, Autonomy: AutonomyCluster,
			ControlPlane: HardPlus, VMNodes: true, Missing: notYet, Instead: KubeVirt,
			Readiness: Readiness{Stale, "2026-11", "its company is gone, and its providers stand still"},
		},
		{
			Name: "virtink", Title: "VirtInk Cloud Hypervisor VMs", Approach: ManyClusters, Autonomy: AutonomyCluster,
			ControlPlane: HardPlus, VMNodes: true, Missing: notYet, Instead: KubeVirt,
			Readiness: Readiness{Stale, "2026-11", "no release since 2023"},
		},
		{
			Name: KubeVirt, Title: "KubeVirt clusters", Approach: ManyClusters, Autonomy: AutonomyCluster,
			ControlPlane: HardPlus, VMNodes: true, Missing: notYet,
			Readiness: Readiness{ProductionReady, "2026-11", "maintained, with regular releases"},
		},
		{
			Name: "liqo", Title: "Liqo", Approach: VirtualKubelet, Missing: notYet,
			Readiness: Readiness{Federation, "2026-11", "whoever owns the peers sees what runs there"},
		},
		{
			Name: "tensile-kube", Title: "tensile-kube", Approach: VirtualKubelet, Missing: notYet, Instead: "liqo",
			Readiness: Readiness{Federation, "2026-11", "whoever owns the peers sees what runs there"},
		},
	}
}
