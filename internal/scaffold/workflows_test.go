package scaffold

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/signature"
)

const root = "../.."

// workflow is what the promises are about.
type workflow struct {
	On          any
	Permissions map[string]string
	Env         map[string]string
	Concurrency struct {
		Group  string
		Cancel any `yaml:"cancel-in-progress"`
	}
	Jobs map[string]struct {
		If          string
		Environment string
		Timeout     int `yaml:"timeout-minutes"`
		Permissions any
		Env         map[string]string
		Secrets     any
		Steps       []struct {
			Name, Uses, Run, If string
			With, Env           map[string]string
		}
	}
}

// events are the names of what a workflow runs on.
func (w workflow) events() []string {
	var names []string
	for name := range w.On.(map[string]any) {
		names = append(names, name)
	}
	return names
}

// all are the workflows that init writes, and the project's own.
func all(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for path, data := range Workflows(WorkflowOptions{Version: "v1.2.3"}) {
		texts["init: "+filepath.Base(path)] = string(data)
	}
	paths, err := filepath.Glob(root + "/.github/workflows/*.yml")
	require.NoError(t, err)
	require.Len(t, paths, 4)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		texts[filepath.Base(path)] = string(data)
	}
	return texts
}

func parse(t *testing.T, text string) workflow {
	t.Helper()
	var w workflow
	require.NoError(t, yaml.Unmarshal([]byte(text), &w))
	require.NotEmpty(t, w.Jobs)
	return w
}

// TestReferenceWorkflows: the reference tenancy has the workflows that init
// writes, but for where tenantc comes from.
func TestReferenceWorkflows(t *testing.T) {
	for path, data := range Workflows(WorkflowOptions{Source: true}) {
		golden.Check(t, filepath.Join(root, path), data)
	}
}

