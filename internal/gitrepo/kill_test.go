package gitrepo

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
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

// A publisher that is killed at any moment, alone or together with the git it
// runs, leaves a whole repository with every acknowledged commit in it, and
// the next publish goes through.
func TestKilledPublisher(t *testing.T) {
	const kills = 30
	repository := filepath.Join(t.TempDir(), "fleet.git")
	acknowledged := map[string]bool{}
	for i := range kills {
		// The first rounds end while the repository is being made.
		wait := time.Duration(rand.IntN(10+8*i)) * time.Millisecond
		for _, hash := range killAfter(t, repository, wait, i%2 == 0) {
			acknowledged[hash] = true
		}
		dropStaleLock(t, repository)
		hash, err := addUntilDone(repository, fmt.Sprintf("sites/s/round-%d.yaml", i))
		require.NoError(t, err)
		acknowledged[hash] = true
		run(t, repository, "fsck", "--strict", "--full", "--no-dangling")
	}
	require.Greater(t, len(acknowledged), kills, "no publisher lived long enough")
	requireLine(t, repository, acknowledged)
	files := checked(t, repository)
	for i := range kills {
		require.Contains(t, files, fmt.Sprintf("sites/s/round-%d.yaml", i))
	}
}

// killAfter runs a publisher for a while and returns what it acknowledged.
func killAfter(t *testing.T, repository string, wait time.Duration, withGit bool) (hashes []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), publisherEnv+"="+repository)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	target := cmd.Process.Pid
	if withGit {
		target = -target
	}
	timer := time.AfterFunc(wait, func() { _ = syscall.Kill(target, syscall.SIGKILL) })
	defer timer.Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		hashes = append(hashes, lines.Text())
	}
	require.Error(t, cmd.Wait(), "it ends by the kill only")
	require.Equal(t, syscall.SIGKILL, cmd.ProcessState.Sys().(syscall.WaitStatus).Signal())
	return hashes
}

// dropStaleLock does what git tells a user to do about the lock that a killed
// git leaves behind; a git that outlived its publisher is given time to end.
func dropStaleLock(t *testing.T, repository string) {
	t.Helper()
	lock := filepath.Join(repository, "refs/heads/main.lock")
	for range 50 {
		if _, err := os.Stat(lock); err != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Log("a killed git left its lock")
	require.NoError(t, os.Remove(lock))
}
