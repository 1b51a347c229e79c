//go:build linux

package disk

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Roles that the test binary plays when it starts itself.
const (
	roleEnv   = "TENANTC_DISK_TEST_ROLE"
	roleWrite = "write" // replace the tree in the folder over and over
	roleOnce  = "once"  // replace it once and print the error
)

func TestMain(m *testing.M) {
	switch os.Getenv(roleEnv) {
	case roleWrite:
		for i := 0; ; i++ {
			_, err := Replace(context.Background(), os.Args[1], generation(i%2), marked)
			fmt.Println(i, err)
			if err != nil {
				os.Exit(1)
			}
		}
	case roleOnce:
		_, err := Replace(context.Background(), os.Args[1], generation(1), marked)
		fmt.Print(err)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(role, dir string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", dir)
	cmd.Env = append(os.Environ(), roleEnv+"="+role)
	return cmd
}

// generation is one of two trees of 80 files: some in both, some changed, some
// in one of them only.
func generation(n int) map[string][]byte {
	m := files("turin/site.yaml", "same")
	for i := range 80 {
		path, data := fmt.Sprintf("sites/turin/tenants/t%d/f.yaml", i), mark
		switch i % 3 {
		case 0:
			data += fmt.Sprint("generation ", n)
		case 1:
			path = fmt.Sprintf("sites/turin/tenants/t%d/g%d.yaml", i, n)
		}
		m[path] = []byte(data)
	}
	return m
}

// TestKill: whenever a run is killed, the folder holds one whole tree and all
// foreign files, and the next run succeeds and leaves nothing behind.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	mustReplace(t, dir, generation(0))
	foreign := []string{"sites/turin/tenants/t1/mine.txt", "mine", "sites/elsewhere/mine.txt", "mine"}
	put(t, dir, foreign[0], foreign[1])
	put(t, dir, foreign[2], foreign[3])
	random := rand.New(rand.NewPCG(1, 2))
	leftovers := 0
	for range 30 {
		cmd := child(roleWrite, dir)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		_, err = bufio.NewReader(out).ReadString('\n') // it is at work
		require.NoError(t, err)
		time.Sleep(time.Duration(random.IntN(20_000)) * time.Microsecond)
		require.NoError(t, cmd.Process.Signal(syscall.SIGKILL))
		_ = cmd.Wait()

		all := everything(t, dir)
		visible := map[string]string{}
		for path, data := range all {
			if strings.HasPrefix(path, "sites/") {
				visible[path] = data
			}
		}
		if len(all) > len(visible) {
			leftovers++
		}
		require.Contains(t, []map[string]string{text(generation(0), foreign...), text(generation(1), foreign...)}, visible)
		mustReplace(t, dir, generation(random.IntN(2)))
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, entries, 1, "nothing but sites/ is left")
	}
	require.Positive(t, leftovers, "no kill fell into a run: the test shows nothing")
}

// TestNeverWithoutATree: a file that every generation has is there at every moment.
func TestNeverWithoutATree(t *testing.T) {
	dir := t.TempDir()
	mustReplace(t, dir, generation(0))
	done := make(chan error)
	go func() {
		defer close(done)
		for i := range 20 {
			if _, err := Replace(context.Background(), dir, generation((i+1)%2), marked); err != nil {
				done <- err
			}
		}
	}()
	looks := 0
	for {
		select {
		case err := <-done:
			require.NoError(t, err)
			require.Greater(t, looks, 1000)
			return
		default:
			_, err := os.Stat(filepath.Join(dir, "sites/turin/site.yaml"))
			require.NoError(t, err)
			looks++
		}
	}
}

// TestCancelledAtTheLastMoment: a tree that is complete but not yet in place is dropped.
func TestCancelledAtTheLastMoment(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer root.Close()
	s := stager{root: root, made: map[string]bool{}}
	require.NoError(t, s.write("sites/turin/site.yaml", nil, nil))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.finish(ctx, present{}), context.Canceled)
	require.False(t, exists(root, ready))
}

// TestUnwritableFolder: without the right to write there, nothing happens and
// the message says where. Run as nobody where the test is root's.
func TestUnwritableFolder(t *testing.T) {
	dir := t.TempDir()
	mustReplace(t, dir, generation(0))
	require.NoError(t, os.Chmod(dir, 0o555))
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	before := snapshot(t, dir)
	out := asNobody(t, dir)
	require.Contains(t, out, dir)
	require.Contains(t, out, "permission denied")
	require.Equal(t, before, snapshot(t, dir))
}

