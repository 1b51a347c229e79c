package gitrepo

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/tree"
)

func paths(changes tree.Delta) []string {
	var out []string
	for c := range changes.All() {
		sign := "~"
		switch {
		case c.Before == nil:
			sign = "+"
		case c.After == nil:
			sign = "-"
		}
		out = append(out, sign+c.Path)
	}
	return out
}

func firstOf(changes tree.Delta) tree.Change {
	for c := range changes.All() {
		return c
	}
	return tree.Change{}
}

// A fleet repository that is not there is an empty fleet, and stays away until
// the push; then the real git finds exactly what was compiled.
func TestPublishToANewRepository(t *testing.T) {
	repository := filepath.Join(t.TempDir(), "build", "fleet.git")
	f := fleetAt(t, repository)
	require.Empty(t, f.Head().Hash)
	want := merge(site("turin-1", "acme/prod"), site("milan-2"))
	c := build(t, f, want)
	require.NoDirExists(t, filepath.Dir(repository), "nothing is written before the push")
	require.NoError(t, f.Push(t.Context(), c))
	require.Equal(t, asText(want), checked(t, repository))
	require.Equal(t, "refs/heads/main", run(t, repository, "symbolic-ref", "HEAD"))
	require.Equal(t, c.Hash, run(t, repository, "rev-parse", "main"))
	require.Equal(t, "Test <test@example.net> 1795424400 +0000|test", run(t, repository, "log", "-1", "--format=%cn <%ce> %cd|%s", "--date=raw"))
	entries, err := os.ReadDir(filepath.Dir(repository))
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing is left beside the repository")
}

// The second commit stands on the first, has new objects only for what
// changed, and the changes say what each file was.
func TestPublishAChange(t *testing.T) {
	repository := filepath.Join(t.TempDir(), "fleet.git")
	first := publish(t, fleetAt(t, repository), merge(site("turin-1", "acme/prod", "globex/dev"), site("milan-2", "acme/dev")))

	f := fleetAt(t, repository)
	require.Equal(t, first.Hash, f.Head().Hash)
	require.Equal(t, "test\n\nFleet-Tree: "+run(t, repository, "rev-parse", "main:sites")+"\n", f.Head().Message)
	want := merge(site("turin-1", "acme/prod"), site("milan-2", "acme/dev"))
	want.Files["sites/milan-2/tenants/acme/dev/cluster/cluster.yaml"] = ours("changed")
	changes, faults, err := f.Changes(t.Context(), want)
	require.NoError(t, err)
	require.Empty(t, faults)
	require.Equal(t, []string{
		"~sites/milan-2/tenants/acme/dev/cluster/cluster.yaml",
		"-sites/turin-1/flux/globex-dev.yaml",
		"-sites/turin-1/tenants/globex/dev/boundary/namespace.yaml",
		"-sites/turin-1/tenants/globex/dev/cluster/cluster.yaml",
	}, paths(changes))
	require.Equal(t, ours("cluster: acme/dev"), firstOf(changes).Before)
	c := publish(t, f, want)
	require.Equal(t, asText(want), checked(t, repository))
	require.Equal(t, first.Hash, run(t, repository, "rev-parse", "main^"))
	require.Equal(t, 1+10+1, c.sent.count(), "one blob, the folders above the changes, the commit")
}

// Nothing changed: no change, and so no commit.
func TestPublishNothing(t *testing.T) {
	repository := filepath.Join(t.TempDir(), "fleet.git")
	want := site("turin-1", "acme/prod")
	publish(t, fleetAt(t, repository), want)
	changes, faults, err := fleetAt(t, repository).Changes(t.Context(), want)
	require.NoError(t, err)
	require.Empty(t, faults)
	require.Zero(t, changes.Len())
}

