package gitrepo

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diag"
)

// rawObject stores an object as it is, however wrong it may be.
func rawObject(t testing.TB, repository, kind string, data []byte) plumbing.Hash {
	t.Helper()
	hash, err := tryRun(repository, data, "hash-object", "-t", kind, "-w", "--literally", "--stdin")
	require.NoError(t, err, hash)
	return plumbing.NewHash(hash)
}

// folders stores a tree with the entries at the end of a path.
func folders(t testing.TB, repository, path string, entries ...entry) plumbing.Hash {
	t.Helper()
	h := rawObject(t, repository, "tree", encodeTree(entries))
	for _, name := range reversed(strings.Split(path, "/")) {
		h = rawObject(t, repository, "tree", encodeTree([]entry{{name, modeFolder, h}}))
	}
	return h
}

func reversed(names []string) []string {
	var out []string
	for _, n := range names {
		out = append([]string{n}, out...)
	}
	return out
}

// commitTree puts a tree on the branch.
func commitTree(t testing.TB, repository string, root plumbing.Hash) {
	t.Helper()
	run(t, repository, "update-ref", "refs/heads/main", run(t, repository, "commit-tree", "-m", "hostile", root.String()))
}

func emptyRepository(t testing.TB) string {
	t.Helper()
	repository := filepath.Join(t.TempDir(), "fleet.git")
	run(t, ".", "init", "-q", "--bare", "-b", "main", repository)
	return repository
}

// strangeEntries are entries that tenantc never writes.
func strangeEntries(blob plumbing.Hash) []entry {
	return []entry{
		{"link", "120000", blob}, {"submodule", "160000", blob}, {"odd", "100664", blob}, {"odder", "140000", blob}, {"zero", "0", blob},
		{"..", modeFile, blob}, {".", modeFile, blob}, {".git", modeFile, blob}, {".GiT", modeFile, blob}, {"git~1", modeFile, blob}, {"GIT~2", modeFile, blob},
		{".git.", modeFile, blob}, {".git ", modeFile, blob}, {".g\u200cit", modeFile, blob}, {".gitmodules", modeFile, blob}, {".git::$INDEX_ALLOCATION", modeFile, blob},
		{"a\\b", modeFile, blob}, {"a/b", modeFile, blob}, {"c:d", modeFile, blob}, {"new\nline", modeFile, blob}, {"\x1b[31m", modeFile, blob}, {"bad\xff", modeFile, blob}, {"bidi\u202e", modeFile, blob},
	}
}

// In a folder of tenantc's each of them is a fault of its own; beside the sites
// they are nobody's business, and stay.
func TestStrangeEntries(t *testing.T) {
	repository := emptyRepository(t)
	blob := rawObject(t, repository, "blob", ours("x"))
	for _, e := range strangeEntries(blob) {
		t.Run(fmt.Sprintf("%s %q", e.mode, e.name), func(t *testing.T) {
			commitTree(t, repository, folders(t, repository, "sites/turin-1/tenants", e))
			_, faults, err := fleetAt(t, repository).Changes(t.Context(), site("turin-1", "acme/prod"))
			require.NoError(t, err)
			require.Len(t, faults, 1)
			require.Equal(t, diag.FleetUnsafe, faults[0].Code)
			require.NotContains(t, faults[0].Message, "\x1b")
			require.NotContains(t, faults[0].Message, "\n")

			commitTree(t, repository, folders(t, repository, "elsewhere", e))
			publish(t, fleetAt(t, repository), site("turin-1", "acme/prod"))
			f := fleetAt(t, repository)
			kept, found, err := f.find("elsewhere")
			require.NoError(t, err)
			require.True(t, found)
			inside, err := f.objects.tree(kept.hash)
			require.NoError(t, err)
			require.Equal(t, []entry{e}, inside)
		})
	}
}