// TestAnotherUsersFilesAndReadOnlyFolders: a foreign file may not be
// hard-linked (Linux, fs.protected_hardlinks), so it is copied, with its mode
// and time; a read-only folder is replaced and stays read-only.
func TestAnotherUsersFilesAndReadOnlyFolders(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs a second user")
	}
	dir := t.TempDir()
	require.NoError(t, os.Chown(dir, 65534, 65534))
	require.Equal(t, "<nil>", asNobody(t, dir))
	path := filepath.Join(dir, "sites/turin/of-root.txt")
	require.NoError(t, os.WriteFile(path, []byte("mine"), 0o604))
	before := snapshot(t, dir)[path]
	require.NoError(t, os.WriteFile(filepath.Join(dir, "sites/turin/site.yaml"), []byte(mark+"edited"), 0o644))
	readOnly := filepath.Join(dir, "sites/turin/tenants/t1")
	require.NoError(t, os.WriteFile(filepath.Join(readOnly, "g1.yaml"), []byte(mark+"edited"), 0o644))
	require.NoError(t, os.Chmod(readOnly, 0o555))
	require.Equal(t, "<nil>", asNobody(t, dir))
	info, err := os.Stat(readOnly)
	require.NoError(t, err)
	require.Equal(t, fs.ModeDir|0o555, info.Mode())
	require.Equal(t, text(generation(1), "sites/turin/of-root.txt", "mine"), everything(t, dir))
	require.Equal(t, before, snapshot(t, dir)[path])
}

// asNobody replaces the tree in a child without root's rights.
func asNobody(t *testing.T, dir string) string {
	t.Helper()
	cmd := child(roleOnce, dir)
	if os.Getuid() == 0 {
		require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755))
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		cmd.Dir = "/"
	}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return string(out)
}

// TestTwoStepExchange is the way of systems that cannot exchange two folders,
// at each place where it may have been killed.
func TestTwoStepExchange(t *testing.T) {
	old, next := generation(0), generation(1)
	steps := []struct {
		name string
		step func(root *os.Root) error
		want map[string][]byte
	}{
		{"before", func(*os.Root) error { return nil }, old},
		{"between", func(root *os.Root) error { return root.Rename(sites, parked) }, old},
		{"after", exchangeInTwo, next},
	}
	for _, test := range steps {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			mustReplace(t, dir, old)
			put(t, dir, "sites/turin/mine.txt", "mine")
			root, err := os.OpenRoot(dir)
			require.NoError(t, err)
			defer root.Close()
			found, err := scan(t.Context(), root, next, marked)
			require.NoError(t, err)
			require.NoError(t, stage(t.Context(), root, found, next, found.changes(next)))
			require.NoError(t, test.step(root))
			require.NoError(t, finishEarlierRun(t.Context(), root, marked))
			require.Equal(t, text(test.want, "sites/turin/mine.txt", "mine"), everything(t, dir))
		})
	}
}

// TestSweepRescues: what somebody else wrote into the old tree after it was
// read moves into the new one; what tenantc wrote there does not.
func TestSweepRescues(t *testing.T) {
	dir := t.TempDir()
	mustReplace(t, dir, base())
	put(t, dir, "sites/turin/edited.txt", "before")
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer root.Close()
	put(t, dir, ready+"/turin/late.txt", "mine")
	put(t, dir, ready+"/turin/old.yaml", mark)
	put(t, dir, ready+"/turin/edited.txt", "after")
	put(t, dir, ready+"/turin/flux/k.yaml", "not ours, but our place")
	later := time.Now().Add(time.Minute)
	require.NoError(t, os.Chtimes(filepath.Join(dir, ready, "turin/edited.txt"), later, later))
	require.NoError(t, os.Chtimes(filepath.Join(dir, ready, "turin/flux/k.yaml"), later, later))
	require.NoError(t, os.Chmod(filepath.Join(dir, ready, "turin"), 0o500))
	require.NoError(t, finishEarlierRun(t.Context(), root, marked))
	require.Equal(t, text(base(), "sites/turin/late.txt", "mine", "sites/turin/edited.txt", "after"), everything(t, dir))
}