var (
	pinned = regexp.MustCompile(`(?m)^\s+- uses: [a-z-]+/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	uses   = regexp.MustCompile(`uses:`)
)

// TestWorkflowsAreSafe: what every workflow promises. Actions are pinned by
// commit, the token may only read, nothing from an event reaches a shell's
// text, and nothing runs as the target of a foreign pull request.
func TestWorkflowsAreSafe(t *testing.T) {
	for name, text := range all(t) {
		t.Run(name, func(t *testing.T) {
			w := parse(t, text)
			require.Len(t, pinned.FindAllString(text, -1), len(uses.FindAllString(text, -1)))
			posts := strings.HasSuffix(name, "tenancy-review.yml") // has promises of its own
			require.NotContains(t, w.events(), "pull_request_target")
			require.NotEmpty(t, w.Concurrency.Group)
			if !posts {
				require.Equal(t, map[string]string{"contents": "read"}, w.Permissions)
				require.NotContains(t, w.events(), "workflow_run")
			}
			for _, job := range w.Jobs {
				if !posts {
					require.Nil(t, job.Permissions)
				}
				require.Nil(t, job.Secrets)
				require.Positive(t, job.Timeout)
				for _, step := range job.Steps {
					require.NotContains(t, step.Run, "${{")
					if strings.HasPrefix(step.Uses, "actions/checkout@") {
						require.Equal(t, "false", step.With["persist-credentials"])
					}
				}
			}
		})
	}
}

// TestPullRequestsHaveNoSecrets: what runs on a pull request or in the merge
// queue names no secret at all, and both run it.
func TestPullRequestsHaveNoSecrets(t *testing.T) {
	seen := 0
	for name, text := range all(t) {
		w := parse(t, text)
		if strings.HasSuffix(name, "tenancy-publish.yml") || strings.HasSuffix(name, "tenancy-review.yml") {
			continue
		}
		seen++
		require.Contains(t, w.events(), "pull_request", name)
		require.Contains(t, w.events(), "merge_group", name)
		require.NotContains(t, strings.ToLower(text), "secrets.", name)
		require.NotContains(t, text, "github.token", name)
		for _, job := range w.Jobs {
			require.Empty(t, job.Environment, name)
		}
	}
	require.Equal(t, 3, seen)
}

// TestPullRequestChecks: it reviews, proves the whole, and hands on what it
// found also when the answer is no.
func TestPullRequestChecks(t *testing.T) {
	for name, text := range all(t) {
		if !strings.HasSuffix(name, "tenancy-pull-request.yml") {
			continue
		}
		var script strings.Builder
		for _, step := range parse(t, text).Jobs["check"].Steps {
			script.WriteString(step.Run + "\n")
			if strings.HasPrefix(step.Uses, "actions/upload-artifact@") || step.Name == "summary" {
				require.Equal(t, "${{ !cancelled() }}", step.If)
			}
		}
		require.Contains(t, script.String(), `tenantc review --base "$BASE" --format github --out "$RUNNER_TEMP/review"`+"\n")
		require.Contains(t, script.String(), "tenantc compile ")
		require.Contains(t, text, "name: tenantc-review\n")
	}
}

// TestReviewPosts: what posts follows the check, has a token that may do just
// that in the one step that needs it, and neither checks out nor runs anything
// of the pull request.
func TestReviewPosts(t *testing.T) {
	seen := 0
	for name, text := range all(t) {
		if !strings.HasSuffix(name, "tenancy-review.yml") {
			continue
		}
		seen++
		w := parse(t, text)
		require.Equal(t, []string{"workflow_run"}, w.events())
		require.Contains(t, text, "workflows: [tenancy pull request]\n")
		require.Empty(t, w.Permissions)
		require.Equal(t, false, w.Concurrency.Cancel)
		require.Len(t, w.Jobs, 1)
		job := w.Jobs["post"]
		require.Equal(t, map[string]any{"actions": "read", "checks": "write", "contents": "read", "pull-requests": "write"}, job.Permissions)
		require.NotContains(t, strings.ToLower(text), "secrets.")
		require.Empty(t, w.Env)
		require.Empty(t, job.Env)
		for _, step := range job.Steps {
			require.NotContains(t, step.With, "ref", "the default branch, always")
			require.NotContains(t, step.With, "repository")
			if step.Name == "post" {
				require.Equal(t, map[string]string{"GITHUB_TOKEN": "${{ github.token }}"}, step.Env)
				require.Equal(t, `tenantc review post "$RUNNER_TEMP/review"`, step.Run)
				continue
			}
			require.Empty(t, step.Env)
		}
	}
	require.Equal(t, 2, seen)
}

// TestPublishKeepsItsSecrets: only the step that publishes has the credential,
// only on main, and two publishes never overlap.
func TestPublishKeepsItsSecrets(t *testing.T) {
	for name, text := range all(t) {
		if !strings.HasSuffix(name, "tenancy-publish.yml") {
			continue
		}
		w := parse(t, text)
		require.ElementsMatch(t, []string{"push", "workflow_dispatch"}, w.events())
		require.Equal(t, false, w.Concurrency.Cancel)
		require.NotContains(t, w.Concurrency.Group, "${{", "one group for all runs")
		job := w.Jobs["publish"]
		require.Equal(t, "github.ref == 'refs/heads/main'", job.If)
		require.Equal(t, "fleet", job.Environment)
		require.Empty(t, w.Env)
		require.Empty(t, job.Env)
		for _, step := range job.Steps {
			if step.Name != "publish" {
				require.Empty(t, step.Env)
				continue
			}
			for _, secret := range []string{gitrepo.EnvToken, gitrepo.EnvUsername, gitrepo.EnvPassword, signature.EnvKey, signature.EnvPassphrase} {
				require.Contains(t, step.Env[secret], "secrets.", secret)
			}
			require.Contains(t, step.Env, gitrepo.EnvHost)
			require.Equal(t, "tenantc publish --format github", step.Run)
		}
		require.Equal(t, 5, strings.Count(text, "secrets."))
	}
}

// TestWorkflowVersion: the workflows install the tenantc that wrote them, as go
// install can find it.
func TestWorkflowVersion(t *testing.T) {
	for version, want := range map[string]string{
		"v1.2.3":                             "v1.2.3",
		"v1.2.3-rc.1":                        "v1.2.3-rc.1",
		"v0.0.0-20261123091500-0123456789ab": "v0.0.0-20261123091500-0123456789ab",
		"v1.2.3-4-g0ad728d":                  "0ad728d",
		"0ad728d":                            "0ad728d",
		"0ad728d-dirty":                      "latest",
		"devel":                              "latest",
		"":                                   "latest",
		"v1.2.3; curl example.net | sh":      "latest",
		"v1.2.3+dirty":                       "latest",
	} {
		require.Equal(t, want, moduleVersion(version), version)
	}
	files := Init(Options{Name: "x", Version: "v1.2.3"})
	require.Contains(t, string(files[".github/workflows/tenancy-publish.yml"]), "cmd/tenantc@v1.2.3\n")
}
