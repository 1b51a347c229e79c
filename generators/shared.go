package generators

import (
	netv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// What the stacks have in common whose tenants use the site's own API server:
// rights in their namespaces, and pods that are themselves the tenant's.

// tenantAdmins gives the tenant's people the platform's role for tenants, while
// the cluster is active: they are its way to the API server.
func tenantAdmins(c resolve.Cluster) []object.Object {
	subjects := append(people(rbacv1.GroupKind, c.Access.Groups), people(rbacv1.UserKind, c.Access.Users)...)
	if c.State != resolve.Active || len(subjects) == 0 {
		return nil
	}
	return []object.Object{object.From(&rbacv1.RoleBinding{
		TypeMeta:   rbacType("RoleBinding"),
		ObjectMeta: meta(c, resolve.TenantRoleName),
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: resolve.TenantRoleName},
		Subjects:   subjects,
	})}
}

func people(kind string, names []string) []rbacv1.Subject {
	var out []rbacv1.Subject
	for _, name := range names {
		out = append(out, rbacv1.Subject{Kind: kind, APIGroup: rbacv1.GroupName, Name: name})
	}
	return out
}

// sharedNetwork opens a namespace to itself, or to the peers given, and to the
// site's DNS. The names of other tenants' Services are in that DNS: where the
// CNI can look into questions, it lets only those for the tenant's own and for
// the world's names through; elsewhere they can be guessed, which is part of
// what soft isolation means.
func sharedNetwork(s resolve.Site, c resolve.Cluster, own netv1.NetworkPolicyPeer) []object.Object {
	var objects []object.Object
	if c.State == resolve.Active {
		objects = append(objects, policy(c, "workloads", nil,
			[]netv1.NetworkPolicyIngressRule{{From: peers(own)}},
			[]netv1.NetworkPolicyEgressRule{{To: peers(own)}}))
		objects = append(objects, outside(s, c, nil)...)
	}
	switch s.Network.CNI {
	case "cilium":
		objects = append(objects, ciliumGuard(c, nil, hostDNSSpace))
		if c.State == resolve.Active {
			objects = append(objects, ciliumNames(c))
		}
	case "calico":
		objects = append(objects, calicoGuard(s, c, "all()", hostDNSSpace))
		fallthrough
	default:
		if c.State == resolve.Active {
			objects = append(objects, policy(c, "dns", nil, nil, []netv1.NetworkPolicyEgressRule{hostDNS()}))
		}
	}
	return objects
}

// ciliumNames lets questions to the site's DNS through for names of the
// tenant's own Services and for names outside of the site. A pattern's * does
// not reach over a dot, and a Service of the site has five labels, so names of
// two to four are the world's. Names with the search list of a pod behind them
// are refused, and the pod asks for the next; Cilium's reject response code
// must be nameError for that (dnsProxy.dnsRejectResponseCode).
func ciliumNames(c resolve.Cluster) object.Object {
	rule := ciliumHostDNS()
	rule.ToPorts[0].Rules.DNS = []ciliumName{{MatchPattern: "*.*"}, {MatchPattern: "*.*.*"}, {MatchPattern: "*.*.*.*"}}
	for _, own := range c.AllNamespaces() {
		rule.ToPorts[0].Rules.DNS = append(rule.ToPorts[0].Rules.DNS, ciliumName{MatchPattern: "*." + own + ".svc.cluster.local"})
	}
	return ciliumObject(c, "dns", ciliumSpec{EndpointSelector: metav1.LabelSelector{}, Egress: []ciliumRule{rule}})
}

// allPods are those of the same namespace.
func allPods() netv1.NetworkPolicyPeer {
	return netv1.NetworkPolicyPeer{PodSelector: &metav1.LabelSelector{}}
}

// ownNamespaces are all pods of the tenant's namespaces, by their names.
func ownNamespaces(names []string) netv1.NetworkPolicyPeer {
	return netv1.NetworkPolicyPeer{NamespaceSelector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
		{Key: namespaceByName, Operator: metav1.LabelSelectorOpIn, Values: names},
	}}}
}

// noChecks checks nothing: what Flux applies is usable at once.
func noChecks(resolve.Site, resolve.Cluster) []check { return nil }
