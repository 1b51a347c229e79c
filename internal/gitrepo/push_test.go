package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hook puts a hook into a bare repository.
func hook(t testing.TB, repository, name, script string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Join(repository, "hooks"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(repository, "hooks", name), []byte("#!/bin/sh\n"+script), 0o755))
}

// published is a repository with one site in it.
func published(t testing.TB) string {
	t.Helper()
	repository := filepath.Join(t.TempDir(), "fleet.git")
	publish(t, fleetAt(t, repository), site("turin-1"))
	return repository
}

// Whoever comes second is told so, and the first one's commit stays.
func TestRejectedWhenTheBranchMoved(t *testing.T) {
	for name, start := range map[string]func(t testing.TB) string{
		"a branch": published,
		"no branch": func(t testing.TB) string {
			r := filepath.Join(t.TempDir(), "f.git")
			run(t, ".", "init", "-q", "--bare", r)
			return r
		},
		"no repository": func(t testing.TB) string { return filepath.Join(t.TempDir(), "f.git") },
	} {
		t.Run(name, func(t *testing.T) {
			repository := start(t)
			one, two := fleetAt(t, repository), fleetAt(t, repository)
			late := build(t, two, site("milan-2"))
			first := publish(t, one, site("turin-1", "acme/prod"))
			require.ErrorIs(t, two.Push(t.Context(), late), ErrRejected)
			require.Equal(t, first.Hash, run(t, repository, "rev-parse", "main"))
			publish(t, fleetAt(t, repository), site("milan-2"))
			checked(t, repository)
		})
	}
}

// The branch moves between the server's offer and its update: git's own
// comparison decides, and it is a lost race as well.
func TestRejectedByTheServer(t *testing.T) {
	repository := published(t)
	other := run(t, repository, "commit-tree", "-p", "main", "-m", "other", "main^{tree}")
	hook(t, repository, "pre-receive", "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY; git update-ref refs/heads/main "+other)
	f := fleetAt(t, repository)
	err := f.Push(t.Context(), build(t, f, site("milan-2")))
	require.ErrorIs(t, err, ErrRejected)
	require.Equal(t, other, run(t, repository, "rev-parse", "main"))
	checked(t, repository)
}

// A lock that a killed git left behind looks like a race that never ends: the
// error names the file and what to do, and that is all it takes.
func TestLockedBranch(t *testing.T) {
	for _, lock := range []string{"refs/heads/main.lock", "HEAD.lock"} {
		t.Run(path.Base(lock), func(t *testing.T) {
			repository := published(t)
			file := filepath.Join(repository, lock)
			require.NoError(t, os.WriteFile(file, nil, 0o644))
			f := fleetAt(t, repository)
			err := f.Push(t.Context(), build(t, f, site("milan-2")))
			require.ErrorIs(t, err, ErrRejected)
			require.ErrorContains(t, err, `was killed and has left the lock "`+file+`": when no git works in that repository any more, remove that file and publish again`)
			require.FileExists(t, file, "a lock may be somebody's who is slow")
			require.NoError(t, os.Remove(file))
			publish(t, fleetAt(t, repository), site("milan-2"))
		})
	}
}

// A branch below one that is there can never be made: no race, and not tried again.
func TestBranchBelowABranch(t *testing.T) {
	repository := published(t)
	remote, err := ParseRemote(repository, "main/sub", "/")
	require.NoError(t, err)
	f, err := Open(t.Context(), Options{Remote: remote, Owned: owned})
	require.NoError(t, err)
	defer f.Close()
	err = f.Push(t.Context(), build(t, f, site("milan-2")))
	require.NotErrorIs(t, err, ErrRejected)
	require.ErrorContains(t, err, "'refs/heads/main' exists; cannot create 'refs/heads/main/sub'")
	checked(t, repository)
}

// A hook's refusal is no race; its words are printed, and can do nothing.
func TestHookRefuses(t *testing.T) {
	repository := published(t)
	hook(t, repository, "pre-receive", `printf 'frozen until Monday\n\033[31m::error::x\n'; exit 1`)
	f := fleetAt(t, repository)
	before := run(t, repository, "rev-parse", "main")
	err := f.Push(t.Context(), build(t, f, site("milan-2")))
	require.NotErrorIs(t, err, ErrRejected)
	require.ErrorContains(t, err, `refused the push: "pre-receive hook declined"; it says: "frozen until Monday\n\x1b[31m::error::x"`)
	require.Equal(t, before, run(t, repository, "rev-parse", "main"))
}

// Hooks run with the user's rights, but they are not given tenantc's
// credentials; what they print of them is hidden all the same.
func TestHooksDoNotSeeCredentials(t *testing.T) {
	repository := published(t)
	seen := filepath.Join(t.TempDir(), "seen")
	hook(t, repository, "pre-receive", "env >"+seen+"; echo the token is canary-4711; exit 1")
	t.Setenv(EnvToken, "canary-4711")
	f, err := tryFleet(repository, nil)
	require.NoError(t, err)
	err = f.Push(t.Context(), build(t, f, site("milan-2")))
	require.ErrorContains(t, err, `the token is ***`)
	require.NotContains(t, err.Error(), "canary")
	data, err := os.ReadFile(seen)
	require.NoError(t, err)
	require.Contains(t, string(data), "GIT_QUARANTINE_PATH=")
	require.NotContains(t, string(data), "canary")
}

// In a hook of another repository, git's variables mean that one.
func TestPublishFromWithinAHook(t *testing.T) {
	repository := published(t)
	t.Setenv("GIT_DIR", "/nowhere")
	t.Setenv("GIT_QUARANTINE_PATH", "/nowhere")
	publish(t, fleetAt(t, repository), site("milan-2"))
}

