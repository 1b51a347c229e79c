package prove

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// What differs from stack to stack in what the invariants ask: whose pods are in
// a namespace, who else makes pods there, and which annotations that takes.

// shared tells whether the tenant uses the site's own API server.
func (v view) shared() bool { return v.stack.Plane == catalogue.PlaneShared }

// machines tells whether the tenant's pods run in virtual machines.
func (v view) machines() bool { return v.stack.Plane.HasWorkers() }

// capsule tells whether Capsule makes the tenant's namespaces.
func (v view) capsule() bool { return v.Plan.Stack == catalogue.Capsule }

// runtimeClass is what the site is to force pods of the namespace into. In one
// of machines no pod is the tenant's: none is named, so that only those pods are
// let in that somebody is exempt for.
func (v view) runtimeClass() string {
	if v.stack.Plane == catalogue.PlaneMachines || v.stack.Plane == catalogue.PlaneHosted && v.Plan.Sandbox.Name == catalogue.None {
		return ""
	}
	return v.Plan.Sandbox.Name
}

// exempted are the annotations that let pods run outside of the sandbox.
func (v view) exempted() map[string]string {
	out := map[string]string{}
	if v.Plan.Stack == catalogue.VCluster {
		out[object.AnnotationControlPlane] = v.Plan.ControlPlaneAccount()
		out[object.AnnotationChart] = pinnedChart(v)
	}
	if to := v.Plan.Offload; to != nil {
		out[object.AnnotationOffload] = to.Peer.ClusterID + "/" + v.Plan.Tenant + "-" + to.Cluster
	}
	if from := v.Plan.OffloadFrom; from != nil {
		out[annotateMap] = "liqo-tenant-" + from.ClusterID + "/" + v.Site.LiqoID
	}
	if v.machines() {
		out[object.AnnotationMakers] = v.infra().makers(v.Site.Namespaces)
	}
	if v.stack.Plane == catalogue.PlaneHosted && v.Plan.Sandbox.Name == catalogue.None {
		out[object.AnnotationControlPlane] = "default"
	}
	return out
}

// hosted is what Kamaji calls the pods of a control plane.
func hosted(c resolve.Cluster) map[string]string {
	return map[string]string{"kamaji.clastix.io/name": c.Name}
}

// planeLabels are those of the control plane's pods in a namespace of machines.
func (v view) planeLabels() map[string]string {
	if v.stack.Plane == catalogue.PlaneHosted {
		return hosted(v.Plan)
	}
	return map[string]string{"tenantc.dev/machines": "control-plane"}
}

// controllers are the namespaces of those of the site that set machines up.
func (v view) controllers() []string {
	n := v.Site.Namespaces
	switch v.stack.Plane {
	case catalogue.PlaneMachines:
		return []string{n.ClusterAPI, n.KubeadmBootstrap, n.KubeadmControlPlane, n.KubeVirtProvider}
	case catalogue.PlaneHosted:
		return []string{n.ClusterAPI, n.KubeadmBootstrap, n.KubeVirtProvider, n.Kamaji}
	}
	return nil
}

const kubeAPI = "TCP/6443"

// ofMachines are the flows of machines and, where it has pods of its own, of
// their control plane. The site's resolvers and registries are said once for a
// site; everything else is sold.
func (f *flows) ofMachines(of group, egress, active bool) []flow {
	n := f.Site.Network
	switch {
	case of == controlPlane && egress:
		var out []flow
		if oidc := f.Plan.Access.OIDC; oidc != nil {
			out = append(out, flow{within: prefixes(oidc.Addresses), ports: []string{issuerPort(oidc.Issuer)}})
		}
		if f.stack.Plane == catalogue.PlaneHosted {
			out = append(out, hostDNSFlow(), flow{peer: f.Site.Namespaces.Kamaji, ports: []string{etcdClient}})
		}
		return out
	case of == controlPlane:
		return f.toMachinePlane(active)
	case of == everybody && active:
		return []flow{{peer: string(workloads)}}
	case of == everybody:
		return []flow{{peer: string(workloads), ports: []string{kubeAPI, "TCP/8132", etcdClient, etcdPeer, metricsPort}}}
	case !active:
		return nil
	case egress:
		out := []flow{{peer: string(workloads)}, {within: hosts(n.Resolvers), ports: dnsPorts()}, {within: prefixes(f.Site.Machines.Addresses), ports: []string{tcpPort(443)}}}
		return append(out, sold(f.Plan.Network.AllowTo)...)
	}
	return append([]flow{{peer: string(workloads)}}, sold(f.Plan.Network.AllowFrom)...)
}

