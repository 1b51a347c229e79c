package catalogue

import "slices"

// Stacks lists every stack that tenantc makes objects for, in the order of
// autonomy, and there the lightest first. What one costs a certain tenant is in
// its Parts.
func Stacks() []Stack {
	return slices.DeleteFunc(Studied(), func(s Stack) bool { return s.Missing != "" })
}

// Studied lists the stacks of the study, those too that tenantc makes nothing
// for, in the order of Stacks. Only who says why not has a use for these.
func Studied() []Stack {
	return []Stack{namespaceStack(), hncStack(), capsuleStack(), vclusterStack(), virtualClusterStack(),
		kamajiStack(), liquidMetalStack(), virtinkStack(), kubeVirtStack(), liqoStack(), tensileKubeStack()}
}

const (
	clusterGroup  = "cluster.x-k8s.io"
	infraGroup    = "infrastructure.cluster.x-k8s.io"
	planeGroup    = "controlplane.cluster.x-k8s.io"
	bootGroup     = "bootstrap.cluster.x-k8s.io"
	addonsGroup   = "addons.cluster.x-k8s.io"
	rbacGroup     = "rbac.authorization.k8s.io"
	endOfContract = "1.16" // drops the v1beta1 contract, which these providers keep to
	asOf          = "2026-11"
)

func namespaceStack() Stack {
	return Stack{
		Name: Namespace, Title: "plain namespaces, RBAC and quota", Approach: SingleInstance, Autonomy: AutonomyNamespace,
		ControlPlane: Soft,
		Readiness:    Readiness{Plain, asOf, "nothing but what every Kubernetes has"},
		Kinds:        []Kind{{Group: rbacGroup, Kind: "RoleBinding", Resource: "rolebindings"}},
		Parts:        podsOnly,
	}
}

func hncStack() Stack {
	const group = "hnc.x-k8s.io"
	return Stack{
		Name: HNC, Title: "Hierarchical Namespaces", Approach: SingleInstance, Autonomy: AutonomyNamespace,
		ControlPlane: Soft,
		Readiness:    Readiness{OneOrganisation, asOf, "no release since 1.1.0; its parts trust one another"},
		Needs:        []Need{{Component: "hnc", Least: "1.1", Why: "quotas over a tree of namespaces are from there"}},
		Kinds: []Kind{
			{Group: rbacGroup, Kind: "RoleBinding", Resource: "rolebindings"},
			{Group: group, Kind: "HierarchyConfiguration", Resource: "hierarchyconfigurations"},
			{Group: group, Kind: "HierarchicalResourceQuota", Resource: "hierarchicalresourcequotas"},
		},
		Parts: podsOnly,
	}
}

func capsuleStack() Stack {
	return Stack{
		Name: Capsule, Title: "Capsule", Approach: SingleInstance, Autonomy: AutonomyNamespace,
		ControlPlane: Soft,
		Readiness:    Readiness{ProductionReady, asOf, "maintained, with regular releases"},
		Needs:        []Need{{Component: "capsule", Least: "0.10.4", Why: "before, a tenant's owner could take over namespaces of others (CVE-2025-55205)"}},
		Fence:        []Kind{{Group: "capsule.clastix.io", Kind: "Tenant", Resource: "tenants"}},
		Parts:        podsOnly,
	}
}

func vclusterStack() Stack {
	return Stack{
		Name: VCluster, Title: "vCluster", Approach: ManyControlPlanes, Autonomy: AutonomyVirtualCluster,
		Plane: PlaneChart, ControlPlane: Hard,
		Readiness: Readiness{ProductionReady, asOf, "maintained, with regular releases; the study's choice together with Kata Containers"},
		Needs: []Need{
			{Component: "vcluster"},
			{Component: "clusterAPI", Least: "1.8", Below: endOfContract, Why: "the vCluster provider is used with nothing older, and keeps to a contract, v1beta1, that is dropped in 1.16"},
		},
		Kinds: []Kind{
			{Group: clusterGroup, Kind: "Cluster", Resource: "clusters", Max: 1},
			{Group: infraGroup, Kind: "VCluster", Resource: "vclusters", Max: 1, Last: true},
		},
		Parts: chartParts,
	}
}

