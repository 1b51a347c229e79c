package gitrepo

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/stretchr/testify/require"
)

// gitServer serves the bare repositories of a folder with git's own
// http-backend, to whoever knows the password (empty: to all).
type gitServer struct {
	*httptest.Server
	folder   string
	password string
	mu       sync.Mutex
	unasked  bool     // credentials came before the server had asked
	logins   []string // what came in Authorization, decoded
}

func serveGit(t *testing.T, password string) *gitServer {
	t.Helper()
	s := &gitServer{folder: t.TempDir(), password: password}
	program, err := exec.LookPath("git")
	require.NoError(t, err)
	backend := &cgi.Handler{
		Path: program, Args: []string{"http-backend"}, Stderr: io.Discard,
		Env: []string{"GIT_PROJECT_ROOT=" + s.folder, "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER=tester", "GIT_CONFIG_GLOBAL=/dev/null"},
	}
	asked := false
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, given, sent := r.BasicAuth()
		s.mu.Lock()
		if sent {
			s.logins = append(s.logins, name+":"+given)
			s.unasked = s.unasked || !asked
		}
		asked = true
		s.mu.Unlock()
		if s.password != "" && given != s.password {
			w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			// A server that repeats what it was sent must not make tenantc print it.
			http.Error(w, "wrong: "+r.Header.Get("Authorization")+" is "+name+" "+given+"\n\x1b[31mred", http.StatusUnauthorized)
			return
		}
		backend.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// repository makes a bare repository that the server takes pushes for.
func (s *gitServer) repository(t *testing.T) (folder, address string) {
	t.Helper()
	folder = filepath.Join(s.folder, "fleet.git")
	run(t, ".", "init", "-q", "--bare", "-b", "main", folder)
	return folder, s.URL + "/fleet.git"
}

// env is an environment with only these variables.
func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func openWith(t *testing.T, address string, getenv func(string) string) *Fleet {
	t.Helper()
	f, err := tryFleet(address, getenv)
	require.NoError(t, err)
	return f
}

// Over http: the first commit of an empty repository, a change on top of a
// shallow fetch, a lost race, and a hook's refusal.
func TestHTTP(t *testing.T) {
	s := serveGit(t, "s3cret-canary")
	folder, address := s.repository(t)
	login := env(EnvUsername, "ci", EnvPassword, "s3cret-canary")

	f := openWith(t, address, login)
	require.Empty(t, f.Head().Hash)
	publish(t, f, merge(site("turin-1", "acme/prod"), site("milan-2")))
	require.Equal(t, asText(merge(site("turin-1", "acme/prod"), site("milan-2"))), checked(t, folder))

	one, two := openWith(t, address, login), openWith(t, address, login)
	late := build(t, two, site("milan-2"))
	second := publish(t, one, site("turin-1", "acme/prod"))
	require.ErrorIs(t, two.Push(t.Context(), late), ErrRejected)
	require.Equal(t, second.Hash, run(t, folder, "rev-parse", "main"))
	require.Equal(t, asText(site("turin-1", "acme/prod")), checked(t, folder))
	require.Equal(t, "2", run(t, folder, "rev-list", "--count", "main"))

	shallow := openWith(t, address, login)
	require.NotEmpty(t, shallow.Head().Parent)
	_, err := shallow.objects.commit(plumbing.NewHash(shallow.Head().Parent))
	require.Error(t, err, "history is not fetched")

	hook(t, folder, "pre-receive", `echo "token is $TENANTC_GIT_PASSWORD$TENANTC_GIT_TOKEN."; exit 1`)
	third := openWith(t, address, login)
	err = third.Push(t.Context(), build(t, third, site("milan-2")))
	require.NotErrorIs(t, err, ErrRejected)
	require.ErrorContains(t, err, `"pre-receive hook declined"; it says: "token is ."`)
	require.False(t, s.unasked, "credentials are sent only once the server asks")
}

// The server finds in its own comparison that the branch has moved.
func TestHTTPRejectedByTheServer(t *testing.T) {
	s := serveGit(t, "")
	folder, address := s.repository(t)
	publish(t, openWith(t, address, noEnv), site("turin-1"))
	other := run(t, folder, "commit-tree", "-p", "main", "-m", "other", "main^{tree}")
	hook(t, folder, "pre-receive", "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY; git update-ref refs/heads/main "+other)
	f := openWith(t, address, noEnv)
	require.ErrorIs(t, f.Push(t.Context(), build(t, f, site("milan-2"))), ErrRejected)
	require.Equal(t, other, run(t, folder, "rev-parse", "main"))
}

// No credentials, wrong ones, and no repository: each says what to do, and
// none prints a password, whatever the server answers.
func TestHTTPErrors(t *testing.T) {
	s := serveGit(t, "right")
	_, address := s.repository(t)
	t.Setenv("GIT_CONFIG_GLOBAL", "/dev/null")
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	for name, c := range map[string]struct {
		getenv  func(string) string
		address string
		says    string
	}{
		"none":       {noEnv, address, "set TENANTC_GIT_TOKEN, or TENANTC_GIT_USERNAME and TENANTC_GIT_PASSWORD"},
		"password":   {env(EnvUsername, "ci", EnvPassword, "canary-4711"), address, "authentication required"},
		"token":      {env(EnvToken, "canary-4711"), address, "authentication required"},
		"both":       {env(EnvUsername, "bot", EnvToken, "canary-4711"), address, "authentication required"},
		"repository": {env(EnvToken, "right"), s.URL + "/other.git", "there is no such repository"},
	} {
		_, err := tryFleet(c.address, c.getenv)
		require.ErrorContains(t, err, c.says, name)
		require.NotContains(t, err.Error(), "canary", name)
		require.NotContains(t, err.Error(), "Y2FuYXJ5", name) // canary in base64, where it starts a group
		require.NotContains(t, err.Error(), "\x1b", name)
		require.NotContains(t, err.Error(), "\n", name)
	}
	require.Contains(t, s.logins, "x-access-token:canary-4711")
	require.Contains(t, s.logins, "bot:canary-4711")
}

// git's own helper is asked when the environment has nothing, told what became
// of its answer, and never sees tenantc's variables.
func TestHTTPCredentialHelper(t *testing.T) {
	s := serveGit(t, "from-helper")
	folder, address := s.repository(t)
	journal := filepath.Join(t.TempDir(), "journal")
	helper := filepath.Join(t.TempDir(), "helper")
	require.NoError(t, os.WriteFile(helper, []byte("#!/bin/sh\n{ echo \"$1 ${TENANTC_GIT_USERNAME:-clean}\"; cat; } >>"+journal+
		"\ntest \"$1\" = get && printf 'username=h\\npassword=%s\\n' \"$HELPER_GIVES\"\nexit 0\n"), 0o755))
	config := filepath.Join(t.TempDir(), "gitconfig")
	require.NoError(t, os.WriteFile(config, []byte("[credential]\n\thelper = "+helper+"\n"), 0o644))
	t.Setenv("GIT_CONFIG_GLOBAL", config)
	t.Setenv("TENANTC_GIT_USERNAME", "not-for-helpers")

	t.Setenv("HELPER_GIVES", "from-helper")
	publish(t, openWith(t, address, noEnv), site("turin-1"))
	checked(t, folder)
	said, err := os.ReadFile(journal)
	require.NoError(t, err)
	require.Contains(t, string(said), "get clean\n")
	require.Contains(t, string(said), "store clean\n")
	require.NotContains(t, string(said), "erase")

	t.Setenv("HELPER_GIVES", "canary-wrong")
	_, err = tryFleet(address, noEnv)
	require.ErrorContains(t, err, "authentication required")
	require.NotContains(t, err.Error(), "canary")
	said, err = os.ReadFile(journal)
	require.NoError(t, err)
	require.Contains(t, string(said), "erase clean\n")
}

// A server that answers nothing, or something else, is an error in time.
func TestHTTPStrangeServers(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"silence": func(w http.ResponseWriter, r *http.Request) {},
		"html": func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write(bytes.Repeat([]byte("<p>sign in</p>\n"), 9999))
		},
		"broken": func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, strings.Repeat("x", 1<<20), http.StatusBadGateway)
		},
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		},
	} {
		s := httptest.NewServer(answer)
		_, err := tryFleet(s.URL+"/fleet.git", noEnv)
		s.Close()
		require.Error(t, err, name)
		require.Less(t, len(err.Error()), 10_000, name)
	}
}