// A folder that was not compiled again keeps its entry without being read; one
// that the head does not have in that state is an error, not a loss.
func TestUnchangedFolders(t *testing.T) {
	repository := filepath.Join(t.TempDir(), "fleet.git")
	publish(t, fleetAt(t, repository), merge(site("turin-1", "acme/prod", "globex/dev"), site("milan-2", "acme/dev")))

	f := fleetAt(t, repository)
	want := site("turin-1", "acme/prod", "globex/dev")
	unchanged, err := f.Hash("sites/turin-1/tenants/globex/dev")
	require.NoError(t, err)
	want.Files["sites/turin-1/tenants/acme/prod/cluster/cluster.yaml"] = ours("changed")
	maps.DeleteFunc(want.Files, func(path string, _ []byte) bool { return strings.HasPrefix(path, "sites/turin-1/tenants/globex/") })
	milan, err := f.Hash("sites/milan-2")
	require.NoError(t, err)
	want.Unchanged = map[string]tree.Hash{"sites/turin-1/tenants/globex/dev": unchanged, "sites/milan-2": milan}
	changes, faults, err := f.Changes(t.Context(), want)
	require.NoError(t, err)
	require.Empty(t, faults)
	require.Equal(t, []string{"~sites/turin-1/tenants/acme/prod/cluster/cluster.yaml"}, paths(changes))
	require.NotContains(t, f.objects.trees, plumbing.NewHash(string(unchanged)), "not read")
	require.NotContains(t, f.objects.trees, plumbing.NewHash(string(milan)), "not read")
	publish(t, f, want)
	require.Contains(t, checked(t, repository), "sites/milan-2/tenants/acme/dev/cluster/cluster.yaml")

	want.Unchanged["sites/milan-2"] = unchanged
	_, _, err = fleetAt(t, repository).Changes(t.Context(), want)
	require.ErrorIs(t, err, errStale)
}

// Files become folders and folders files where tenantc wrote both.
func TestFileAndFolderChangePlaces(t *testing.T) {
	repository := filepath.Join(t.TempDir(), "fleet.git")
	one, two := site("turin-1"), site("turin-1")
	one.Add("sites/turin-1/a", ours("file"))
	one.Add("sites/turin-1/a-b", ours("between"))
	one.Add("sites/turin-1/b/deep/er", ours("folder"))
	two.Add("sites/turin-1/a/in", ours("folder"))
	two.Add("sites/turin-1/a.b", ours("between"))
	two.Add("sites/turin-1/b", ours("file"))
	for _, want := range []tree.Tree{one, two, one} {
		publish(t, fleetAt(t, repository), want)
		require.Equal(t, asText(want), checked(t, repository))
	}
}

// What tenantc did not write stays as it is, beside the sites and in them, and
// also when a site goes.
func TestForeignFilesStay(t *testing.T) {
	repository := filepath.Join(t.TempDir(), "fleet.git")
	publish(t, fleetAt(t, repository), merge(site("turin-1", "acme/prod"), site("milan-2")))
	alien := map[string]string{
		"README.md": "hello", "docs/x.md": "x", "sites/README.md": "y", "sites/other/kustomization.yaml": "z",
		"sites/other/site.yaml": "not tenantc's", "sites/turin-1/NOTES": "n", "sites/turin-1/tenants/acme/prod/extra.yaml": "e",
	}
	foreign(t, repository, alien)
	changes, faults, err := fleetAt(t, repository).Changes(t.Context(), merge(site("turin-1", "acme/prod"), site("milan-2")))
	require.NoError(t, err)
	require.Empty(t, faults)
	require.Zero(t, changes.Len())

	publish(t, fleetAt(t, repository), site("milan-2"))
	want := asText(site("milan-2"))
	maps.Copy(want, alien)
	require.Equal(t, want, checked(t, repository))
}

// A foreign file where tenantc must write is a fault each, and nothing of it
// is among the changes.
func TestForeignFileInTheWay(t *testing.T) {
	repository := filepath.Join(t.TempDir(), "fleet.git")
	run(t, ".", "init", "-q", "--bare", "-b", "main", repository)
	foreign(t, repository, map[string]string{
		"sites/turin-1/site.yaml": "mine", "sites/turin-1/flux": "a file", "sites/turin-1/kustomization.yaml/x": "a folder",
	})
	changes, faults, err := fleetAt(t, repository).Changes(t.Context(), site("turin-1", "acme/prod"))
	require.NoError(t, err)
	require.True(t, faults.HasErrors())
	var got []string
	for _, d := range faults.Sorted() {
		require.Equal(t, diag.FleetInTheWay, d.Code)
		got = append(got, d.Message)
	}
	require.Equal(t, []string{
		`the fleet repository has "sites/turin-1/flux", which tenantc did not write, where it must write`,
		`the fleet repository has "sites/turin-1/kustomization.yaml", which tenantc did not write, where it must write`,
		`the fleet repository has "sites/turin-1/site.yaml", which tenantc did not write, where it must write`,
	}, got)
	require.NotContains(t, paths(changes), "~sites/turin-1/site.yaml")
}

