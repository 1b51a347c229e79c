package resolve_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
)

// edit replaces text in one file of the base tenancy, or adds a file.
type edit struct{ file, old, new string }

// base is a sound tenancy below testdata/base, with edits.
func base(t *testing.T, edits ...edit) []spec.File {
	t.Helper()
	var files []spec.File
	root := filepath.Join("testdata", "base")
	require.NoError(t, filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(root, path)
		files = append(files, spec.File{Path: filepath.ToSlash(rel), Data: data})
		return err
	}))
	for _, e := range edits {
		files = apply(t, files, e)
	}
	return files
}

func apply(t *testing.T, files []spec.File, e edit) []spec.File {
	t.Helper()
	for i, f := range files {
		if f.Path != e.file {
			continue
		}
		require.Equal(t, 1, strings.Count(string(f.Data), e.old), "%q stands once in %s", e.old, e.file)
		files[i].Data = []byte(strings.Replace(string(f.Data), e.old, e.new, 1))
		return files
	}
	require.Empty(t, e.old, "no file %s", e.file)
	return append(files, spec.File{Path: e.file, Data: []byte(e.new)})
}

func parsed(t *testing.T, files []spec.File) spec.Documents {
	t.Helper()
	documents, faults := spec.Parse(t.Context(), files, 1)
	require.Empty(t, faults, "the schema has no say in these tests")
	return documents
}

func resolved(t *testing.T, files []spec.File) (resolve.Plan, diag.List) {
	t.Helper()
	return resolve.Resolve(parsed(t, files))
}

func TestASoundTenancyHasNoFaults(t *testing.T) {
	plan, faults := resolved(t, base(t))
	require.Empty(t, faults)
	require.NotEmpty(t, plan.Clusters)
}

// Each fault is reported at the user's line, with what to write instead. The
// golden file has all of them, as a user reads them.
func TestFaults(t *testing.T) {
	var out bytes.Buffer
	seen := map[diag.Code]bool{}
	for _, test := range faults() {
		_, list := resolved(t, base(t, test.edits...))
		require.NotEmpty(t, list, test.name)
		fmt.Fprintf(&out, "== %s\n", test.name)
		require.NoError(t, diag.Print(&out, list, diag.Text))
		for _, d := range list {
			seen[d.Code] = true
			require.NotZero(t, d.Position.Line, "%s: %s has no place", test.name, d.Message)
			require.NotEmpty(t, d.Hint, "%s: %s has no hint", test.name, d.Message)
		}
	}
	golden.Check(t, filepath.Join("testdata", "faults.txt"), out.Bytes())
	for _, entry := range diag.Entries() {
		if strings.HasPrefix(string(entry.Code), "TC2") {
			require.True(t, seen[entry.Code], "no test provokes %s, %s", entry.Code, entry.Title)
		}
	}
}

type fault struct {
	name  string
	edits []edit
}

// stack has acme's cluster name its stack.
func stack(name string) []edit { return cluster("site: alpha", "site: alpha\n      stack: "+name) }

// machines makes acme's cluster one of machines, with these workers.
func machines(workers string) []edit {
	edits := append(stack("kubevirt"),
		edit{acme, "\"1.33\"", "\"1.34\""}, edit{acme, ", loadBalancers: 1", ""}, edit{acme, "        hosts: [www.acme.example]\n", ""})
	if workers != "" {
		edits = append(edits, edit{acme, "nodes: {mode: shared}", "workers: [" + workers + "]\n      nodes: {mode: shared}"})
	}
	return edits
}

// stale is the tenancy's yes to stacks that are doubted.
var stale = edit{"tenancy.yaml", "fleet.git}", "fleet.git}\n  policy: {allowStaleStacks: true}"}

// rear is a cluster of the tenant away that takes pods of alpha in, and its file.
var rear = [2]string{"tenants/away.yaml", `
    - {name: rear, site: delta, stack: namespace, offloadFrom: alpha, quota: {cpu: "1", memory: 1Gi}}`}

// away is a tenant with a cluster on alpha whose pods go elsewhere, and others.
func away(offload, others string) []edit {
	return []edit{stale, {rear[0], "", tenantOfAway(offload, others)}}
}

func tenantOfAway(offload, others string) string {
	return fmt.Sprintf(`apiVersion: tenantc.dev/v1alpha1
kind: Tenant
metadata: {name: away}
spec:
  class: bronze
  clusters:
    - name: front
      site: alpha
      stack: liqo
      quota: {cpu: "1", memory: 1Gi}
      access: {admins: {groups: [away]}}
      %s%s
`, offload, others)
}

