package gitrepo

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diag"
)

// tenancyAt is a work tree with a tenancy committed in a folder of it.
func tenancyAt(t *testing.T, within string) (work, dir string) {
	t.Helper()
	work = t.TempDir()
	run(t, work, "init", "-q", "-b", "main")
	dir = filepath.Join(work, within)
	for name, data := range map[string]string{
		"tenancy.yaml": "kind: Tenancy\n", "tenants/acme.yaml": "kind: Tenant\n", "tenants/eu/globex.yaml": "kind: Tenant\n",
		"sites/turin-1.yaml": "kind: Site\n", "README.md": "not a spec\n", "tenants/NOTES": "notes\n", "fleet/x": "output\n",
	} {
		write(t, dir, name, data)
	}
	run(t, work, "add", "-A")
	run(t, work, "commit", "-q", "-m", "one")
	return work, dir
}

func write(t *testing.T, dir, name, data string) {
	t.Helper()
	file := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(data), 0o644))
}

func specs(names ...string) (files []File) {
	kinds := map[string]string{"tenancy.yaml": "Tenancy", "sites/turin-1.yaml": "Site"}
	for _, n := range names {
		kind := kinds[n]
		if kind == "" {
			kind = "Tenant"
		}
		files = append(files, File{n, []byte("kind: " + kind + "\n")})
	}
	return files
}

// A revision is read as it was committed, whatever lies in the folder now,
// from the root of a work tree and from below.
func TestReadTenancy(t *testing.T) {
	for _, within := range []string{"", "deep/.tenancy"} {
		work, dir := tenancyAt(t, within)
		first := run(t, work, "rev-parse", "HEAD")
		write(t, dir, "tenants/acme.yaml", "changed")
		require.NoError(t, os.Remove(filepath.Join(dir, "tenancy.yaml")))
		run(t, work, "commit", "-q", "-a", "-m", "two")
		for _, rev := range []string{first, "HEAD~1", first[:10], "main^"} {
			got, faults, err := ReadTenancy(t.Context(), dir, rev)
			require.NoError(t, err, rev)
			require.Empty(t, faults)
			require.Equal(t, first, got.Commit)
			want := append(specs("sites/turin-1.yaml", "tenancy.yaml"), File{"tenants/NOTES", []byte("notes\n")})
			require.Equal(t, append(want, specs("tenants/acme.yaml", "tenants/eu/globex.yaml")...), got.Files)
		}
	}
	_, dir := tenancyAt(t, "")
	for _, rev := range []string{"nowhere", "", "-x", "main:tenancy.yaml", "0000000000000000000000000000000000000000"} {
		_, _, err := ReadTenancy(t.Context(), dir, rev)
		require.ErrorContains(t, err, "reading revision", rev)
	}
	_, _, err := ReadTenancy(t.Context(), t.TempDir(), "HEAD")
	require.ErrorContains(t, err, "in no git repository")
}

// Links, submodules and names that lead elsewhere are faults at their path and
// never followed; beside the specs they do not matter.
func TestReadTenancyRefuses(t *testing.T) {
	work, dir := tenancyAt(t, "")
	secret := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte("canary"), 0o600))
	require.NoError(t, os.Symlink(secret, filepath.Join(dir, "tenants/link.yaml")))
	require.NoError(t, os.Symlink("/etc", filepath.Join(dir, "templates")))
	require.NoError(t, os.Symlink("/etc", filepath.Join(dir, "elsewhere")))
	run(t, work, "add", "-A")
	run(t, work, "update-index", "--add", "--cacheinfo", "160000,"+run(t, work, "rev-parse", "HEAD")+",classes/module")
	run(t, work, "commit", "-q", "-m", "links")
	got, faults, err := ReadTenancy(t.Context(), dir, "HEAD")
	require.NoError(t, err)
	var places []string
	for _, d := range faults.Sorted() {
		require.Equal(t, diag.TenancyUnsafe, d.Code)
		places = append(places, d.Position.File)
	}
	require.Equal(t, []string{"classes/module", "templates", "tenants/link.yaml"}, places)
	for _, f := range got.Files {
		require.NotContains(t, string(f.Data), "canary")
	}

	blob := rawObject(t, work, "blob", []byte("x"))
	root := rawObject(t, work, "tree", encodeTree([]entry{{"tenants", modeFolder, rawObject(t, work, "tree", encodeTree(strangeEntries(blob)))}}))
	_, faults, err = ReadTenancy(t.Context(), dir, run(t, work, "commit-tree", "-m", "x", root.String()))
	require.NoError(t, err)
	require.Len(t, faults, len(strangeEntries(blob)))
}

// The commit that is checked out, and whether the files are what it has.
func TestSourceOf(t *testing.T) {
	all := specs("tenancy.yaml", "tenants/acme.yaml", "tenants/eu/globex.yaml", "sites/turin-1.yaml")
	work, dir := tenancyAt(t, "below")
	head := run(t, work, "rev-parse", "HEAD")
	source := func(files []File) Source {
		s, err := SourceOf(t.Context(), dir, files)
		require.NoError(t, err)
		return s
	}
	require.Equal(t, Source{head, false}, source(all), "a file that is no spec does not count")
	write(t, dir, "README.md", "changed")
	require.Equal(t, Source{head, false}, source(all))
	require.Equal(t, Source{head, true}, source(append(specs("tenants/new.yaml"), all...)), "new")
	changed := append([]File{{"tenancy.yaml", []byte("kind: Changed\n")}}, all[1:]...)
	require.Equal(t, Source{head, true}, source(changed), "changed")
	require.NoError(t, os.Remove(filepath.Join(dir, "tenants/acme.yaml")))
	require.Equal(t, Source{head, true}, source(specs("tenancy.yaml", "tenants/eu/globex.yaml", "sites/turin-1.yaml")), "removed")

	s, err := SourceOf(t.Context(), t.TempDir(), all)
	require.NoError(t, err)
	require.Equal(t, Source{}, s, "no repository")
	fresh := t.TempDir()
	run(t, fresh, "init", "-q")
	s, err = SourceOf(t.Context(), fresh, all)
	require.NoError(t, err)
	require.Equal(t, Source{}, s, "no commit")
}

// git sparse-checkout marks a repository with an extension that go-git refuses;
// nothing in it is different to a reader.
func TestSourceOfASparseCheckout(t *testing.T) {
	work, dir := tenancyAt(t, "")
	run(t, work, "sparse-checkout", "set", "tenants", "sites")
	require.Equal(t, "true", run(t, work, "config", "extensions.worktreeConfig"))
	s, err := SourceOf(t.Context(), dir, specs("tenancy.yaml", "tenants/acme.yaml", "tenants/eu/globex.yaml", "sites/turin-1.yaml"))
	require.NoError(t, err)
	require.Equal(t, Source{run(t, work, "rev-parse", "HEAD"), false}, s)
}

// A second work tree of the same repository has its own commit checked out.
func TestSourceOfAWorktree(t *testing.T) {
	work, _ := tenancyAt(t, "")
	other := filepath.Join(t.TempDir(), "other")
	run(t, work, "worktree", "add", "-q", "-b", "other", other)
	write(t, other, "tenants/new.yaml", "kind: Tenant\n")
	run(t, other, "add", "-A")
	run(t, other, "commit", "-q", "-m", "other")
	s, err := SourceOf(t.Context(), other, specs("tenancy.yaml", "tenants/acme.yaml", "tenants/eu/globex.yaml", "tenants/new.yaml", "sites/turin-1.yaml"))
	require.NoError(t, err)
	require.Equal(t, Source{run(t, other, "rev-parse", "HEAD"), false}, s)
}
