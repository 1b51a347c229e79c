package tree

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What Folder builds PlaceOf reads, and nothing else.
func TestPlace(t *testing.T) {
	p := Place{"turin-1", "acme", "prod"}
	require.Equal(t, "sites/turin-1/tenants/acme/prod", p.Folder())
	got, rest, is := PlaceOf(p.Folder() + "/boundary/namespace-acme-prod.yaml")
	require.True(t, is)
	require.Equal(t, p, got)
	require.Equal(t, "boundary/namespace-acme-prod.yaml", rest)
	for _, none := range []string{"", p.Folder(), "sites/turin-1/site.yaml", "sites/turin-1/flux/a/b/c.yaml", "other/turin-1/tenants/acme/prod/x"} {
		_, _, is := PlaceOf(none)
		require.False(t, is, none)
	}
}
