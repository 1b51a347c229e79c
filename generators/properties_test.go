package generators

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

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

// variants of one control plane: every pair of exposure, state and CNI, and
// the sandboxes in turn.
func variants(t *testing.T, version, distro, store string) []scene {
	sandboxes := catalogue.SandboxNames()
	var out []scene
	for _, expose := range []string{"ingress", "loadBalancer", "none"} {
		for _, state := range []resolve.State{resolve.Active, resolve.Suspended, resolve.Retired} {
			s := base(t)
			withOIDC(&s)
			if len(out)%2 == 1 {
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
			s.cluster.ControlPlane.Expose = expose
			s.cluster.State = state
			s.cluster.Sandbox, _ = catalogue.SandboxFor(sandboxes[len(out)%len(sandboxes)], "4.1")
			out = append(out, s)
		}
	}
	return out
}

func (s scene) objects(t *testing.T) []object.Object {
	require.Empty(t, Refused(s.site, s.cluster), "the chart's schema takes the values")
	layer := Layer(s.tenancy, s.site, s.cluster)
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

// A purged cluster leaves nothing, a retired one its boundary only.
func TestStatesThatLeave(t *testing.T) {
	s := base(t)
	s.cluster.State = resolve.Retired
	require.Empty(t, Layer(s.tenancy, s.site, s.cluster))
	require.Empty(t, Refused(s.site, s.cluster))
	require.NotEmpty(t, Boundary(s.tenancy, s.site, s.cluster))

	s.cluster.State = resolve.Purged
	require.Empty(t, Boundary(s.tenancy, s.site, s.cluster))
}

// What can be made is what the catalogue does not call missing.
func TestStacksAreTheCatalogues(t *testing.T) {
	var offered []string
	for _, stack := range catalogue.Stacks() {
		offered = append(offered, stack.Name)
	}
	require.ElementsMatch(t, offered, slices.Collect(maps.Keys(stacks())))
}

func BenchmarkCluster(b *testing.B) {
	s := base(&testing.T{})
	withOIDC(&s)
	for b.Loop() {
		Boundary(s.tenancy, s.site, s.cluster)
		Layer(s.tenancy, s.site, s.cluster)
	}
}
