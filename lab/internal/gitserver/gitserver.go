// Package gitserver serves a bare git repository over HTTPS, by git's own
// http-backend, and can be away for a while.
package gitserver

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/cgi"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/tenantc/tenantc/lab/internal/pki"
)

// Server serves every repository below a folder, for reading, to one login.
type Server struct {
	User, Password string
	listener       net.Listener
	away           atomic.Bool
}

// Start serves the folder's repositories under the name, which the certificate carries.
func Start(folder, name string, authority *pki.Authority) (*Server, error) {
	backend, err := backendPath()
	if err != nil {
		return nil, err
	}
	pair, err := authority.Server(name)
	if err != nil {
		return nil, err
	}
	cert, err := tls.X509KeyPair(pair.Cert, pair.Key)
	if err != nil {
		return nil, err
	}
	// HTTP/1.1 only: a CGI program reads its input to the end.
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
	if err != nil {
		return nil, fmt.Errorf("git server: %w", err)
	}
	s := &Server{User: "site", Password: pki.Token(), listener: l}
	// A client that hangs up is no news.
	handler := &cgi.Handler{Path: backend, Logger: log.New(io.Discard, "", 0), Env: []string{
		"GIT_PROJECT_ROOT=" + folder, "GIT_HTTP_EXPORT_ALL=1",
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
	}}
	go func() { _ = http.Serve(l, s.guard(handler)) }() //nolint:gosec // loopback
	return s, nil
}

// Address is host:port.
func (s *Server) Address() string { return s.listener.Addr().String() }

// SetAway makes it answer 503 to everything, or end that.
func (s *Server) SetAway(away bool) { s.away.Store(away) }

// Close stops it.
func (s *Server) Close() error { return s.listener.Close() }

func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		switch {
		case s.away.Load():
			http.Error(w, "away", http.StatusServiceUnavailable)
		case user != s.User || password != s.Password:
			w.Header().Set("WWW-Authenticate", `Basic realm="fleet"`)
			http.Error(w, "who are you?", http.StatusUnauthorized)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func backendPath() (string, error) {
	out, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		return "", fmt.Errorf("git --exec-path: %w", err)
	}
	path := filepath.Join(strings.TrimSpace(string(out)), "git-http-backend")
	if _, err := exec.LookPath(path); err != nil {
		return "", fmt.Errorf("the lab serves the fleet by git's http-backend, which is not installed: %w", err)
	}
	return path, nil
}
