package capacity_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/capacity"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
)

// edit replaces a text that stands once in one file of the base tenancy.
type edit struct{ file, old, new string }

const (
	acme  = "tenants/acme.yaml"
	alpha = "sites/alpha.yaml"
	quota = `{cpu: "8", memory: 16Gi, storage: 100Gi, pods: "50", loadBalancers: 1}`
)

// planned resolves the sound tenancy that package resolve tests with, edited,
// and under a class without limits.
func planned(t *testing.T, edits ...edit) (spec.Documents, resolve.Plan) {
	t.Helper()
	source, faults, err := compiler.Load(t.Context(), "../resolve/testdata/base")
	require.NoError(t, err)
	require.Empty(t, faults)
	for i, f := range source.Specs {
		text := string(f.Data)
		if f.Path == acme { // whatever it costs: the sums here are of this stack
			text = strings.Replace(text, "site: alpha", "site: alpha\n      stack: vcluster", 1)
		}
		for _, e := range edits {
			if e.file == f.Path {
				require.Equal(t, 1, strings.Count(text, e.old), "%q stands once in %s", e.old, e.file)
				text = strings.Replace(text, e.old, e.new, 1)
			}
		}
		source.Specs[i].Data = []byte(text)
	}
	result, faults := compiler.Resolve(t.Context(), source, compiler.Options{Workers: 1})
	for _, d := range faults { // the limits of the class are no matter here
		require.True(t, strings.HasPrefix(string(d.Code), "TC21"), d.Message)
	}
	return result.Documents, result.Plan
}

func pot(t *testing.T, plan resolve.Plan, site string, r capacity.Resource, of string) capacity.Pot {
	t.Helper()
	for _, s := range capacity.Sites(plan) {
		for _, p := range s.Pots {
			if s.Name == site && p.Resource == r && p.Of == of {
				return p
			}
		}
	}
	require.Fail(t, "no such pot", "%s %s %s", site, r, of)
	return capacity.Pot{}
}

const gi = 1 << 30

// What there is: nodes without the reserve, CPU times the overcommit. What is
// sold is what was bought, and the stack is the rest of the quota on the site.
func TestSums(t *testing.T) {
	reserve := edit{alpha, "  network:\n", "  reserve: {nodes: 1}\n  overcommit: {cpu: 2}\n  network:\n"}
	_, plan := planned(t, reserve)
	c := plan.Clusters[0]
	require.Equal(t, "acme", c.Tenant)

	cpu := pot(t, plan, "alpha", capacity.CPU, "general")
	require.Equal(t, int64(3*32_000*2), cpu.Capacity, "three of four nodes, sold twice")
	require.Equal(t, int64(8000), cpu.Sold)
	requests := c.Quota["requests.cpu"]
	require.Equal(t, 2*requests.MilliValue(), cpu.Used(), "what the quota holds in requests is twice as much in limits")

	memory := pot(t, plan, "alpha", capacity.Memory, "general")
	require.Equal(t, int64(3*128*gi), memory.Capacity, "memory is sold once")
	held := c.Quota["requests.memory"]
	require.Equal(t, held.Value(), memory.Used())
	require.Equal(t, int64(16*gi), memory.Sold)

	require.Equal(t, int64(100*gi), pot(t, plan, "alpha", capacity.Storage, "nvme").Sold)
	require.Equal(t, int64(15*gi), pot(t, plan, "alpha", capacity.Storage, "nvme").Stacks, "three members of etcd")
	require.Equal(t, int64(64), pot(t, plan, "alpha", capacity.LoadBalancers, "").Capacity, "a /26")
	require.Equal(t, int64(1), pot(t, plan, "alpha", capacity.LoadBalancers, "").Used())
	require.Zero(t, pot(t, plan, "alpha", capacity.CPU, "kept").Used(), "a tainted pool is for nobody who does not name it")
	require.Zero(t, pot(t, plan, "alpha", capacity.CPU, "bare").Used(), "a pool without the sandbox is no help")
}

// A cluster's state decides what it takes: retired ones keep their volumes.
func TestStates(t *testing.T) {
	for state, takes := range map[string][2]bool{"active": {true, true}, "suspended": {true, true}, "retired": {false, true}, "purged": {false, false}} {
		_, plan := planned(t, edit{acme, "nodes: {mode: shared}", "lifecycle: {state: " + state + "}"})
		require.Equal(t, takes[0], pot(t, plan, "alpha", capacity.Memory, "general").Used() > 0, state)
		require.Equal(t, takes[1], pot(t, plan, "alpha", capacity.Storage, "nvme").Used() > 0, state)
	}
}

// A cluster that no pool takes leaves the others what they are promised, and
// whoever asks for room an answer.
func TestRoomBesideAClusterWithoutAPool(t *testing.T) {
	_, plan := planned(t, edit{alpha, "      labels: {pool: general}\n", "      taints: [{key: a, effect: NoSchedule}]\n"})
	for i, c := range plan.Clusters {
		if c.Tenant != "acme" {
			continue
		}
		for _, s := range plan.Sites {
			if s.Name == "alpha" {
				ledger := capacity.NewLedger(s, plan.Capacity)
				ledger.Add(ledger.Demand(&plan.Clusters[i]))
				dedicated := c
				dedicated.Nodes, dedicated.ControlPlane.Replicas = resolve.Nodes{Dedicated: true, Pool: "kept"}, 1
				require.Empty(t, ledger.Unmet(ledger.Demand(&dedicated)))
			}
		}
	}
}

