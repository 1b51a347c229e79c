package generators

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// linkLocal holds the metadata services of clouds and of bare-metal tools.
const linkLocal = "169.254.0.0/16"

// cniPolicies are what the site's CNI needs besides network policies, and a
// guard in its own words: a denial that holds whatever else is allowed. It
// keeps the tenant's pods off the nodes, the site's API server, the metadata
// range and the pods of every other namespace, should a rule that allows more
// ever get into the namespace. Connections to the tenant's pods are not its
// concern: the default deny holds those, and they come through the ingress
// controller and from the control plane.
//
// Ranges of services are not in it: both CNIs judge a packet by the pod that it
// goes to, after the service has been translated.
func cniPolicies(s resolve.Site, c resolve.Cluster) []object.Object {
	switch s.Network.CNI {
	case "cilium":
		return []object.Object{ciliumControlPlane(s, c), ciliumGuard(c, workloadLabels(s, c))}
	case "calico":
		return []object.Object{calicoGuard(s, c, fmt.Sprintf("%s == '%s'", catalogue.LabelManagedBy, c.Name))}
	}
	return nil
}

// ciliumPolicy is cilium.io/v2 CiliumNetworkPolicy as far as tenantc writes it.
type ciliumPolicy struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              ciliumSpec `json:"spec"`
}

type ciliumSpec struct {
	EndpointSelector metav1.LabelSelector `json:"endpointSelector"`
	Egress           []ciliumRule         `json:"egress,omitempty"`
	EgressDeny       []ciliumRule         `json:"egressDeny,omitempty"`
}

type ciliumRule struct {
	ToEntities  []string               `json:"toEntities,omitempty"`
	ToEndpoints []metav1.LabelSelector `json:"toEndpoints,omitempty"`
	ToCIDR      []string               `json:"toCIDR,omitempty"`
	ToFQDNs     []ciliumName           `json:"toFQDNs,omitempty"`
	ToPorts     []ciliumPorts          `json:"toPorts,omitempty"`
}

type ciliumName struct {
	MatchName    string `json:"matchName,omitempty"`
	MatchPattern string `json:"matchPattern,omitempty"`
}

type ciliumPorts struct {
	Ports []ciliumPort  `json:"ports"`
	Rules *ciliumL7Rule `json:"rules,omitempty"`
}

type ciliumPort struct {
	Port     string `json:"port"`
	Protocol string `json:"protocol"`
}

type ciliumL7Rule struct {
	DNS []ciliumName `json:"dns"`
}

const ciliumNamespace = "k8s:io.kubernetes.pod.namespace"

// ciliumControlPlane names what Cilium does not know by address: nodes and the
// API server on them are entities to it, which an ipBlock never matches. An
// identity provider without addresses is followed by its name, for which
// Cilium has to see the control plane's DNS.
func ciliumControlPlane(s resolve.Site, c resolve.Cluster) object.Object {
	rules := []ciliumRule{{
		ToEntities: []string{"kube-apiserver"},
		ToPorts:    ciliumTCP(s.Network.APIServerPort),
	}}
	if oidc := c.Access.OIDC; oidc != nil && len(oidc.Addresses) == 0 {
		rules = append(rules, ciliumHostDNS(), ciliumRule{
			ToFQDNs: []ciliumName{{MatchName: issuerHost(oidc.Issuer)}},
			ToPorts: ciliumTCP(issuerPort(oidc.Issuer)),
		})
	}
	return ciliumObject(c, "control-plane", ciliumSpec{
		EndpointSelector: metav1.LabelSelector{MatchLabels: controlPlaneLabels(s, c)},
		Egress:           rules,
	})
}

// ciliumGuard is for the tenant's pods, which may have to do with further
// namespaces of the site by rules of their own. The last selector needs both of its
// expressions: NotIn alone also matches what has no namespace, the world.
func ciliumGuard(c resolve.Cluster, selects map[string]string, further ...string) object.Object {
	return ciliumObject(c, "guard", ciliumSpec{
		EndpointSelector: metav1.LabelSelector{MatchLabels: selects},
		EgressDeny: []ciliumRule{
			{ToEntities: []string{"host", "remote-node", "kube-apiserver"}},
			{ToCIDR: []string{linkLocal}},
			{ToEndpoints: []metav1.LabelSelector{{MatchExpressions: []metav1.LabelSelectorRequirement{
				{Key: ciliumNamespace, Operator: metav1.LabelSelectorOpExists},
				{Key: ciliumNamespace, Operator: metav1.LabelSelectorOpNotIn, Values: append(c.AllNamespaces(), further...)},
			}}}},
		},
	})
}

