package capacity

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/resolve"
)

// randomSite has up to five pools with a little memory each.
func randomSite(r *rand.Rand) resolve.Site {
	s := resolve.Site{Name: "s", OvercommitCPU: 1}
	for i := range 1 + r.IntN(5) {
		s.Pools = append(s.Pools, resolve.Pool{
			Name: string(rune('a' + i)), Nodes: 1, Memory: *resource.NewQuantity(r.Int64N(30), resource.BinarySI),
		})
	}
	return s
}

func randomDemand(r *rand.Rand, s resolve.Site) Demand {
	var of []string
	for len(of) == 0 {
		for _, p := range s.Pools {
			if r.IntN(2) == 0 {
				of = append(of, p.Name)
			}
		}
	}
	return Demand{Cluster: &resolve.Cluster{}, Claims: []Claim{{Resource: Memory, Of: of, Sold: r.Int64N(12), Stacks: r.Int64N(4)}}}
}

// feasible is Hall's condition: no set of pools is asked for more than it has
// by claims that have nowhere else to go.
func feasible(s resolve.Site, demands []Demand) bool {
	for set := range 1 << len(s.Pools) {
		var have, want int64
		in := map[string]bool{}
		for i, p := range s.Pools {
			if set>>i&1 == 1 {
				in[p.Name], have = true, have+p.Memory.Value()
			}
		}
		for _, d := range demands {
			inside := true
			for _, name := range d.Claims[0].Of {
				inside = inside && in[name]
			}
			if inside {
				want += d.Claims[0].Sold + d.Claims[0].Stacks
			}
		}
		if want > have {
			return false
		}
	}
	return true
}

// A site is called oversold exactly when there is no way to keep all promises;
// asking for one more gives the answer that adding it would; no pool is shown
// with more than it has while the sums fit, and nothing is lost on the way.
func TestAllotmentIsExact(t *testing.T) {
	answers := map[bool]int{}
	for seed := range uint64(4000) {
		r := rand.New(rand.NewPCG(seed, 5))
		s := randomSite(r)
		ledger := NewLedger(s, resolve.CapacityPolicy{Warn: 100, Refuse: 100})
		var demands []Demand
		for range 1 + r.IntN(7) {
			d := randomDemand(r, s)
			before := feasible(s, demands)
			demands = append(demands, d)
			want := feasible(s, demands)
			if before {
				require.Equal(t, want, ledger.Fits(d), "seed %d", seed)
			}
			ledger.Add(d)
			got := ledger.Site()
			answers[want]++
			require.Equal(t, want, got.Fits(), "seed %d: %+v", seed, got)
			requireNothingLost(t, demands, got)
		}
	}
	require.Greater(t, answers[true], 1000)
	require.Greater(t, answers[false], 1000)
}

func requireNothingLost(t *testing.T, demands []Demand, s Site) {
	var claimed, shown int64
	for _, d := range demands {
		claimed += d.Claims[0].Sold + d.Claims[0].Stacks
	}
	for _, p := range s.Pots {
		shown += p.Used()
		require.GreaterOrEqual(t, p.Sold, int64(0))
		require.GreaterOrEqual(t, p.Stacks, int64(0))
		if s.Fits() {
			require.LessOrEqual(t, p.Used(), p.Capacity)
		}
	}
	require.Equal(t, claimed, shown)
}

// The pots that a finding names are those that are overdrawn together: what is
// promised of them alone is what it says.
func TestOversoldNamesTheTightSet(t *testing.T) {
	s := resolve.Site{Name: "s", OvercommitCPU: 1}
	for _, name := range []string{"a", "b", "c"} {
		s.Pools = append(s.Pools, resolve.Pool{Name: name, Nodes: 1, Memory: resource.MustParse("10")})
	}
	ledger := NewLedger(s, resolve.CapacityPolicy{Warn: 100, Refuse: 100})
	for _, d := range []Claim{
		{Resource: Memory, Of: []string{"a", "b"}, Sold: 14}, {Resource: Memory, Of: []string{"b"}, Sold: 8}, {Resource: Memory, Of: []string{"a", "b", "c"}, Sold: 7},
	} {
		ledger.Add(Demand{Cluster: &resolve.Cluster{}, Claims: []Claim{d}})
	}
	findings := ledger.Site().Findings
	require.Len(t, findings, 1)
	require.Equal(t, []string{"a", "b"}, findings[0].Of)
	require.Equal(t, [2]int64{20, 22}, [2]int64{findings[0].Capacity, findings[0].Wanted})
}
