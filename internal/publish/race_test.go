package publish_test

import (
	"bytes"
	"fmt"
	"maps"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/publish"
	"github.com/tenantc/tenantc/internal/spec"
)

// Eight publishers of eight states of a tenancy at once: each is acknowledged,
// every acknowledged commit is in the history, which is a line, and the last
// one is what the fleet says.
func TestRacingPublishers(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	require.Empty(t, f.publish(t, "active"))
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	var all sync.WaitGroup
	for i := range 8 {
		files := maps.Clone(f.files)
		files["tenants/example.yaml"] = bytes.ReplaceAll(tenant("active", "main"), []byte(`pods: "40"`), fmt.Appendf(nil, `pods: "%d"`, 10+i))
		all.Go(func() {
			commit, err := publishOne(t, f.dir, files)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			acknowledged[commit] = true
		})
	}
	all.Wait()
	require.Len(t, acknowledged, 8, "each made a commit of its own")
	git := func(args ...string) string {
		out, err := exec.Command("git", append([]string{"--git-dir", f.repository()}, args...)...).CombinedOutput()
		require.NoError(t, err, "%s", out)
		return string(out)
	}
	git("fsck", "--strict")
	history := git("rev-list", "--first-parent", "main")
	require.Equal(t, 1+8, strings.Count(history, "\n"))
	require.Equal(t, history, git("rev-list", "main"))
	for commit := range acknowledged {
		require.Contains(t, history, commit)
	}
}

func publishOne(t *testing.T, dir string, files map[string][]byte) (string, error) {
	var list []spec.File
	for path, data := range files {
		list = append(list, spec.File{Path: path, Data: data})
	}
	outcome, faults, err := publish.Publish(t.Context(), compiler.NewSource(list), publish.Options{
		Dir: dir, Now: time.Now, Getenv: func(string) string { return "" },
	})
	if err == nil && faults.HasErrors() {
		err = fmt.Errorf("%v", faults)
	}
	return outcome.Commit.Hash, err
}
