package gitrepo

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/http"
)

// The environment that credentials for http and https come from. A token is a
// password without a name of its own.
const (
	envPrefix   = "TENANTC_GIT_"
	EnvUsername = envPrefix + "USERNAME"
	EnvPassword = envPrefix + "PASSWORD"
	EnvToken    = envPrefix + "TOKEN"
	EnvHost     = envPrefix + "HOST" // when set, the one host (with its port, if the URL has one) that gets any of them
)

// tokenUser goes with a token when no name is given: GitHub wants this one for
// the tokens of apps, and the large forges take any.
const tokenUser = "x-access-token"

// account is who tenantc is to the server of a remote. Credentials are sent
// only once the server has asked for them, as git does, and never printed.
type account struct {
	remote Remote
	getenv func(string) string

	mu      sync.Mutex
	auth    transport.AuthMethod // what the server has accepted
	secrets []string
}

func newAccount(remote Remote, getenv func(string) string) *account {
	a := &account{remote: remote, getenv: getenv}
	a.keepSecret(getenv(EnvUsername), getenv(EnvPassword))
	a.keepSecret(tokenUser, getenv(EnvToken))
	a.keepSecret(getenv(EnvUsername), getenv(EnvToken))
	return a
}

// keepSecret remembers what clean has to hide: a password, also as it is
// written in a URL or in the header of a request.
func (a *account) keepSecret(name, password string) {
	if password == "" {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.secrets = append(a.secrets, base64.StdEncoding.EncodeToString([]byte(name+":"+password)), url.QueryEscape(password), url.PathEscape(password), password)
}

// use calls try with what the server wants to know of us: the keys of ssh, or
// nothing for http until it asks.
func (a *account) use(ctx context.Context, try func(transport.AuthMethod) error) error {
	within := func(auth transport.AuthMethod) error {
		return within(ctx, func() error { return try(auth) })
	}
	if a.remote.url.Scheme == "ssh" {
		auth, err := sshKeys(a.remote.url)
		if err != nil {
			return err
		}
		return within(auth)
	}
	a.mu.Lock()
	known := a.auth
	a.mu.Unlock()
	err := within(known)
	if known != nil || !errors.Is(err, transport.ErrAuthenticationRequired) {
		return err
	}
	return a.signIn(ctx, err, within)
}

// signIn tries again with credentials, and tells git's helper whether the ones
// it gave were right.
func (a *account) signIn(ctx context.Context, asked error, try func(transport.AuthMethod) error) error {
	login, fromHelper, err := a.credentials(ctx)
	if err != nil {
		return errors.Join(asked, err)
	}
	a.keepSecret(login.name, login.password)
	auth := &http.BasicAuth{Username: login.name, Password: login.password}
	err = try(auth)
	refused := errors.Is(err, transport.ErrAuthenticationRequired)
	if fromHelper && (refused || served(err)) {
		login.report(ctx, !refused)
	}
	if !refused {
		a.mu.Lock()
		a.auth = auth
		a.mu.Unlock()
	}
	return err
}

// served tells whether the server let us in, whatever it then had.
func served(err error) bool {
	return err == nil || errors.Is(err, ErrRejected)
}

func (a *account) credentials(ctx context.Context) (l login, fromHelper bool, err error) {
	if host := a.getenv(EnvHost); host != "" && host != a.remote.url.Host {
		l, err = askHelper(ctx, a.remote.url)
		if err != nil {
			err = fmt.Errorf("%w, and those of the environment are for %q only (%s)", err, host, EnvHost)
		}
		return l, true, err
	}
	l = login{name: a.getenv(EnvUsername), password: a.getenv(EnvPassword)}
	if token := a.getenv(EnvToken); token != "" {
		l.password = token
		if l.name == "" {
			l.name = tokenUser
		}
	}
	if l.password != "" {
		return l, false, nil
	}
	l, err = askHelper(ctx, a.remote.url)
	return l, true, err
}

// within runs what may not heed its context. Once the context has ended it has
// a little more than grace to end as well, and is left behind then.
func within(ctx context.Context, do func() error) error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(grace + time.Second):
		return context.Cause(ctx)
	}
}

// hint says what to do about what servers and their libraries answer.
func hint(err error) string {
	switch text := err.Error(); {
	case errors.Is(err, transport.ErrAuthenticationRequired):
		return "set " + EnvToken + ", or " + EnvUsername + " and " + EnvPassword + ", or configure a credential helper in git"
	case errors.Is(err, transport.ErrAuthorizationFailed):
		return "these credentials may not do that, or the repository takes no pushes"
	case errors.Is(err, transport.ErrRepositoryNotFound):
		return "there is no such repository, or these credentials may not see it"
	case strings.Contains(text, "knownhosts:") || strings.Contains(text, "known_hosts"):
		return "put the server's own key into ~/.ssh/known_hosts, or into a file named by SSH_KNOWN_HOSTS"
	case strings.Contains(text, "ssh: unable to authenticate"):
		return "the server takes none of the keys of the ssh agent or of ~/.ssh"
	}
	return ""
}

// cleanError is an error whose text may be printed.
type cleanError struct {
	text string
	err  error
}

func (e *cleanError) Error() string { return e.text }
func (e *cleanError) Unwrap() error { return e.err }

// clean makes an error fit to be printed: on one line, without secrets and
// without what moves a cursor, however much the server wrote into it.
func (a *account) clean(err error) error {
	text := strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return ' '
	}, strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "; "))
	a.mu.Lock()
	text = hide(text, a.secrets)
	a.mu.Unlock()
	if len(text) > 2*maxWords {
		text = text[:2*maxWords] + "…"
	}
	if h := hint(err); h != "" {
		text += fmt.Sprintf(" (%s)", h)
	}
	return &cleanError{text: text, err: err}
}
