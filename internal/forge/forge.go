// Package forge brings a review to a pull request on GitHub or GitHub
// Enterprise: one comment that is updated, a check run with annotations, labels.
// It knows GitHub's API, its limits and its ways to fail. What the review says is
// package review's.
package forge

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-github/v62/github"
)

// Options say where a repository is and who asks.
type Options struct {
	API        string // the API's address, as in https://api.github.com or https://github.example.net/api/v3
	Repository string // as in alpine-telecom/tenancy
	Token      string
	Author     string // the login that the comments are of; empty for whatever bot the token is of

	Wait func(time.Duration) <-chan time.Time // time.After; tests do not wait
}

// Client speaks with one repository.
type Client struct {
	github      *github.Client
	owner, name string
	author      string
	wait        func(time.Duration) <-chan time.Time
}

// New makes a client. The token goes to the API's host only, and over plain
// http only to this machine.
func New(o Options) (*Client, error) {
	owner, name, ok := strings.Cut(o.Repository, "/")
	if !ok || owner == "" || name == "" || strings.Contains(name, "/") {
		return nil, fmt.Errorf("repository %q: it is OWNER/NAME", o.Repository)
	}
	if o.Token == "" {
		return nil, errors.New("there is no token: give the job one in GITHUB_TOKEN")
	}
	base, err := url.Parse(strings.TrimSuffix(o.API, "/") + "/")
	if err != nil || base.Host == "" || base.User != nil {
		return nil, errors.New("the API's address is not as in https://api.github.com")
	}
	if base.Scheme != "https" && (base.Scheme != "http" || !loopback(base.Hostname())) {
		return nil, fmt.Errorf("the API's address %s would have the token sent in the clear", base.Redacted())
	}
	client := github.NewClient(&http.Client{
		Transport: bearer{host: base.Host, token: o.Token, next: http.DefaultTransport},
		Timeout:   time.Minute,
	})
	client.BaseURL = base
	return &Client{github: client, owner: owner, name: name, author: o.Author, wait: o.Wait}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// bearer adds the token to requests to one host. A redirect to another gets
// none.
type bearer struct {
	host, token string
	next        http.RoundTripper
}

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == b.host {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+b.token)
	}
	return b.next.RoundTrip(r)
}
