package gitrepo

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseRemote(t *testing.T) {
	for given, want := range map[string]string{
		"build/fleet.git":                       "/tenancy/build/fleet.git",
		"../fleet.git":                          "/fleet.git",
		"/srv/fleet.git/":                       "/srv/fleet.git",
		"./odd:name":                            "/tenancy/odd:name",
		"https://git.example.net/fleet.git":     "https://git.example.net/fleet.git",
		"http://git.example.net:3000/a/b":       "http://git.example.net:3000/a/b",
		"ssh://git@git.example.net:22/fleet":    "ssh://git@git.example.net:22/fleet",
		"ssh://git.example.net/~user/fleet.git": "ssh://git.example.net/~user/fleet.git",
	} {
		r, err := ParseRemote(given, "main", "/tenancy")
		require.NoError(t, err, given)
		require.Equal(t, want, r.String(), given)
		require.Equal(t, "main", r.Branch())
	}
}

// What is refused, with the reason; a password is never repeated.
func TestParseRemoteRefuses(t *testing.T) {
	for given, says := range map[string]string{
		"":                                      "not a path",
		"a\nb":                                  "not a path",
		"git@github.com:org/fleet.git":          "write ssh://user@host/path",
		"https://ci:canary@example.net/f":       "credentials in its URL",
		"https://canary@example.net/f":          "credentials in its URL",
		"ssh://git:canary@example.net/f":        "credentials in its URL",
		"git://example.net/f":                   `the scheme "git"`,
		"file:///srv/fleet.git":                 `the scheme "file"`,
		"ext::sh -c id://x":                     "",
		"https://":                              "lacks a host or a path",
		"https://example.net/":                  "lacks a host or a path",
		"ssh://-oProxyCommand=id/f":             "lacks a host or a path",
		"https://example.net/f?token=canary":    "more than a host and a path",
		"https://example.net/f#canary":          "more than a host and a path",
		"https://example.net/%0Ahost=evil":      "more than a host and a path",
		"https://us er:canary@example.net/\x7f": "not a URL that can be read",
	} {
		_, err := ParseRemote(given, "main", "/tenancy")
		require.ErrorContains(t, err, says, "%q", given)
		require.NotContains(t, err.Error(), "canary", "%q", given)
	}
	for _, branch := range []string{"", "-x", "a..b", "a b", "x.lock", "/x", "x/", "a\nb", "a~1"} {
		_, err := ParseRemote("f.git", branch, "/tenancy")
		require.ErrorContains(t, err, "branch", "%q", branch)
	}
}

// Nothing in the code of this package forces a push: not go-git's option, not
// a refspec that begins with a plus sign, not git's flag.
func TestNothingIsForced(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	forced := regexp.MustCompile(`Force|--force|"-f"|RefSpec\("\+|"\+refs`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Empty(t, forced.FindString(string(data)), file)
	}
}

func TestPersons(t *testing.T) {
	require.Equal(t, Person{"tenantc", "tenantc@localhost"}, Author(noEnv))
	getenv := env("GIT_AUTHOR_NAME", "Ann <x>\nparent 0", "GIT_AUTHOR_EMAIL", "ann@x", "GIT_COMMITTER_NAME", " \x00 ")
	require.Equal(t, Person{"Ann xparent 0", "ann@x"}, Author(getenv))
	require.Equal(t, Person{"tenantc", "tenantc@localhost"}, Committer(getenv))
}

// What is at the path and is no bare repository is said to be none, and stays.
func TestFolderIsNoRepository(t *testing.T) {
	for says, occupy := range map[string]func(at string) error{
		"it is a file":                          func(at string) error { return os.WriteFile(at, nil, 0o644) },
		"it is a folder with other files in it": func(at string) error { return os.MkdirAll(filepath.Join(at, "other"), 0o755) },
		"it has a work tree":                    func(at string) error { return os.MkdirAll(filepath.Join(at, ".git"), 0o755) },
		"it is a link to what is not there":     func(at string) error { return os.Symlink("nowhere", at) },
	} {
		t.Run(says, func(t *testing.T) {
			at := filepath.Join(t.TempDir(), "fleet.git")
			require.NoError(t, occupy(at))
			before, err := os.Lstat(at)
			require.NoError(t, err)
			_, err = tryFleet(at, noEnv)
			require.ErrorContains(t, err, says)
			after, err := os.Lstat(at)
			require.NoError(t, err)
			require.Equal(t, before.Mode(), after.Mode())
		})
	}
}
