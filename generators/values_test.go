package generators

import (
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

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
	require.Empty(t, Refused(s.site, s.cluster))
	layer := vclusterLayer(s.tenancy, s.site, s.cluster)
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

// A value that the chart's schema refuses is reported, where there is a chart.
func TestRefusedValues(t *testing.T) {
	s := base(t)
	s.cluster.ControlPlane.Distro = catalogue.K0s // gone from this chart
	refused := Refused(s.site, s.cluster)
	require.Len(t, refused, 1)
	require.Contains(t, refused[0].Message, "controlPlane.distro")
	require.Equal(t, "acme", refused[0].Tenant)
	s.cluster.State = resolve.Retired
	require.Empty(t, Refused(s.site, s.cluster))
}

func BenchmarkValues(b *testing.B) {
	s := base(&testing.T{})
	v := chartValues(s.site, s.cluster)
	for b.Loop() {
		s.site.Components.VCluster.Check(v)
	}
}
