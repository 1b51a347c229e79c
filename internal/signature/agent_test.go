package signature

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"github.com/tenantc/tenantc/internal/signature/agenttest"
)

// A public key's file is enough where an agent has the private half; the
// signature is as good as one of the private key's own.
func TestAgentSigns(t *testing.T) {
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	primes, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	keyring, socket := agenttest.Serve(t, edwards, curve, primes)
	getenv := func(name string) string { return map[string]string{envAgent: socket}[name] }
	loaded, err := keyring.List()
	require.NoError(t, err)
	require.Len(t, loaded, 3)
	for _, public := range loaded {
		t.Run(public.Type(), func(t *testing.T) {
			line := []byte(public.String() + " somebody@example.net\n")
			file := filepath.Join(t.TempDir(), "fleet.pub")
			require.NoError(t, os.WriteFile(file, line, 0o600))
			key, err := FindKey(file, getenv)
			require.NoError(t, err)
			made, err := key.Sign(strings.NewReader("message"))
			require.NoError(t, err)
			var trusted Trusted
			require.NoError(t, trusted.Add(line))
			who, err := trusted.Check([]byte("message"), made)
			require.NoError(t, err)
			require.Equal(t, "SSH "+ssh.FingerprintSHA256(public), who)
			require.Equal(t, who, key.Public())

			require.NoError(t, keyring.Remove(public))
			_, err = key.Sign(strings.NewReader("message"))
			require.ErrorContains(t, err, "does not have the private one", "the agent has forgotten it since")
			_, err = FindKey(file, getenv)
			require.ErrorContains(t, err, "does not have the private one ("+ssh.FingerprintSHA256(public)+")")
		})
	}
}

// Without an agent, or with one that is gone, a public key signs nothing.
func TestNoAgent(t *testing.T) {
	_, public := sshKey(t)
	for socket, says := range map[string]string{
		"":                                   "no ssh agent runs",
		filepath.Join(t.TempDir(), "nobody"): "does not answer",
	} {
		env := map[string]string{EnvKey: string(public), envAgent: socket}
		_, err := FindKey("", func(name string) string { return env[name] })
		require.ErrorContains(t, err, "the signing key of "+EnvKey+": it is a public key")
		require.ErrorContains(t, err, says)
	}
}
