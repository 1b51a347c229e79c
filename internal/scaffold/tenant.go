package scaffold

import "github.com/tenantc/tenantc/internal/catalogue"

// TenantOptions are what a new tenant's spec says. What is empty is left out,
// so that the class decides; quantities are as in specs.
type TenantOptions struct {
	Name   string
	Labels map[string]string
	Class  string
	Owner  string
	Email  string

	Cluster    string
	Site       string            // or
	Placement  map[string]string // labels that the site must have
	Stack      string
	Isolation  string
	Sandbox    string
	Kubernetes string

	CPU            string
	Memory         string
	Storage        string
	Pods           string
	StorageClasses []string
	Hosts          []string

	Issuer      string // of the tenant's identity provider
	ClientID    string
	GroupsClaim string
	AdminGroups []string
}

// DefaultTenant is what a new tenant's spec says where nobody asked for
// anything else: a small cluster.
func DefaultTenant() TenantOptions {
	return TenantOptions{
		Cluster: "main",
		CPU:     "4", Memory: "8Gi", Pods: "50",
		ClientID: "kubernetes", GroupsClaim: "groups",
	}
}

// TenantPath is where a tenant's spec goes in a tenancy.
func TenantPath(name string) string { return "tenants/" + name + ".yaml" }

// Tenant writes a tenant's spec.
func Tenant(o TenantOptions) []byte { return render("tenant.yaml", o) }

// Missing lists the flags without which a tenant cannot be written.
func (o TenantOptions) Missing() []string {
	missing := absent([]flag{{"class", o.Class}})
	if o.Site == "" && len(o.Placement) == 0 {
		missing = append(missing, "site or --placement")
	}
	if o.Email != "" {
		missing = append(missing, absent([]flag{{"owner", o.Owner}})...)
	}
	stack, named := catalogue.StackFor(o.Stack)
	shared := named && stack.Plane == catalogue.PlaneShared // the site's own API server knows who is who
	if len(o.AdminGroups) > 0 && !shared {
		missing = append(missing, absent([]flag{{"oidc-issuer", o.Issuer}})...)
	}
	return missing
}

func exampleTenant() TenantOptions {
	o := DefaultTenant()
	o.Name, o.Class, o.Site = "example", "standard", "site-1"
	o.Owner, o.Email = "Example platform team", "platform@tenant.example"
	o.Storage, o.StorageClasses = "100Gi", []string{"local"}
	o.Hosts = []string{"*.tenant.example"}
	return o
}

// flag is an option by the name it has on the command line.
type flag struct{ name, value string }

func absent(flags []flag) []string {
	var missing []string
	for _, f := range flags {
		if f.value == "" {
			missing = append(missing, f.name)
		}
	}
	return missing
}