func ciliumObject(c resolve.Cluster, name string, spec ciliumSpec) object.Object {
	return object.From(&ciliumPolicy{
		TypeMeta:   metav1.TypeMeta{APIVersion: "cilium.io/v2", Kind: "CiliumNetworkPolicy"},
		ObjectMeta: meta(c, name),
		Spec:       spec,
	})
}

// ciliumHostDNS is the rule of hostDNS with an eye on the names.
func ciliumHostDNS() ciliumRule {
	return ciliumRule{
		ToEndpoints: []metav1.LabelSelector{{MatchLabels: map[string]string{
			ciliumNamespace: hostDNSSpace,
			"k8s:k8s-app":   hostDNSApp,
		}}},
		ToPorts: []ciliumPorts{{
			Ports: []ciliumPort{{Port: strconv.Itoa(portDNS), Protocol: "ANY"}},
			Rules: &ciliumL7Rule{DNS: []ciliumName{{MatchPattern: "*"}}},
		}},
	}
}

func ciliumTCP(port int32) []ciliumPorts {
	return []ciliumPorts{{Ports: []ciliumPort{{Port: strconv.Itoa(int(port)), Protocol: "TCP"}}}}
}

// calicoPolicy is projectcalico.org/v3 NetworkPolicy as far as tenantc writes it.
type calicoPolicy struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              calicoSpec `json:"spec"`
}

type calicoSpec struct {
	Order    int          `json:"order"`
	Selector string       `json:"selector"`
	Types    []string     `json:"types"`
	Egress   []calicoRule `json:"egress"`
}

type calicoRule struct {
	Action      string       `json:"action"`
	Destination calicoEntity `json:"destination"`
}

type calicoEntity struct {
	Nets              []string `json:"nets,omitempty"`
	NotNets           []string `json:"notNets,omitempty"`
	NamespaceSelector string   `json:"namespaceSelector,omitempty"`
}

// calicoOrder comes before Kubernetes' network policies, which Calico gives the
// order 1000: a denial holds only before the rule that would allow.
const calicoOrder = 100

// calicoGuard is for the tenant's pods. The site's resolvers often stand among
// the nodes, and the tenant's DNS must reach them: they are left out, and stay
// closed by default to all but that.
func calicoGuard(s resolve.Site, c resolve.Cluster, selects string, further ...string) object.Object {
	nodes := slices.Concat(s.Network.NodeCIDRs, hostRanges(s.Network.APIServers), []string{linkLocal})
	return object.From(&calicoPolicy{
		TypeMeta:   metav1.TypeMeta{APIVersion: "projectcalico.org/v3", Kind: "NetworkPolicy"},
		ObjectMeta: meta(c, "guard"),
		Spec: calicoSpec{
			Order:    calicoOrder,
			Selector: selects,
			Types:    []string{"Egress"},
			Egress: []calicoRule{
				{Action: "Deny", Destination: calicoEntity{Nets: nodes, NotNets: hostRanges(s.Network.Resolvers)}},
				{Action: "Deny", Destination: calicoEntity{NamespaceSelector: calicoOthers(append(c.AllNamespaces(), further...))}},
			},
		},
	})
}

// calicoOthers selects every namespace but these.
func calicoOthers(own []string) string {
	if len(own) == 1 {
		return fmt.Sprintf("%s != '%s'", namespaceByName, own[0])
	}
	return fmt.Sprintf("%s not in { '%s' }", namespaceByName, strings.Join(own, "', '"))
}

// issuerHost is the host of an https URL.
func issuerHost(issuer string) string {
	u, err := url.Parse(issuer) // the schema has matched it before
	if err != nil {
		return ""
	}
	return u.Hostname()
}