// machineKinds are those of a cluster of machines that Cluster API makes with
// kubeadm, besides the infrastructure provider's.
func machineKinds() []Kind {
	return []Kind{
		{Group: clusterGroup, Kind: "Cluster", Resource: "clusters", Max: 1, Last: true},
		{Group: clusterGroup, Kind: "MachineDeployment", Resource: "machinedeployments"},
		{Group: bootGroup, Kind: "KubeadmConfigTemplate", Resource: "kubeadmconfigtemplates"},
		{Group: addonsGroup, Kind: "ClusterResourceSet", Resource: "clusterresourcesets", Max: 1},
		{Kind: "ConfigMap", Resource: "configmaps"},
		{Group: "networking.k8s.io", Kind: "Ingress", Resource: "ingresses"},
	}
}

func kubevirtKinds() []Kind {
	return append(machineKinds(),
		Kind{Group: infraGroup, Kind: "KubevirtCluster", Resource: "kubevirtclusters", Max: 1},
		Kind{Group: infraGroup, Kind: "KubevirtMachineTemplate", Resource: "kubevirtmachinetemplates"},
	)
}

func kubevirtNeeds() []Need {
	return []Need{
		{Component: "kubevirt", Least: "1.0", Why: "machines run without root rights on the node from there"},
		{Component: "kubevirtProvider", Least: "0.1.8", Why: "older ones were not looked at"},
		{Component: "clusterAPI", Least: "1.8", Below: endOfContract, Why: "the KubeVirt provider is used with nothing older, and keeps to a contract, v1beta1, that is dropped in 1.16"},
	}
}

func kubeVirtStack() Stack {
	return Stack{
		Name: KubeVirt, Title: "KubeVirt clusters", Approach: ManyClusters, Autonomy: AutonomyCluster,
		Plane: PlaneMachines, ControlPlane: HardPlus, VMNodes: true,
		Readiness: Readiness{ProductionReady, asOf, "maintained, with regular releases"},
		Needs:     kubevirtNeeds(),
		Kinds:     append(kubevirtKinds(), Kind{Group: planeGroup, Kind: "KubeadmControlPlane", Resource: "kubeadmcontrolplanes", Max: 1}),
		Parts:     launcher(virtLauncher).machineParts,
	}
}

func kamajiStack() Stack {
	return Stack{
		Name: Kamaji, Title: "Kamaji control planes, KubeVirt workers", Approach: HostedControl, Autonomy: AutonomyCluster,
		Plane: PlaneHosted, ControlPlane: HardPlus, VMNodes: true,
		Readiness: Readiness{ProductionReady, asOf, "maintained; pays off at large scale"},
		Needs: append(kubevirtNeeds(),
			Need{Component: "kamaji", Least: "1.0", Why: "older ones were not looked at"},
			Need{Component: "kamajiProvider", Least: "0.10", Why: "older ones were not looked at"}),
		Kinds: append(kubevirtKinds(), Kind{Group: planeGroup, Kind: "KamajiControlPlane", Resource: "kamajicontrolplanes", Max: 1}),
		Parts: hostedParts,
	}
}

// What keeps tenantc from making objects for some of the study's stacks: not
// that they are old, but that no fence would stand around what they make. The
// places named are of the projects' own sources, as they were in 2026-11.
const (
	// virtualcluster/pkg/syncer/conversion/helper.go: ToClusterKey; and what the provider's controllers import as clusterv1
	nestedUnfenced = "its syncer makes a namespace on the site for each that a tenant makes, with neither quota nor network policy, under a name with a digest of a UID in it, " +
		"so that no fence can be there before the pods are; " +
		"and its Cluster API provider, which would do without the digest, reads Cluster in v1alpha4, which Cluster API has not served since 1.6"
	// api/v1alpha1 and controller-pkg/types/microvm: NetworkInterface; flintlock's api/types/microvm.proto would take a bridge
	microvmUnfenced = "its microVMs run beside Kubernetes, started by Flintlock on the servers themselves: no quota, network policy or admission policy of the site reaches them, " +
		"and its scheduler does not know what they take of a server; " +
		"and its Cluster API provider has no field for a machine's network, so that all tenants' share the one that Flintlock was started with"
	// pkg/provider/pod.go: CreatePod; go.mod
	virtualNodeUnfenced = "it has no object of a tenant's: one virtual node a peer takes the pods of every namespace and starts them there in a namespace of the same name, " +
		"which it makes without quota and policies, and which no tenant cluster of the peer's can have to fence it in; " +
		"and it copies pods with the types of Kubernetes 1.18, which lose the seccompProfile that Pod Security asks for"
)

