package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/cli"
	"github.com/tenantc/tenantc/internal/forge/githubtest"
)

// work is a clone of the reference tenancy, as CI checks it out.
type work struct {
	*testing.T
	dir string
}

func newWork(t *testing.T) work {
	w := work{t, filepath.Join(t.TempDir(), "tenancy")}
	require.NoError(t, os.Mkdir(w.dir, 0o755))
	for _, name := range []string{"tenancy.yaml", "placements.lock.yaml", "tenants", "sites", "classes", "templates"} {
		out, err := exec.Command("cp", "-r", filepath.Join("../..", name), w.dir).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	w.git("init", "-q", "-b", "main")
	w.commit()
	w.git("checkout", "-qb", "change")
	return w
}

func (w work) git(args ...string) string {
	cmd := exec.Command("git", append([]string{"-C", w.dir, "-c", "user.name=a", "-c", "user.email=a@example.net"}, args...)...)
	out, err := cmd.CombinedOutput()
	require.NoError(w, err, string(out))
	return strings.TrimSpace(string(out))
}

func (w work) commit() string {
	w.git("add", ".")
	w.git("commit", "-qm", "x", "--allow-empty")
	return w.git("rev-parse", "HEAD")
}

func (w work) edit(name, old, new string) {
	path := filepath.Join(w.dir, name)
	data, err := os.ReadFile(path)
	require.NoError(w, err)
	require.Contains(w, string(data), old)
	require.NoError(w, os.WriteFile(path, bytes.Replace(data, []byte(old), []byte(new), 1), 0o644))
}

// run is a job of a workflow: an event, perhaps a token, a command.
func (w work) run(event, token string, args ...string) (code int, output string) {
	path := filepath.Join(w.TempDir(), "event.json")
	require.NoError(w, os.WriteFile(path, []byte(event), 0o644))
	w.Setenv("GITHUB_EVENT_PATH", path)
	w.Setenv("GITHUB_TOKEN", token)
	var out bytes.Buffer
	code = cli.Run(append([]string{"-C", w.dir, "--no-cache"}, args...), strings.NewReader(""), &out, &out)
	require.NotContains(w, out.String(), githubtest.Token)
	return code, out.String()
}

// push commits what was edited and runs both jobs, as the workflows do. It
// returns the first one's exit code.
func (w work) push(server *githubtest.Server, pull int) int {
	head := w.commit()
	event := fmt.Sprintf(`{"merge_group": {"head_sha": %q, "base_sha": %q}}`, head, w.git("rev-parse", "main"))
	args := []string{"review", "--now", "2026-11-23"}
	if pull > 0 {
		server.Pulls[pull] = head
		event = fmt.Sprintf(`{"number": %d, "pull_request": {"head": {"sha": %q}}}`, pull, head)
		args = append(args, "--base", "main")
	}
	artifact := filepath.Join(w.TempDir(), "review")
	code, _ := w.run(event, "", append(args, "--out", artifact)...)
	event = fmt.Sprintf(`{"workflow_run": {"head_sha": %q, "html_url": "https://github.com/alpine-telecom/tenancy/actions/runs/42"}}`, head)
	done, out := w.run(event, githubtest.Token, "review", "post", artifact)
	require.Zero(w, done, out)
	return code
}

// TestPullRequest: a pull request on the reference tenancy from its first push
// to the merge queue, against a server that holds every request against GitHub's
// own description of its API.
func TestPullRequest(t *testing.T) {
	server := githubtest.New(t)
	server.Labels[7] = []string{"customer"}
	server.Comments = []githubtest.Comment{{ID: 1, Pull: 7, Author: "eve", Type: "User", Body: "<!-- tenantc -->\nAll is well."}}
	t.Setenv("GITHUB_API_URL", server.URL)
	t.Setenv("GITHUB_REPOSITORY", githubtest.Repository)
	w := newWork(t)

	// A fault in the specs.
	w.edit("tenants/northwind.yaml", `pods: "300"`, `pods: many`)
	require.Equal(t, 1, w.push(server, 7))
	require.Len(t, server.Comments, 2)
	require.Contains(t, server.Comments[1].Body, "## tenantc: refused: 1 fault\n")
	require.Equal(t, []string{"customer", "tenantc:refused"}, server.Labels[7])
	require.Equal(t, "failure", server.Checks[0].Conclusion)
	require.Equal(t, "tenants/northwind.yaml", server.Checks[0].Annotations[0]["path"])
	require.EqualValues(t, 29, server.Checks[0].Annotations[0]["start_line"])

	// A store that a running control plane does not take.
	w.edit("tenants/northwind.yaml", `pods: many`, `pods: "300"`)
	w.edit("tenants/northwind.yaml", "store: {type: etcd}", "store: {type: sqlite}")
	require.Equal(t, 1, w.push(server, 7))
	require.Len(t, server.Comments, 2)
	require.Contains(t, server.Comments[1].Body, "## tenantc: refused by 1 gate\n")
	require.Contains(t, server.Comments[1].Body, "the platform team of Alpine Telecom may lift it")
	require.Contains(t, server.Comments[1].Body, "| **refused**: a control plane that keeps its state in etcd refuses to start on sqlite")
	require.Contains(t, server.Comments[1].Body, "(https://github.com/alpine-telecom/tenancy/actions/runs/42)")
	require.Equal(t, []string{"customer", "tenantc:refused", "tenantc:high-risk"}, server.Labels[7])
	paths := []any{}
	for _, a := range server.Checks[1].Annotations {
		paths = append(paths, a["path"])
	}
	require.Equal(t, []any{"tenancy.yaml", "tenants/northwind.yaml", "tenants/northwind.yaml"}, paths)

	// A little more of what it has.
	w.edit("tenants/northwind.yaml", "store: {type: sqlite}", "store: {type: etcd}")
	w.edit("tenants/northwind.yaml", `pods: "300"`, `pods: "310"`)
	require.Equal(t, 0, w.push(server, 7))
	require.Len(t, server.Comments, 2)
	require.Contains(t, server.Comments[1].Body, "## tenantc: low risk\n")
	require.Contains(t, server.Comments[1].Body, "spec.hard.pods: \"304\" → \"314\"")
	require.Equal(t, []string{"customer", "tenantc:low-risk"}, server.Labels[7])
	require.Equal(t, "success", server.Checks[2].Conclusion)

	// The merge queue: no pull request, a check.
	asked := len(server.Comments)
	require.Equal(t, 0, w.push(server, 0))
	require.Len(t, server.Comments, asked)
	require.Equal(t, "success", server.Checks[3].Conclusion)
	require.Equal(t, "<!-- tenantc -->\nAll is well.", server.Comments[0].Body)
}