// Credentials of the environment go to the host that they are for, and to no
// other: not when the specs name another one, and not when a server sends us there.
func TestHTTPCredentialsStayWithTheirHost(t *testing.T) {
	t.Setenv("GIT_CONFIG_GLOBAL", "/dev/null")
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	s := serveGit(t, "canary-4711")
	_, address := s.repository(t)
	host := strings.TrimPrefix(s.URL, "http://")
	publish(t, openWith(t, address, env(EnvToken, "canary-4711", EnvHost, host)), site("turin-1"))

	s.logins = nil
	_, err := tryFleet(address, env(EnvToken, "canary-4711", EnvHost, "git.example.net"))
	require.ErrorContains(t, err, `those of the environment are for "git.example.net" only (TENANTC_GIT_HOST)`)
	require.Empty(t, s.logins)

	elsewhere := httptest.NewServer(http.RedirectHandler(s.URL+"/fleet.git/info/refs?service=git-upload-pack", http.StatusFound))
	defer elsewhere.Close()
	_, err = tryFleet(elsewhere.URL+"/fleet.git", env(EnvToken, "canary-4711"))
	require.ErrorContains(t, err, "authentication required")
	require.Empty(t, s.logins, "the other host got no credentials")
}

// fetchedFiles counts the files that are in memory.
func fetchedFiles(t *testing.T, f *Fleet) (n int) {
	all, err := f.remote.IterEncodedObjects(plumbing.BlobObject)
	require.NoError(t, err)
	require.NoError(t, all.ForEach(func(plumbing.EncodedObject) error { n++; return nil }))
	return n
}

