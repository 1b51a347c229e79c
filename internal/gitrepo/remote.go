package gitrepo

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/client"
)

// Remote is where the fleet repository is: a folder of this machine, or an
// http, https or ssh URL without any credentials in it.
type Remote struct {
	folder string // absolute; empty when address is set
	url    *url.URL
	branch plumbing.ReferenceName
}

// ParseRemote reads spec.fleet.repository and spec.fleet.branch. A relative
// path counts from root, the folder of the tenancy.
func ParseRemote(repository, branch, root string) (Remote, error) {
	ref := plumbing.NewBranchReferenceName(branch)
	if err := ref.Validate(); err != nil || branch == "" || strings.HasPrefix(branch, "-") {
		return Remote{}, fmt.Errorf("the branch %q is not a name that git accepts for a branch", branch)
	}
	r := Remote{branch: ref}
	var err error
	if strings.Contains(repository, "://") {
		r.url, err = parseURL(repository)
	} else {
		r.folder, err = parseFolder(repository, root)
	}
	return r, err
}

func parseFolder(repository, root string) (string, error) {
	colon, slash := strings.IndexByte(repository, ':'), strings.IndexByte(repository, '/')
	switch {
	case repository == "" || strings.ContainsFunc(repository, unicode.IsControl):
		return "", fmt.Errorf("the fleet repository %q is not a path", repository)
	case colon >= 0 && (slash < 0 || colon < slash):
		return "", fmt.Errorf("the fleet repository %q could be a host or a folder: write ssh://user@host/path, or ./path for a folder", repository)
	case filepath.IsAbs(repository):
		return filepath.Clean(repository), nil
	}
	return filepath.Abs(filepath.Join(root, filepath.FromSlash(repository)))
}

// parseURL never repeats what it was given in an error: there may be a
// password in it.
func parseURL(repository string) (*url.URL, error) {
	u, err := url.Parse(repository)
	if err != nil {
		return nil, errors.New("the fleet repository is not a URL that can be read: write https://host/path or ssh://user@host/path")
	}
	_, password := u.User.Password()
	plain := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path} // what may be repeated
	switch {
	case u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "ssh":
		return nil, fmt.Errorf("the fleet repository has the scheme %q: write https, http, ssh, or a path for a folder", u.Scheme)
	case password || u.User != nil && u.Scheme != "ssh":
		return nil, fmt.Errorf("the fleet repository %s has credentials in its URL: take them out; they come from the environment or from git's credential helper", plain.String())
	case u.Hostname() == "" || strings.HasPrefix(u.Hostname(), "-") || strings.Trim(u.Path, "/") == "":
		return nil, fmt.Errorf("the fleet repository %s lacks a host or a path", plain.String())
	case u.RawQuery != "" || u.Fragment != "" || strings.ContainsFunc(u.Host+u.Path+u.User.Username(), unicode.IsControl):
		return nil, fmt.Errorf("the fleet repository %s has more than a host and a path", plain.String())
	}
	return u, nil
}

func (r Remote) local() bool { return r.url == nil }

// server speaks the protocol of a URL.
func (r Remote) server() (transport.Transport, *transport.Endpoint, error) {
	at, err := transport.NewEndpoint(r.url.String())
	if err != nil {
		return nil, nil, err
	}
	server, err := client.NewClient(at)
	return server, at, err
}

// String is the path or the URL, fit for printing.
func (r Remote) String() string {
	if r.local() {
		return r.folder
	}
	return r.url.Redacted()
}

// Branch is the short name of the branch.
func (r Remote) Branch() string { return r.branch.Short() }
