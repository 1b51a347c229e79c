// Package network gives the lab names: a proxy for HTTPS that knows where a
// name of the site leads to on this machine. Programs find it by HTTPS_PROXY,
// so a site keeps the addresses that it would have, and nobody needs to be root
// to edit a hosts file or to listen on port 443.
package network

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
)

// Lookup says where a name leads to, as host:port.
type Lookup func(name string) (address string, known bool)

// Proxy is an HTTP proxy that takes CONNECT requests, and none else.
type Proxy struct {
	listener net.Listener
	mu       sync.Mutex
	lookups  []Lookup
}

// NewProxy listens on a port of 127.0.0.1 that the kernel chooses.
func NewProxy() (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the lab's proxy: %w", err)
	}
	p := &Proxy{listener: l}
	go func() { _ = http.Serve(l, http.HandlerFunc(p.serve)) }() //nolint:gosec // loopback
	return p, nil
}

// Internet leads every name to where the world's DNS has it.
func Internet(name string) (address string, known bool) { return net.JoinHostPort(name, "443"), true }

// Add lets a lookup answer for the names that those before it do not know.
func (p *Proxy) Add(l Lookup) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lookups = append(p.lookups, l)
}

// Env is what a program needs in its environment to use the proxy. Go programs
// never use a proxy for loopback addresses.
func (p *Proxy) Env() []string {
	return []string{"HTTPS_PROXY=" + p.URL(), "HTTP_PROXY=", "NO_PROXY=", "https_proxy=", "http_proxy=", "no_proxy="}
}

// URL is the proxy's own address.
func (p *Proxy) URL() string { return "http://" + p.listener.Addr().String() }

// Close stops it.
func (p *Proxy) Close() error { return p.listener.Close() }

func (p *Proxy) lookup(name string) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.lookups {
		if address, known := l(name); known {
			return address, true
		}
	}
	return "", false
}

func (p *Proxy) serve(w http.ResponseWriter, r *http.Request) {
	name, _, _ := strings.Cut(r.Host, ":")
	address, known := p.lookup(name)
	if r.Method != http.MethodConnect || !known {
		http.Error(w, "the lab knows no "+r.Host, http.StatusBadGateway)
		return
	}
	server, err := net.Dial("tcp", address)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	client, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		server.Close()
		return
	}
	_, _ = io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
	go pipe(client, server)
	go pipe(server, client)
}

func pipe(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	to.Close()
	from.Close()
}
