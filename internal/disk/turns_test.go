package disk

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReplaceWaitsForItsTurn(t *testing.T) {
	dir := t.TempDir()
	unlock, err := lock(t.Context(), dir)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 2*lockEvery)
	defer cancel()
	_, err = Replace(ctx, dir, base(), marked)
	require.ErrorContains(t, err, "waiting for another tenantc")
	require.ErrorIs(t, err, context.DeadlineExceeded)

	done := make(chan error)
	go func() {
		_, err := Replace(context.Background(), dir, base(), marked)
		done <- err
	}()
	unlock()
	require.NoError(t, <-done)
}

func TestReplaceManyAtOnce(t *testing.T) {
	dir := t.TempDir()
	trees := []map[string][]byte{files("a/site.yaml", "1"), files("a/site.yaml", "2", "b/site.yaml", "2"), files("c/site.yaml", "3")}
	done := make(chan error)
	for i := range 12 {
		go func() {
			_, err := Replace(context.Background(), dir, trees[i%3], marked)
			done <- err
		}()
	}
	for range 12 {
		require.NoError(t, <-done)
	}
	var all []map[string]string
	for _, one := range trees {
		all = append(all, text(one))
	}
	require.Contains(t, all, everything(t, dir))
}
