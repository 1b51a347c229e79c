package generators

import (
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	netv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// each runs a law over every combination that package resolve lets through.
func each(t *testing.T, law func(t *testing.T, s scene)) {
	for _, version := range catalogue.Versions() {
		c, _ := catalogue.Lookup(version)
		for _, distro := range c.DistroNames() {
			for _, store := range []string{catalogue.SQLite, catalogue.Etcd, catalogue.EmbeddedEtcd, catalogue.MySQL, catalogue.Postgres} {
				if _, possible := c.Store(distro, store); !possible {
					continue
				}
				t.Run(strings.Join([]string{version, distro, store}, "/"), func(t *testing.T) {
					for _, s := range variants(t, version, distro, store) {
						law(t, s)
					}
				})
			}
		}
	}
}

// variants of one control plane: every sandbox, and with them every pair of
// exposure, CNI and state.
func variants(t *testing.T, version, distro, store string) []scene {
	exposures := []string{"ingress", "loadBalancer", "none"}
	states := []resolve.State{resolve.Active, resolve.Suspended, resolve.Retired}
	var out []scene
	for i, sandbox := range catalogue.SandboxNames() {
		s := base(t)
		withOIDC(&s)
		if i%2 == 1 {
			calico(&s)
			dedicated(&s)
			withIssuerAddresses(&s)
		}
		s.cluster.ControlPlane.Distro = distro
		chart(t, version)(&s)
		external(store, distro)(&s)
		if !catalogue.External(store) {
			s.cluster.ControlPlane.Store = resolve.Store{Type: store}
		}
		s.cluster.ControlPlane.Expose = exposures[i%3]
		s.cluster.State = states[(i+i/3)%3]
		s.cluster.Sandbox, _ = catalogue.SandboxFor(sandbox, "4.1")
		out = append(out, s)
	}
	return out
}

func (s scene) objects(t *testing.T) []object.Object {
	layer, refused := Layer(s.tenancy, s.site, s.cluster)
	require.Empty(t, refused, "the chart's schema takes the values")
	return append(Boundary(s.tenancy, s.site, s.cluster), layer...)
}

// Every object says whose it is, lies in the tenant's namespace (but for the
// account of Flux), and holds nothing that only a server writes.
func TestObjectsBelong(t *testing.T) {
	each(t, func(t *testing.T, s scene) {
		seen := map[object.ID]bool{}
		for _, o := range s.objects(t) {
			require.False(t, seen[o.ID], "twice: %s", o.ID)
			seen[o.ID] = true
			meta := o.Value["metadata"].(map[string]any)
			for key, value := range s.cluster.Labels() {
				require.Equal(t, value, meta["labels"].(map[string]any)[key], "%s %s", o.ID, key)
			}
			require.NotContains(t, o.Value, "status", "%s", o.ID)
			switch o.ID.Kind {
			case "Namespace", "FlowSchema", "StorageClass":
				require.Empty(t, o.ID.Namespace)
			case "ServiceAccount":
				require.Equal(t, "flux-system", o.ID.Namespace)
			default:
				require.Equal(t, s.cluster.Namespace, o.ID.Namespace, "%s", o.ID)
			}
		}
	})
}

// No text in the output means something to Flux or to helm, opens everything,
// or is a secret.
func TestNothingDangerousIsWritten(t *testing.T) {
	each(t, func(t *testing.T, s scene) {
		for _, o := range s.objects(t) {
			text := string(o.YAML())
			for _, bad := range []string{"${", "{{", "hostPath", "0.0.0.0/0", "::/0", "password", "creationTimestamp", "overwriteRules", "extraRules"} {
				require.NotContains(t, text, bad, "%s", o.ID)
			}
		}
	})
}

func TestDeterministic(t *testing.T) {
	each(t, func(t *testing.T, s scene) {
		require.Equal(t, string(documents(s.objects(t))), string(documents(s.objects(t))))
	})
}

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

// The values set what the chart gets wrong, in every version that has the key.
func TestValuesCloseTheChart(t *testing.T) {
	each(t, func(t *testing.T, s scene) {
		if s.cluster.State == resolve.Retired {
			return
		}
		v := decoded(t, s)
		chart := s.site.Components.VCluster
		for _, path := range []string{
			"telemetry.enabled", "policies.networkPolicy.enabled", "policies.resourceQuota.enabled", "policies.limitRange.enabled",
			"networking.advanced.proxyKubelets.byIP", "networking.advanced.proxyKubelets.byHostname", "networking.advanced.fallbackHostCluster",
			"sync.toHost.storageClasses.enabled", "sync.fromHost.nodes.selector.all", "integrations.metricsServer.nodes",
		} {
			require.Equal(t, false, at(v, path), path)
		}
		require.Equal(t, true, at(v, "sync.fromHost.nodes.clearImageStatus"))
		require.Equal(t, true, at(v, "sync.toHost.pods.useSecretsForSATokens"))
		if chart.VolumeSnapshotRules {
			require.Equal(t, false, at(v, "rbac.enableVolumeSnapshotRules.enabled"))
		}
		if chart.ForcesRuntimeClass {
			want := s.cluster.Sandbox.Name
			if want == catalogue.None {
				want = ""
			}
			require.Equal(t, want, at(v, "sync.toHost.pods.runtimeClassName"))
		}
		requireOne(t, at(v, "controlPlane.distro").(map[string]any))
		requireStore(t, s, at(v, "controlPlane.backingStore").(map[string]any))
		if s.cluster.ControlPlane.Distro != catalogue.K0s {
			require.Contains(t, string(fmt.Sprint(at(v, "controlPlane.distro"))), "oidc-username-prefix=oidc:")
		}
	})
}

// The site refuses values by what their text says (templates/admission-chart):
// what tenantc writes must not be among it.
func TestValuesPassTheSitesAdmissionPolicy(t *testing.T) {
	refused := refusedValues(t)
	require.Len(t, refused, 2)
	require.Regexp(t, refused[0], "rbac: {clusterRole: {overwriteRules: []}}")
	each(t, func(t *testing.T, s scene) {
		if s.cluster.State == resolve.Retired {
			return
		}
		text := valuesYAML(chartValues(s.site, s.cluster))
		for _, pattern := range refused {
			require.NotRegexp(t, pattern, text)
		}
	})
}

// refusedValues are the patterns of the policy, out of its CEL strings.
func refusedValues(t *testing.T) []*regexp.Regexp {
	data, err := os.ReadFile("../templates/admission-chart/policy.yaml")
	require.NoError(t, err)
	var policy struct {
		Spec struct {
			Variables []struct{ Name, Expression string }
		}
	}
	require.NoError(t, yaml.Unmarshal(data, &policy))
	var patterns []*regexp.Regexp
	for _, v := range policy.Spec.Variables {
		if v.Name != "dangerous" && v.Name != "obscure" {
			continue
		}
		literal := strings.NewReplacer(`\'`, `'`, `"`, `\"`).Replace(strings.Trim(v.Expression, "'"))
		pattern, err := strconv.Unquote(`"` + literal + `"`)
		require.NoError(t, err, v.Name)
		patterns = append(patterns, regexp.MustCompile(pattern))
	}
	return patterns
}

// decoded are the values as helm reads them.
func decoded(t *testing.T, s scene) map[string]any {
	layer, refused := VCluster(s.tenancy, s.site, s.cluster)
	require.Empty(t, refused)
	i := slices.IndexFunc(layer, func(o object.Object) bool { return o.ID.Kind == "VCluster" })
	text := at(layer[i].Value, "spec.helmRelease.values").(string)
	var v map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &v))
	return v
}