// What a cluster says whose pods go to a peer, what it need not, and what is
// counted where.
func TestPodsGoToThePeer(t *testing.T) {
	plan, faults := resolved(t, base(t, away("offload: {site: delta, cluster: rear}", rear[1])...))
	require.Empty(t, faults)
	i := slices.IndexFunc(plan.Clusters, func(c resolve.Cluster) bool { return c.Name == "front" })
	front := plan.Clusters[i]
	require.Equal(t, "away-rear", front.OffloadNamespace())
	require.Equal(t, "d", front.Offload.Peer.ClusterID)
	require.Equal(t, []string{"soft", "namespace", "none"}, []string{front.Isolation, front.Autonomy, front.Sandbox.Name})
	require.Equal(t, "0.00 cores, 0.00 GiB", catalogue.CostOf(front.Charges).String())
	i = slices.IndexFunc(plan.Sites, func(s resolve.Site) bool { return s.Name == "delta" })
	require.Equal(t, "liqo-tenant-a/d", plan.Sites[i].NamespaceMapOf(resolve.LiqoPeer{Site: "alpha", ClusterID: "a"}))

	// Nobody gets it without asking for it.
	plan, faults = resolved(t, base(t, stale, more("third", "alpha", "      autonomy: namespace\n"+strings.ReplaceAll(volumes, "kubernetes", ""))))
	require.NotEmpty(t, plan.Clusters)
	for _, c := range plan.Clusters {
		require.NotEqual(t, "liqo", c.Stack, "%v", faults)
	}
}

// offered is what site alpha offers.
const offered = "[vcluster, kubevirt, namespace, hnc, virtink, tensile-kube, liqo]"

const (
	acme  = "tenants/acme.yaml"
	other = "tenants/other.yaml"
	site  = "sites/alpha.yaml"
	beta  = "sites/beta.yaml"
	delta = "sites/delta.yaml"
	gold  = "classes/gold.yaml"
)

// cluster is an edit of acme's cluster.
func cluster(old, new string) []edit { return []edit{{acme, old, new}} }

// open is acme's cluster without a site.
var open = cluster("site: alpha", "placement: {matchLabels: {region: north}}")

// more is a document of another tenant with one cluster on a site.
func more(name, site, rest string) edit {
	return edit{"tenants/" + name + ".yaml", "", fmt.Sprintf(`apiVersion: tenantc.dev/v1alpha1
kind: Tenant
metadata: {name: %s}
spec:
  class: bronze
  clusters:
    - name: web
      site: %s
      kubernetes: "1.33"
      quota: {cpu: "2", memory: 4Gi, storage: 10Gi}
%s
`, name, site, rest)}
}

// capsule has site alpha offer it.
func capsule(edits ...edit) []edit {
	return append(edits, edit{site, offered, "[vcluster, capsule]"}, edit{site, "hnc: \"1.1\"", "capsule: \"0.12\""})
}

const (
	makes     = "      stack: capsule\n      access: {admins: {groups: [third]}}\n" + volumes
	volumes   = "      storage: {classes: [nvme]}"
	dedicated = "      nodes: {mode: dedicated, pool: kept}\n      sandbox: kata-clh\n" + volumes
)

func faults() []fault {
	return slices.Concat(references(), limits(), offers(), versions())
}

