// Package signing makes keys that the fleet's commits are signed with, as
// ssh-keygen and gpg would write them.
package signing

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"io"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"golang.org/x/crypto/ssh"
)

// Key is a pair, and how tenancy.yaml and Flux name its format.
type Key struct {
	Signature       string // in spec.fleet.verify
	Suffix          string // of the public half's key in Flux's Secret
	Private, Public []byte // as text
}

// SSH makes an Ed25519 key.
func SSH() (Key, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Key{}, fmt.Errorf("an SSH key: %w", err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		return Key{}, fmt.Errorf("an SSH key: %w", err)
	}
	line, err := ssh.NewPublicKey(public)
	if err != nil {
		return Key{}, fmt.Errorf("an SSH key: %w", err)
	}
	return Key{"ssh", ".sshpub", pem.EncodeToMemory(block), ssh.MarshalAuthorizedKey(line)}, nil
}

// OpenPGP makes a key with the library's usual algorithms.
func OpenPGP() (Key, error) {
	entity, err := openpgp.NewEntity("Fleet", "", "fleet@example.net", nil)
	if err != nil {
		return Key{}, fmt.Errorf("an OpenPGP key: %w", err)
	}
	private, err := armored(openpgp.PrivateKeyType, func(w io.Writer) error { return entity.SerializePrivate(w, nil) })
	if err != nil {
		return Key{}, err
	}
	public, err := armored(openpgp.PublicKeyType, entity.Serialize)
	return Key{"openpgp", ".asc", private, public}, err
}

func armored(kind string, write func(io.Writer) error) ([]byte, error) {
	var out bytes.Buffer
	w, err := armor.Encode(&out, kind, nil)
	if err != nil {
		return nil, fmt.Errorf("an OpenPGP key: %w", err)
	}
	if err := write(w); err != nil {
		return nil, fmt.Errorf("an OpenPGP key: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("an OpenPGP key: %w", err)
	}
	return out.Bytes(), nil
}
