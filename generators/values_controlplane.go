package generators

import (
	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/resolve"
)

// controlPlane is the tenant's API server with all that belongs to it.
func controlPlane(s resolve.Site, c resolve.Cluster) values {
	v := values{
		"distro":       distro(s, c),
		"backingStore": backingStore(s, c),
		"statefulSet":  statefulSet(s, c),
		"coredns":      coreDNS(s, c),
		"proxy":        values{"extraSANs": certificateNames(c)},
		"service":      service(c),
		"ingress":      ingress(s, c),
	}
	if s.ImageRegistry != "" {
		v["advanced"] = values{"defaultImageRegistry": s.ImageRegistry}
	}
	return v
}

// certificateNames are what the API server is called besides its defaults,
// which lack the Service's full name.
func certificateNames(c resolve.Cluster) []any {
	names := []any{serviceHost(c)}
	if exposed(c) {
		names = append(names, c.APIHost)
	}
	return names
}

// service is inside the site unless the tenant comes by a load balancer. That
// one takes no node ports, keeps the addresses of clients, which the network
// policy judges, and admits the same ranges.
func service(c resolve.Cluster) values {
	if c.ControlPlane.Expose != exposeLoadBalancer {
		return values{"spec": values{"type": "ClusterIP"}}
	}
	return values{"spec": values{
		"type":                          "LoadBalancer",
		"allocateLoadBalancerNodePorts": false,
		"externalTrafficPolicy":         "Local",
		"loadBalancerSourceRanges":      list(c.APIRanges()),
	}}
}

// ingress passes TLS through to the API server, which ends it itself: client
// certificates and the tenant's own trust need that.
func ingress(s resolve.Site, c resolve.Cluster) values {
	if c.ControlPlane.Expose != exposeIngress {
		return off()
	}
	return values{
		"enabled":  true,
		"host":     c.APIHost,
		"pathType": "ImplementationSpecific",
		"annotations": values{
			"nginx.ingress.kubernetes.io/backend-protocol": "HTTPS",
			"nginx.ingress.kubernetes.io/ssl-passthrough":  "true",
			"nginx.ingress.kubernetes.io/ssl-redirect":     "true",
		},
		"spec": values{"ingressClassName": s.Network.IngressClass, "tls": []any{}},
	}
}

// statefulSet is the pods of the control plane, whatever kind of workload the
// chart makes of them.
func statefulSet(s resolve.Site, c resolve.Cluster) values {
	return values{
		"image":            values{"repository": image(s)},
		"highAvailability": values{"replicas": c.ControlPlane.Replicas},
		"resources":        controlPlaneResources(s, c),
		"persistence":      persistence(c),
		"scheduling":       scheduling(c),
		// Variables for every Service in the namespace are of no use to it, and
		// slow its start when the tenant has many.
		"enableServiceLinks": false,
		"security": values{"containerSecurityContext": values{
			"allowPrivilegeEscalation": false,
			"runAsUser":                0, // the chart's own: its data folder belongs to root
			"runAsGroup":               0,
		}},
	}
}

// image is the open edition unless the site has a licence.
func image(s resolve.Site) string {
	if s.Components.VClusterPro {
		return "loft-sh/vcluster-pro"
	}
	return "loft-sh/vcluster-oss"
}

func controlPlaneResources(s resolve.Site, c resolve.Cluster) values {
	v := resources(catalogue.Footprint{
		RequestsCPU:    s.RequestCPU(c.ControlPlane.CPU),
		LimitsCPU:      c.ControlPlane.CPU,
		RequestsMemory: c.ControlPlane.Memory,
		LimitsMemory:   c.ControlPlane.Memory,
	})
	disk := catalogue.ControlPlaneDisk()
	v["requests"].(values)["ephemeral-storage"] = disk.Requests.String()
	v["limits"].(values)["ephemeral-storage"] = disk.Limits.String()
	return v
}

// persistence is a volume of the tenant's own class, gone with the cluster: the
// provider itself removes only the first replica's.
func persistence(c resolve.Cluster) values {
	v := values{"volumeClaim": off()}
	if catalogue.ControlPlaneKind(c.ControlPlane.Store.Type) == "StatefulSet" {
		v["volumeClaim"] = volumeClaim(c)
	}
	if catalogue.External(c.ControlPlane.Store.Type) {
		v["addVolumes"], v["addVolumeMounts"] = storeSecret(c)
	}
	return v
}

func volumeClaim(c resolve.Cluster) values {
	return values{
		"enabled":         true,
		"accessModes":     []any{"ReadWriteOnce"},
		"retentionPolicy": "Delete",
		"size":            c.ControlPlane.Size.String(),
		"storageClass":    c.ControlPlane.StorageClass,
	}
}

// scheduling puts the control plane before the tenants' pods in priority, and
// on the tenant's own nodes where it has some.
func scheduling(c resolve.Cluster) values {
	v := values{"priorityClassName": resolve.ControlPlanePriority}
	if len(c.Nodes.Selector) > 0 {
		v["nodeSelector"] = labels(c.Nodes.Selector)
	}
	if len(c.Nodes.Tolerations) > 0 {
		v["tolerations"] = tolerationList(c)
	}
	if c.ControlPlane.Replicas > 1 {
		v["topologySpreadConstraints"] = spread("vcluster", c)
	}
	return v
}

// spread keeps replicas on different nodes while there are any.
func spread(app string, c resolve.Cluster) []any {
	return []any{values{
		"maxSkew":           1,
		"topologyKey":       "kubernetes.io/hostname",
		"whenUnsatisfiable": "ScheduleAnyway",
		"labelSelector":     values{"matchLabels": values{"app": app, "release": c.Name}},
	}}
}

func tolerationList(c resolve.Cluster) []any {
	var out []any
	for _, t := range c.Nodes.Tolerations {
		v := values{"key": t.Key, "operator": string(t.Operator), "effect": string(t.Effect)}
		if t.Value != "" {
			v["value"] = t.Value
		}
		out = append(out, v)
	}
	return out
}

func labels(m map[string]string) values {
	v := values{}
	for key, value := range m {
		v[key] = value
	}
	return v
}

func list(items []string) []any {
	out := make([]any, len(items))
	for i, item := range items {
		out[i] = item
	}
	return out
}
