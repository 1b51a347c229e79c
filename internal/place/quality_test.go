//go:build unix

package place

import (
	"cmp"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/bench"
	"github.com/tenantc/tenantc/internal/capacity"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
)

// market is a fleet's sites (three kinds of them, ten clusters each) and tenant
// clusters of very different sizes that are to be placed: together they want
// about a share of all memory there is. The same seed gives the same bytes.
func market(tb testing.TB, clusters int, share float64, seed uint64) spec.Documents {
	var files []spec.File
	for path, data := range bench.Fleet(clusters) {
		if strings.HasPrefix(path, "sites/") || path == "tenancy.yaml" {
			files = append(files, spec.File{Path: path, Data: data})
		}
	}
	files = append(files, spec.File{Path: "classes/any.yaml", Data: []byte("apiVersion: tenantc.dev/v1alpha1\nkind: TenantClass\nmetadata: {name: any}\nspec: {isolation: soft}\n")})
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range clusters {
		files = append(files, spec.File{Path: fmt.Sprintf("tenants/t%05d.yaml", i), Data: buyer(r, i, share)})
	}
	docs, faults := spec.Parse(tb.Context(), files, 2)
	require.Empty(tb, faults)
	return docs
}

// buyer is a tenant with one cluster: memory is spread evenly over five powers
// of two, and the others follow it loosely.
func buyer(r *rand.Rand, i int, share float64) []byte {
	memory := math.Exp2(4+5*r.Float64()) * share * 2.7
	cpu := max(1, memory/4*math.Exp2(r.Float64()*2-1))
	pods := max(10, memory/2*math.Exp2(r.Float64()*2-1))
	storage := memory * math.Exp2(r.Float64()*4)
	sandbox := []string{"none", "none", "kata-clh", "kata-qemu"}[r.IntN(4)]
	return fmt.Appendf(nil, `apiVersion: tenantc.dev/v1alpha1
kind: Tenant
metadata: {name: t%05d}
spec:
  class: any
  clusters:
    - name: main
      placement: {matchLabels: {country: it}}
      kubernetes: "%s"
      sandbox: %s
      quota: {cpu: "%d", memory: %dGi, storage: %dGi, pods: "%d"}
      storage: {classes: [nvme]}
`, i, map[bool]string{true: "1.30", false: "1.33"}[sandbox == "none" && r.IntN(2) == 0], sandbox, int(cpu), int(memory), int(storage)+1, int(pods))
}

// rules are the rule of tenantc and what it is held against.
func rules() []struct {
	name string
	rule rule
} {
	asWritten := func(a, b wanted) int { return cmp.Compare(a.open.Tenant(), b.open.Tenant()) }
	largestFirst := func(a, b wanted) int { return cmp.Or(cmp.Compare(b.size, a.size), asWritten(a, b)) }
	byName := func(a, b candidate) int { return cmp.Compare(a.site.Name, b.site.Name) }
	fullest := func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.Fullest.Share(), a.Fullest.Share()), byName(a, b))
	}
	return []struct {
		name string
		rule rule
	}{
		{"tenantc place, all at once", rule{hardestFirst, compareCandidates}},
		{"tenantc place, one by one", rule{asWritten, compareCandidates}},
		{"first fit, one by one", rule{asWritten, byName}},
		{"first fit, largest first", rule{largestFirst, byName}},
		{"best fit, largest first", rule{largestFirst, fullest}},
	}
}

// lowerBound is the least that the fullest site can be filled, as a share of its
// tightest resource: as if clusters could be cut in pieces and poured out evenly
// over all sites, each for what the cheapest kind of site would charge it.
func lowerBound(docs spec.Documents) float64 {
	p := resolve.NewProspect(docs)
	have, want := map[capacity.Resource]float64{}, map[capacity.Resource]float64{}
	for _, s := range capacity.Sites(p.Plan) {
		for _, pot := range s.Pots {
			have[pot.Resource] += float64(pot.Capacity)
		}
	}
	for _, w := range tried(p, kindsOf(p, newFleet(p.Plan))) {
		least := map[capacity.Resource]float64{}
		for _, t := range w.trials {
			sums := map[capacity.Resource]float64{}
			for _, c := range t.demand.Claims {
				sums[c.Resource] += float64(c.Sold + c.Stacks)
			}
			for r, n := range sums {
				if known, seen := least[r]; !seen || n < known {
					least[r] = n
				}
			}
		}
		for r, n := range least {
			want[r] += n
		}
	}
	bound := 0.0
	for r := range want {
		bound = max(bound, want[r]/have[r])
	}
	return bound
}

// result is what a rule made of a market.
type result struct {
	sold    float64 // share of the memory that was wanted
	sites   int     // with at least one cluster
	fullest float64 // the tightest resource of any site
}

func judge(docs spec.Documents, outcome Outcome) result {
	var r result
	memory, total := map[string]float64{}, 0.0
	for _, doc := range docs.Tenants {
		q := resource.MustParse(doc.Value.Spec.Clusters[0].Quota.Memory)
		memory[doc.Value.Metadata.Name] = q.AsApproximateFloat64()
		total += q.AsApproximateFloat64()
	}
	for _, p := range outcome.Placed {
		r.sold += memory[p.Tenant] / total
	}
	docs.Lock = spec.NewLock(outcome.Lock)
	plan, _ := resolve.Resolve(docs)
	for _, s := range capacity.Sites(plan) {
		if s.Clusters > 0 {
			r.sites++
		}
		if pot, any := s.Tightest(); any {
			r.fullest = max(r.fullest, pot.Share())
		}
	}
	return r
}

// cpu is what the process has used so far.
func cpu(b *testing.B) time.Duration {
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// clusters is how large the fleets are; the largest takes minutes a row.
var clusters = flag.String("clusters", "100,1000,10000", "generate fleets of so many tenant clusters")

// BenchmarkQuality prints the table of docs/placement.md.
func BenchmarkQuality(b *testing.B) {
	fmt.Print("\n| clusters on sites | wanted at least | rule | memory sold | sites used | fullest site | CPU ms a cluster |\n|---|---|---|---|---|---|---|\n")
	for range b.N {
		for _, text := range strings.Split(*clusters, ",") {
			n, err := strconv.Atoi(text)
			require.NoError(b, err)
			for _, share := range []float64{0.6, 0.95} {
				docs := market(b, n, share, 7)
				bound := lowerBound(docs)
				for _, r := range rules() {
					start := cpu(b)
					outcome, _ := decide(docs, r.rule)
					took := float64((cpu(b) - start).Microseconds()) / 1000 / float64(n)
					j := judge(docs, outcome)
					fmt.Printf("| %d on %d | %.0f%% | %s | %.1f%% | %d | %.0f%% | %.2f |\n", n, len(docs.Sites), bound*100, r.name, j.sold*100, j.sites, j.fullest*100, took)
				}
			}
		}
	}
}
