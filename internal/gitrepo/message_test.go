package gitrepo

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The whole message, and its trailers as git reads them.
func TestMessage(t *testing.T) {
	trailers := []Trailer{{TrailerRevision, "0123abc"}, {TrailerVersion, "v1.2.3\nSigned-off-by: x"}, {TrailerTenancyDigest, ""}}
	message := Message("turin-1: add acme/prod", "turin-1\n  + acme/prod\n", trailers)
	require.Equal(t, `turin-1: add acme/prod

turin-1
  + acme/prod

Tenancy-Revision: 0123abc
Tenantc-Version: v1.2.3 Signed-off-by: x
`, message)
	require.Equal(t, []Trailer{{TrailerRevision, "0123abc"}, {TrailerVersion, "v1.2.3 Signed-off-by: x"}}, Trailers(message))
	require.Equal(t, "0123abc", Commit{Message: message}.Trailer("tenancy-revision"))
	require.Empty(t, Commit{Message: message}.Trailer(TrailerTenancyDigest))
	out, err := tryRun(t.TempDir(), []byte(message), "interpret-trailers", "--parse")
	require.NoError(t, err)
	require.Equal(t, "Tenancy-Revision: 0123abc\nTenantc-Version: v1.2.3 Signed-off-by: x", out)
	for _, none := range []string{"", "subject", "Tenancy-Revision: x", "subject\n\nKey: value\nand prose"} {
		require.Empty(t, Trailers(none), none)
	}
}
