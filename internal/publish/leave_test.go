package publish_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/overlay"
	"github.com/tenantc/tenantc/internal/publish"
	"github.com/tenantc/tenantc/internal/scaffold"
	"github.com/tenantc/tenantc/internal/spec"
)

// The states of design.md §3, with the two that have no word in a spec: a
// cluster that no spec has, and one whose folder in the fleet is damaged.
const (
	absent  = "absent"
	damaged = "damaged"
)

// steps are all ways from what is published to what the spec says. An empty
// code is a step that is taken.
var steps = map[string]map[string]diag.Code{
	absent:      {"active": "", "suspended": "", "retired": "", "purged": "", absent: ""},
	"active":    {"active": "", "suspended": "", "retired": "", "purged": diag.StepSkipped, absent: diag.ClusterVanished},
	"suspended": {"active": "", "suspended": "", "retired": "", "purged": diag.StepSkipped, absent: diag.ClusterVanished},
	"retired":   {"active": "", "suspended": "", "retired": "", "purged": "", absent: diag.ClusterVanished},
	"purged":    {"active": "", "suspended": "", "retired": "", "purged": "", absent: ""},
	damaged:     {"active": "", "suspended": "", "retired": "", "purged": diag.StepSkipped, absent: diag.ClusterVanished},
}

// Every step of a tenant cluster's life is taken or refused as the table says;
// a refused one leaves the fleet repository as it was.
func TestLifecycleSteps(t *testing.T) {
	for _, before := range slices.Sorted(maps.Keys(steps)) {
		t.Run(before, func(t *testing.T) {
			t.Parallel()
			start := newFleet(t)
			if before == damaged {
				require.Empty(t, start.publish(t, "active"))
				start.damage(t)
			} else {
				require.Empty(t, start.publish(t, before))
			}
			head := start.head(t)
			for after, want := range steps[before] {
				f := start.copy(t)
				faults := f.publish(t, after)
				if want == "" {
					require.Empty(t, faults, "%s → %s", before, after)
					continue
				}
				require.Len(t, faults, 1, "%s → %s", before, after)
				require.Equal(t, want, faults[0].Code, "%s → %s: %s", before, after, faults[0].Message)
				require.NotEmpty(t, faults[0].Hint)
				require.Equal(t, head, f.head(t), "%s → %s: refused, but the branch moved", before, after)
			}
		})
	}
}

// A tenant's cluster may not vanish with its tenant's file either, nor together
// with its site: the refusal is about the cluster, however it got lost.
func TestNothingVanishes(t *testing.T) {
	for name, lose := range map[string]func(map[string][]byte){
		"its entry":  func(files map[string][]byte) { files["tenants/example.yaml"] = tenant("active", "other") },
		"its tenant": func(files map[string][]byte) { delete(files, "tenants/example.yaml") },
		"its site": func(files map[string][]byte) {
			delete(files, "tenants/example.yaml")
			delete(files, "sites/site-1.yaml")
		},
		"its name": func(files map[string][]byte) { files["tenants/example.yaml"] = tenant("active", "renamed") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFleet(t)
			require.Empty(t, f.publish(t, "active"))
			head := f.head(t)
			files := maps.Clone(f.files)
			lose(files)
			faults := f.publishFiles(t, files)
			require.True(t, slices.ContainsFunc(faults, func(d diag.Diagnostic) bool { return d.Code == diag.ClusterVanished }), "%v", faults)
			require.Equal(t, head, f.head(t))
		})
	}
}

// The whole way out, and back in under the same name.
func TestTheWayOut(t *testing.T) {
	f := newFleet(t)
	for _, state := range []string{"active", "suspended", "retired", "purged", absent, "active", "retired", "active"} {
		require.Empty(t, f.publish(t, state), state)
	}
}

// fleet is a tenancy of one tenant cluster and the repository that it is published to.
type fleet struct {
	dir   string
	files map[string][]byte
}

func newFleet(t *testing.T) *fleet {
	f := &fleet{dir: t.TempDir(), files: scaffold.Init(scaffold.Options{Name: "test"})}
	// A cluster that comes back is a new one, which a gate counts; here the steps are judged.
	const gates = "    gates:\n"
	require.Contains(t, string(f.files["tenancy.yaml"]), gates)
	f.files["tenancy.yaml"] = bytes.Replace(f.files["tenancy.yaml"], []byte(gates), []byte(gates+"      replacements: 1\n"), 1)
	return f
}

// copy is another fleet of the same state.
func (f *fleet) copy(t *testing.T) *fleet {
	other := &fleet{dir: t.TempDir(), files: f.files}
	require.NoError(t, os.CopyFS(other.dir, os.DirFS(f.dir)))
	return other
}

