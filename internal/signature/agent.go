package signature

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// envAgent is where the ssh agent listens, as every program of OpenSSH has it.
const envAgent = "SSH_AUTH_SOCK"

// patience is how long an agent may take: it may have to ask a person, for a
// passphrase or a touch.
const patience = 2 * time.Minute

// agentSigner signs with a key that only an ssh agent has, as git does when
// user.signingKey names a public key. Each signature is a connection of its own.
type agentSigner struct {
	socket string
	public ssh.PublicKey
}

var _ ssh.AlgorithmSigner = agentSigner{}

// ofAgent finds the private half of a public key in the agent that listens at
// socket.
func ofAgent(public ssh.PublicKey, socket string) (Key, error) {
	if socket == "" {
		return Key{}, errors.New("it is a public key, and no ssh agent runs that could have the private one (SSH_AUTH_SOCK)")
	}
	s := agentSigner{socket: socket, public: public}
	err := s.use(func(ssh.AlgorithmSigner) error { return nil })
	return Key{Format: SSH, ssh: s}, err
}

func (s agentSigner) PublicKey() ssh.PublicKey { return s.public }

func (s agentSigner) Sign(rand io.Reader, data []byte) (*ssh.Signature, error) {
	return s.SignWithAlgorithm(rand, data, "")
}

func (s agentSigner) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (made *ssh.Signature, err error) {
	err = s.use(func(key ssh.AlgorithmSigner) error {
		made, err = key.SignWithAlgorithm(rand, data, algorithm)
		return err
	})
	return made, err
}

// use connects to the agent and looks the key up there.
func (s agentSigner) use(do func(ssh.AlgorithmSigner) error) error {
	conn, err := net.DialTimeout("unix", s.socket, patience)
	if err != nil {
		return fmt.Errorf("it is a public key, and the ssh agent that could have the private one does not answer: %w", err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	signers, err := agent.NewClient(conn).Signers()
	if err != nil {
		return fmt.Errorf("asking the ssh agent: %w", err)
	}
	for _, signer := range signers {
		key, able := signer.(ssh.AlgorithmSigner)
		if able && bytes.Equal(signer.PublicKey().Marshal(), s.public.Marshal()) {
			return do(key)
		}
	}
	return fmt.Errorf("it is a public key, and the ssh agent does not have the private one (%s): ssh-add the private key's file", ssh.FingerprintSHA256(s.public))
}

// publicKey reads what an SSH .pub file holds.
func publicKey(data []byte) (ssh.PublicKey, bool) {
	key, _, _, rest, err := ssh.ParseAuthorizedKey(bytes.TrimSpace(data))
	return key, err == nil && len(rest) == 0
}