func references() []fault {
	return []fault{
		{"unknown class", cluster("class: gold", "class: glod")},
		{"unknown site", cluster("site: alpha", "site: alfa")},
		{"unknown pool", cluster("{mode: shared}", "{mode: shared, pool: genral}")},
		{"unknown storage class", cluster("classes: [nvme]", "classes: [nvme, tape]")},
		{"no storage class at all", cluster("classes: [nvme]", "classes: []")},
		{"control plane on a class that is not the cluster's", cluster("store: {type: etcd}", "store: {type: etcd}\n        persistence: {storageClass: bulk}")},
		{"not placed", cluster("site: alpha", "placement: {matchLabels: {region: north}}")},
		{"placed on a site that is gone", append(open, edit{spec.LockFile, "", "acme/prod: {site: gamma}\n"})},
		{"decided in vain", []edit{{acme, "site: alpha", "site: alpha\n      stack: vcluster"}, {spec.LockFile, "", "acme/gone: {site: alpha}\nacme/prod: {site: alpha}\nacme/prod@alpha: {stack: vcluster}\nnobody/prod@beta: {stack: vcluster}\n"}}},
		{"two clusters to place of one name", append(open, edit{acme, "    - name: prod", "    - {name: prod, placement: {matchLabels: {region: north}}, kubernetes: \"1.33\", quota: {cpu: \"1\", memory: 1Gi}, storage: {classes: [nvme]}}\n    - name: prod"},
			edit{spec.LockFile, "", "acme/prod: {site: alpha}\n"})},
		{"remembered stack that the site lost", []edit{{site, offered, "[vcluster]"}, {spec.LockFile, "", "acme/prod@alpha: {stack: kubevirt}\n"}}},
		{"second cluster", cluster("    - name: prod", "    - {name: prod, site: alpha, kubernetes: \"1.33\", quota: {cpu: \"1\", memory: 1Gi}, storage: {classes: [nvme]}}\n    - name: prod")},
		{"namespace of the system", []edit{{acme, "{name: acme}", "{name: kube}"}, {acme, "name: prod", "name: system"}}},
		{"namespace of the site", []edit{{acme, "{name: acme}", "{name: ingress}"}, {acme, "name: prod", "name: nginx"}}},
		{"namespace that another tenant may make", capsule(more("third", "alpha", makes), more("third-web", "alpha", volumes))},
		{"namespace of the site that a tenant may make", capsule(edit{"tenants/capi.yaml", "", strings.NewReplacer("third", "cluster", "name: web", "name: api").Replace(more("third", "alpha", makes).new)})},
		{"pool listed twice", []edit{{site, "- name: bare", "- name: kept"}}},
		{"storage class listed twice", []edit{{site, "name: bulk", "name: nvme"}}},
		{"same host", []edit{more("third", "alpha", "      network: {hosts: [www.acme.example]}\n"+volumes)}},
		{"wildcard over a host", []edit{more("third", "alpha", "      network: {hosts: [\"*.acme.example\"]}\n"+volumes)}},
		{"host under a wildcard", []edit{{acme, "[www.acme.example]", "[\"*.acme.example\"]"}, more("third", "alpha", "      network: {hosts: [shop.acme.example]}\n"+volumes)}},
		{"same host on another site", []edit{more("third", "beta", "      network: {hosts: [www.acme.example]}\n"+volumes)}},
		{"load balancers of two sites", []edit{{beta, "    podCIDRs", "    loadBalancerPool: 192.0.2.32/27\n    podCIDRs"}}},
		{"load balancers among the nodes", []edit{{site, "loadBalancerPool: 192.0.2.0/26", "loadBalancerPool: 192.168.1.0/28"}}},
		{"host among the API servers", cluster("[www.acme.example]", "[prod.third.beta.example.net]")},
		{"pool dedicated to two", []edit{more("third", "alpha", dedicated), more("fourth", "alpha", dedicated)}},
		{"storage class name of another", []edit{{acme, "classes: [nvme]", "classes: [nvme, web-nvme]"}, {site, "name: prod-nvme", "name: web-nvme"}, more("acme-prod", "alpha", volumes)}},
		{"one domain for two sites", []edit{{beta, "beta.example.net", "alpha.example.net"}}},
		{"ranges of a site overlap", []edit{{beta, "serviceCIDRs: [10.3.0.0/16]", "serviceCIDRs: [10.2.128.0/17]"}}},
		{"pods of the site", cluster("198.51.100.0/24", "10.0.0.0/8")},
		{"nodes shown beside another tenant", []edit{{acme, "{mode: shared}", "{mode: shared, pool: general, sync: true}"}, more("third", "alpha", volumes)}},
		{"the cluster's own DNS", []edit{{beta, "resolvers: [", "resolvers: [10.3.0.10, 169.254.20.10, "}}},
		{"metadata service", cluster("198.51.100.0/24", "169.254.169.254/32")},
		{"nodes of the site", cluster("allowTo: [{cidr: 198.51.100.0/24}]", "allowFrom: [{cidr: 192.168.0.0/16}]")},
	}
}

func limits() []fault {
	const quota = `{cpu: "8", memory: 16Gi, storage: 100Gi, pods: "50", loadBalancers: 1}`
	return []fault{
		{"every bound of the class", cluster(quota, `{cpu: "17", memory: 33Gi, storage: 2Ti, pods: "101", loadBalancers: 3}`)},
		{"too many clusters", []edit{{gold, "clusters: 2", "clusters: 0"}}},
		{"plain containers in a hard class", cluster("site: alpha", "site: alpha\n      sandbox: none")},
		{"gVisor in a hard class", cluster("site: alpha", "site: alpha\n      sandbox: gvisor\n      stack: vcluster")},
		{"isolation that the tenancy requires", []edit{{"tenancy.yaml", "fleet.git}", "fleet.git}\n  policy: {minimumIsolation: hard+}"}}},
	}
}

