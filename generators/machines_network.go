package generators

import (
	"fmt"

	netv1 "k8s.io/api/networking/v1"

	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// Ports between machines while the tenant's traffic is closed: what Kubernetes
// itself needs to stay healthy.
const portKonnectivity = 8132

// machineNetwork opens a namespace of machines: to itself, the site's resolvers
// and registries, what the spec names, and for the API server to the site's
// controllers and the tenant's people. The ports of a machine are its pod's.
func machineNetwork(s resolve.Site, c resolve.Cluster, plane map[string]string, controllers ...string) []object.Object {
	among := netv1.NetworkPolicyIngressRule{From: peers(allPods())}
	to := netv1.NetworkPolicyEgressRule{To: peers(allPods())}
	if c.State != resolve.Active {
		own := tcp(portKubeAPI, portKonnectivity, portEtcdClient, portEtcdPeer, portMetrics)
		among.Ports, to.Ports = own, own
	}
	objects := []object.Object{
		policy(c, "machines", nil, []netv1.NetworkPolicyIngressRule{among}, []netv1.NetworkPolicyEgressRule{to}),
		policy(c, "control-plane", plane, toMachinePlane(s, c, controllers), fromMachinePlane(c)),
	}
	if c.State == resolve.Active {
		objects = append(objects, machineWays(s, c)...)
		objects = append(objects, outside(s, c, machinePods(c))...)
	}
	return append(objects, machineGuard(s, c)...)
}

// toMachinePlane: the site's controllers, and while the cluster is active the
// tenant's people.
func toMachinePlane(s resolve.Site, c resolve.Cluster, controllers []string) []netv1.NetworkPolicyIngressRule {
	var from []netv1.NetworkPolicyPeer
	for _, namespace := range controllers {
		from = append(from, inNamespace(namespace))
	}
	rules := []netv1.NetworkPolicyIngressRule{{From: from, Ports: tcp(portKubeAPI)}}
	if c.State == resolve.Active {
		rules = append(rules, netv1.NetworkPolicyIngressRule{From: apiClients(s, c), Ports: tcp(portKubeAPI)})
	}
	return rules
}

// fromMachinePlane: the tenant's identity provider.
func fromMachinePlane(c resolve.Cluster) []netv1.NetworkPolicyEgressRule {
	if c.Access.OIDC == nil {
		return nil
	}
	return []netv1.NetworkPolicyEgressRule{{To: blocks(c.Access.OIDC.Addresses), Ports: tcp(issuerPort(c.Access.OIDC.Issuer))}}
}

// machineWays are the ways out that every machine needs.
func machineWays(s resolve.Site, c resolve.Cluster) []object.Object {
	resolvers := netv1.NetworkPolicyEgressRule{To: blocks(hostRanges(s.Network.Resolvers)), Ports: dns()}
	objects := []object.Object{policy(c, "dns", machinePods(c), nil, []netv1.NetworkPolicyEgressRule{resolvers})}
	if len(s.Machines.Addresses) > 0 {
		registries := netv1.NetworkPolicyEgressRule{To: blocks(s.Machines.Addresses), Ports: tcp(portHTTPS)}
		objects = append(objects, policy(c, "registries", machinePods(c), nil, []netv1.NetworkPolicyEgressRule{registries}))
	}
	return objects
}

// machineGuard denies machines the site, whatever else is allowed.
func machineGuard(s resolve.Site, c resolve.Cluster) []object.Object {
	switch s.Network.CNI {
	case "cilium":
		return []object.Object{ciliumGuard(c, machinePods(c))}
	case "calico":
		key, value := providers()[c.Stack].label(c)
		return []object.Object{calicoGuard(s, c, fmt.Sprintf("%s == '%s'", key, value))}
	}
	return nil
}