// At the root, which every commit writes anew, strange modes stay as they are.
func TestStrangeRoot(t *testing.T) {
	repository := emptyRepository(t)
	run(t, repository, "config", "receive.fsckObjects", "false")
	blob := rawObject(t, repository, "blob", []byte("target"))
	entries := []entry{{"a-link", "120000", blob}, {"odd", "100664", blob}, {"zz-sub", "160000", blob}}
	commitTree(t, repository, rawObject(t, repository, "tree", encodeTree(entries)))
	publish(t, fleetAt(t, repository), site("turin-1"))
	f := fleetAt(t, repository)
	got, err := f.objects.tree(plumbing.NewHash(string(f.Head().Tree)))
	require.NoError(t, err)
	require.Equal(t, append(entries[:2:2], got[2], entries[2]), got)
	require.Equal(t, "sites", got[2].name)
}

// Links in the place of what tenantc writes: never followed, always a fault.
func TestLinksInTheWay(t *testing.T) {
	repository := emptyRepository(t)
	blob := rawObject(t, repository, "blob", []byte("/etc"))
	for path, e := range map[string]entry{
		"sites":         {"turin-1", "120000", blob},
		"sites/turin-1": {"site.yaml", "120000", blob},
		"x":             {"y", modeFile, blob},
	} {
		root := folders(t, repository, path, e)
		if path == "x" {
			root = rawObject(t, repository, "tree", encodeTree([]entry{{"sites", "120000", blob}}))
		}
		commitTree(t, repository, root)
		_, faults, err := fleetAt(t, repository).Changes(t.Context(), site("turin-1"))
		require.NoError(t, err)
		require.True(t, faults.HasErrors(), path)
	}
}

// Trees that are not trees, or that can be read in two ways.
func TestMalformedTrees(t *testing.T) {
	blob := plumbing.NewHash("1111111111111111111111111111111111111111")
	line := func(mode, name string) []byte { return append([]byte(mode+" "+name+"\x00"), blob[:]...) }
	for name, data := range map[string][]byte{
		"cut short":    line(modeFile, "a")[:20],
		"no mode":      []byte("nonsense"),
		"no name":      line(modeFile, ""),
		"twice":        append(line(modeFile, "a"), line(modeFile, "a")...),
		"file, folder": append(line(modeFile, "a"), line(modeFolder, "a")...),
		"unsorted":     append(line(modeFile, "b"), line(modeFile, "a")...),
	} {
		_, err := parseTree(data)
		require.ErrorIs(t, err, errMalformedTree, name)
		repository := emptyRepository(t)
		root := rawObject(t, repository, "tree", encodeTree([]entry{{"sites", modeFolder, rawObject(t, repository, "tree", data)}}))
		commitTree(t, repository, root)
		_, _, err = fleetAt(t, repository).Changes(t.Context(), site("turin-1"))
		require.ErrorIs(t, err, errMalformedTree, name)
	}
}

// Eleven objects that stand for 10^10 paths: refused in time.
func TestTreeBomb(t *testing.T) {
	repository := emptyRepository(t)
	h := rawObject(t, repository, "blob", ours("x"))
	mode := modeFile
	for range 10 {
		var entries []entry
		for i := range 10 {
			entries = append(entries, entry{fmt.Sprint(i), mode, h})
		}
		h, mode = rawObject(t, repository, "tree", encodeTree(entries)), modeFolder
	}
	site1 := rawObject(t, repository, "tree", encodeTree([]entry{{"bomb", modeFolder, h}, {"site.yaml", modeFile, rawObject(t, repository, "blob", ours("x"))}}))
	commitTree(t, repository, folders(t, repository, "sites", entry{"turin-1", modeFolder, site1}))
	_, _, err := fleetAt(t, repository).Changes(t.Context(), site("turin-1"))
	require.ErrorContains(t, err, "more than")
	commitTree(t, repository, rawObject(t, repository, "tree", encodeTree([]entry{{"tenants", modeFolder, h}})))
	work := filepath.Join(t.TempDir(), "work")
	run(t, ".", "clone", "-q", "--no-checkout", repository, work)
	_, _, err = ReadTenancy(t.Context(), work, "HEAD")
	require.ErrorContains(t, err, "more than")
}

