package generators

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	netv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// Network policies: no rule without peers, one policy for all pods and that one
// closed, and no address that the site and the spec do not name.
func TestNetworkPoliciesAreNarrow(t *testing.T) {
	each(t, func(t *testing.T, s scene) {
		closed := false
		for _, o := range Boundary(s.tenancy, s.site, s.cluster) {
			if o.ID.Kind != "NetworkPolicy" || o.ID.Group != netv1.GroupName {
				continue
			}
			p := networkPolicy(t, o)
			if len(p.Spec.PodSelector.MatchLabels) == 0 {
				require.Empty(t, p.Spec.Ingress)
				require.Empty(t, p.Spec.Egress)
				require.Len(t, p.Spec.PolicyTypes, 2)
				closed = true
			}
			for _, rule := range p.Spec.Ingress {
				requirePeers(t, s, rule.From)
			}
			for _, rule := range p.Spec.Egress {
				requirePeers(t, s, rule.To)
			}
		}
		require.True(t, closed, "everything is denied by default")
	})
}

// A list that is empty for once must not become a rule for everybody.
func TestNoPeersIsNobody(t *testing.T) {
	s := base(t)
	withOIDC(&s)
	external(catalogue.MySQL, catalogue.K8s)(&s)
	s.site.Network.Resolvers, s.site.Network.APIServers, s.cluster.ControlPlane.Store.Addresses = nil, nil, nil
	for _, o := range Boundary(s.tenancy, s.site, s.cluster) {
		if o.ID.Kind != "NetworkPolicy" || o.ID.Group != netv1.GroupName {
			continue
		}
		p := networkPolicy(t, o)
		for _, rule := range p.Spec.Ingress {
			require.NotEmpty(t, rule.From, "%s", o.ID)
		}
		for _, rule := range p.Spec.Egress {
			require.NotEmpty(t, rule.To, "%s", o.ID)
		}
	}
}

func networkPolicy(t *testing.T, o object.Object) netv1.NetworkPolicy {
	var p netv1.NetworkPolicy
	require.NoError(t, runtime.DefaultUnstructuredConverter.FromUnstructured(o.Value, &p))
	return p
}

func requirePeers(t *testing.T, s scene, peers []netv1.NetworkPolicyPeer) {
	require.NotEmpty(t, peers)
	site := []string{"kube-system", s.site.Namespaces.ClusterAPI, s.site.Namespaces.VClusterProvider, s.site.Namespaces.Metrics, s.site.Network.IngressNamespace}
	for _, peer := range peers {
		switch {
		case peer.IPBlock != nil:
			require.Contains(t, named(s), peer.IPBlock.CIDR)
		case peer.NamespaceSelector != nil:
			require.Contains(t, site, peer.NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"])
		default:
			require.NotEmpty(t, peer.PodSelector.MatchLabels)
		}
	}
}

// named are the address ranges that somebody wrote down.
func named(s scene) []string {
	ranges := []string{"198.51.100.64/32", "198.51.100.200/32"}
	for _, p := range slices.Concat(s.cluster.Network.AllowFrom, s.cluster.Network.AllowTo) {
		ranges = append(ranges, p.CIDR)
	}
	for _, address := range slices.Concat(s.site.Network.APIServers, s.site.Network.Resolvers) {
		ip := netip.MustParseAddr(address)
		ranges = append(ranges, fmt.Sprintf("%s/%d", ip, ip.BitLen()))
	}
	return ranges
}

// A cluster that is not active has no rule for what its tenant runs, and none
// for its people; the site's controllers still reach the control plane.
func TestSuspendedIsClosed(t *testing.T) {
	each(t, func(t *testing.T, s scene) {
		if s.cluster.State == resolve.Active {
			return
		}
		reached := false
		for _, o := range Boundary(s.tenancy, s.site, s.cluster) {
			if o.ID.Kind != "NetworkPolicy" || o.ID.Group != netv1.GroupName {
				continue
			}
			text := string(o.YAML())
			require.NotContains(t, text, "vcluster.loft.sh/", "%s", o.ID)
			require.NotContains(t, text, s.site.Network.IngressNamespace, "%s", o.ID)
			require.NotContains(t, text, "203.0.113.0/24", "%s", o.ID)
			reached = reached || strings.Contains(text, s.site.Namespaces.VClusterProvider)
		}
		require.True(t, reached)
	})
}