// A push that hangs ends with its context or its deadline, leaves the branch
// and no lock, and the next one goes through.
func TestPushThatHangs(t *testing.T) {
	repository := published(t)
	hook(t, repository, "pre-receive", "exec sleep 30")
	before := run(t, repository, "rev-parse", "main")
	stopped := errors.New("stopped by the user")
	for name, limit := range map[string]func(*Fleet) context.Context{
		"context": func(*Fleet) context.Context {
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(200*time.Millisecond, func() { cancel(stopped) })
			return ctx
		},
		"deadline": func(f *Fleet) context.Context { f.options.Timeout = 200 * time.Millisecond; return t.Context() },
	} {
		f := fleetAt(t, repository)
		c := build(t, f, site("milan-2"))
		ctx := limit(f)
		start := time.Now()
		err := f.Push(ctx, c)
		require.Error(t, err)
		require.Less(t, time.Since(start), 15*time.Second, name)
		if name == "context" {
			require.ErrorIs(t, err, stopped)
			require.ErrorContains(t, err, "signal: terminated", "git was told to end, and so took its locks away")
		} else {
			require.ErrorContains(t, err, "not done after 200ms")
		}
		require.Equal(t, before, run(t, repository, "rev-parse", "main"))
	}
	require.NoError(t, os.Remove(filepath.Join(repository, "hooks/pre-receive")))
	publish(t, fleetAt(t, repository), site("milan-2"))
	checked(t, repository)
}

// A commit that was made on something else is not pushed.
func TestPushTakesOnlyItsOwnCommits(t *testing.T) {
	repository := published(t)
	f := fleetAt(t, repository)
	require.ErrorContains(t, f.Push(t.Context(), f.Head()), "not built on this head")
}

// Many publishers, each adding files of its own: every acknowledged commit is
// in the history, which is a line, and every file is there.
func TestRacingPublishers(t *testing.T) {
	const publishers, each = 6, 6
	repository := filepath.Join(t.TempDir(), "fleet.git")
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	var wg sync.WaitGroup
	for p := range publishers {
		wg.Go(func() {
			for i := range each {
				hash, err := addUntilDone(repository, fmt.Sprintf("sites/site-%d/file-%d.yaml", p, i))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				acknowledged[hash] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	require.Len(t, acknowledged, publishers*each)
	requireLine(t, repository, acknowledged)
	require.Len(t, checked(t, repository), publishers*each)
}

// addUntilDone adds one file to whatever the fleet is, until a push of it is
// accepted, and returns that commit.
func addUntilDone(repository, name string) (hash string, err error) {
	for range 500 {
		if hash, err = addOnce(repository, name); !errors.Is(err, ErrRejected) {
			return hash, err
		}
	}
	return "", fmt.Errorf("rejected 500 times: %w", err)
}

func addOnce(repository, name string) (string, error) {
	f, err := tryFleet(repository, noEnv)
	if err != nil {
		return "", err
	}
	defer f.Close()
	c, err := f.Commit(context.Background(), changesFor(name), record("add "+name))
	if err != nil {
		return "", err
	}
	return c.Hash, f.Push(context.Background(), c)
}

// requireLine asserts that the branch's history is a line with every one of
// the commits in it.
func requireLine(t testing.TB, repository string, commits map[string]bool) {
	t.Helper()
	require.Empty(t, run(t, repository, "rev-list", "--min-parents=2", "main"))
	require.Equal(t, "1", run(t, repository, "rev-list", "--count", "--max-parents=0", "main"))
	history := map[string]bool{}
	for _, h := range strings.Fields(run(t, repository, "rev-list", "main")) {
		history[h] = true
	}
	for h := range commits {
		require.True(t, history[h], "acknowledged commit %s is lost", h)
	}
}

// A disk that is full: a clear error in time, nothing lost, and the next
// publish goes through once there is room.
func TestDiskFull(t *testing.T) {
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("a small file system cannot be mounted here: %v: %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", disk).Run() })
	repository := filepath.Join(disk, "fleet.git")
	publish(t, fleetAt(t, repository), site("turin-1"))
	before := run(t, repository, "rev-parse", "main")
	ballast := filepath.Join(disk, "ballast")
	for room := 0; room < 400<<10; room += 4 << 10 {
		fill(t, ballast, room)
		f := fleetAt(t, repository)
		c := build(t, f, merge(site("turin-1"), site(fmt.Sprintf("s-%d", room), "acme/prod", "acme/dev")))
		err := f.Push(t.Context(), c)
		_ = f.Close()
		require.NoError(t, os.Remove(ballast))
		checked(t, repository)
		if err == nil {
			require.Equal(t, c.Hash, run(t, repository, "rev-parse", "main"))
			require.Positive(t, room, "the disk was never full")
			return
		}
		require.NotErrorIs(t, err, ErrRejected)
		require.Equal(t, before, run(t, repository, "rev-parse", "main"), "%v", err)
	}
	t.Error("the disk was full even with room")
}

// fill writes a file until the disk has only so many bytes left.
func fill(t testing.TB, file string, room int) {
	t.Helper()
	out, err := os.Create(file)
	require.NoError(t, err)
	defer out.Close()
	size := int64(0)
	for block := make([]byte, 4096); ; size += 4096 {
		if _, err := out.Write(block); err != nil {
			break
		}
	}
	require.NoError(t, out.Truncate(max(0, size-int64(room))))
}
