package scaffold

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
)

// compile compiles a tenancy made of files by path.
func compile(t *testing.T, files map[string][]byte) compiler.Result {
	t.Helper()
	var list []spec.File
	for _, path := range slices.Sorted(maps.Keys(files)) {
		list = append(list, spec.File{Path: path, Data: files[path]})
	}
	result, faults := compiler.Compile(t.Context(), compiler.NewSource(list), compiler.Options{})
	require.Empty(t, faults)
	return result
}

// TestInitCompilesAtOnce: what init writes is valid, without so much as a warning.
func TestInitCompilesAtOnce(t *testing.T) {
	result := compile(t, Init(Options{Name: "alpine", Version: "v1.2.3"}))
	require.Equal(t, "alpine", result.Plan.Tenancy.Name)
	require.Len(t, result.Plan.Clusters, 1)
	require.Contains(t, result.Tree.Files, "sites/site-1/site.yaml")
	require.Contains(t, result.Tree.Files, "sites/site-1/tenants/example/main/boundary/kustomization.yaml")
}

// TestInitNamesTheTenancy: any folder name becomes a name that the schema takes.
func TestInitNamesTheTenancy(t *testing.T) {
	for folder, want := range map[string]string{
		"fleet": "fleet", "My Tenancy!": "my-tenancy", ".": "tenancy", "": "tenancy", "42": "42", "été": "t", "--a--": "a",
		strings.Repeat("a", 62) + "-b": strings.Repeat("a", 62),
	} {
		require.Equal(t, want, NameOf(folder))
		compile(t, Init(Options{Name: NameOf(folder)}))
	}
}

// TestNewSpecsAreValid: a site and a tenant made of flags alone fit a new tenancy.
func TestNewSpecsAreValid(t *testing.T) {
	site := DefaultSite()
	site.Name, site.APIDomain, site.CPU, site.Memory = "rome-2", "rome-2.k8s.example.net", "62", "250Gi"
	site.Labels = map[string]string{"region": "lazio"}
	class, err := ParseStorageClass("nvme:topolvm.io:40Ti")
	require.NoError(t, err)
	site.StorageClasses = []StorageClass{class, {"bulk", "rbd.csi.ceph.com", "100Ti"}}
	site.PodCIDRs, site.ServiceCIDRs, site.NodeCIDRs = []string{"10.2.0.0/16"}, []string{"10.3.0.0/16"}, []string{"192.168.20.0/24"}
	site.APIServers, site.Resolvers = []string{"192.168.20.10", "192.168.20.11"}, []string{"192.168.20.53"}
	site.Sandboxes, site.GVisor = []string{"gvisor", "kata-clh"}, "20260817"
	site.IngressClass, site.LoadBalancerPool = "nginx", "192.0.2.0/26"
	require.Empty(t, site.Missing())

	tenant := DefaultTenant()
	tenant.Name, tenant.Class, tenant.Site, tenant.Cluster = "acme", "standard", "rome-2", "prod"
	tenant.Owner, tenant.Email, tenant.Labels = "Acme: platform, #1", "platform@acme.example", map[string]string{"contract": "4711"}
	tenant.Stack, tenant.Isolation, tenant.Sandbox, tenant.Kubernetes = "vcluster", "hard", "kata-clh", "1.33"
	tenant.Storage, tenant.StorageClasses, tenant.Hosts = "1Ti", []string{"bulk", "nvme"}, []string{"*.acme.example", "acme.example"}
	tenant.Issuer, tenant.AdminGroups = "https://login.acme.example", []string{"acme-admins"}
	require.Empty(t, tenant.Missing())

	files := Init(Options{Name: "alpine"})
	files[SitePath("rome-2")] = Site(site)
	files[TenantPath("acme")] = Tenant(tenant)
	result := compile(t, files)
	require.Len(t, result.Plan.Sites, 2)
	cluster := result.Plan.Clusters[slices.IndexFunc(result.Plan.Clusters, func(c resolve.Cluster) bool { return c.Tenant == "acme" })]
	require.Equal(t, "acme-prod", cluster.Namespace)
	require.Equal(t, "kata-clh", cluster.Sandbox.Name)
	require.Equal(t, "1.33", cluster.Kubernetes)
	require.Equal(t, []string{"acme-admins"}, cluster.Access.Groups)
	require.Equal(t, []string{"*.acme.example", "acme.example"}, cluster.Network.Hosts)
	require.Len(t, cluster.Storage, 2)
}

// TestMissing: what cannot be guessed is asked for, by the flag's name.
func TestMissing(t *testing.T) {
	require.Equal(t, []string{"class", "site or --placement"}, DefaultTenant().Missing())
	tenant := DefaultTenant()
	tenant.Class, tenant.Placement, tenant.Email, tenant.AdminGroups = "gold", map[string]string{"a": "b"}, "a@b.example", []string{"x"}
	require.Equal(t, []string{"owner", "oidc-issuer"}, tenant.Missing())
	tenant.Stack = "namespace"
	require.Equal(t, []string{"owner"}, tenant.Missing(), "people of the site's own API server")
	site := DefaultSite()
	site.Sandboxes = append(site.Sandboxes, "gvisor")
	require.Equal(t, []string{"api-domain", "cpu", "memory", "pod-cidr", "service-cidr", "node-cidr", "api-server", "resolver", "storage-class", "gvisor"}, site.Missing())
	for _, text := range []string{"", "a", "a:b", "a:b:c:d"} {
		_, err := ParseStorageClass(text)
		require.ErrorContains(t, err, "nvme:topolvm.io:40Ti")
	}
}

// TestValuesStayValues: whatever a flag says is one string in the spec, and
// changes nothing around it.
func TestValuesStayValues(t *testing.T) {
	for _, text := range []string{
		"a", "1", "1.30", "yes", "null", "~", "true", "0x1f", "2026-01-01", "a: b", "a #b", "[a]", "{a: b}", "a, b", "'", `"`, `\`, "*a", "&a", "!a", "a:", ":a",
		"- a", "", " ", "a\nb: c", "---", "${x}", "<b>", "\u0007", "\u202e", "[[.Name]]", "ü", "%a", "@a", "`a`", "|", ">",
	} {
		o := DefaultTenant()
		o.Name = text
		o.Class, o.Site, o.Cluster, o.Memory, o.Pods, o.Owner = text, "x"+text, text, text, text, "o"+text
		o.Hosts, o.Labels = []string{text, "b"}, map[string]string{text: text}
		var read struct {
			Metadata struct {
				Name   string
				Labels map[string]string
			}
			Spec struct {
				Class    string
				Owners   []struct{ Name string }
				Clusters []struct {
					Name, Site string
					Quota      struct{ CPU, Memory, Pods string }
					Network    struct{ Hosts []string }
				}
			}
		}
		data := Tenant(o)
		require.NoError(t, yaml.Unmarshal(data, &read), "%s", data)
		require.Equal(t, map[string]string{text: text}, read.Metadata.Labels)
		require.Equal(t, text, read.Metadata.Name)
		require.Equal(t, text, read.Spec.Class)
		require.Equal(t, "o"+text, read.Spec.Owners[0].Name)
		require.Len(t, read.Spec.Clusters, 1)
		cluster := read.Spec.Clusters[0]
		require.Equal(t, text, cluster.Name)
		require.Equal(t, "x"+text, cluster.Site)
		require.Equal(t, text, cluster.Quota.Memory)
		require.Equal(t, text, cluster.Quota.Pods)
		require.Equal(t, []string{text, "b"}, cluster.Network.Hosts)
	}
}