func (f *flows) toMachinePlane(active bool) []flow {
	var out []flow
	for _, namespace := range f.controllers() {
		out = append(out, flow{peer: namespace, ports: []string{kubeAPI}})
	}
	if !active {
		return out
	}
	if f.Plan.ControlPlane.Expose == "ingress" {
		out = append(out, flow{peer: f.Site.Network.IngressNamespace, ports: []string{kubeAPI}})
	}
	if f.Plan.ControlPlane.Expose == "loadBalancer" {
		for _, p := range f.Plan.Network.AllowFrom {
			if len(p.Ports) == 0 || slices.Contains(p.Ports, 443) {
				out = append(out, flow{within: prefixes([]string{p.CIDR}), ports: []string{kubeAPI}})
			}
		}
	}
	return out
}

// ofShared are the flows of pods that are themselves the tenant's. They ask the
// site's own DNS, which is part of what soft isolation means; on Cilium it is
// said in Cilium's words, and here not at all.
func (f *flows) ofShared(egress, active bool) []flow {
	if !active {
		return nil
	}
	out := []flow{{peer: string(workloads)}}
	if !egress {
		if len(f.Plan.Network.Hosts) > 0 {
			out = append(out, flow{peer: f.Site.Network.IngressNamespace})
		}
		return append(out, sold(f.Plan.Network.AllowFrom)...)
	}
	if f.Site.Network.CNI != "cilium" || f.capsule() {
		out = append(out, hostDNSFlow())
	}
	return append(out, sold(f.Plan.Network.AllowTo)...)
}

func sold(peers []resolve.Peer) []flow {
	var out []flow
	for _, p := range peers {
		s := flow{within: prefixes([]string{p.CIDR})}
		for _, port := range p.Ports {
			s.ports = append(s.ports, tcpPort(int(port)))
		}
		out = append(out, s)
	}
	return out
}

// guardLabels are those of the pods that the CNI's guard is for; none for all.
func (v view) guardLabels() map[string]string {
	switch {
	case v.machines():
		return v.machinePods()
	case v.shared():
		return nil
	}
	return v.Site.Components.VCluster.WorkloadLabels(v.Plan.Name)
}

// guardSpares are the namespaces that the guard does not close: the tenant's
// own and, where its pods ask the site's DNS, that one's, to which a rule that
// allows has to lead all the same.
func (v view) guardSpares() []string {
	if v.shared() {
		return append(v.Plan.AllNamespaces(), hostDNS)
	}
	return v.Plan.AllNamespaces()
}

// ciliumNames is the rule by which pods of a shared stack ask the site's DNS:
// for names of their own and of the world, by the number of their labels.
func (v view) ciliumNames() map[string]any {
	patterns := []any{map[string]any{"matchPattern": "*.*"}, map[string]any{"matchPattern": "*.*.*"}, map[string]any{"matchPattern": "*.*.*.*"}}
	for _, own := range v.Plan.AllNamespaces() {
		patterns = append(patterns, map[string]any{"matchPattern": "*." + own + ".svc.cluster.local"})
	}
	return map[string]any{
		"toEndpoints": []any{map[string]any{"matchLabels": map[string]any{ciliumNamespace: hostDNS, "k8s:k8s-app": "kube-dns"}}},
		"toPorts": []any{map[string]any{
			"ports": []any{map[string]any{"port": "53", "protocol": "ANY"}},
			"rules": map[string]any{"dns": patterns},
		}},
	}
}

// below are the cluster as it is in each namespace below its own, with what of
// the boundary is there.
func (v view) below() []view {
	var out []view
	for _, c := range v.Plan.Below() {
		inside := slices.DeleteFunc(slices.Clone(v.Boundary), func(o object.Object) bool {
			return o.ID.Namespace != c.Namespace && o.ID != (object.ID{Kind: "Namespace", Name: c.Namespace})
		})
		b := v
		b.Plan = c
		out = append(out, b.withBoundary(inside))
	}
	return out
}

// peopleBound: in the cluster layer of a shared stack, the people that were sold
// access have the platform's role for tenants, while the cluster is active.
func peopleBound(v view) []Fault {
	if !v.shared() || !v.fenced() {
		return nil
	}
	var faults []Fault
	for _, o := range ofKind(v.Layer, rbacv1.GroupName, "RoleBinding") {
		if v.Plan.State != resolve.Active || o.ID.Name != resolve.TenantRoleName || o.ID.Namespace != v.Plan.Namespace {
			faults = append(faults, broken(o.ID, "", "nobody was sold it")...)
		}
		faults = append(faults, differs(o.ID, "roleRef", any(map[string]any{
			"apiGroup": rbacv1.GroupName, "kind": "ClusterRole", "name": resolve.TenantRoleName,
		}), o.Get("roleRef"), "it is another role than the platform's "+resolve.TenantRoleName)...)
		var people []any
		for _, p := range []struct {
			kind  string
			names []string
		}{{"Group", v.Plan.Access.Groups}, {"User", v.Plan.Access.Users}} {
			for _, name := range p.names {
				people = append(people, map[string]any{"apiGroup": rbacv1.GroupName, "kind": p.kind, "name": name})
			}
		}
		faults = append(faults, differs(o.ID, "subjects", any(people), o.Get("subjects"), "they are not the people of the specs")...)
	}
	return faults
}
