package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
)

// points are after how many bytes, of both directions together, a connection
// breaks: close together where git's words are short, and until a whole publish
// went through.
func (b *bench) points() (all []int64) {
	for n := int64(0); n < 1<<16; n += int64(b.every) * (1 + n/16) {
		all = append(all, n)
	}
	return all
}

// cut closes the connection; stall keeps it open and says nothing more.
func (b *bench) cut(ctx context.Context) (tally, error) {
	return b.broken(ctx, b.points(), func(c net.Conn) { _ = c.Close() })
}

func (b *bench) stall(ctx context.Context) (tally, error) {
	points := b.points()
	var few []int64 // each takes the whole deadline
	for i := 0; i < len(points); i += 12 {
		few = append(few, points[i])
	}
	return b.broken(ctx, few, func(net.Conn) { <-ctx.Done() })
}

func (b *bench) broken(ctx context.Context, points []int64, end func(net.Conn)) (tally, error) {
	var sum tally
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for _, n := range points {
		whole, err := b.brokenOnce(ctx, n, end, &sum)
		if whole || err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// brokenOnce publishes through a server whose connections break together after
// n bytes, then judges without it.
func (b *bench) brokenOnce(ctx context.Context, n int64, end func(net.Conn), sum *tally) (whole bool, err error) {
	t, err := b.trial()
	if err != nil {
		return false, err
	}
	server, err := serve(filepath.Dir(t.fleet()))
	if err != nil {
		return false, err
	}
	defer server.CloseClientConnections()
	left := &atomic.Int64{}
	left.Store(n)
	proxy, err := relay(ctx, server.Listener.Addr().String(), left, end)
	if err != nil {
		return false, err
	}
	defer proxy.Close()
	tenancy := filepath.Join(t.tenancyDir(), "tenancy.yaml")
	local, err := os.ReadFile(tenancy)
	if err != nil {
		return false, err
	}
	remote := strings.Replace(string(local), "repository: "+repository, "repository: http://"+proxy.Addr().String()+"/fleet.git", 1)
	if err := os.WriteFile(tenancy, []byte(remote), 0o644); err != nil {
		return false, err
	}
	commit, hung := t.publish(ctx, nil)
	if err := os.WriteFile(tenancy, local, 0o644); err != nil {
		return false, err
	}
	return left.Load() > 0, errors.Join(t.judge(ctx, sum, commit, hung), ctx.Err())
}

// serve is git's own server over http for the repositories of a folder.
func serve(folder string) (*httptest.Server, error) {
	program, err := exec.LookPath("git")
	if err != nil {
		return nil, err
	}
	return httptest.NewServer(&cgi.Handler{
		Path: program, Args: []string{"http-backend"}, Stderr: io.Discard, Logger: log.New(io.Discard, "", 0),
		Env: []string{"GIT_PROJECT_ROOT=" + folder, "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER=drill", "GIT_CONFIG_GLOBAL=/dev/null"},
	}), nil
}

// relay passes bytes on to a server until so many went through, of all
// connections, and then ends each.
func relay(ctx context.Context, to string, left *atomic.Int64, end func(net.Conn)) (net.Listener, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	pass := func(from, to net.Conn) {
		for buf := make([]byte, 1); ; {
			if left.Add(-1) < 0 {
				end(from)
				end(to)
				return
			}
			if _, err := from.Read(buf); err != nil {
				left.Add(1)
				_ = to.Close()
				return
			}
			if _, err := to.Write(buf); err != nil {
				return
			}
		}
	}
	go func() {
		for {
			one, err := listener.Accept()
			if err != nil {
				return
			}
			other, err := net.Dial("tcp", to)
			if err != nil {
				_ = one.Close()
				continue
			}
			context.AfterFunc(ctx, func() { _, _ = one.Close(), other.Close() })
			go pass(one, other)
			go pass(other, one)
		}
	}()
	return listener, nil
}