// A folder that is no repository for this, in each of the ways it can be one.
func TestRepositoriesThatAreNone(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.WriteFile(at("file"), nil, 0o644))
	require.NoError(t, os.MkdirAll(at("folder/below"), 0o755))
	run(t, dir, "init", "-q", "work")
	run(t, dir, "init", "-q", "--bare", "--object-format=sha256", "sha256")
	require.NoError(t, os.Symlink("nowhere", at("dangling")))
	for name, says := range map[string]string{
		"file": "it is a file", "folder": "not a git repository", "work": "has a work tree", "work/.git": "belongs to a work tree", "sha256": "SHA-1",
		"file/below": "not a directory",
	} {
		_, err := tryFleet(at(name), noEnv)
		require.ErrorContains(t, err, says, name)
	}
	require.NoError(t, os.Mkdir(at("empty"), 0o755))
	publish(t, fleetAt(t, at("empty")), site("turin-1"))
	checked(t, at("empty"))
}

// The file of a branch as a killed writer leaves it: an error, and no new
// history.
func TestDamagedBranchFile(t *testing.T) {
	for _, content := range []string{"", "\n", "abc", strings.Repeat("x", 41)} {
		repository := published(t)
		run(t, repository, "pack-refs", "--all")
		require.NoError(t, os.WriteFile(filepath.Join(repository, "refs/heads/main"), []byte(content), 0o644))
		_, err := tryFleet(repository, noEnv)
		require.ErrorContains(t, err, "is damaged", "%q", content)
	}
	repository := published(t)
	require.NoError(t, os.WriteFile(filepath.Join(repository, "refs/heads/main"), []byte(strings.Repeat("1", 40)+"\n"), 0o644))
	_, err := tryFleet(repository, noEnv)
	require.ErrorContains(t, err, "object not found")
}

// Objects that git's garbage collection moves between opening and reading are
// found where they went.
func TestReadingWhileGitCollects(t *testing.T) {
	repository := published(t)
	run(t, repository, "gc", "-q")
	publish(t, fleetAt(t, repository), merge(site("turin-1"), site("milan-2")))
	f := fleetAt(t, repository)
	_, found, err := readFile(f, "sites/turin-1/site.yaml")
	require.NoError(t, err)
	require.True(t, found, "now go-git knows the first pack")
	run(t, repository, "gc", "-q", "--prune=now")
	data, found, err := readFile(f, "sites/milan-2/site.yaml")
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, ours("site: milan-2"), data)
}

// The reading side: folders, files, and what is neither there nor a file.
func TestReading(t *testing.T) {
	f := fleetAt(t, published(t))
	list, err := f.List("sites/turin-1")
	require.NoError(t, err)
	require.Equal(t, []string{"kustomization.yaml", "site.yaml"}, []string{list[0].Name, list[1].Name})
	require.Equal(t, Plain, list[0].Kind)
	list, err = f.List("")
	require.NoError(t, err)
	require.Equal(t, Folder, list[0].Kind)
	h, err := f.Hash("sites")
	require.NoError(t, err)
	require.Equal(t, list[0].Hash, h)
	for _, path := range []string{"nowhere", "sites/nowhere/x", "sites/turin-1/site.yaml/x", "/sites", "sites/", "."} {
		list, err := f.List(path)
		require.NoError(t, err, path)
		require.Empty(t, list, path)
		h, err := f.Hash(path)
		require.NoError(t, err, path)
		require.Empty(t, h, path)
		_, found, err := readFile(f, path)
		require.NoError(t, err, path)
		require.False(t, found, path)
	}
	_, found, err := readFile(f, "sites")
	require.NoError(t, err)
	require.False(t, found)
}

// The compiler's workers ask one fleet at the same time.
func TestReadingInParallel(t *testing.T) {
	repository := filepath.Join(t.TempDir(), "fleet.git")
	publish(t, fleetAt(t, repository), bigFleet(20))
	run(t, repository, "gc", "-q")
	f := fleetAt(t, repository)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			h, err := f.Hash(fmt.Sprintf("sites/site-%d/tenants/tenant-%d/prod", i/10, i))
			if err != nil || h == "" {
				t.Errorf("%q %v", h, err)
			}
			_, found, err := readFile(f, fmt.Sprintf("sites/site-%d/tenants/tenant-%d/prod/cluster/object-13.yaml", i/10, i))
			if err != nil || !found {
				t.Errorf("%v %v", found, err)
			}
		})
	}
	wg.Wait()
}
