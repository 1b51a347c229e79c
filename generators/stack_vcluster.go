package generators

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

const (
	chartName    = "vcluster"
	vclusterKind = "VCluster"
)

// Ways in which a tenant reaches its API server.
const (
	exposeIngress      = "ingress"
	exposeLoadBalancer = "loadBalancer"
)

func vclusterStack() stack {
	return stack{guards: vclusterGuards, network: vclusterNetwork, layer: vclusterLayer, refused: checkValues, usable: vclusterUsable}
}

// vclusterGuards name the account that may run outside of the sandbox, and the
// chart that may be installed.
func vclusterGuards(s resolve.Site, c resolve.Cluster) map[string]string {
	return map[string]string{
		object.AnnotationControlPlane: c.ControlPlaneAccount(),
		object.AnnotationChart:        strings.Join([]string{chartName, s.Components.VCluster.Version, s.ChartRepo}, " "),
	}
}

func vclusterNetwork(s resolve.Site, c resolve.Cluster) []object.Object {
	return append(networkPolicies(s, c), cniPolicies(s, c)...)
}

// vclusterLayer makes the virtual cluster: Cluster API's Cluster and, of the
// same name, the provider's VCluster, which installs the chart.
func vclusterLayer(_ resolve.Tenancy, s resolve.Site, c resolve.Cluster) []object.Object {
	a := capiOf(s, c)
	ref := a.ref(infraGroup, infraVersion, vclusterKind, c.Name) // it is both
	return []object.Object{a.clusterOf(ref, ref), virtualCluster(s, c, chartValues(s, c))}
}

// vclusterReady is the provider's word that the release is deployed and that
// the tenant's API server answers. Its condition Ready is not asked: it can be
// True while a roll-out goes on.
const vclusterReady = "has(status.ready) && status.ready && has(status.phase) && status.phase == 'Deployed'"

func vclusterUsable(_ resolve.Site, c resolve.Cluster) []check {
	return []check{
		{apiVersion: infraGroup + "/" + infraVersion, kind: vclusterKind, name: c.Name, current: vclusterReady},
		{apiVersion: "apps/v1", kind: catalogue.ControlPlaneKind(c.ControlPlane.Store.Type), name: c.Name},
	}
}

// vcluster is infrastructure.cluster.x-k8s.io/v1alpha1 VCluster as far as
// tenantc writes it. The provider's own type would add an empty status and
// endpoint.
type vcluster struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              vclusterSpec `json:"spec"`
}

type vclusterSpec struct {
	HelmRelease helmRelease `json:"helmRelease"`
}

type helmRelease struct {
	Chart  helmChart `json:"chart"`
	Values string    `json:"values"`
}

type helmChart struct {
	Name    string `json:"name"`
	Repo    string `json:"repo"`
	Version string `json:"version"`
}

// virtualCluster has no controlPlaneEndpoint: the provider finds it out and
// writes it, and Flux would take it back.
func virtualCluster(s resolve.Site, c resolve.Cluster, values map[string]any) object.Object {
	return object.From(&vcluster{
		TypeMeta:   metav1.TypeMeta{APIVersion: infraGroup + "/" + infraVersion, Kind: vclusterKind},
		ObjectMeta: meta(c, c.Name),
		Spec: vclusterSpec{
			HelmRelease: helmRelease{
				Chart:  helmChart{Name: chartName, Repo: s.ChartRepo, Version: s.Components.VCluster.Version},
				Values: valuesYAML(values),
			},
		},
	})
}

// serviceHost is the control plane's Service on the site.
func serviceHost(c resolve.Cluster) string {
	return c.Name + "." + c.Namespace + ".svc"
}