func virtualClusterStack() Stack {
	return Stack{
		Name: "virtualcluster", Title: "VirtualCluster (cluster-api-provider-nested)", Approach: ManyControlPlanes, Autonomy: AutonomyVirtualCluster,
		ControlPlane: Hard, Missing: nestedUnfenced, Instead: VCluster, Parts: podsOnly,
		Readiness: Readiness{Unmaintained, asOf, "one release, 0.1.0; the last change is of November 2023"},
	}
}

func liquidMetalStack() Stack {
	return Stack{
		Name: "liquidmetal", Title: "Liquid Metal microVMs", Approach: ManyClusters, Autonomy: AutonomyCluster,
		ControlPlane: HardPlus, VMNodes: true, Missing: microvmUnfenced, Instead: KubeVirt, Parts: podsOnly,
		Readiness: Readiness{Stale, asOf, "its company is gone; volunteers release Flintlock, but no Cluster API provider since March 2025"},
	}
}

// virtinkStack can be fenced in although the pod of each of its machines has
// SYS_ADMIN, NET_ADMIN and SYS_RESOURCE (Virtink, pkg/controller/vm_controller.go:
// buildVMPod), which Pod Security refuses: nobody of the tenant's has access to
// the namespace, only Virtink's controller makes pods there, and a policy of the
// site holds them to just that (templates/admission-machines: tenantc-launchers).
// Whoever breaks out of the hypervisor is root in that pod, no more than beneath
// Kata, whose hypervisor runs as root on the server.
//
// A volume is possible, but a control plane on it would come back under another
// address than its etcd knows; one of its own takes annotations of Calico's that
// the site's policies refuse (the provider's README: persistent storage). So the
// state is in three machines, and Cluster API replaces those that are lost.
func virtinkStack() Stack {
	return Stack{
		Name: Virtink, Title: "VirtInk Cloud Hypervisor VMs", Approach: ManyClusters, Autonomy: AutonomyCluster,
		Plane: PlaneMachines, ControlPlane: HardPlus, VMNodes: true, Fleeting: true, Instead: KubeVirt,
		Readiness: Readiness{Stale, asOf, "no release since December 2024, none of its Cluster API provider since May 2023; made for Kubernetes up to 1.25; " +
			"machines without volumes, in pods that may administer the kernel of their server"},
		Needs: []Need{
			{Component: "virtink", Least: "0.17", Why: "before, its hypervisor is of 2023 or older"},
			{Component: "virtinkProvider", Least: "0.7", Why: "older ones were not looked at"},
			{Component: "clusterAPI", Least: "1.8", Below: endOfContract, Why: "tenantc writes for nothing older, and the Virtink provider keeps to a contract, v1beta1, that is dropped in 1.16"},
		},
		Kinds: append(machineKinds(),
			Kind{Group: infraGroup, Kind: "VirtinkCluster", Resource: "virtinkclusters", Max: 1},
			Kind{Group: infraGroup, Kind: "VirtinkMachineTemplate", Resource: "virtinkmachinetemplates"},
			Kind{Group: planeGroup, Kind: "KubeadmControlPlane", Resource: "kubeadmcontrolplanes", Max: 1},
			Kind{Group: clusterGroup, Kind: "MachineHealthCheck", Resource: "machinehealthchecks", Max: 1}),
		Parts: launcher(cloudHypervisor).machineParts,
	}
}

func liqoStack() Stack {
	return Stack{
		Name: Liqo, Title: "Liqo, a namespace whose pods run on a peer", Approach: VirtualKubelet, Autonomy: AutonomyNamespace,
		ControlPlane: Soft, Instead: Namespace,
		Readiness: Readiness{Federation, asOf, "whoever owns the peers sees what runs there; the project is maintained"},
		Needs:     []Need{{Component: "liqo", Least: "1.0", Why: "the namespace on the peer can be chosen, and so fenced in, from there"}},
		Kinds: []Kind{
			{Group: rbacGroup, Kind: "RoleBinding", Resource: "rolebindings"},
			{Group: "offloading.liqo.io", Kind: "NamespaceOffloading", Resource: "namespaceoffloadings", Max: 1, Last: true},
		},
		Parts: podsOnly,
	}
}

func tensileKubeStack() Stack {
	return Stack{
		Name: "tensile-kube", Title: "tensile-kube", Approach: VirtualKubelet, Missing: virtualNodeUnfenced, Instead: Namespace, Parts: podsOnly,
		Readiness: Readiness{Federation, asOf, "whoever owns the peers sees what runs there; the last change is of April 2023"},
	}
}
