package diff

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
)

// TestForTenantShowsNobodyElse: in no form of the view is there anything of
// another tenant or of what is site-wide.
func TestForTenantShowsNobodyElse(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/moves.txtar")
	require.NoError(t, err)
	report, _ := Trees(pairsOf(archive))
	view := ForTenant(report, "acme")
	var out bytes.Buffer
	require.NoError(t, Text(&out, view, false))
	require.NoError(t, JSON(&out, view))
	require.NoError(t, Markdown(&out, view, 0))
	require.Contains(t, out.String(), "turin-1 acme/prod → milan-1 acme/prod")
	for _, other := range []string{"globex", "initech", "platform", "RuntimeClass", "rome-1"} {
		require.NotContains(t, out.String(), other)
		var whole strings.Builder
		require.NoError(t, Text(&whole, report, false))
		require.Contains(t, whole.String(), other, "the whole report has what the view must not")
	}
	require.Equal(t, Tally{Added: 1, Removed: 1}, view.Counts.Clusters)
}
