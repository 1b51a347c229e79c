package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// settings say how much is tried.
type settings struct{ every, commits int }

// tally is what came of a drill. Locks that a killed git leaves are counted,
// and taken away as git tells its user to; everything after them is bad.
type tally struct {
	trials, acknowledged, locks int
	corrupt, lost, stuck, hung  int
}

func (t tally) bad() bool { return t.corrupt+t.lost+t.stuck+t.hung > 0 }

// limit is how long a publish may take before it counts as hung.
const limit = 2 * time.Minute

// bench is the program, and a tenancy that is published and has a change that
// is not.
type bench struct {
	settings
	dir     string
	program string
	tenancy string
	base    string // the commit that is published
}

func newBench(ctx context.Context, s settings) (*bench, error) {
	dir, err := os.MkdirTemp("", "tenantc-drills-*")
	if err != nil {
		return nil, err
	}
	b := &bench{settings: s, dir: dir, program: filepath.Join(dir, "tenantc"), tenancy: filepath.Join(dir, "tenancy")}
	if err := run(ctx, "go", "build", "-o", b.program, "./cmd/tenantc"); err != nil {
		return nil, err
	}
	if err := run(ctx, b.program, "init", b.tenancy); err != nil {
		return nil, err
	}
	if err := run(ctx, b.program, "-C", b.tenancy, "publish"); err != nil {
		return nil, err
	}
	b.base, err = head(ctx, filepath.Join(b.tenancy, repository))
	return b, errors.Join(err, change(filepath.Join(b.tenancy, "tenants/example.yaml")))
}

// change gives the tenancy's one tenant another quota.
func change(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	changed := bytes.Replace(data, []byte(`cpu: "4"`), []byte(`cpu: "3"`), 1)
	if bytes.Equal(changed, data) {
		return fmt.Errorf("%s has no quota to change", file)
	}
	return os.WriteFile(file, changed, 0o644)
}

// repository is the fleet's, below the tenancy.
const repository = "build/fleet.git"

// trial is a copy of the tenancy and its fleet, to be broken.
type trial struct {
	*bench
	dir string
}

func (b *bench) trial() (trial, error) {
	dir, err := os.MkdirTemp(b.dir, "trial-*")
	if err != nil {
		return trial{}, err
	}
	return trial{b, dir}, os.CopyFS(filepath.Join(dir, "tenancy"), os.DirFS(b.tenancy))
}

func (t trial) tenancyDir() string { return filepath.Join(t.dir, "tenancy") }
func (t trial) fleet() string      { return filepath.Join(t.dir, "tenancy", repository) }

// publish runs one publish by the given command line, which ends in the
// program's own, and returns the commit that it acknowledged, if any.
func (t trial) publish(ctx context.Context, env []string, line ...string) (commit string, hung bool) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	line = append(line, t.program, "-C", t.tenancyDir(), "--no-cache", "publish", "--timeout", "20s")
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.Env = append(append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null"), env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err == nil {
		commit = strings.TrimSpace(string(out))
	}
	return commit, ctx.Err() != nil
}

// judge looks at what a broken publish has left: the repository is whole, has
// every commit that was acknowledged, and takes the next publish.
func (t trial) judge(ctx context.Context, sum *tally, commit string, hung bool) error {
	defer os.RemoveAll(t.dir)
	sum.trials++
	if hung {
		sum.hung++
	}
	acknowledged := []string{t.base}
	if commit != "" {
		sum.acknowledged++
		acknowledged = append(acknowledged, commit)
	}
	sum.locks += dropLocks(t.fleet())
	if err := fsck(ctx, t.fleet()); err != nil {
		sum.corrupt++
		return report(err)
	}
	if _, hung := t.publish(ctx, nil); hung {
		sum.hung++
	}
	if err := run(ctx, t.program, "-C", t.tenancyDir(), "--no-cache", "diff", "--exit-code"); err != nil {
		sum.stuck++
		return report(fmt.Errorf("the next publish did not bring the fleet up to date: %w", err))
	}
	for _, c := range acknowledged {
		if err := run(ctx, "git", "--git-dir", t.fleet(), "merge-base", "--is-ancestor", c, "main"); err != nil {
			sum.lost++
			_ = report(err)
		}
	}
	if err := fsck(ctx, t.fleet()); err != nil {
		sum.corrupt++
		return report(err)
	}
	return ctx.Err()
}

// report prints what went wrong in a trial, which the table only counts.
func report(err error) error {
	fmt.Fprintln(os.Stderr, "drills:", err)
	return nil
}

func fsck(ctx context.Context, repository string) error {
	return run(ctx, "git", "--git-dir", repository, "fsck", "--strict", "--full", "--no-dangling")
}

// dropLocks does what git tells its user to do about the locks of a git that
// was killed.
func dropLocks(repository string) (n int) {
	for _, pattern := range []string{"*.lock", "refs/heads/*.lock"} {
		locks, _ := filepath.Glob(filepath.Join(repository, pattern))
		for _, lock := range locks {
			if os.Remove(lock) == nil {
				n++
			}
		}
	}
	return n
}

func head(ctx context.Context, repository string) (string, error) {
	out, err := exec.CommandContext(ctx, "git", "--git-dir", repository, "rev-parse", "main").Output()
	return strings.TrimSpace(string(out)), err
}

// run runs a command that must succeed.
func run(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", filepath.Base(name), strings.Join(args, " "), err, bytes.TrimSpace(out))
	}
	return nil
}