// An executable bit that somebody set on a file of tenantc's is put back.
func TestModeIsPutBack(t *testing.T) {
	repository := filepath.Join(t.TempDir(), "fleet.git")
	want := site("turin-1")
	publish(t, fleetAt(t, repository), want)
	hash := run(t, repository, "rev-parse", "main:sites/turin-1/site.yaml")
	work := filepath.Join(t.TempDir(), "work")
	run(t, ".", "clone", "-q", repository, work)
	run(t, work, "update-index", "--cacheinfo", "100755,"+hash+",sites/turin-1/site.yaml")
	run(t, work, "commit", "-q", "-m", "x")
	run(t, work, "push", "-q", "origin", "HEAD:main")
	publish(t, fleetAt(t, repository), want)
	require.Equal(t, asText(want), checked(t, repository))
}

// The compiler's own mistakes are errors, not files.
func TestDesiredPathsAreChecked(t *testing.T) {
	f := fleetAt(t, filepath.Join(t.TempDir(), "fleet.git"))
	for _, path := range []string{"README.md", "sites/x", "sites/turin-1/../y", "sites/turin-1/.git/config", "sites/turin-1//x", "other/turin-1/x"} {
		want := tree.New()
		want.Add(path, ours("x"))
		_, _, err := f.Changes(t.Context(), want)
		require.Error(t, err, path)
	}
	want := site("turin-1")
	want.Add("sites/turin-1/site.yaml/below", ours("x"))
	_, _, err := f.Changes(t.Context(), want)
	require.ErrorContains(t, err, "both a file")
}

// A site that is put away is committed like any other, whether the head has
// none of it, has it in another state, or must be taken at its word for a part.
func TestStowedSites(t *testing.T) {
	repository := filepath.Join(t.TempDir(), "fleet.git")
	away := func(name string, made tree.Tree) tree.Tree {
		folder := tree.SiteFolder(name)
		hashes, err := FolderHashes(made)
		require.NoError(t, err)
		hash, err := hashes(folder)
		require.NoError(t, err)
		return made.Stow(folder, hash)
	}
	turin, milan := site("turin-1", "acme/prod", "globex/dev"), site("milan-2", "acme/dev")
	publish(t, fleetAt(t, repository), merge(away("turin-1", turin), away("milan-2", milan)))
	require.Equal(t, asText(merge(turin, milan)), checked(t, repository))

	f := fleetAt(t, repository)
	globex, err := f.Hash("sites/turin-1/tenants/globex/dev")
	require.NoError(t, err)
	changed := site("turin-1", "acme/prod")
	changed.Add("sites/turin-1/flux/globex-dev.yaml", turin.Files["sites/turin-1/flux/globex-dev.yaml"])
	changed.Unchanged["sites/turin-1/tenants/globex/dev"] = globex
	changed.Files["sites/turin-1/tenants/acme/prod/cluster/cluster.yaml"] = ours("changed")
	want := merge(away("turin-1", changed), away("milan-2", milan))
	changes, faults, err := f.Changes(t.Context(), want)
	require.NoError(t, err)
	require.Empty(t, faults)
	require.Equal(t, []string{"~sites/turin-1/tenants/acme/prod/cluster/cluster.yaml"}, paths(changes))
	publish(t, f, want)
	turin.Files["sites/turin-1/tenants/acme/prod/cluster/cluster.yaml"] = ours("changed")
	require.Equal(t, asText(merge(turin, milan)), checked(t, repository))

	publish(t, fleetAt(t, repository), milan)
	_, _, err = fleetAt(t, repository).Changes(t.Context(), want)
	require.ErrorIs(t, err, errStale, "a part of what was put away is not there any more")
}
