package generators

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/platform"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/signature"
)

func TestBootstrap(t *testing.T) {
	s := base(t)
	s.tenancy.Fleet.PullSecret = "fleet-credentials"
	s.tenancy.Fleet.Verify = resolve.Verification{Format: signature.SSH, Secret: "fleet-signers"}
	objects, faults := Bootstrap(s.tenancy, s.site)
	require.Empty(t, faults)
	golden.Check(t, filepath.Join("testdata", "bootstrap.yaml"), documents(objects))
}

// A fleet on a local disk compiles and publishes, but no site can pull it.
func TestBootstrapWithoutAddress(t *testing.T) {
	s := base(t)
	for _, url := range []string{"build/fleet.git", "/srv/fleet.git", "file:///srv/fleet.git", "git@git.example.net:fleet.git", ""} {
		s.tenancy.Fleet.PullURL = url
		objects, faults := Bootstrap(s.tenancy, s.site)
		require.Empty(t, objects, url)
		require.Equal(t, diag.PullURL, faults[0].Code, url)
	}
}

// granted lists group/resource of the rules that apply objects.
func granted(rules []rbacv1.PolicyRule) []string {
	var out []string
	for _, rule := range rules {
		if slices.Contains(rule.Verbs, "create") {
			for _, resource := range rule.Resources {
				out = append(out, rule.APIGroups[0]+"/"+resource)
			}
		}
	}
	slices.Sort(out)
	return out
}

// needed lists group/resource of objects. The kinds of Kubernetes are made
// plural by rule.
func needed(objects []object.Object) []string {
	seen := map[string]bool{}
	for _, o := range objects {
		resource := strings.ToLower(o.ID.Kind) + "s"
		switch {
		case strings.HasSuffix(o.ID.Kind, "y"):
			resource = strings.TrimSuffix(resource, "ys") + "ies"
		case strings.HasSuffix(o.ID.Kind, "s"):
			resource = strings.TrimSuffix(resource, "s") + "es"
		}
		seen[o.ID.Group+"/"+resource] = true
	}
	var out []string
	for resource := range seen {
		out = append(out, resource)
	}
	slices.Sort(out)
	return out
}

// The boundary's account may apply the kinds that a boundary has, no more and
// no less, whatever the CNI.
func TestBootstrapBoundaryRightsAreExact(t *testing.T) {
	for _, cni := range []string{"cilium", "calico"} {
		s := base(t)
		s.site.Network.CNI = cni
		outside := slices.DeleteFunc(Boundary(s.tenancy, s.site, s.cluster), func(o object.Object) bool {
			return o.ID.Namespace == s.tenancy.Flux.Namespace
		})
		want := needed(outside)
		if cni == "calico" { // asks by the tier, too
			want = append(want, "projectcalico.org/tier.networkpolicies")
			slices.Sort(want)
		}
		require.Equal(t, want, granted(boundaryRules(s.site)), cni)
	}
}

// In the Flux namespace a boundary has accounts and nothing else.
func TestBootstrapBoundaryRightsInFluxNamespace(t *testing.T) {
	s := base(t)
	inside := slices.DeleteFunc(Boundary(s.tenancy, s.site, s.cluster), func(o object.Object) bool {
		return o.ID.Namespace != s.tenancy.Flux.Namespace
	})
	require.Equal(t, []string{"/serviceaccounts"}, needed(inside))
}

// The platform's account may apply what the built-in templates have, and
// storage classes, which a tenancy's own templates may have.
func TestBootstrapPlatformRights(t *testing.T) {
	s := base(t)
	s.site.Sandboxes = append(s.site.Sandboxes, s.cluster.Sandbox)
	objects, faults := platform.Objects(s.tenancy, s.site, nil)
	require.Empty(t, faults)
	want := append(needed(objects), "storage.k8s.io/storageclasses")
	slices.Sort(want)
	require.Equal(t, want, granted(platformRules(s.site)))
}

// No rule has a wildcard, and the powers over roles are over the platform's own.
func TestBootstrapRightsAreNarrow(t *testing.T) {
	s := base(t)
	s.site.Stacks = []string{catalogue.VCluster, catalogue.Namespace, catalogue.KubeVirt}
	for _, rule := range slices.Concat(platformRules(s.site), boundaryRules(s.site)) {
		for _, word := range slices.Concat(rule.APIGroups, rule.Resources, rule.Verbs) {
			require.NotContains(t, word, "*")
		}
		if slices.Contains(rule.Verbs, "bind") || slices.Contains(rule.Verbs, "escalate") {
			require.Equal(t, []string{"tenantc-cluster", "tenantc-cluster-kubevirt", "tenantc-cluster-namespace", "tenantc-tenant"}, rule.ResourceNames)
		}
	}
}