// Machines' disks are of the class that the quota allows them, whatever others
// the tenant has.
func TestDisksOfMachines(t *testing.T) {
	_, plan := planned(t, edit{acme, "stack: vcluster", "stack: kamaji"}, edit{acme, `"1.33"`, `"1.34"`}, edit{acme, ", loadBalancers: 1", ""},
		edit{acme, "        hosts: [www.acme.example]\n", ""}, edit{acme, "classes: [nvme]", "classes: [nvme, bulk]"},
		edit{alpha, "stacks: [vcluster", "stacks: [kamaji, vcluster"}, edit{alpha, `hnc: "1.1"`, `hnc: "1.1", kamaji: "1.0", kamajiProvider: "0.15"`})
	require.NotZero(t, pot(t, plan, "alpha", capacity.Storage, "nvme").Stacks)
	require.Zero(t, pot(t, plan, "alpha", capacity.Storage, "bulk").Stacks)
}

// Each kind of finding, as a user reads it.
func TestFindings(t *testing.T) {
	seen := map[diag.Code]bool{}
	var out bytes.Buffer
	for _, test := range []struct {
		name  string
		edits []edit
	}{
		{"memory and CPU", []edit{{acme, quota, `{cpu: "300", memory: 600Gi, storage: 100Gi, pods: "50", loadBalancers: 1}`}}},
		{"pods", []edit{{acme, `pods: "50"`, `pods: "600"`}}},
		{"storage", []edit{{acme, "storage: 100Gi", "storage: 11Ti"}}},
		{"storage of either class", []edit{{acme, "storage: 100Gi", "storage: 21Ti"}, {acme, "classes: [nvme]", "classes: [nvme, bulk]"}}},
		{"load balancer addresses", []edit{{acme, "loadBalancers: 1", "loadBalancers: 65"}}},
		{"the reserve is not sold", []edit{{acme, "memory: 16Gi", "memory: 480Gi"}, {alpha, "  network:\n", "  reserve: {nodes: 1}\n  network:\n"}}},
		{"all nodes in reserve", []edit{{alpha, "  network:\n", "  reserve: {nodes: 4}\n  network:\n"}}},
		{"more in reserve than there are nodes", []edit{{alpha, "  network:\n", "  reserve: {nodes: 6}\n  network:\n"}}},
		{"a policy that keeps more", []edit{{"tenancy.yaml", "fleet.git}", "fleet.git}\n  policy: {capacity: {warn: 10, refuse: 20}}"}, {acme, "memory: 16Gi", "memory: 100Gi"}}},
		{"nearly full", []edit{{acme, "memory: 16Gi", "memory: 430Gi"}}},
		{"no pool", []edit{{alpha, "      labels: {pool: general}\n", "      taints: [{key: a, effect: NoSchedule}]\n"}}},
		{"too large a pod", []edit{{acme, "pods: \"50\"", "largestPod: {cpu: \"32\", memory: 128Gi}"}}},
		{"too large a control plane", []edit{{acme, "replicas: 3", "replicas: 1\n        resources: {cpu: \"64\", memory: 129Gi}"}}},
		{"too few nodes", []edit{{acme, "replicas: 3", "replicas: 5"}}},
		{"a pod that may wait", []edit{{acme, quota, `{cpu: "8", memory: 300Gi, largestPod: {cpu: "4", memory: 100Gi}, storage: 100Gi, pods: "50"}`}}},
	} {
		list := capacity.Check(planned(t, test.edits...))
		require.NotEmpty(t, list, test.name)
		fmt.Fprintf(&out, "== %s\n", test.name)
		require.NoError(t, diag.Print(&out, list, diag.Text))
		for _, d := range list {
			seen[d.Code] = true
			require.NotZero(t, d.Position.Line, d.Message)
		}
	}
	golden.Check(t, filepath.Join("testdata", "findings.txt"), out.Bytes())
	for _, entry := range diag.Entries() {
		if strings.HasPrefix(string(entry.Code), "TC60") {
			require.True(t, seen[entry.Code], "no test provokes %s, %s", entry.Code, entry.Title)
		}
	}
}

// The reference tenancy fits, far from every threshold, and its chart is the
// one that the README shows.
func TestReference(t *testing.T) {
	source, _, err := compiler.Load(t.Context(), "../..")
	require.NoError(t, err)
	result, faults := compiler.Check(t.Context(), source, compiler.Options{Workers: 1})
	require.Empty(t, faults)
	sites := capacity.Sites(result.Plan)
	var chart bytes.Buffer
	require.NoError(t, capacity.SVG(&chart, sites, result.Plan.Capacity))
	golden.Check(t, "../../docs/capacity.svg", chart.Bytes())
}

// A chart is well-formed with any number of sites, and never taller than a page
// can show.
func TestCharts(t *testing.T) {
	for _, n := range []int{0, 1, 7, 1000} {
		var sites []capacity.Site
		for i := range n {
			used := int64(1000 + i*40%1700)
			sites = append(sites, capacity.Site{Name: fmt.Sprintf("site-%d", i), Pots: []capacity.Pot{
				{Resource: capacity.CPU, Of: "general", Nodes: 10, Reserve: 1, Capacity: 2000, Sold: used / 2, Stacks: used / 2},
				{Resource: capacity.Storage, Of: "nvme", Capacity: 4 << 40, Sold: 1 << 40},
			}})
		}
		var chart bytes.Buffer
		require.NoError(t, capacity.SVG(&chart, sites, resolve.CapacityPolicy{Warn: 85, Refuse: 100}))
		require.Less(t, strings.Count(chart.String(), "<text"), 300)
		decoder := xml.NewDecoder(&chart)
		for {
			_, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
		}
	}
	_, err := os.Stat("../../docs/capacity.svg")
	require.NoError(t, err)
}
