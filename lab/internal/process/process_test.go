package process

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// startTree starts a shell that ignores TERM when stubborn, and a program below
// it; it returns the id of the latter.
func startTree(t *testing.T, g *Group, name, before string) int {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pid")
	_, err := g.Start(Command{Name: name, Path: "/bin/sh", Args: []string{"-c", before + "sleep 600 & echo $! >" + file + ".new; mv " + file + ".new " + file + "; wait"}})
	require.NoError(t, err)
	var pid int
	require.Eventually(t, func() bool {
		data, err := os.ReadFile(file)
		if err == nil {
			pid, err = strconv.Atoi(strings.TrimSpace(string(data)))
		}
		return err == nil
	}, time.Minute, 10*time.Millisecond)
	return pid
}

func runs(pid int) bool {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !strings.Contains(string(data), ") Z ")
}

func TestStopEndsWhatAProgramStarted(t *testing.T) {
	g := NewGroup(t.TempDir())
	polite := startTree(t, g, "polite", "")
	require.True(t, runs(polite))
	g.Stop()
	require.Eventually(t, func() bool { return !runs(polite) }, time.Minute, 10*time.Millisecond)
	_, err := g.Start(Command{Name: "late", Path: "/bin/true"})
	require.ErrorContains(t, err, "stopping")
}

func TestKillAndRestart(t *testing.T) {
	g := NewGroup(t.TempDir())
	defer g.Stop()
	child := startTree(t, g, "stubborn", "trap '' TERM; ")
	p := g.Find("stubborn")
	p.Kill()
	require.Eventually(t, func() bool { return !runs(child) }, time.Minute, 10*time.Millisecond)
	require.NoError(t, p.Restart())
	require.True(t, runs(p.cmd.Process.Pid))
	require.Positive(t, g.Memory())
}

func TestAwaitSaysWhyAProgramEnded(t *testing.T) {
	g := NewGroup(t.TempDir())
	defer g.Stop()
	p, err := g.Start(Command{Name: "fails", Path: "/bin/sh", Args: []string{"-c", "echo no such flag >&2; exit 3"}})
	require.NoError(t, err)
	err = p.Await(t.Context(), func(context.Context) error { return errors.New("not yet") })
	require.ErrorContains(t, err, "no such flag")
	require.ErrorContains(t, err, "exit status 3")
}

// TestNothingOutlivesUs starts this test program again, which starts a program
// and is killed.
func TestNothingOutlivesUs(t *testing.T) {
	if file := os.Getenv("PROCESS_TEST_PID"); file != "" {
		p, err := NewGroup(t.TempDir()).Start(Command{Name: "orphan", Path: "/bin/sleep", Args: []string{"600"}})
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, []byte(strconv.Itoa(p.cmd.Process.Pid)), 0o644))
		require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGKILL))
	}
	file := filepath.Join(t.TempDir(), "pid")
	cmd := exec.Command(os.Args[0], "-test.run=TestNothingOutlivesUs")
	cmd.Env = append(os.Environ(), "PROCESS_TEST_PID="+file)
	require.Error(t, cmd.Run())
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	pid, err := strconv.Atoi(string(data))
	require.NoError(t, err)
	require.Eventually(t, func() bool { return !runs(pid) }, time.Minute, 10*time.Millisecond)
}

func TestCPU(t *testing.T) {
	g := NewGroup(t.TempDir())
	defer g.Stop()
	busy, err := g.Start(Command{Name: "busy", Path: "/bin/sh", Args: []string{"-c", "while :; do :; done"}})
	require.NoError(t, err)
	idle, err := g.Start(Command{Name: "idle", Path: "/bin/sleep", Args: []string{"600"}})
	require.NoError(t, err)
	require.Eventually(t, func() bool { return busy.CPU() >= 300*time.Millisecond }, time.Minute, 10*time.Millisecond)
	require.Less(t, idle.CPU(), 300*time.Millisecond)
	g.Stop()
	require.Zero(t, busy.CPU())
}
