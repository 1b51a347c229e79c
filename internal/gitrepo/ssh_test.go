package gitrepo

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"github.com/tenantc/tenantc/internal/signature/agenttest"
)

// sshServer is an SSH server that runs git-upload-pack and git-receive-pack
// for one key, and nothing else.
type sshServer struct {
	address string
	host    ssh.Signer
	client  ed25519.PrivateKey
	stall   bool // answers no request
}

func serveSSH(t *testing.T) *sshServer {
	t.Helper()
	s := &sshServer{host: newSigner(t)}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	s.client = key
	allowed, err := ssh.NewPublicKey(key.Public())
	require.NoError(t, err)
	config := &ssh.ServerConfig{PublicKeyCallback: func(c ssh.ConnMetadata, k ssh.PublicKey) (*ssh.Permissions, error) {
		if c.User() == "git" && string(k.Marshal()) == string(allowed.Marshal()) {
			return nil, nil
		}
		return nil, io.EOF
	}}
	config.AddHostKey(s.host)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	s.address = listener.Addr().String()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(conn, config)
		}
	}()
	return s
}

func newSigner(t *testing.T) ssh.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	signer, err := ssh.NewSignerFromKey(key)
	require.NoError(t, err)
	return signer
}

func (s *sshServer) serve(conn net.Conn, config *ssh.ServerConfig) {
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for c := range channels {
		channel, requests, err := c.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range requests {
				if r.Type != "exec" || s.stall {
					continue
				}
				_ = r.Reply(true, nil)
				s.exec(channel, string(r.Payload[4:]))
			}
		}()
	}
}

func (s *sshServer) exec(channel ssh.Channel, command string) {
	defer channel.Close()
	verb, folder, _ := strings.Cut(command, " ")
	if verb != "git-upload-pack" && verb != "git-receive-pack" {
		return
	}
	cmd := exec.Command("git", strings.TrimPrefix(verb, "git-"), strings.Trim(folder, "'"))
	cmd.Stdout, cmd.Stderr = channel, channel.Stderr()
	in, err := cmd.StdinPipe()
	if err != nil || cmd.Start() != nil {
		return
	}
	go func() { _, _ = io.Copy(in, channel); _ = in.Close() }()
	_ = cmd.Wait()
	_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{uint32(cmd.ProcessState.ExitCode())}))
}

// knows makes a home whose ssh knows a host key for the server.
func (s *sshServer) knows(t *testing.T, key ssh.PublicKey) (home string) {
	t.Helper()
	home = t.TempDir()
	host, port, err := net.SplitHostPort(s.address)
	require.NoError(t, err)
	line := "[" + host + "]:" + port + " " + string(ssh.MarshalAuthorizedKey(key))
	file := filepath.Join(home, "known")
	require.NoError(t, os.WriteFile(file, []byte(line), 0o600))
	t.Setenv("HOME", home)
	t.Setenv("SSH_KNOWN_HOSTS", file)
	t.Setenv("SSH_AUTH_SOCK", "")
	return home
}

func (s *sshServer) keyFile(t *testing.T, home string) {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(s.client, "")
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Join(home, ".ssh"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(home, ".ssh/id_ed25519"), pem.EncodeToMemory(block), 0o600))
}

func (s *sshServer) serveAgent(t *testing.T, _ string) {
	t.Helper()
	_, socket := agenttest.Serve(t, s.client)
	t.Setenv("SSH_AUTH_SOCK", socket)
}

// Over ssh, with a key file and with an agent: first commit, change, lost race,
// refusal.
func TestSSH(t *testing.T) {
	for name, keys := range map[string]func(*sshServer, *testing.T, string){"file": (*sshServer).keyFile, "agent": (*sshServer).serveAgent} {
		t.Run(name, func(t *testing.T) {
			s := serveSSH(t)
			keys(s, t, s.knows(t, s.host.PublicKey()))
			folder := filepath.Join(t.TempDir(), "fleet.git")
			run(t, ".", "init", "-q", "--bare", "-b", "main", folder)
			address := "ssh://git@" + s.address + folder

			publish(t, openWith(t, address, noEnv), site("turin-1"))
			one, two := openWith(t, address, noEnv), openWith(t, address, noEnv)
			late := build(t, two, site("milan-2"))
			publish(t, one, site("turin-1", "acme/prod"))
			require.ErrorIs(t, two.Push(t.Context(), late), ErrRejected)
			require.Equal(t, asText(site("turin-1", "acme/prod")), checked(t, folder))

			hook(t, folder, "pre-receive", "echo no; exit 1")
			f := openWith(t, address, noEnv)
			require.ErrorContains(t, f.Push(t.Context(), build(t, f, site("milan-2"))), `"pre-receive hook declined"; it says: "no"`)
		})
	}
}

// A host key that is not known, another key than the known one, no key of
// one's own, one that the server does not take, no repository.
func TestSSHErrors(t *testing.T) {
	s := serveSSH(t)
	address := "ssh://git@" + s.address + "/nowhere.git"
	t.Run("another host key", func(t *testing.T) {
		s.keyFile(t, s.knows(t, newSigner(t).PublicKey()))
		_, err := tryFleet(address, noEnv)
		require.ErrorContains(t, err, "SSH_KNOWN_HOSTS")
	})
	t.Run("no key", func(t *testing.T) {
		s.knows(t, s.host.PublicKey())
		_, err := tryFleet(address, noEnv)
		require.ErrorContains(t, err, "no ssh agent runs")
	})
	t.Run("another user", func(t *testing.T) {
		s.keyFile(t, s.knows(t, s.host.PublicKey()))
		_, err := tryFleet("ssh://else@"+s.address+"/nowhere.git", noEnv)
		require.ErrorContains(t, err, "takes none of the keys")
	})
	t.Run("no repository", func(t *testing.T) {
		s.keyFile(t, s.knows(t, s.host.PublicKey()))
		_, err := tryFleet(address, noEnv)
		require.ErrorContains(t, err, "there is no such repository")
	})
}

// A server that takes the connection and then says nothing.
func TestSSHThatHangs(t *testing.T) {
	s := serveSSH(t)
	s.stall = true
	s.keyFile(t, s.knows(t, s.host.PublicKey()))
	remote, err := ParseRemote("ssh://git@"+s.address+"/fleet.git", "main", "")
	require.NoError(t, err)
	start := time.Now()
	_, err = Open(t.Context(), Options{Remote: remote, Owned: owned, Getenv: noEnv, Timeout: 200 * time.Millisecond})
	require.ErrorContains(t, err, "not done after 200ms")
	require.Less(t, time.Since(start), 15*time.Second)
}
