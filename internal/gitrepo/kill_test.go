package gitrepo

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// publisherEnv makes the test program a publisher that does not end.
const publisherEnv = "GITREPO_TEST_PUBLISH_TO"

func TestMain(m *testing.M) {
	if repository := os.Getenv(publisherEnv); repository != "" {
		publishForever(repository)
	}
	os.Exit(m.Run())
}

// publishForever adds one file after the other and prints each commit that was
// acknowledged.
func publishForever(repository string) {
	for i := 0; ; i++ {
		hash, err := addUntilDone(repository, fmt.Sprintf("sites/s/%d-%d.yaml", os.Getpid(), i))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(hash)
	}
}

// A publisher that is killed at any moment leaves a whole repository with every
// acknowledged commit in it, and the next publish goes through: killed alone,
// with its process group, or with all it has started. In the last case git
// itself may leave a lock, which it tells the user to remove.
func TestKilledPublisher(t *testing.T) {
	const kills = 30
	repository := filepath.Join(t.TempDir(), "fleet.git")
	acknowledged := map[string]bool{}
	for i := range kills {
		// The first rounds end while the repository is being made. Of the others,
		// every second begins to wait at the first commit, however slow the
		// machine is.
		wait := time.Duration(rand.IntN(10+8*i)) * time.Millisecond
		kill := []func(int){killAlone, killGroup, killSession}[i%3]
		for _, hash := range killAfter(t, repository, i >= kills/3 && i%2 == 0, wait, kill) {
			acknowledged[hash] = true
		}
		if i%3 == 2 {
			dropStaleLocks(t, repository)
		}
		hash, err := addUntilDone(repository, fmt.Sprintf("sites/s/round-%d.yaml", i))
		require.NoError(t, err)
		acknowledged[hash] = true
		run(t, repository, "fsck", "--strict", "--full", "--no-dangling")
	}
	require.Greater(t, len(acknowledged), kills, "no killed publisher acknowledged anything")
	requireLine(t, repository, acknowledged)
	files := checked(t, repository)
	for i := range kills {
		require.Contains(t, files, fmt.Sprintf("sites/s/round-%d.yaml", i))
	}
}

func killAlone(pid int) { _ = syscall.Kill(pid, syscall.SIGKILL) }
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }

// killSession kills every process of the session that the publisher leads.
func killSession(pid int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, stat := range stats {
		data, _ := os.ReadFile(stat)
		_, rest, _ := strings.Cut(string(data), ") ")
		fields := strings.Fields(rest) // state, parent, group, session
		if one, err := strconv.Atoi(filepath.Base(filepath.Dir(stat))); err == nil && len(fields) > 3 && fields[3] == strconv.Itoa(pid) {
			_ = syscall.Kill(one, syscall.SIGKILL)
		}
	}
	killAlone(pid)
}

// killAfter runs a publisher for a while, which begins with its start or with
// the first commit that it acknowledges, and returns what it acknowledged.
func killAfter(t *testing.T, repository string, committed bool, wait time.Duration, kill func(int)) (hashes []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), publisherEnv+"="+repository)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	begin := sync.OnceFunc(func() { time.AfterFunc(wait, func() { kill(cmd.Process.Pid) }) })
	if !committed {
		begin()
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		begin()
		hashes = append(hashes, lines.Text())
	}
	require.Error(t, cmd.Wait(), "it ends by the kill only")
	require.Equal(t, syscall.SIGKILL, cmd.ProcessState.Sys().(syscall.WaitStatus).Signal())
	return hashes
}

// dropStaleLocks does what git tells a user to do about the locks that a killed
// git leaves behind.
func dropStaleLocks(t *testing.T, repository string) {
	t.Helper()
	for _, place := range []string{"*.lock", "refs/heads/*.lock"} {
		locks, err := filepath.Glob(filepath.Join(repository, place))
		require.NoError(t, err)
		for _, lock := range locks {
			t.Logf("a killed git left %s", filepath.Base(lock))
			require.NoError(t, os.Remove(lock))
		}
	}
}