// From a server that gives files by name, only those are fetched that are
// looked at.
func TestHTTPWithoutFiles(t *testing.T) {
	s := serveGit(t, "")
	folder, address := s.repository(t)
	want := merge(site("turin-1", "acme/prod", "globex/dev"), site("milan-2", "acme/dev"))
	publish(t, openWith(t, address, noEnv), want)
	run(t, folder, "config", "uploadpack.allowFilter", "true")
	run(t, folder, "config", "uploadpack.allowReachableSHA1InWant", "true")
	blobs := func(f *Fleet) int { return fetchedFiles(t, f) }

	f := openWith(t, address, noEnv)
	require.Zero(t, blobs(f))
	want.Files["sites/milan-2/site.yaml"] = ours("changed")
	delete(want.Files, "sites/turin-1/tenants/globex/dev/cluster/cluster.yaml")
	changes, faults, err := f.Changes(t.Context(), want)
	require.NoError(t, err)
	require.Empty(t, faults)
	require.Equal(t, []string{"~sites/milan-2/site.yaml", "-sites/turin-1/tenants/globex/dev/cluster/cluster.yaml"}, paths(changes))
	require.Equal(t, ours("site: milan-2"), firstOf(changes).Before)
	require.Equal(t, 2, blobs(f))
	publish(t, f, want)
	require.Equal(t, asText(want), checked(t, folder))

	files, err := openWith(t, address, noEnv).ReadFiles(t.Context(), []string{"sites/turin-1/site.yaml", "sites/turin-1", "nowhere"})
	require.NoError(t, err)
	require.Equal(t, map[string][]byte{"sites/turin-1/site.yaml": ours("site: turin-1")}, files)

	// A site that is gone: its file says whether it is ours, then its files are read.
	rest := site("milan-2", "acme/dev")
	rest.Files["sites/milan-2/site.yaml"] = ours("changed")
	publish(t, openWith(t, address, noEnv), rest)
	require.Equal(t, asText(rest), checked(t, folder))

	// More files than are asked for by name come as a whole.
	all := bigFleet(1 + maxWants/16)
	publish(t, openWith(t, address, noEnv), all)
	f = openWith(t, address, noEnv)
	require.Zero(t, blobs(f))
	files, err = f.ReadFiles(t.Context(), all.Paths())
	require.NoError(t, err)
	require.Equal(t, all.Files, files)
}
