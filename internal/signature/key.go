// Package signature signs fleet commits and checks such signatures, with an
// OpenPGP or an SSH key: the two that Flux verifies. It knows keys and bytes;
// where a commit keeps its signature is package gitrepo's.
//
// The law of the package: no error holds any of a private key or a passphrase.
package signature

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// Format is the kind of a key and of its signatures.
type Format string

const (
	OpenPGP Format = "openpgp"
	SSH     Format = "ssh"
)

// namespace is what git signs in (ssh-keygen -n git): a signature made for
// something else is not one of a commit.
const namespace = "git"

// Key signs. The zero value signs nothing.
type Key struct {
	Format Format
	pgp    *openpgp.Entity
	ssh    ssh.Signer
}

// None tells whether there is no key.
func (k Key) None() bool { return k.Format == "" }

// ReadKey reads a private key as gpg --export-secret-keys --armor or
// ssh-keygen writes it. The passphrase is for a key that has one.
func ReadKey(data []byte, passphrase string) (Key, error) {
	if bytes.Contains(data, []byte("BEGIN PGP")) {
		entity, err := readOpenPGP(data, passphrase)
		return Key{Format: OpenPGP, pgp: entity}, err
	}
	signer, err := readSSH(data, passphrase)
	return Key{Format: SSH, ssh: signer}, err
}

var (
	errNoPassphrase  = errors.New("the key has a passphrase, and none was given")
	errBadPassphrase = errors.New("the key has another passphrase than the one given")
)

func readOpenPGP(data []byte, passphrase string) (*openpgp.Entity, error) {
	ring, err := openpgp.ReadArmoredKeyRing(bytes.NewReader(data))
	switch {
	case err != nil:
		return nil, errors.New("it is not an OpenPGP key that can be read: write what gpg --export-secret-keys --armor KEY prints")
	case len(ring) != 1:
		return nil, fmt.Errorf("it holds %d OpenPGP keys: export the one to sign with", len(ring))
	case ring[0].PrivateKey == nil:
		return nil, errors.New("it is a public OpenPGP key: to sign takes the private one (gpg --export-secret-keys --armor KEY)")
	}
	encrypted := ring[0].PrivateKey.Encrypted
	for _, sub := range ring[0].Subkeys {
		encrypted = encrypted || sub.PrivateKey != nil && sub.PrivateKey.Encrypted
	}
	if encrypted && passphrase == "" {
		return nil, errNoPassphrase
	}
	if encrypted && ring[0].DecryptPrivateKeys([]byte(passphrase)) != nil {
		return nil, errBadPassphrase
	}
	return ring[0], nil
}

func readSSH(data []byte, passphrase string) (ssh.Signer, error) {
	data = append(bytes.TrimSpace(data), '\n') // a variable or a secret store may have dropped the last line's end
	signer, err := ssh.ParsePrivateKey(data)
	var missing *ssh.PassphraseMissingError
	if errors.As(err, &missing) {
		if passphrase == "" {
			return nil, errNoPassphrase
		}
		if signer, err = ssh.ParsePrivateKeyWithPassphrase(data, []byte(passphrase)); err != nil {
			return nil, errBadPassphrase
		}
	}
	if err != nil {
		return nil, errors.New("it is neither an armored OpenPGP private key nor an SSH private key as ssh-keygen writes it")
	}
	return signer, nil
}

// Sign makes the armored signature of a message. It is go-git's Signer.
func (k Key) Sign(message io.Reader) ([]byte, error) {
	var out bytes.Buffer
	switch k.Format {
	case OpenPGP:
		if err := openpgp.ArmoredDetachSign(&out, k.pgp, message, nil); err != nil {
			return nil, fmt.Errorf("signing with the OpenPGP key: %w", err)
		}
		return append(out.Bytes(), '\n'), nil
	case SSH:
		made, err := sshsig.Sign(message, k.ssh, sshsig.HashSHA512, namespace)
		if err != nil {
			return nil, fmt.Errorf("signing with the SSH key: %w", err)
		}
		return sshsig.Armor(made), nil
	}
	return nil, errors.New("there is no key to sign with")
}

// Public names the key as its tools do: by fingerprint.
func (k Key) Public() string {
	switch k.Format {
	case OpenPGP:
		return "OpenPGP " + fingerprint(k.pgp)
	case SSH:
		return "SSH " + ssh.FingerprintSHA256(k.ssh.PublicKey())
	}
	return "no key"
}

func fingerprint(e *openpgp.Entity) string {
	return strings.ToUpper(fmt.Sprintf("%x", e.PrimaryKey.Fingerprint))
}
