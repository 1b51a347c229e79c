package gitrepo

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/tree"
)

const marker = "# Written by tenantc"

func owned(_ string, data []byte) bool { return bytes.HasPrefix(data, []byte(marker)) }

// ours is a file as tenantc would write it.
func ours(format string, args ...any) []byte {
	return []byte(marker + "\n" + fmt.Sprintf(format, args...) + "\n")
}

// run runs the real git.
func run(t testing.TB, dir string, args ...string) string {
	t.Helper()
	out, err := tryRun(dir, nil, args...)
	require.NoError(t, err, "git %s: %s", strings.Join(args, " "), out)
	return out
}

func tryRun(dir string, stdin []byte, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(stdin)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@x", "GIT_COMMITTER_NAME=c", "GIT_COMMITTER_EMAIL=c@x")
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// noEnv is an environment without anything.
func noEnv(string) string { return "" }

// fleetAt opens the branch main of a repository.
func fleetAt(t testing.TB, repository string) *Fleet {
	t.Helper()
	f, err := tryFleet(repository, noEnv)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func tryFleet(repository string, getenv func(string) string) (*Fleet, error) {
	remote, err := ParseRemote(repository, "main", "/nowhere")
	if err != nil {
		return nil, err
	}
	return Open(context.Background(), Options{Remote: remote, Owned: owned, Getenv: getenv})
}

var testTime = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// record is what the commits of the tests say.
func record(subject string) Record {
	who := Person{Name: "Test", Email: "test@example.net"}
	return Record{Subject: subject, Author: who, Committer: who, Time: testTime}
}

// publish brings the fleet to a tree.
func publish(t testing.TB, f *Fleet, want tree.Tree) Commit {
	t.Helper()
	c := build(t, f, want)
	require.NoError(t, f.Push(t.Context(), c))
	return c
}

// build makes the commit that brings the fleet to a tree.
func build(t testing.TB, f *Fleet, want tree.Tree) Commit {
	t.Helper()
	changes, faults, err := f.Changes(t.Context(), want)
	require.NoError(t, err)
	require.Empty(t, faults)
	c, err := f.Commit(t.Context(), changes, record("test"))
	require.NoError(t, err)
	return c
}

// site is a small site as the compiler lays it out, with tenant clusters of
// the given names (tenant/cluster).
func site(name string, clusters ...string) tree.Tree {
	t := tree.New()
	t.Add("sites/"+name+"/site.yaml", ours("site: %s", name))
	t.Add("sites/"+name+"/kustomization.yaml", ours("resources: [flux]"))
	for _, c := range clusters {
		folder := "sites/" + name + "/tenants/" + c
		t.Add("sites/"+name+"/flux/"+strings.ReplaceAll(c, "/", "-")+".yaml", ours("for: %s", c))
		t.Add(folder+"/boundary/namespace.yaml", ours("namespace: %s", c))
		t.Add(folder+"/cluster/cluster.yaml", ours("cluster: %s", c))
	}
	return t
}

// merge is all of the trees.
func merge(trees ...tree.Tree) tree.Tree {
	out := tree.New()
	for _, t := range trees {
		out.Merge(t)
	}
	return out
}

// checked is what the real git reads at the branch, after it has checked the
// whole repository.
func checked(t testing.TB, repository string) map[string]string {
	t.Helper()
	run(t, repository, "fsck", "--strict", "--full", "--no-dangling")
	files := map[string]string{}
	for line := range strings.Lines(run(t, repository, "ls-tree", "-r", "main")) {
		meta, name, _ := strings.Cut(strings.TrimSpace(line), "\t")
		mode, hash, _ := strings.Cut(meta, " blob ")
		require.Equal(t, modeFile, mode, name)
		files[name] = run(t, repository, "cat-file", "blob", hash)
	}
	return files
}

// asText is the files of a tree, as checked returns them.
func asText(t tree.Tree) map[string]string {
	out := map[string]string{}
	for name, data := range t.Files {
		out[name] = strings.TrimSpace(string(data))
	}
	return out
}

// foreign commits files to a repository with the real git, as somebody else.
func foreign(t testing.TB, repository string, files map[string]string) {
	t.Helper()
	index := filepath.Join(t.TempDir(), "index")
	with := func(args ...string) string {
		cmd := exec.Command("git", args...)
		cmd.Dir = repository
		cmd.Env = append(os.Environ(), "GIT_INDEX_FILE="+index, "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@x", "GIT_COMMITTER_NAME=c", "GIT_COMMITTER_EMAIL=c@x")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		return strings.TrimSpace(string(out))
	}
	args := []string{"commit-tree", "-m", "foreign"}
	if _, err := tryRun(repository, nil, "rev-parse", "--verify", "-q", "main"); err == nil {
		with("read-tree", "main")
		args = append(args, "-p", "main")
	}
	for name, data := range files {
		hash, err := tryRun(repository, []byte(data), "hash-object", "-w", "--stdin")
		require.NoError(t, err)
		with("update-index", "--add", "--cacheinfo", "100644,"+hash+","+name)
	}
	with("update-ref", "refs/heads/main", with(append(args, with("write-tree"))...))
}

// readFile reads one file; found is false when there is none.
func readFile(f *Fleet, name string) (data []byte, found bool, err error) {
	files, err := f.ReadFiles(context.Background(), []string{name})
	data, found = files[name]
	return data, found, err
}

// changesFor adds one file.
func changesFor(name string) tree.Delta {
	return tree.DeltaOf(tree.Changes{{Path: name, After: ours("%s", name)}})
}
