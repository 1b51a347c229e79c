package generators

import (
	"path/filepath"
	"testing"

	"github.com/google/cel-go/cel"
	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/resolve"
)

// The Kustomizations of a cluster in each state of its life.
func TestFlux(t *testing.T) {
	s := base(t)
	for _, state := range []resolve.State{resolve.Active, resolve.Suspended, resolve.Retired, resolve.Purged} {
		s.cluster.State = state
		golden.Check(t, filepath.Join("testdata", "flux", string(state)+".yaml"), documents(Flux(s.tenancy, s.site, []resolve.Cluster{s.cluster})))
	}
}

// The workload that is watched is the one that the chart makes for the store.
func TestFluxWatchesTheWorkload(t *testing.T) {
	for store, kind := range map[string]string{"sqlite": "StatefulSet", "embedded-etcd": "StatefulSet", "etcd": "Deployment", "postgres": "Deployment"} {
		s := base(t)
		s.cluster.ControlPlane.Store.Type = store
		k := Flux(s.tenancy, s.site, []resolve.Cluster{s.cluster})[2]
		checks, _ := k.Get("spec", "healthChecks").([]any)
		require.Equal(t, kind, checks[1].(map[string]any)["kind"], store)
	}
}

// healthy evaluates a health expression as Flux does: the object's fields are
// variables, and what cannot be evaluated is not healthy.
func healthy(t *testing.T, expression string, status any) bool {
	env, err := cel.NewEnv(cel.Variable("status", cel.DynType))
	require.NoError(t, err)
	ast, issues := env.Compile(expression)
	require.NoError(t, issues.Err())
	program, err := env.Program(ast)
	require.NoError(t, err)
	input := map[string]any{}
	if status != nil {
		input["status"] = status
	}
	out, _, err := program.Eval(input)
	return err == nil && out.Value() == true
}

// The checks mean what they say: a usable cluster, and one that is gone.
func TestFluxHealthExpressions(t *testing.T) {
	c := base(t).cluster
	_, usable := healthChecks(c, vclusterUsable(resolve.Site{}, c))
	_, gone := healthChecks(c, gone(c))
	used := func(count string) map[string]any {
		return map[string]any{"used": map[string]any{"count/vclusters.infrastructure.cluster.x-k8s.io": count}}
	}
	for _, check := range []struct {
		expression string
		status     any
		want       bool
	}{
		{usable[0].Current, map[string]any{"ready": true, "phase": "Deployed"}, true},
		{usable[0].Current, map[string]any{"ready": false, "phase": "Deployed"}, false},
		{usable[0].Current, map[string]any{"ready": true, "phase": "Pending"}, false},
		{usable[0].Current, map[string]any{"ready": true}, false},
		{usable[0].Current, map[string]any{}, false},
		{usable[0].Current, nil, false},
		{gone[0].Current, used("0"), true},
		{gone[0].Current, used("1"), false},
		{gone[0].Current, map[string]any{"used": map[string]any{"pods": "0"}}, false},
		{gone[0].Current, map[string]any{}, false},
		{gone[0].Current, nil, false},
	} {
		require.Equal(t, check.want, healthy(t, check.expression, check.status), "%s for %v", check.expression, check.status)
	}
}
