package generators

import (
	"encoding/base64"

	"github.com/tenantc/tenantc/internal/resolve"
)

// Kubeconfig is what a tenant's user hands to kubectl: the API server's public
// name and a login at the tenant's identity provider through kubectl's exec
// plugin oidc-login (kubelogin). It holds no secret. The certificate authority
// (PEM) is made on the site and so is not in git; without it kubectl trusts
// only what the user's system does. The cluster must have an identity provider
// and be exposed.
func Kubeconfig(c resolve.Cluster, certificateAuthority []byte) map[string]any {
	name := c.Tenant + "-" + c.Name
	server := map[string]any{"server": "https://" + c.APIHost}
	if len(certificateAuthority) > 0 {
		server["certificate-authority-data"] = base64.StdEncoding.EncodeToString(certificateAuthority)
	}
	return map[string]any{
		"apiVersion":      "v1",
		"kind":            "Config",
		"current-context": name,
		"clusters":        []any{map[string]any{"name": name, "cluster": server}},
		"contexts":        []any{map[string]any{"name": name, "context": map[string]any{"cluster": name, "user": name}}},
		"users":           []any{map[string]any{"name": name, "user": map[string]any{"exec": login(*c.Access.OIDC)}}},
	}
}

// login is the call of the exec plugin (client.authentication.k8s.io/v1).
func login(o resolve.OIDC) map[string]any {
	args := []any{"oidc-login", "get-token", "--oidc-issuer-url=" + o.Issuer, "--oidc-client-id=" + o.ClientID}
	if o.UsernameClaim == "email" {
		args = append(args, "--oidc-extra-scope=email")
	}
	if o.GroupsClaim != "" {
		args = append(args, "--oidc-extra-scope="+o.GroupsClaim)
	}
	return map[string]any{
		"apiVersion":      "client.authentication.k8s.io/v1",
		"command":         "kubectl",
		"args":            args,
		"interactiveMode": "IfAvailable",
		"installHint":     "kubectl oidc-login is missing; install it with: kubectl krew install oidc-login",
	}
}
