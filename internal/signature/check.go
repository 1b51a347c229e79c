package signature

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// Trusted are public keys whose signatures count.
type Trusted struct {
	pgp openpgp.EntityList
	ssh []ssh.PublicKey
}

// None tells whether no key is trusted.
func (t Trusted) None() bool { return len(t.pgp)+len(t.ssh) == 0 }

// Add trusts the public keys of a file: armored OpenPGP ones, or SSH ones as
// in a .pub file or in authorized_keys, one a line.
func (t *Trusted) Add(data []byte) error {
	if blocks := bytes.SplitAfter(data, []byte("-----END PGP PUBLIC KEY BLOCK-----")); len(blocks) > 1 {
		for _, block := range blocks[:len(blocks)-1] {
			ring, err := openpgp.ReadArmoredKeyRing(bytes.NewReader(block))
			if err != nil {
				return errors.New("it holds an OpenPGP public key that cannot be read: write what gpg --export --armor KEY prints")
			}
			t.pgp = append(t.pgp, ring...)
		}
		return nil
	}
	before := len(t.ssh)
	for rest := bytes.TrimSpace(data); len(rest) > 0; rest = bytes.TrimSpace(rest) {
		key, _, _, next, err := ssh.ParseAuthorizedKey(rest)
		if err != nil {
			break
		}
		t.ssh, rest = append(t.ssh, key), next
	}
	if len(t.ssh) == before {
		return errors.New("it holds neither OpenPGP nor SSH public keys")
	}
	return nil
}

// Check tells which trusted key made the armored signature of a message.
func (t Trusted) Check(message, armored []byte) (who string, err error) {
	switch {
	case len(armored) == 0:
		return "", errors.New("it is not signed")
	case bytes.Contains(armored, []byte("BEGIN SSH SIGNATURE")):
		return t.checkSSH(message, armored)
	}
	entity, err := openpgp.CheckArmoredDetachedSignature(t.pgp, bytes.NewReader(message), bytes.NewReader(armored), nil)
	if err != nil {
		return "", fmt.Errorf("no trusted OpenPGP key made its signature: %w", err)
	}
	return "OpenPGP " + fingerprint(entity), nil
}

func (t Trusted) checkSSH(message, armored []byte) (string, error) {
	made, err := sshsig.Unarmor(armored)
	if err != nil {
		return "", fmt.Errorf("its SSH signature cannot be read: %w", err)
	}
	for _, key := range t.ssh {
		if sshsig.Verify(bytes.NewReader(message), made, key, made.HashAlgorithm, namespace) == nil {
			return "SSH " + ssh.FingerprintSHA256(key), nil
		}
	}
	return "", errors.New("no trusted SSH key made its signature")
}
