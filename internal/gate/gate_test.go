package gate_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/gate"
	"github.com/tenantc/tenantc/internal/tree"
)

func cluster(tenant, name string, change diff.Change, from, to string, effects ...diff.EffectKind) diff.Cluster {
	c := diff.Cluster{ClusterChange: diff.ClusterChange{Tenant: tenant, Name: name, Change: change, From: from, To: to}}
	for _, kind := range effects {
		c.Objects = append(c.Objects, diff.Object{Effects: []diff.Effect{{Kind: kind}}})
	}
	return c
}

// TestMeasures: what is new counts nowhere; a retirement is a deletion and
// nothing else; one cluster counts once at each gate.
func TestMeasures(t *testing.T) {
	report := diff.Report{Sites: []diff.Site{
		{Name: "a-new", Change: diff.Added, Platform: make([]diff.Object, 3), Clusters: []diff.Cluster{cluster("acme", "x", diff.Added, "", "active")}},
		{Name: "b", Change: diff.Changed, Clusters: []diff.Cluster{cluster("globex", "new", diff.Added, "", "active")}},
		{Name: "c", Change: diff.Changed, Clusters: []diff.Cluster{
			cluster("acme", "p", diff.Changed, "", "", diff.Refused, diff.Replaced, diff.Weakens),
			cluster("acme", "q", diff.Changed, "active", "retired", diff.Deleted),
			cluster("acme", "r", diff.Changed, "", "", diff.OneWay, diff.Interrupts),
			cluster("initech", "s", diff.Removed, "purged", ""),
		}},
		{Name: "d", Change: diff.Changed, Platform: []diff.Object{{Effects: []diff.Effect{{Kind: diff.Refused}}}}},
	}}
	at := func(site, tenant, name string) tree.Place {
		return tree.Place{Site: site, Tenant: tenant, Cluster: name}
	}
	require.Equal(t, []gate.Measure{
		{Gate: gate.Sites, Amount: 2, Places: []tree.Place{at("c", "", ""), at("d", "", "")}},
		{Gate: gate.Tenants, Amount: 2, Places: []tree.Place{at("c", "acme", "p"), at("c", "initech", "s")}},
		{Gate: gate.Deletions, Amount: 1, Places: []tree.Place{at("c", "acme", "q")}},
		{Gate: gate.Replacements, Amount: 2, Places: []tree.Place{at("c", "acme", "p"), at("d", "", "")}},
		{Gate: gate.Weakened, Amount: 1, Places: []tree.Place{at("c", "acme", "p")}},
	}, gate.Measures(report))
}

// TestJudge: a gate opens for what is below its limit, and for a waiver that is
// of this gate, of this change, reaches far enough and has not expired.
func TestJudge(t *testing.T) {
	day := func(text string) time.Time {
		at, err := time.Parse(time.DateOnly, text)
		require.NoError(t, err)
		return at
	}
	fit := gate.Waiver{Name: "w", Gate: gate.Sites, UpTo: 7, Expires: day("2026-12-31")}
	lastMoment := day("2027-01-01").Add(-time.Second)
	for _, c := range []struct {
		name    string
		amount  int
		change  func(*gate.Waiver)
		now     time.Time
		refused bool
		unfit   string
	}{
		{"below", 5, func(w *gate.Waiver) { w.UpTo = 0 }, lastMoment, false, ""},
		{"lifted", 7, func(*gate.Waiver) {}, lastMoment, false, ""},
		{"too far", 8, func(*gate.Waiver) {}, lastMoment, true, "waiver w lifts it to 7 only"},
		{"expired", 6, func(*gate.Waiver) {}, day("2027-01-01"), true, "waiver w has expired on 2026-12-31"},
		{"another gate", 6, func(w *gate.Waiver) { w.Gate = gate.Tenants }, lastMoment, true, ""},
		{"not of this change", 6, func(w *gate.Waiver) { w.Standing = true }, lastMoment, true, "waiver w is not part of this change"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := fit
			c.change(&w)
			p := gate.Policy{Limits: []gate.Limit{{Gate: gate.Sites, Max: 5, At: diag.Position{File: "tenancy.yaml", Line: 9}}}, LiftedBy: []string{"the platform team"}, Waivers: []gate.Waiver{w}}
			place := tree.Place{Site: "turin-1", Tenant: "acme", Cluster: "prod"}
			verdicts := gate.Judge(p, []gate.Measure{{Gate: gate.Sites, Amount: c.amount, Places: []tree.Place{place}}}, c.now)
			require.Equal(t, c.refused, verdicts[0].Refused())
			faults := gate.Diagnostics(p, verdicts, func(tree.Place) diag.Position { return diag.Position{File: "tenants/acme.yaml", Line: 3} })
			require.Equal(t, c.refused, faults.HasErrors())
			if c.refused {
				require.Contains(t, faults[0].Message, c.unfit)
				require.Contains(t, faults[0].Hint, "let the platform team lift the gate")
				require.Equal(t, "counts: turin-1 acme/prod", faults[0].Notes[0].Message)
			}
		})
	}
}
