package prove

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
)

// groupOf tells whose pods a selector of the namespace selects: it must have
// all labels by which those are known, and may have more. Where the tenant uses
// the site's API server, all pods there are the tenant's.
func (f *flows) groupOf(s metav1.LabelSelector) group {
	if f.Plan.Stack != catalogue.VCluster {
		switch {
		case !f.machines():
			return workloads
		case within(s, f.planeLabels()):
			return controlPlane
		case within(s, f.machinePods()):
			return workloads
		case everyPod(s):
			return everybody
		}
		return nobody
	}
	chart, name := f.Site.Components.VCluster, f.Plan.Name
	for _, g := range []struct {
		group  group
		labels map[string]string
	}{
		{tenantDNS, chart.DNSLabels(name)},
		{workloads, chart.WorkloadLabels(name)},
		{controlPlane, chart.ControlPlaneLabels(name)},
		{store, chart.EtcdLabels(name)},
	} {
		if within(s, g.labels) {
			return g.group
		}
	}
	return nobody
}

func within(s metav1.LabelSelector, labels map[string]string) bool {
	for key, value := range labels {
		if s.MatchLabels[key] != value {
			return false
		}
	}
	return true
}

// peer names who stands at the other end: a group of pods, a namespace of the
// site with its pods, or a range of addresses.
func (f *flows) peer(p netv1.NetworkPolicyPeer) (name string, within netip.Prefix, fault string) {
	switch {
	case p.IPBlock != nil:
		prefix, err := netip.ParsePrefix(p.IPBlock.CIDR)
		if err != nil {
			return "", prefix, fmt.Sprintf("%q is no range of addresses", p.IPBlock.CIDR)
		}
		return "", prefix.Masked(), ""
	case p.NamespaceSelector == nil && p.PodSelector != nil:
		switch g := f.groupOf(*p.PodSelector); g {
		case tenantDNS, everybody:
			return string(workloads), netip.Prefix{}, ""
		case workloads, controlPlane, store:
			return string(g), netip.Prefix{}, ""
		}
		return "", netip.Prefix{}, "it selects pods that are neither the tenant's, the control plane nor its store"
	case p.NamespaceSelector != nil:
		if f.ownPeers(p) {
			return string(workloads), netip.Prefix{}, ""
		}
		return namespacePeer(p)
	}
	return "", netip.Prefix{}, "it selects nobody, or everybody"
}

// ownPeers tells whether a peer is pods of namespaces that are all the tenant's.
func (f *flows) ownPeers(p netv1.NetworkPolicyPeer) bool {
	s := p.NamespaceSelector
	if f.capsule() && len(s.MatchLabels) == 1 && len(s.MatchExpressions) == 0 {
		return s.MatchLabels[capsuleGroup+"/tenant"] == f.Plan.Namespace
	}
	return len(s.MatchLabels) == 0 && len(s.MatchExpressions) == 1 && s.MatchExpressions[0].Key == namespaceByName &&
		s.MatchExpressions[0].Operator == metav1.LabelSelectorOpIn &&
		!slices.ContainsFunc(s.MatchExpressions[0].Values, func(n string) bool { return !slices.Contains(f.Plan.AllNamespaces(), n) })
}

// namespacePeer is a namespace by its name, with the pods' labels in it.
func namespacePeer(p netv1.NetworkPolicyPeer) (string, netip.Prefix, string) {
	name := p.NamespaceSelector.MatchLabels[namespaceByName]
	if name == "" {
		return "", netip.Prefix{}, "it selects namespaces by something else than their name"
	}
	if p.PodSelector != nil {
		for _, key := range slices.Sorted(maps.Keys(p.PodSelector.MatchLabels)) {
			name += " " + key + "=" + p.PodSelector.MatchLabels[key]
		}
	}
	return name, netip.Prefix{}, ""
}

const namespaceByName = "kubernetes.io/metadata.name"
