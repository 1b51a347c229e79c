package generators

import (
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// Control planes in machines of their own, with kubeadm.

const kubeadmPlane = "KubeadmControlPlane"

// machinesLayer is a cluster whose control plane, too, is in machines.
func machinesLayer(_ resolve.Tenancy, s resolve.Site, c resolve.Cluster) []object.Object {
	a := capiOf(s, c)
	machine := a.machine(s, controlPlanePool, planeMachines(c))
	objects := []object.Object{
		a.clusterOf(a.infra(a.by.cluster, c.Name), a.kubeadm(planeGroup, kubeadmPlane, planeName(c))),
		a.infrastructure(nil, a.by.exposed(serviceType(c))),
		machine,
		a.kubeadmPlane(s, machine.ID.Name),
	}
	objects = append(objects, a.workers(s)...)
	objects = append(objects, a.network()...)
	return append(objects, a.apiIngress(s, c.Name+a.by.suffix)...)
}

func planeName(c resolve.Cluster) string { return c.Name + "-control-plane" }

// kubeadmPlane is the control plane, with etcd beside each API server. A new
// machine comes before an old one goes: the quota has room for one.
func (a capi) kubeadmPlane(s resolve.Site, machine string) object.Object {
	c := a.cluster
	api := map[string]any{"certSANs": []string{c.APIHost}}
	if args := planeArguments(c); args != nil {
		api["extraArgs"] = a.arguments(args)
	}
	config := a.joining(s)
	config["clusterConfiguration"] = map[string]any{"apiServer": api}
	config["initConfiguration"] = a.nodeRegistration()
	spec := map[string]any{"replicas": c.ControlPlane.Replicas, "version": "v" + c.Version, "kubeadmConfigSpec": config}
	strategy := map[string]any{"type": "RollingUpdate", "rollingUpdate": map[string]any{"maxSurge": 1}}
	if a.v1beta2 {
		spec["machineTemplate"] = map[string]any{"spec": map[string]any{"infrastructureRef": a.infra(a.by.template, machine)}}
		spec["rollout"] = map[string]any{"strategy": strategy}
	} else {
		spec["machineTemplate"] = map[string]any{"infrastructureRef": a.infra(a.by.template, machine)}
		spec["rolloutStrategy"] = strategy
	}
	return kept(a.object(a.api(planeGroup), kubeadmPlane, planeName(c), spec))
}

// machinesUsable: the API server answers with all its replicas, and the
// machines that pods run in are there.
func machinesUsable(s resolve.Site, c resolve.Cluster) []check {
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
