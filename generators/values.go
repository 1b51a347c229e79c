package generators

import (
	"fmt"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/plainyaml"
	"github.com/tenantc/tenantc/internal/resolve"
)

// values are a chart's in decoded form.
type values = map[string]any

// chartValues are complete: every default of the chart that a tenant must not
// have is set, not only those that this cluster needs otherwise. Keys that a
// chart's version does not know are left out, by the capabilities in the
// catalogue; the chart's schema has the last word.
//
// The provider logs them, the chart keeps them in a Secret, and any change
// restarts the control plane: so there is no secret in them, and no quota,
// limit or network policy, which are the boundary's.
func chartValues(s resolve.Site, c resolve.Cluster) values {
	v := values{
		"telemetry":    off(),
		"controlPlane": controlPlane(s, c),
		"sync":         values{"toHost": syncToHost(s, c), "fromHost": syncFromHost(s, c)},
		"networking": values{"advanced": values{
			"fallbackHostCluster": false, // would answer for other tenants' services
			"proxyKubelets":       values{"byHostname": false, "byIP": false},
		}},
		"policies": values{
			"podSecurityStandard": "baseline",
			"resourceQuota":       off(),
			"limitRange":          off(),
			"networkPolicy":       off(),
		},
		"integrations":     values{"metricsServer": metrics(s, c)},
		"exportKubeConfig": values{"server": "https://" + apiHost(c)},
	}
	if s.Components.VCluster.VolumeSnapshotRules {
		v["rbac"] = values{"enableVolumeSnapshotRules": off()} // cluster-wide rights over everybody's snapshots
	}
	if manifests := adminManifests(c); manifests != "" {
		v["experimental"] = values{"deploy": values{"vcluster": values{"manifests": manifests}}}
	}
	return v
}

func on() values  { return values{"enabled": true} }
func off() values { return values{"enabled": false} }

// metrics has the site's metrics server answer for the tenant's pods. Nodes
// stay out: they would take a cluster-wide role and show what others use.
func metrics(s resolve.Site, c resolve.Cluster) values {
	return values{
		"enabled": c.ControlPlane.MetricsFromHost,
		"nodes":   false,
		"pods":    c.ControlPlane.MetricsFromHost,
		"apiService": values{"service": values{
			"name":      metricsServerName,
			"namespace": s.Namespaces.Metrics,
			"port":      portHTTPS,
		}},
	}
}

// apiHost is where the tenant finds its API server; the Service on the site
// where nothing else leads to it.
func apiHost(c resolve.Cluster) string {
	if exposed(c) {
		return c.APIHost
	}
	return serviceHost(c)
}

func exposed(c resolve.Cluster) bool {
	return c.ControlPlane.Expose == exposeIngress || c.ControlPlane.Expose == exposeLoadBalancer
}

// resources of a container.
func resources(f catalogue.Footprint) values {
	return values{
		"requests": values{"cpu": f.RequestsCPU.String(), "memory": f.RequestsMemory.String()},
		"limits":   values{"cpu": f.LimitsCPU.String(), "memory": f.LimitsMemory.String()},
	}
}

// checkValues asks the chart's schema about the values. A refusal is a fault of
// tenantc or a value that slipped past its own schema, so it names the chart's
// key and the cluster.
func checkValues(s resolve.Site, c resolve.Cluster) diag.List {
	var faults diag.List
	for _, refusal := range s.Components.VCluster.Check(chartValues(s, c)) {
		faults = append(faults, diag.Diagnostic{
			Severity: diag.Error,
			Code:     diag.ChartValues,
			Tenant:   c.Tenant,
			Message:  fmt.Sprintf("cluster %s: vcluster chart %s refuses %s: %s", c.Name, s.Components.VCluster.Version, refusal.Path, refusal.Message),
			Hint:     "take out of the spec what needs this key; if nothing does, this is a fault of tenantc",
			Position: c.Origin.Cluster(),
		})
	}
	return faults
}

// valuesYAML writes values with sorted keys.
func valuesYAML(v values) string {
	data, err := plainyaml.Marshal(v)
	if err != nil {
		panic(err) // plain maps, slices, strings, numbers and booleans
	}
	return string(data)
}
