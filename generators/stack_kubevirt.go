package generators

import (
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

const kubeadmPlane = "KubeadmControlPlane"

// kubevirtStack is a cluster of its own in virtual machines, control plane and
// workers, made by Cluster API, its provider for KubeVirt and kubeadm.
func kubevirtStack() stack {
	return stack{guards: machineGuards, network: kubevirtNetwork, layer: kubevirtLayer, usable: kubevirtUsable}
}

func kubevirtNetwork(s resolve.Site, c resolve.Cluster) []object.Object {
	n := s.Namespaces
	return machineNetwork(s, c, map[string]string{poolLabel: controlPlanePool},
		n.ClusterAPI, n.KubeadmBootstrap, n.KubeadmControlPlane, n.KubeVirtProvider)
}

func kubevirtLayer(_ resolve.Tenancy, s resolve.Site, c resolve.Cluster) ([]object.Object, diag.List) {
	a := capiOf(s, c)
	machine := a.template(infraGroup+"/"+infraVersion, kubevirtTemplate, controlPlanePool, virtualMachine(s, c, controlPlanePool, planeMachines(c)))
	objects := []object.Object{
		a.clusterOf(a.infra(kubevirtCluster, c.Name), a.kubeadm(planeGroup, kubeadmPlane, planeName(c))),
		a.kubevirt(nil, map[string]any{"controlPlaneServiceTemplate": map[string]any{"spec": map[string]any{"type": serviceType(c)}}}),
		machine,
		a.kubeadmPlane(machine.ID.Name),
	}
	objects = append(objects, a.workers(s)...)
	objects = append(objects, a.network()...)
	return append(objects, a.apiIngress(s, c.Name+"-lb")...), nil
}

func planeName(c resolve.Cluster) string { return c.Name + "-control-plane" }

// kubeadmPlane is the control plane, with etcd beside each API server. A new
// machine comes before an old one goes: the quota has room for one.
func (a capi) kubeadmPlane(machine string) object.Object {
	c := a.cluster
	api := map[string]any{"certSANs": []string{c.APIHost}}
	if args := planeArguments(c); args != nil {
		api["extraArgs"] = a.arguments(args)
	}
	spec := map[string]any{
		"replicas": c.ControlPlane.Replicas,
		"version":  "v" + c.Version,
		"kubeadmConfigSpec": map[string]any{
			"clusterConfiguration": map[string]any{"apiServer": api},
			"initConfiguration":    nodeRegistration(),
			"joinConfiguration":    nodeRegistration(),
		},
	}
	strategy := map[string]any{"type": "RollingUpdate", "rollingUpdate": map[string]any{"maxSurge": 1}}
	if a.v1beta2 {
		spec["machineTemplate"] = map[string]any{"spec": map[string]any{"infrastructureRef": a.infra(kubevirtTemplate, machine)}}
		spec["rollout"] = map[string]any{"strategy": strategy}
	} else {
		spec["machineTemplate"] = map[string]any{"infrastructureRef": a.infra(kubevirtTemplate, machine)}
		spec["rolloutStrategy"] = strategy
	}
	return kept(a.object(a.api(planeGroup), kubeadmPlane, planeName(c), spec))
}

// kubevirtUsable: the API server answers with all its replicas, and the
// machines that pods run in are there.
func kubevirtUsable(s resolve.Site, c resolve.Cluster) []check {
	a := capiOf(s, c)
	plane := check{apiVersion: a.api(planeGroup), kind: kubeadmPlane, name: planeName(c), current: a.available()}
	return append([]check{plane}, a.workersUsable()...)
}

// workersUsable asks for each pool; Flux takes one expression a kind.
func (a capi) workersUsable() []check {
	var checks []check
	for _, w := range a.cluster.Workers {
		checks = append(checks, check{apiVersion: a.api(clusterGroup), kind: "MachineDeployment", name: a.cluster.Name + "-" + w.Name, current: a.available()})
	}
	return checks
}
