package spec_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/spec"
)

func lockOf(t *testing.T, data []byte) (spec.Lock, bool) {
	t.Helper()
	docs, faults := spec.Parse(t.Context(), []spec.File{{Path: spec.LockFile, Data: data}}, 1)
	for _, d := range faults {
		require.NotEqual(t, spec.LockFile, d.Position.File, d.Message)
	}
	return docs.Lock, docs.Lock.Broken()
}

// What is written is read again, whatever the order of the lines became in a
// merge; and equal decisions are equal bytes.
func TestLockIsReadAsWritten(t *testing.T) {
	decisions := []spec.Decision{
		{Tenant: "acme", Cluster: "prod", Site: "turin-1", Stack: "vcluster"},
		{Tenant: "acme", Cluster: "prod", On: "milan-1", Stack: "kamaji"},
		{Tenant: "acme", Cluster: "prod2", Site: "turin-1"},
		{Tenant: "acme-b", Cluster: "a", Site: "0"},
	}
	want := spec.EncodeLock(decisions)
	lock, broken := lockOf(t, want)
	require.False(t, broken)
	require.Equal(t, decisions, lock.Decisions())
	for _, d := range decisions {
		got, found := lock.Of(d.Tenant, d.Cluster, d.On)
		require.True(t, found, d.Key())
		require.Equal(t, d, got)
		require.NotZero(t, lock.At(d).Line)
	}
	rand.Shuffle(len(decisions), func(i, j int) { decisions[i], decisions[j] = decisions[j], decisions[i] })
	require.Equal(t, string(want), string(spec.EncodeLock(decisions)))
	_, found := lock.Of("acme", "none", "")
	require.False(t, found)
}