func offers() []fault {
	return []fault{
		{"stack of another site", []edit{{other, "site: beta", "site: beta\n      stack: kubevirt"}}},
		{"stack that is not made", stack("tensile-kube")},
		{"stack of a stale project", stack("virtink")},
		{"machines that keep nothing", append(stack("virtink"), stale, edit{acme, "\"1.33\"", "\"1.34\""})},
		{"a volume for a machine that keeps none", []edit{stale, {other, "site: beta", "site: alpha\n      stack: virtink"}, {other, "{expose: none}", "{replicas: 1, persistence: {storageClass: nvme}}"}}},
		{"machines with nothing to boot", []edit{{site, "  images: {virtink: {repository: images.example.net/rootfs, kubernetes: [1.34.1], kernel: \"images.example.net/kernel:6.12.1\"}}\n", ""}}},
		{"stack that federates", stack("liqo")},
		{"pods that go nowhere", away("", "")},
		{"pods that go to no peer", away("offload: {site: gamma, cluster: rear}", "")},
		{"pods that nobody takes in", away("offload: {site: delta, cluster: rear}", "")},
		{"pods of two in one namespace", []edit{stale, {rear[0], "", tenantOfAway("offload: {site: delta, cluster: rear}", rear[1]+`
    - {name: second, site: alpha, stack: liqo, offload: {site: delta, cluster: rear}, quota: {cpu: "1", memory: 1Gi}, access: {admins: {groups: [away]}}}`)}}},
		{"what pods elsewhere have no use for", away("offload: {site: delta, cluster: rear}\n      sandbox: kata-clh\n      network: {hosts: [x.acme.example]}\n      storage: {classes: [nvme]}\n      nodes: {mode: shared}", rear[1])},
		{"pods taken in by a sandbox, of a stranger, and by what is no namespace", away("offload: {site: delta, cluster: rear}", `
    - {name: rear, site: delta, stack: namespace, sandbox: kata-clh, offloadFrom: alpha, quota: {cpu: "1", memory: 1Gi}}
    - {name: other, site: delta, stack: namespace, offloadFrom: gamma, quota: {cpu: "1", memory: 1Gi}, access: {admins: {groups: [away]}}}
    - {name: tree, site: alpha, stack: hnc, offloadFrom: delta, quota: {cpu: "1", memory: 1Gi}, access: {admins: {groups: [away]}}}
    - {name: here, site: alpha, stack: namespace, offload: {site: delta, cluster: rear}, quota: {cpu: "1", memory: 1Gi}, access: {admins: {groups: [away]}}}`)},
		{"peers that do not agree", []edit{{site, "peers: [{site: delta, clusterID: d}]", "peers: [{site: delta, clusterID: c}, {site: delta, clusterID: d}, {site: gamma, clusterID: g}, {site: alpha, clusterID: a}]"},
			{delta, "peers: [{site: alpha, clusterID: a}]", "peers: [{site: gamma, clusterID: g}]"}}},
		{"a peer that does not list the site", []edit{{delta, "peers: [{site: alpha, clusterID: a}]", "peers: [{site: gamma, clusterID: g}]"}}},
		{"Liqo that makes the namespace itself", []edit{{site, `liqo: "1.2"`, `liqo: "0.10"`}}},
		{"stack that has no use for what the spec says", stack("kubevirt")},
		{"stack of a shared API server", stack("namespace")},
		{"nobody on a shared API server", append(stack("namespace"), edit{gold, "isolation: hard", "isolation: soft"})},
		{"a tree of namespaces where there is none", cluster("nodes: {mode: shared}", "namespaces: [dev]\n      nodes: {mode: shared}")},
		{"machines over the quota", machines(`{name: big, replicas: 9, machine: {cpu: "1", memory: 1Gi}}, {name: big, replicas: 1}`)},
		{"a quota too small for a machine", append(machines(""), edit{acme, "memory: 16Gi", "memory: 1Gi"})},
		{"autonomy of a whole cluster", cluster("site: alpha", "site: alpha\n      autonomy: cluster\n      stack: vcluster")},
		{"sandbox of another site", cluster("site: alpha", "site: alpha\n      sandbox: kata-fc")},
		{"sandboxes without their components", []edit{{site, `kata: "3.24", gvisor: "20260101"`, `flux: "2.9"`}, {site, `{flux: "2.9", clusterAPI`, `{clusterAPI`}}},
		{"pool without the sandbox and without labels", cluster("{mode: shared}", "{mode: shared, pool: bare}")},
		{"dedicated pool without taint", cluster("{mode: shared}", "{mode: dedicated, pool: general}")},
		{"shared pool with taint", cluster("{mode: shared}", "{mode: shared, pool: kept}")},
		{"nodes that nothing tells from others", []edit{{other, "controlPlane:", "nodes: {mode: shared, sync: true}\n      controlPlane:"}}},
		{"nodes with labels that no pool has", cluster("{mode: shared}", "{mode: shared, matchLabels: {pool: kept}}")},
		{"no ingress, no load balancers", []edit{{other, "{expose: none}", "{expose: ingress}"}, {other, "storage: 10Gi}", "storage: 10Gi, loadBalancers: 1}"}, {other, "      storage:", "      network: {hosts: [web.other.example]}\n      storage:"}}},
		{"load balancer that admits nobody", []edit{{acme, "store: {type: etcd}", "store: {type: etcd}\n        expose: loadBalancer"}}},
		{"load balancer without a pool", []edit{{other, "{expose: none}", "{expose: loadBalancer}"}}},
		{"issuer by name under Calico", cluster("storage: {classes", "access: {oidc: {issuer: https://login.acme.example, clientID: k}}\n      storage: {classes")},
		{"administrators without an identity provider", cluster("storage: {classes", "access: {admins: {groups: [acme-admins]}}\n      storage: {classes")},
		{"memory sold twice", []edit{{site, "  network:\n", "  overcommit: {memory: 1.5}\n  network:\n"}}},
		{"components missing", []edit{{beta, `clusterAPI: "1.8", vcluster: "0.20.0", `, ""}}},
	}
}

