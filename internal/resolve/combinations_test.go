package resolve_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/spec"
)

// all is a tenancy whose one site offers every stack and every sandbox of its
// nodes, and whose class asks for nothing.
func all(tenant string) []spec.File {
	return []spec.File{
		{Path: "tenancy.yaml", Data: []byte(`apiVersion: tenantc.dev/v1alpha1
kind: Tenancy
metadata: {name: all}
spec: {fleet: {repository: build/fleet.git, branch: main}, policy: {allowStaleStacks: true}}
`)},
		{Path: "classes/any.yaml", Data: []byte(`apiVersion: tenantc.dev/v1alpha1
kind: TenantClass
metadata: {name: any}
spec: {isolation: soft}
`)},
		{Path: "sites/s1.yaml", Data: []byte(`apiVersion: tenantc.dev/v1alpha1
kind: Site
metadata: {name: s1}
spec:
  kubernetes: "1.34"
  apiDomain: s1.example.net
  pools: [{name: general, nodes: 4, allocatable: {cpu: "32", memory: 128Gi, pods: "110"}, sandboxes: [gvisor, kata-clh, kata-qemu]}]
  storageClasses: [{name: nvme, provisioner: topolvm.io, capacity: 10Ti}]
  stacks: [namespace, hnc, capsule, vcluster, kamaji, kubevirt, virtualcluster, liquidmetal, virtink, liqo, tensile-kube]
  components: {flux: "2.9", clusterAPI: "1.13", vcluster: "0.30.0", kata: "4.1", gvisor: "20260216", kubevirt: "1.6", kubevirtProvider: "0.11",
    kamaji: "1.0", kamajiProvider: "0.20", capsule: "0.12", hnc: "1.1", liqo: "1.2", virtink: "0.17", virtinkProvider: "0.7"}
  images: {virtink: {repository: images.example.net/rootfs, kubernetes: [1.34.1], kernel: "images.example.net/kernel:6.12.1"}}
  liqo: {clusterID: s1, peers: [{site: s2, clusterID: s2}]}
  network:
    cni: cilium
    podCIDRs: [10.0.0.0/16]
    serviceCIDRs: [10.1.0.0/16]
    nodeCIDRs: [192.168.1.0/24]
    apiServer: {addresses: [192.168.1.10]}
    dns: {resolvers: [192.168.1.53]}
`)},
		{Path: "sites/s2.yaml", Data: []byte(`apiVersion: tenantc.dev/v1alpha1
kind: Site
metadata: {name: s2}
spec:
  kubernetes: "1.34"
  apiDomain: s2.example.net
  pools: [{name: general, nodes: 4, allocatable: {cpu: "32", memory: 128Gi, pods: "110"}}]
  storageClasses: []
  stacks: [namespace]
  components: {flux: "2.9", liqo: "1.2"}
  liqo: {clusterID: s2, peers: [{site: s1, clusterID: s1}]}
  network:
    cni: cilium
    podCIDRs: [10.2.0.0/16]
    serviceCIDRs: [10.3.0.0/16]
    nodeCIDRs: [192.168.2.0/24]
    apiServer: {addresses: [192.168.2.10]}
    dns: {resolvers: [192.168.2.53]}
`)},
		{Path: "tenants/t.yaml", Data: []byte(tenant)},
	}
}

// Every stack with every distribution, store and sandbox, in a tenancy that
// allows the doubted ones: what is emitted, and with which diagnostic the rest
// is refused.
func TestCombinations(t *testing.T) {
	stores := map[string]string{
		"": "", "sqlite": "{type: sqlite}", "etcd": "{type: etcd}", "embedded-etcd": "{type: embedded-etcd}",
		"postgres": "{type: postgres, endpoint: db.example.net:5432, database: d, user: u, secretRef: {name: s}, addresses: [198.51.100.1/32]}",
	}
	var out bytes.Buffer
	out.WriteString("| stack | outcome | distro and store | sandboxes |\n|---|---|---|---|\n")
	for _, stack := range catalogue.Studied() {
		rows := map[[2]string][]string{} // outcome and sandboxes, to distros and stores
		for _, distro := range []string{"", "k8s", "k3s", "k0s"} {
			for _, store := range []string{"", "sqlite", "etcd", "embedded-etcd", "postgres"} {
				if (distro == "") != (store == "") {
					continue
				}
				for outcome, sandboxes := range outcomes(t, stack.Name, distro, stores[store]) {
					key := [2]string{outcome, strings.Join(sandboxes, ", ")}
					rows[key] = append(rows[key], plane(distro, store))
				}
			}
		}
		for _, key := range slices.SortedFunc(maps.Keys(rows), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
			fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", stack.Name, key[0], strings.Join(rows[key], "; "), key[1])
		}
	}
	golden.Check(t, "testdata/combinations.md", out.Bytes())
}

