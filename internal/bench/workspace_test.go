//go:build unix

package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// versionFlag gives a benchmark's program the version of a release, because
// only a release trusts what the fleet repository says it has proven.
const versionFlag = "-X github.com/tenantc/tenantc/internal/version.number=v0.0.0-bench"

// programs are what is measured, and what measures.
type programs struct{ tenantc, measurer string }

func buildPrograms(b *testing.B) programs {
	b.Helper()
	dir := b.TempDir()
	run(b, ".", "go", "build", "-ldflags", versionFlag, "-o", dir, "../../cmd/tenantc", "./measure")
	return programs{filepath.Join(dir, "tenantc"), filepath.Join(dir, "measure")}
}

func run(b *testing.B, dir, name string, args ...string) {
	b.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), gitVariables...)
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%s %v: %v\n%s", name, args, err, tail(out))
	}
}

// gitVariables keep the user's settings out of the measurements.
var gitVariables = []string{
	"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
	"GIT_AUTHOR_NAME=bench", "GIT_AUTHOR_EMAIL=bench@example.net",
	"GIT_COMMITTER_NAME=bench", "GIT_COMMITTER_EMAIL=bench@example.net",
}

// sizes are numbers of tenant clusters, the smallest first: of the variable
// BENCH_SIZES (100,1000), else all three, or the smallest with -short.
func sizes(b *testing.B) []int {
	b.Helper()
	list := "100,1000,10000"
	if testing.Short() {
		list = "100"
	}
	if wanted := os.Getenv("BENCH_SIZES"); wanted != "" {
		list = wanted
	}
	var out []int
	for word := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 2 {
			b.Fatalf("BENCH_SIZES: %q is not a number of tenant clusters", word)
		}
		out = append(out, n)
	}
	return out
}

// workspace is a tenancy in a git repository of its own, with a cache and a
// fleet repository that nobody else uses.
type workspace struct {
	programs
	dir, cache string
	pods       int // that the changed tenant has bought
	minutes    int // of the interval that changeAll has written, or 0
}

func newWorkspace(b *testing.B, p programs, clusters int) *workspace {
	b.Helper()
	w := &workspace{programs: p, dir: b.TempDir(), cache: b.TempDir(), pods: firstPods}
	write(b, w.dir, Fleet(clusters))
	write(b, w.dir, map[string][]byte{".gitignore": []byte("/build/\n/fleet/\n")})
	run(b, w.dir, "git", "init", "-q", "-b", "main")
	w.commit(b)
	return w
}

func write(b *testing.B, dir string, files map[string][]byte) {
	b.Helper()
	for path, data := range files {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			b.Fatal(err)
		}
	}
}

func (w *workspace) commit(b *testing.B) {
	b.Helper()
	run(b, w.dir, "git", "add", "-A")
	run(b, w.dir, "git", "commit", "-q", "-m", "tenants")
}

// run runs tenantc as a user does in the tenancy.
func (w *workspace) run(b *testing.B, args ...string) usage {
	b.Helper()
	return w.measure(b, w.dir, append([]string{"XDG_CACHE_HOME=" + w.cache}, gitVariables...), append([]string{w.tenantc}, args...)...)
}

func (w *workspace) remove(b *testing.B, paths ...string) {
	b.Helper()
	for _, path := range paths {
		if err := os.RemoveAll(path); err != nil {
			b.Fatal(err)
		}
	}
}

// forget empties the cache.
func (w *workspace) forget(b *testing.B) { w.remove(b, filepath.Join(w.cache, "tenantc")) }

func (w *workspace) validate(b *testing.B) { w.run(b, "validate") }

func (w *workspace) publish(b *testing.B) { w.run(b, "publish") }

// startOver leaves neither a cache nor a fleet.
func (w *workspace) startOver(b *testing.B) {
	w.forget(b)
	w.remove(b, filepath.Join(w.dir, "build"), filepath.Join(w.dir, "fleet"))
}

// changeAll has a branch in which every object of Flux is another.
func (w *workspace) changeAll(b *testing.B) {
	path := filepath.Join(w.dir, "tenancy.yaml")
	data, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	w.minutes = w.minutes%30 + 6 // 6, 12, 18, …
	interval := regexp.MustCompile(`\binterval: \d+m`)
	if !interval.Match(data) {
		b.Fatal("tenancy.yaml says no interval")
	}
	write(b, w.dir, map[string][]byte{"tenancy.yaml": interval.ReplaceAll(data, fmt.Appendf(nil, "interval: %dm", w.minutes))})
	w.commit(b)
}

// change publishes what is there, then has one tenant buy another pod.
func (w *workspace) change(b *testing.B) {
	w.publish(b)
	path := filepath.Join(w.dir, changedTenant)
	data, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	w.pods++
	write(b, w.dir, map[string][]byte{changedTenant: buyPods(data, w.pods)})
	w.commit(b)
}
