package cli_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/disk"
	"github.com/tenantc/tenantc/internal/overlay"
	"github.com/tenantc/tenantc/internal/scaffold"
)

// run is one run of tenantc that was interrupted, or was too fast for that.
type run struct {
	code     int // -1: the signal came before tenantc listened for it
	out, err string
}

// interrupted starts tenantc on a tenancy and sends it a signal after a while;
// with a negative while it lets it end.
func interrupted(t *testing.T, dir string, after time.Duration, signal os.Signal, args ...string) run {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // a bound on a hang, not a measure
	defer cancel()
	var out, errOut bytes.Buffer
	cmd := exec.CommandContext(ctx, os.Args[0], append([]string{"-C", dir}, args...)...)
	cmd.Env = append(os.Environ(), asTenantc+"=1", "XDG_CACHE_HOME="+filepath.Join(dir, ".cache"))
	cmd.Stdout, cmd.Stderr = &out, &errOut
	require.NoError(t, cmd.Start())
	if after >= 0 {
		time.Sleep(after)
		_ = cmd.Process.Signal(signal)
	}
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	require.NoError(t, ctx.Err(), "%v hangs", args)
	return run{cmd.ProcessState.ExitCode(), out.String(), errOut.String()}
}

// moments are when to interrupt something that takes about so long: spread over
// it and a little beyond, in an order that does not go along with anything.
func moments(long time.Duration, n int) []time.Duration {
	var out []time.Duration
	for i := range n {
		out = append(out, long*time.Duration(i*11)/time.Duration(n*10))
	}
	random := rand.New(rand.NewPCG(7, 7))
	random.Shuffle(n, func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

var signals = []os.Signal{os.Interrupt, syscall.SIGTERM}

// tenancy makes a tenancy, and edit gives its tenant one of two quotas.
func tenancy(t *testing.T) (dir string, edit func(generation int)) {
	dir = t.TempDir()
	files := scaffold.Init(scaffold.Options{Name: "test"})
	require.NoError(t, disk.Create(t.Context(), dir, files))
	spec := string(files["tenants/example.yaml"])
	require.Contains(t, spec, `cpu: "4"`)
	return dir, func(generation int) {
		text := strings.Replace(spec, `cpu: "4"`, []string{`cpu: "4"`, `cpu: "6"`}[generation%2], 1)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "tenants/example.yaml"), []byte(text), 0o644))
	}
}

// Whenever compile is interrupted, its folder has the old tree or the new one,
// whole, and it says which.
func TestInterruptedCompile(t *testing.T) {
	dir, edit := tenancy(t)
	var trees [2]map[string][]byte
	read := func() map[string][]byte {
		files, err := disk.Read(t.Context(), filepath.Join(dir, "fleet"), overlay.Owned)
		require.NoError(t, err)
		return files
	}
	var long time.Duration
	for i := range trees {
		edit(i)
		begun := time.Now()
		require.Zero(t, interrupted(t, dir, -1, nil, "compile", "--no-cache").code)
		long, trees[i] = time.Since(begun), read()
	}
	require.NotEqual(t, trees[0], trees[1])
	current, broken := 1, 0
	for i, after := range moments(long, 24) {
		edit(1 - current)
		r := interrupted(t, dir, after, signals[i%2], "compile", "--no-cache")
		switch r.code {
		case 0:
			current = 1 - current
		case 3:
			broken++
			require.Equal(t, "tenantc: interrupted; nothing was changed\n", r.err)
		default:
			require.Equal(t, -1, r.code, r.err)
		}
		require.Equal(t, trees[current], read(), "after %v: exit code %d", after, r.code)
	}
	require.Positive(t, broken, "no interrupt fell into a run: the test shows nothing")
	entries, err := os.ReadDir(filepath.Join(dir, "fleet"))
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing but sites/ is left")
}

// Whenever publish is interrupted, the branch stands where it stood or at one
// new commit; tenantc says which, unless it cannot know; and what it leaves is a
// sound repository that the next run publishes to.
func TestInterruptedPublish(t *testing.T) {
	dir, edit := tenancy(t)
	git := func(args ...string) string {
		out, err := exec.Command("git", append([]string{"--git-dir", filepath.Join(dir, "build/fleet.git")}, args...)...).CombinedOutput()
		require.NoError(t, err, "%s", out)
		return strings.TrimSpace(string(out))
	}
	begun := time.Now()
	require.Zero(t, interrupted(t, dir, -1, nil, "publish").code)
	long := time.Since(begun)
	head, generation, broken := git("rev-parse", "main"), 0, 0
	for i, after := range moments(long, 24) {
		edit(generation + 1)
		r := interrupted(t, dir, after, signals[i%2], "publish", "--no-cache")
		now := git("rev-parse", "main")
		if now != head {
			require.Equal(t, head, git("rev-parse", "main^"))
			generation++
		}
		switch {
		case r.code == 0:
			require.Equal(t, now, strings.TrimSpace(r.out))
			require.NotEqual(t, head, now)
		case r.code == 3 && strings.Contains(r.err, "nothing was changed"):
			broken++
			require.Equal(t, head, now, "after %v: %s", after, r.err)
		case r.code == 3:
			require.Contains(t, r.err, "whether the commit arrived is not known")
		default:
			require.Equal(t, -1, r.code, r.err)
		}
		head = now
	}
	require.Positive(t, broken, "no interrupt fell into a run: the test shows nothing")
	git("fsck", "--strict", "--full")
	edit(generation + 1)
	require.Zero(t, interrupted(t, dir, -1, nil, "publish").code)
}