// A stack that cannot be fenced in is refused whatever the policy allows, with
// the reason that the catalogue has and another stack to use.
func TestStacksWithoutAFence(t *testing.T) {
	var refused []string
	for _, stack := range catalogue.Studied() {
		if stack.Missing == "" {
			continue
		}
		refused = append(refused, stack.Name)
		for _, allow := range []string{"true", "false"} {
			files := all(tenantOf(stack.Name, "", "", ""))
			files[0].Data = bytes.Replace(files[0].Data, []byte("allowStaleStacks: true"), []byte("allowStaleStacks: "+allow), 1)
			_, faults := resolved(t, files)
			require.Len(t, faults, 1, stack.Name)
			require.Equal(t, diag.StackNotGenerated, faults[0].Code)
			require.Contains(t, faults[0].Message, stack.Missing)
			require.Equal(t, "write stack: "+stack.Instead, faults[0].Hint)
		}
	}
	require.Equal(t, []string{"virtualcluster", "liquidmetal", "tensile-kube"}, refused)
}

// outcomes resolves one control plane with every sandbox.
func outcomes(t *testing.T, stack, distro, store string) map[string][]string {
	out := map[string][]string{}
	for _, sandbox := range []string{"", "none", "gvisor", "kata-clh", "kata-qemu"} {
		_, faults := resolved(t, all(tenantOf(stack, distro, store, sandbox)))
		var codes []string
		for _, d := range faults {
			codes = append(codes, string(d.Code))
		}
		slices.Sort(codes)
		outcome := "emitted"
		if codes = slices.Compact(codes); len(codes) > 0 {
			outcome = "refused: " + strings.Join(codes, ", ")
		}
		out[outcome] = append(out[outcome], named(sandbox))
	}
	return out
}

func plane(distro, store string) string {
	if distro == "" {
		return "what the stack has"
	}
	return distro + ", " + store
}

func named(sandbox string) string {
	if sandbox == "" {
		return "(not said)"
	}
	return sandbox
}

func tenantOf(stack, distro, store, sandbox string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `apiVersion: tenantc.dev/v1alpha1
kind: Tenant
metadata: {name: acme}
spec:
  class: any
  clusters:
    - name: prod
      site: s1
      stack: %s
      quota: {cpu: "8", memory: 32Gi, pods: "50"%s}
`, stack, volume(stack))
	if made, _ := catalogue.StackFor(stack); made.Plane == catalogue.PlaneShared {
		b.WriteString("      access: {admins: {groups: [acme-admins]}}\n")
	}
	if distro != "" {
		fmt.Fprintf(&b, "      controlPlane: {distro: %s, store: %s}\n", distro, store)
	}
	if sandbox != "" {
		fmt.Fprintf(&b, "      sandbox: %s\n", sandbox)
	}
	if stack == catalogue.Liqo {
		b.WriteString("      offload: {site: s2, cluster: rear}\n    - {name: rear, site: s2, stack: namespace, offloadFrom: s1, quota: {cpu: \"8\", memory: 32Gi}}\n")
	} else if stack != catalogue.Virtink {
		b.WriteString("      storage: {classes: [nvme]}\n")
	}
	return b.String()
}

func volume(stack string) string {
	if stack == catalogue.Liqo || stack == catalogue.Virtink {
		return "" // is bought where the pods run; there is none
	}
	return ", storage: 100Gi"
}