// publish publishes the tenancy with its one cluster in a state.
func (f *fleet) publish(t *testing.T, state string) diag.List {
	files := maps.Clone(f.files)
	files["tenants/example.yaml"] = tenant(state, "main")
	if state == absent {
		delete(files, "tenants/example.yaml")
	}
	return f.publishFiles(t, files)
}

func (f *fleet) publishFiles(t *testing.T, files map[string][]byte) diag.List {
	var list []spec.File
	for path, data := range files {
		list = append(list, spec.File{Path: path, Data: data})
	}
	_, faults, err := publish.Publish(t.Context(), compiler.NewSource(list), publish.Options{
		Dir: f.dir, Now: time.Now, Getenv: func(string) string { return "" },
		Overwrite: true, // what is edited by hand here is damage, to be repaired
	})
	require.NoError(t, err)
	return slices.DeleteFunc(faults, func(d diag.Diagnostic) bool { return d.Code == diag.ForeignEdit })
}

func tenant(state, cluster string) []byte {
	return fmt.Appendf(nil, `apiVersion: tenantc.dev/v1alpha1
kind: Tenant
metadata: {name: example}
spec:
  class: standard
  clusters:
    - name: %s
      site: site-1
      quota: {cpu: "4", memory: 8Gi, storage: 20Gi, pods: "40"}
      storage: {classes: [local]}
      lifecycle: {state: %s}
`, cluster, state)
}

func (f *fleet) repository() string { return filepath.Join(f.dir, "build", "fleet.git") }

// head is the branch's commit, as its file or the packed references have it.
func (f *fleet) head(t *testing.T) string {
	data, err := os.ReadFile(filepath.Join(f.repository(), "refs", "heads", "main"))
	if os.IsNotExist(err) {
		return ""
	}
	require.NoError(t, err)
	return string(bytes.TrimSpace(data))
}

const clusterFolder = "sites/site-1/tenants/example/main/"

// damage commits a fleet whose namespace tells no state any more.
func (f *fleet) damage(t *testing.T) {
	f.edit(t, func(path string) bool {
		return strings.HasPrefix(path, clusterFolder+"boundary/namespace-")
	}, overlay.Marker+"metadata: {}\n")
}

// edit commits other contents for the chosen files, or none at all, with the
// real git.
func (f *fleet) edit(t *testing.T, chosen func(string) bool, contents string) {
	index := filepath.Join(t.TempDir(), "index")
	git := func(stdin string, args ...string) string {
		cmd := exec.Command("git", args...)
		cmd.Stdin = strings.NewReader(stdin)
		cmd.Env = append(os.Environ(), "GIT_DIR="+f.repository(), "GIT_WORK_TREE="+t.TempDir(), "GIT_INDEX_FILE="+index, "GIT_CONFIG_GLOBAL=/dev/null",
			"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@x", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@x")
		out, err := cmd.Output()
		require.NoError(t, err, "git %v", args)
		return strings.TrimSpace(string(out))
	}
	git("", "read-tree", "main")
	found := 0
	for path := range strings.Lines(git("", "ls-files", "--cached")) {
		path = strings.TrimSpace(path)
		switch {
		case !chosen(path):
			continue
		case contents == "":
			git("", "update-index", "--force-remove", path)
		default:
			git("", "update-index", "--cacheinfo", "100644,"+git(contents, "hash-object", "-w", "--stdin")+","+path)
		}
		found++
	}
	require.NotZero(t, found)
	git("", "update-ref", "refs/heads/main", git("", "commit-tree", "-p", "main", "-m", "by hand", git("", "write-tree")))
}

// A cluster's folder in the fleet that somebody has taken apart is still a
// cluster: what its files do not tell any more is not taken for permission.
func TestADamagedFolderIsStillACluster(t *testing.T) {
	for name, chosen := range map[string]func(string) bool{
		"its kustomizations and namespace": func(path string) bool {
			return strings.HasSuffix(path, "/kustomization.yaml") || strings.Contains(path, "/namespace-")
		},
		"its boundary":        func(path string) bool { return strings.HasPrefix(path, clusterFolder+"boundary/") },
		"its kustomization":   func(path string) bool { return path == clusterFolder+"cluster/kustomization.yaml" },
		"its boundary's file": func(path string) bool { return path == clusterFolder+"boundary/kustomization.yaml" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFleet(t)
			require.Empty(t, f.publish(t, "active"))
			f.edit(t, chosen, "")
			require.NotEmpty(t, f.publish(t, absent))
			require.NotEmpty(t, f.publish(t, "purged"))
			require.Empty(t, f.publish(t, "active"), "published again, it is whole")
			require.NotEmpty(t, f.publish(t, absent))
		})
	}
}
