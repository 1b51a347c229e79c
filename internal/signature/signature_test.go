package signature

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"
)

// sshKey is a private key as ssh-keygen writes it, and its public line.
func sshKey(t *testing.T) (private, public []byte) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	block, err := ssh.MarshalPrivateKey(key, "")
	require.NoError(t, err)
	line, err := ssh.NewPublicKey(key.Public())
	require.NoError(t, err)
	return pem.EncodeToMemory(block), ssh.MarshalAuthorizedKey(line)
}

// pgpKey is a private key as gpg --armor exports it, and its public one.
func pgpKey(t *testing.T) (private, public []byte) {
	t.Helper()
	entity, err := openpgp.NewEntity("Fleet", "", "fleet@example.net", nil)
	require.NoError(t, err)
	armored := func(kind string, write func(*bytes.Buffer) error) []byte {
		var raw, out bytes.Buffer
		require.NoError(t, write(&raw))
		w, err := armor.Encode(&out, kind, nil)
		require.NoError(t, err)
		_, err = w.Write(raw.Bytes())
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return out.Bytes()
	}
	return armored(openpgp.PrivateKeyType, func(b *bytes.Buffer) error { return entity.SerializePrivate(b, nil) }),
		armored(openpgp.PublicKeyType, func(b *bytes.Buffer) error { return entity.Serialize(b) })
}

// A signature of a trusted key counts for its message and no other; one of
// another key, or none, does not.
func TestSignAndCheck(t *testing.T) {
	for name, keys := range map[string]func(*testing.T) ([]byte, []byte){"ssh": sshKey, "openpgp": pgpKey} {
		t.Run(name, func(t *testing.T) {
			private, public := keys(t)
			_, stranger := keys(t)
			key, err := ReadKey(bytes.TrimSpace(private), "")
			require.NoError(t, err)
			require.Equal(t, Format(name), key.Format)
			made, err := key.Sign(strings.NewReader("message"))
			require.NoError(t, err)

			var trusted, others Trusted
			require.NoError(t, trusted.Add(append(stranger, public...)))
			require.NoError(t, others.Add(stranger))
			who, err := trusted.Check([]byte("message"), made)
			require.NoError(t, err)
			require.Equal(t, key.Public(), who)
			_, err = trusted.Check([]byte("another message"), made)
			require.ErrorContains(t, err, "no trusted")
			_, err = others.Check([]byte("message"), made)
			require.ErrorContains(t, err, "no trusted")
			_, err = trusted.Check([]byte("message"), nil)
			require.ErrorContains(t, err, "not signed")
		})
	}
	require.ErrorContains(t, new(Trusted).Add([]byte("nothing")), "neither OpenPGP nor SSH")
	require.True(t, Trusted{}.None())
	_, err := Key{}.Sign(strings.NewReader("message"))
	require.Error(t, err)
}