func versions() []fault {
	const store = "store: {type: etcd}"
	return []fault{
		{"unknown chart", []edit{{site, "0.30.0", "0.31.7"}}},
		{"k0s after 0.25", cluster(store, store+"\n        distro: k0s")},
		{"k3s after 0.32", []edit{{site, "0.30.0", "0.33.0"}, {acme, store, store + "\n        distro: k3s"}}},
		{"Kubernetes that the chart does not have", cluster(`"1.33"`, `"1.29"`)},
		{"replicas with SQLite", cluster(store, "store: {type: sqlite}")},
		{"even number of members", cluster("replicas: 3", "replicas: 4")},
		{"embedded etcd without licence", cluster(store, "store: {type: embedded-etcd}")},
		{"external database without licence", cluster(store, "store: {type: postgres, endpoint: \"pg.acme.example:5432\", database: k, user: k, secretRef: {name: s}, addresses: [198.51.100.7/32]}")},
		{"external database on a range of the site", cluster(store, "store: {type: mysql, endpoint: \"pg.acme.example:3306\", database: k, user: k, secretRef: {name: s}, addresses: [192.168.1.7/32]}")},
		{"external database with k0s", []edit{{other, "{expose: none}", "{expose: none, distro: k0s, store: {type: mysql, endpoint: \"pg.acme.example:3306\", database: k, user: k, secretRef: {name: s}, addresses: [198.51.100.7/32]}}"}}},
		{"sandbox that the chart cannot force", []edit{{other, "site: beta", "site: beta\n      sandbox: kata-clh"}}},
		{"identity provider with k0s", []edit{{other, "{expose: none}", "{expose: none, distro: k0s}"}, {other, "      storage:", "      access: {oidc: {issuer: https://login.acme.example, clientID: k, addresses: [198.51.100.7/32]}}\n      storage:"}}},
		{"unknown Kata", []edit{{site, `"3.24"`, `"9.0"`}}},
		{"site too old", []edit{{beta, `"1.31"`, `"1.28"`}, {beta, `"2.7"`, `"2.0"`}, {beta, `"1.8"`, `"1.5"`}}},
		{"Cluster API too new", []edit{{site, `"1.9"`, `"1.16"`}}},
	}
}

// What tenantc place has decided is where a cluster without a site goes, and
// which stack it has, even when another would be cheaper by now.
func TestDecisionsAreKept(t *testing.T) {
	plan, faults := resolved(t, base(t, append(open, edit{spec.LockFile, "", "acme/prod: {site: alpha, stack: vcluster}\n"})...))
	require.Empty(t, faults)
	require.Equal(t, []string{"alpha", "vcluster"}, []string{plan.Clusters[0].Site, plan.Clusters[0].Stack})

	// The site it was placed on is now written in the spec: the stack stays.
	documents := parsed(t, base(t, edit{site, offered, "[namespace, vcluster]"}, edit{spec.LockFile, "", "acme/prod: {site: alpha, stack: vcluster}\n"}))
	decision, found := documents.Lock.Stack("acme", "prod", "alpha")
	require.True(t, found)
	require.Equal(t, "vcluster", decision.Stack)
	_, found = documents.Lock.Stack("acme", "prod", "beta")
	require.False(t, found, "a decision for another site is none for this one")
}
