package generators

import (
	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/resolve"
)

// distro is the distribution and the Kubernetes version of the tenant's API
// server. Exactly one is enabled.
func distro(s resolve.Site, c resolve.Cluster) values {
	cp := c.ControlPlane
	v := values{
		"enabled":   true,
		"resources": resources(catalogue.DistroInit()),
	}
	switch {
	case s.Components.VCluster.DistroImage || cp.Distro != catalogue.K8s:
		v["image"] = values{"tag": cp.Image}
	default:
		v["version"] = cp.Image
	}
	if args := identityArgs(c); len(args) > 0 {
		switch cp.Distro {
		case catalogue.K8s:
			v["apiServer"] = values{"extraArgs": prefixed("--", args)}
		case catalogue.K3s:
			v["extraArgs"] = prefixed("--kube-apiserver-arg=", args)
		}
	}
	return values{cp.Distro: v}
}

// identityArgs hand the tenant's identity provider to its API server. Names and
// groups from it begin with a prefix of tenantc's, so that no claim can become
// system:masters or an account of the cluster's own.
func identityArgs(c resolve.Cluster) []string {
	oidc := c.Access.OIDC
	if oidc == nil {
		return nil
	}
	args := []string{
		"oidc-issuer-url=" + oidc.Issuer,
		"oidc-client-id=" + oidc.ClientID,
		"oidc-username-claim=" + oidc.UsernameClaim,
		"oidc-username-prefix=" + resolve.Prefix,
	}
	if oidc.GroupsClaim != "" {
		args = append(args, "oidc-groups-claim="+oidc.GroupsClaim, "oidc-groups-prefix="+resolve.Prefix)
	}
	return args
}

func prefixed(prefix string, args []string) []any {
	out := make([]any, len(args))
	for i, arg := range args {
		out[i] = prefix + arg
	}
	return out
}

// adminManifests is the binding, inside the tenant cluster, that makes its
// administrators what they are; empty without an identity provider. The syncer
// applies it at every start. It is plain text to the chart, never a template.
func adminManifests(c resolve.Cluster) string {
	subjects := adminSubjects(c)
	if c.Access.OIDC == nil || len(subjects) == 0 {
		return ""
	}
	return valuesYAML(values{
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind":       "ClusterRoleBinding",
		"metadata":   values{"name": "tenantc-admins"},
		"roleRef":    values{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
		"subjects":   subjects,
	})
}

func adminSubjects(c resolve.Cluster) []any {
	var subjects []any
	add := func(kind string, names []string) {
		for _, name := range names {
			subjects = append(subjects, values{"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": resolve.Prefix + name})
		}
	}
	add("Group", c.Access.Groups)
	add("User", c.Access.Users)
	return subjects
}
