package gitrepo

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/tree"
)

// grown is a repository with so many commits of tenantc's, newest first.
func grown(t *testing.T, repository string, n int) []Commit {
	t.Helper()
	var commits []Commit
	for i := range n {
		want := site("turin-1")
		want.Files["sites/turin-1/site.yaml"] = ours("version: %d", i)
		commits = append([]Commit{publish(t, fleetAt(t, repository), want)}, commits...)
	}
	return commits
}

func hashes(commits []Commit) []string {
	var out []string
	for _, c := range commits {
		out = append(out, c.Hash)
	}
	return out
}

// Revisions and ranges of the branch, local and fetched.
func TestSelect(t *testing.T) {
	s := serveGit(t, "")
	folder, address := s.repository(t)
	c := grown(t, folder, 4)
	for _, repository := range []string{folder, address} {
		for revision, want := range map[string][]Commit{
			"":     c[:1],
			"HEAD": c[:1], "main~2": c[2:3], c[1].Hash: c[1:2], c[1].Hash[:7] + "~1": c[2:3],
			"HEAD~3..HEAD": c[:3], c[3].Hash + "..": c[:3], "..HEAD~1": c[1:], "HEAD~1..main": c[:1], "HEAD..HEAD": {},
		} {
			got, err := fleetAt(t, repository).Select(t.Context(), revision)
			require.NoError(t, err, revision)
			require.Equal(t, hashes(want), hashes(got), revision)
		}
		for revision, says := range map[string]string{
			"HEAD~4": "no commit", "HEAD~9..": "no commit", "0123456": "no commit", "HEAD..HEAD~1": "write the older one first",
			"other": "is not a revision", "HEAD~x": "is not a revision", "abc": "is not a revision", "HEAD...HEAD": "is not a revision", "--all": "is not a revision",
		} {
			_, err := fleetAt(t, repository).Select(t.Context(), revision)
			require.ErrorContains(t, err, says, revision)
		}
	}
	_, err := fleetAt(t, filepath.Join(t.TempDir(), "none.git")).Select(t.Context(), "HEAD")
	require.ErrorContains(t, err, "has no commit yet")
}

// What others changed since tenantc's last commit is found, with who did it,
// under later commits that change nothing, and not once it was put back.
func TestForeign(t *testing.T) {
	s := serveGit(t, "")
	folder, address := s.repository(t)
	found := func() map[string]string {
		t.Helper()
		var all []map[string]string
		for _, repository := range []string{folder, address} {
			by, err := fleetAt(t, repository).Foreign(t.Context())
			require.NoError(t, err)
			out := map[string]string{}
			for p, c := range by {
				out[p] = c.Hash
			}
			all = append(all, out)
		}
		require.Equal(t, all[0], all[1], "fetched as local")
		return all[0]
	}
	edit := func(files map[string]string) string {
		foreign(t, folder, files)
		return run(t, folder, "rev-parse", "main")
	}
	require.Empty(t, found())
	grown(t, folder, 2)
	require.Empty(t, found())
	edit(map[string]string{"README.md": "beside the sites"})
	require.Empty(t, found())

	const file, other = "sites/turin-1/site.yaml", "sites/turin-1/extra/deep/x.yaml"
	edit(map[string]string{file: "first"})
	second := edit(map[string]string{file: "second", other: "new"})
	edit(map[string]string{"README.md": "again"})
	require.Equal(t, map[string]string{file: second, other: second}, found())
	edit(map[string]string{file: string(ours("version: 1"))})
	require.Equal(t, map[string]string{other: second}, found())

	// A commit that takes tenantc's message along does not hide what it changes.
	copied := run(t, folder, "commit-tree", "-p", "main", "-m", run(t, folder, "log", "-1", "--format=%B", "main~5"), "main^{tree}")
	run(t, folder, "update-ref", "refs/heads/main", copied)
	require.Equal(t, map[string]string{other: second}, found())

	publish(t, fleetAt(t, folder), site("turin-1"))
	require.Empty(t, found(), "tenantc's own commit is the new base")
}

// A repository that somebody else filled, tenantc's files among the others.
func TestForeignWithoutAnyOfOurs(t *testing.T) {
	repository := filepath.Join(t.TempDir(), "fleet.git")
	run(t, ".", "init", "-q", "--bare", "-b", "main", repository)
	foreign(t, repository, map[string]string{"sites/turin-1/site.yaml": string(ours("by hand")), "README.md": "x"})
	by, err := fleetAt(t, repository).Foreign(t.Context())
	require.NoError(t, err)
	require.Len(t, by, 1)
	require.Equal(t, "a <a@x>", by["sites/turin-1/site.yaml"].Author)
}

// The whole tree is compared, whoever wrote it.
func TestDiffering(t *testing.T) {
	repository := filepath.Join(t.TempDir(), "fleet.git")
	want := merge(site("turin-1", "acme/prod"), site("milan-2"))
	publish(t, fleetAt(t, repository), want)
	differing := func(want tree.Tree) []string {
		t.Helper()
		paths, err := fleetAt(t, repository).Differing(t.Context(), want)
		require.NoError(t, err)
		return paths
	}
	require.Empty(t, differing(want))
	foreign(t, repository, map[string]string{"sites/turin-1/NOTES": "n", "sites/other/x/y": "z", "README.md": "r"})
	want.Files["sites/milan-2/site.yaml"] = ours("changed")
	delete(want.Files, "sites/milan-2/kustomization.yaml")
	want.Add("sites/milan-2/kustomization.yaml/folder", ours("now a folder"))
	require.Equal(t, []string{
		"sites/milan-2/kustomization.yaml", "sites/milan-2/kustomization.yaml/folder", "sites/milan-2/site.yaml", "sites/other/x/y", "sites/turin-1/NOTES",
	}, differing(want))
	require.Len(t, differing(tree.New()), 9)
}
