// Package agenttest runs an ssh agent, for the tests of what signs and logs in
// with one.
package agenttest

import (
	"net"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh/agent"
)

// Serve runs an agent with the given private keys until the test ends, and
// returns what it holds and its socket.
func Serve(t *testing.T, keys ...any) (keyring agent.Agent, socket string) {
	t.Helper()
	keyring = agent.NewKeyring()
	for _, key := range keys {
		require.NoError(t, keyring.Add(agent.AddedKey{PrivateKey: key}))
	}
	socket = filepath.Join(t.TempDir(), "agent")
	listener, err := net.Listen("unix", socket)
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _ = agent.ServeAgent(keyring, conn); _ = conn.Close() }()
		}
	}()
	return keyring, socket
}
