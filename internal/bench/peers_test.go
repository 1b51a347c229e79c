//go:build unix

package bench

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// peerSample is how many tenant clusters the peers are given. Each of them runs
// once a cluster or more, so that its time grows as the number does.
const peerSample = 20

// peer is what a user would run instead of one of tenantc's stages. Its
// commands are made from the folder of the tenancy and of the compiled fleet.
type peer struct {
	name, does string
	program    string // a path or a name; empty for one that is nowhere
	commands   func(b *testing.B, w *workspace, program string) [][]string
}

func (p peer) installed() bool {
	_, err := exec.LookPath(p.program)
	return p.program != "" && err == nil
}

func peers() []peer {
	return []peer{
		{"kustomize", "kustomize build of both layers of each cluster", os.Getenv("TENANTC_KUSTOMIZE"), kustomizeBuilds},
		{"helm", "helm template of a chart of each cluster's own objects", "helm", helmTemplates},
		{"cue", "cue vet of each tenant's file", "cue", cueVets},
		{"git", "git add, git commit of the compiled tree", "git", gitCommit},
	}
}

// benchmarkPeer measures all commands of a peer, one after the other.
func benchmarkPeer(b *testing.B, w *workspace, p peer) usage {
	var all usage
	for range b.N {
		for _, argv := range p.commands(b, w, p.program) {
			all = all.add(w.measure(b, w.dir, gitVariables, argv...))
		}
	}
	all.report(b)
	return all.per(b.N)
}

func glob(b *testing.B, w *workspace, pattern string) []string {
	b.Helper()
	found, err := filepath.Glob(filepath.Join(w.dir, pattern))
	if err != nil || len(found) == 0 {
		b.Fatalf("%s: nothing there (%v)", pattern, err)
	}
	return found
}

func kustomizeBuilds(b *testing.B, w *workspace, program string) [][]string {
	var out [][]string
	for _, layer := range glob(b, w, "fleet/sites/*/tenants/*/*/*") {
		out = append(out, []string{program, "build", layer})
	}
	return out
}

// helmTemplates makes a chart of each cluster's compiled objects, without a
// single value to fill in.
func helmTemplates(b *testing.B, w *workspace, program string) [][]string {
	var out [][]string
	for _, folder := range glob(b, w, "fleet/sites/*/tenants/*/*") {
		chart := filepath.Join(b.TempDir(), filepath.Base(folder))
		write(b, chart, map[string][]byte{"Chart.yaml": []byte("apiVersion: v2\nname: cluster\nversion: 1.0.0\n")})
		for _, path := range objectFiles(b, folder) {
			data, err := os.ReadFile(path)
			if err != nil {
				b.Fatal(err)
			}
			data = bytes.ReplaceAll(data, []byte("{{"), []byte(`{{"{{"}}`))
			write(b, chart, map[string][]byte{"templates/" + filepath.Base(path): data})
		}
		out = append(out, []string{program, "template", "cluster", chart})
	}
	return out
}

func objectFiles(b *testing.B, folder string) []string {
	b.Helper()
	all, err := filepath.Glob(filepath.Join(folder, "*", "*.yaml"))
	if err != nil {
		b.Fatal(err)
	}
	var out []string
	for _, path := range all {
		if filepath.Base(path) != "kustomization.yaml" {
			out = append(out, path)
		}
	}
	return out
}

func cueVets(b *testing.B, w *workspace, program string) [][]string {
	b.Helper()
	cmd := exec.Command(w.tenantc, "schema", "--format", "cue")
	schema, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	write(b, w.dir, map[string][]byte{"build/schema.cue": schema})
	var out [][]string
	for _, tenant := range glob(b, w, "tenants/*.yaml") {
		out = append(out, []string{program, "vet", "-d", "#Tenant", filepath.Join(w.dir, "build/schema.cue"), tenant})
	}
	return out
}

// gitCommit commits the compiled tree to a repository of its own.
func gitCommit(b *testing.B, w *workspace, program string) [][]string {
	fleet := filepath.Join(w.dir, "fleet")
	w.remove(b, filepath.Join(fleet, ".git"))
	run(b, fleet, program, "init", "-q", "-b", "main")
	return [][]string{
		{program, "-C", fleet, "add", "-A"},
		{program, "-C", fleet, "commit", "-q", "-m", "fleet"},
	}
}
