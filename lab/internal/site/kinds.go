package site

import (
	_ "embed"
	"path/filepath"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tenantc/tenantc/lab/internal/build"
	"github.com/tenantc/tenantc/lab/internal/kube"
)

// Calico's own schema is served by its API server, not by a CRD that could be
// had; this one has the fields of projectcalico.org/v3 NetworkPolicy.
//
//go:embed calico.yaml
var calicoCRD []byte

// crds are the kinds that a site has besides Kubernetes's own.
func (s *Site) crds() ([]*kube.Object, error) {
	var crds []*kube.Object
	for _, pattern := range s.crdPatterns() {
		files, err := filepath.Glob(pattern)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			objects, err := kube.ReadFile(file)
			if err != nil {
				return nil, err
			}
			crds = append(crds, objects...)
		}
	}
	policies, err := s.networkPolicyCRD()
	if err != nil {
		return nil, err
	}
	for _, crd := range crds {
		s.addContract(crd)
	}
	return append(crds, policies...), nil
}

// crdPatterns are the files with the kinds of Flux, Cluster API, and of what the
// site's stacks are made of.
func (s *Site) crdPatterns() []string {
	const bases = "config/crd/bases/*.yaml"
	capi := s.Spec.clusterAPI().source
	patterns := []string{
		s.source(build.SourceController, bases), s.source(build.KustomizeController, bases), s.source(capi, bases), s.source(build.Provider, bases),
	}
	has := func(stack string) bool { return slices.Contains(s.Spec.Stacks, stack) }
	if has("kubevirt") || has("kamaji") {
		patterns = append(patterns, s.source(build.KubevirtProvider, bases),
			s.source(capi, "bootstrap/kubeadm/"+bases), s.source(capi, "controlplane/kubeadm/"+bases))
	}
	for stack, pattern := range map[string]string{
		"kamaji":  s.source(build.KamajiProvider, bases),
		"capsule": s.source(build.Capsule, "charts/capsule/crds/*.yaml"),
		"hnc":     s.source(build.HNC, bases),
	} {
		if has(stack) {
			patterns = append(patterns, pattern)
		}
	}
	return patterns
}

// addContract says which version of a kind Cluster API is to use, and by which
// contract; the projects' kustomizations do that, the files on their own do not.
func (s *Site) addContract(crd *kube.Object) {
	contract := s.Spec.clusterAPI().contract
	switch kube.Text(crd, "spec", "group") {
	case "infrastructure.cluster.x-k8s.io":
		contract = "v1beta1" // that of the vCluster and KubeVirt providers, whatever the core has
	case "cluster.x-k8s.io", "bootstrap.cluster.x-k8s.io", "controlplane.cluster.x-k8s.io":
	default:
		return
	}
	crd.SetLabels(map[string]string{"cluster.x-k8s.io/" + contract: storageVersion(crd)})
}

func storageVersion(crd *kube.Object) string {
	versions, _, _ := unstructured.NestedSlice(crd.Object, "spec", "versions")
	for _, v := range versions {
		if version := v.(map[string]any); version["storage"] == true {
			return version["name"].(string)
		}
	}
	return ""
}

func (s *Site) networkPolicyCRD() ([]*kube.Object, error) {
	if s.Spec.Network.CNI == "cilium" {
		return kube.ReadFile(s.source(build.Cilium, "pkg/k8s/apis/cilium.io/client/crds/v2/ciliumnetworkpolicies.yaml"))
	}
	return kube.Read(calicoCRD)
}

// source is the path of a file of a module.
func (s *Site) source(module, path string) string {
	return filepath.Join(s.lab.Kit.Sources[module], filepath.FromSlash(path))
}
