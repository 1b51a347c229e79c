package signature

import (
	"fmt"
	"os"
)

// Where a signing key comes from when no file is named: the key itself, as a
// CI's secret store puts it into the environment, and its passphrase.
const (
	EnvKey        = "TENANTC_SIGNING_KEY"
	EnvPassphrase = "TENANTC_SIGNING_PASSPHRASE"
)

// FindKey reads the key of a file or, without one, of the environment; none
// at all gives the key that signs nothing. Of an SSH public key the private half
// is the ssh agent's.
func FindKey(file string, getenv func(string) string) (Key, error) {
	from, data := EnvKey, []byte(getenv(EnvKey))
	if file != "" {
		var err error
		if data, err = os.ReadFile(file); err != nil {
			return Key{}, fmt.Errorf("reading the signing key: %w", err)
		}
		from = file
	}
	if file == "" && len(data) == 0 {
		return Key{}, nil
	}
	key, err := readKey(data, getenv)
	if err != nil {
		return Key{}, fmt.Errorf("the signing key of %s: %w", from, err)
	}
	return key, nil
}

func readKey(data []byte, getenv func(string) string) (Key, error) {
	if public, is := publicKey(data); is {
		return ofAgent(public, getenv(envAgent))
	}
	return ReadKey(data, getenv(EnvPassphrase))
}

// FindTrusted reads public keys from files.
func FindTrusted(files []string) (Trusted, error) {
	var t Trusted
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return Trusted{}, fmt.Errorf("reading public keys: %w", err)
		}
		if err := t.Add(data); err != nil {
			return Trusted{}, fmt.Errorf("the public keys of %s: %w", file, err)
		}
	}
	return t, nil
}