func at(v map[string]any, path string) any {
	keys := strings.Split(path, ".")
	for _, key := range keys[:len(keys)-1] {
		v, _ = v[key].(map[string]any)
	}
	return v[keys[len(keys)-1]]
}

func requireOne(t *testing.T, options map[string]any) {
	require.Len(t, options, 1)
	for _, option := range options {
		require.Equal(t, true, option.(map[string]any)["enabled"])
	}
}

// requireStore: one store, and an external one without a password.
func requireStore(t *testing.T, s scene, stores map[string]any) {
	require.Len(t, stores, 1)
	for _, family := range stores {
		requireOne(t, family.(map[string]any))
	}
	if !catalogue.External(s.cluster.ControlPlane.Store.Type) {
		return
	}
	source := at(map[string]any{"s": stores}, "s.database.external.dataSource").(string)
	switch s.cluster.ControlPlane.Store.Type {
	case catalogue.MySQL:
		require.Equal(t, "mysql://prod@tcp(db.acme.example:6432)/prod", source)
	case catalogue.Postgres:
		u, err := url.Parse(source)
		require.NoError(t, err)
		_, secret := u.User.Password()
		require.False(t, secret)
		require.Equal(t, "verify-full", u.Query().Get("sslmode"))
	}
}

// A purged cluster leaves nothing, a retired one its boundary only.
func TestStatesThatLeave(t *testing.T) {
	s := base(t)
	s.cluster.State = resolve.Retired
	layer, refused := Layer(s.tenancy, s.site, s.cluster)
	require.Empty(t, layer)
	require.Empty(t, refused)
	require.NotEmpty(t, Boundary(s.tenancy, s.site, s.cluster))

	s.cluster.State = resolve.Purged
	require.Empty(t, Boundary(s.tenancy, s.site, s.cluster))
}

// What this version makes is what the catalogue says that it makes.
func TestLayersAreTheGeneratedStacks(t *testing.T) {
	for _, stack := range catalogue.Stacks() {
		_, made := layers()[stack.Name]
		require.Equal(t, stack.Generated, made, stack.Name)
	}
}

// A value that the chart's schema refuses is reported, and nothing is made.
func TestRefusedValues(t *testing.T) {
	s := base(t)
	s.cluster.ControlPlane.Distro = catalogue.K0s // gone from this chart
	objects, refused := VCluster(s.tenancy, s.site, s.cluster)
	require.Empty(t, objects)
	require.Len(t, refused, 1)
	require.Contains(t, refused[0].Message, "controlPlane.distro")
	require.Equal(t, "acme", refused[0].Tenant)
}

func BenchmarkCluster(b *testing.B) {
	s := base(&testing.T{})
	withOIDC(&s)
	for b.Loop() {
		Boundary(s.tenancy, s.site, s.cluster)
		Layer(s.tenancy, s.site, s.cluster)
	}
}

func BenchmarkValues(b *testing.B) {
	s := base(&testing.T{})
	v := chartValues(s.site, s.cluster)
	for b.Loop() {
		s.site.Components.VCluster.Check(v)
	}
}
