package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/lab/internal/kube"
	"github.com/tenantc/tenantc/lab/internal/signing"
	"github.com/tenantc/tenantc/lab/internal/site"
)

// signers is the Secret with the keys that a site trusts.
const signers = "fleet-signers"

// testSignatures: a site that was told to verify takes commits of the
// publisher's key, and neither those of nobody nor those of somebody else. It
// ends with a fleet that is not verified, as it began.
func testSignatures(ctx context.Context, t *testing.T, s *stage) {
	s.need(ctx, t, "first")
	// SSH signatures are for Flux 2.9 and later, which the lab has at all sites.
	require.NoError(t, s.tenancy.Edit("sites/bolzano-1.yaml", `flux: "2.7"`, `flux: "2.9"`))
	for _, format := range []func() (signing.Key, error){signing.OpenPGP, signing.SSH} {
		own, err := format()
		require.NoError(t, err)
		foreign, err := format()
		require.NoError(t, err)
		t.Run(own.Signature, func(t *testing.T) { testSignature(ctx, t, s, own, foreign) })
	}
}

func testSignature(ctx context.Context, t *testing.T, s *stage, own, foreign signing.Key) {
	at := s.sites[turin]
	s.verify(ctx, t, own)
	defer s.verifyNothing(ctx, t, own)
	eventually(ctx, t, func() error { return isVerified(ctx, at, "True", "") })
	s.report.add("commit signed by the publisher ("+own.Signature+")", "taken")

	before := s.podsOfFirst(ctx, t)
	refused := func(whose string) {
		eventually(ctx, t, func() error { return isVerified(ctx, at, "False", "signature verification of commit '"+s.head(ctx, t)) })
		require.Error(t, s.hasHead(ctx, t, at), "the site has pulled what it does not trust")
		require.Equal(t, before, s.podsOfFirst(ctx, t))
		s.report.add("commit "+whose+" ("+own.Signature+")", "refused")
	}
	s.byHand(ctx, t, "unsigned", func(dir string) {
		quota := filepath.Join(dir, "sites", turin, "tenants", "first", "main", "boundary", "resourcequota-tenantc.yaml")
		data, err := os.ReadFile(quota)
		require.NoError(t, err)
		require.Contains(t, string(data), `pods: "`)
		write(t, filepath.Dir(quota), filepath.Base(quota), strings.Replace(string(data), `pods: "`, `pods: "9`, 1))
	})
	refused("without a signature")

	s.setPods(t, s.pods+1)
	s.publishSigned(ctx, t, foreign, "--overwrite-foreign")
	refused("signed by somebody else")

	s.setPods(t, s.pods+1)
	s.publishSigned(ctx, t, own)
	fixed := time.Now()
	eventually(ctx, t, func() error { return hasNotPods(ctx, at, "first-main", before) })
	require.NoError(t, isVerified(ctx, at, "True", ""))
	s.report.add("a signed commit after those, from push to applied", time.Since(fixed).Round(100*time.Millisecond).String())
}

// verify follows docs/fleet.md, 'Signed commits', at one site: the public half
// there, a signed commit, and then the bootstrap that verifies.
func (s *stage) verify(ctx context.Context, t *testing.T, key signing.Key) {
	t.Helper()
	require.NoError(t, s.sites[turin].Admin.Apply(ctx, kube.Must(`
apiVersion: v1
kind: Secret
metadata: {name: %s, namespace: %s}
stringData: {%q: %q}
`, signers, site.FluxNamespace, "publisher"+key.Suffix, key.Public)))
	require.NoError(t, s.tenancy.Edit("tenancy.yaml", "    branch: main\n", "    branch: main\n"+verification(key)))
	s.publishSigned(ctx, t, key)
	s.bootstrapAgain(ctx, t)
}

// verifyNothing undoes verify.
func (s *stage) verifyNothing(ctx context.Context, t *testing.T, key signing.Key) {
	require.NoError(t, s.tenancy.Edit("tenancy.yaml", verification(key), ""))
	s.bootstrapAgain(ctx, t)
	require.NoError(t, s.sites[turin].Admin.Delete(ctx, kube.Ref{APIVersion: "v1", Kind: "Secret", Namespace: site.FluxNamespace, Name: signers}))
	eventually(ctx, t, func() error { return s.hasHead(ctx, t, s.sites[turin]) })
}

func verification(key signing.Key) string {
	return fmt.Sprintf("    verify: {signature: %s, secretRef: {name: %s}}\n", key.Signature, signers)
}

func (s *stage) bootstrapAgain(ctx context.Context, t *testing.T) {
	t.Helper()
	manifests, err := s.tenancy.Run(ctx, "bootstrap", turin)
	require.NoError(t, err)
	require.NoError(t, s.sites[turin].Bootstrap(ctx, site.Login{}, manifests))
}

// publishSigned publishes with a key, and tells the sites.
func (s *stage) publishSigned(ctx context.Context, t *testing.T, key signing.Key, flags ...string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, key.Private, 0o600))
	_, err := s.tenancy.Run(ctx, append([]string{"publish", "--signing-key", file}, flags...)...)
	require.NoError(t, err)
	s.notify(ctx, t)
}

// isVerified says whether the site's source says so of what it last looked at.
func isVerified(ctx context.Context, at *site.Site, want, words string) error {
	source, err := at.Admin.Get(ctx, site.Source())
	if err != nil {
		return err
	}
	if status, message := kube.Condition(source, "SourceVerified"); status != want || !strings.Contains(message, words) {
		return fmt.Errorf("SourceVerified is %q: %s", status, message)
	}
	return nil
}
