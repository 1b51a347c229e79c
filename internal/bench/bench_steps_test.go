//go:build unix

package bench

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tenantc/tenantc/generators"
	"github.com/tenantc/tenantc/internal/cache"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/overlay"
	"github.com/tenantc/tenantc/internal/prove"
	"github.com/tenantc/tenantc/internal/publish"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/tree"
	"github.com/tenantc/tenantc/internal/verify"
)

// largestStep bounds the fleets that are measured step by step, in process:
// the growth is seen at the program itself.
const largestStep = 1000

// BenchmarkStep measures the steps of a cold publish one by one, without the
// process around them: where the time goes, by tenant cluster. What compile
// takes more than the steps before it is each site's own part.
func BenchmarkStep(b *testing.B) {
	for _, clusters := range sizes(b) {
		if clusters > largestStep {
			continue
		}
		b.Run(fmt.Sprintf("clusters=%d", clusters), func(b *testing.B) { benchmarkSteps(b, clusters) })
	}
}

func benchmarkSteps(b *testing.B, clusters int) {
	dir := b.TempDir()
	write(b, dir, Fleet(clusters))
	source, _, err := compiler.Load(b.Context(), dir)
	must(b, nil, err)
	step := func(name string, do func()) {
		do() // what the next step takes, also when this one is not asked for
		b.Run("step="+name, func(b *testing.B) { perCluster(b, clusters, do) })
	}
	var documents spec.Documents
	var plan resolve.Plan
	var result compiler.Result
	var faults diag.List
	step("read", func() { _, faults, err = compiler.Load(b.Context(), dir); must(b, faults, err) })
	step("parse", func() {
		documents, faults = spec.Parse(b.Context(), source.Specs, runtime.GOMAXPROCS(0))
		must(b, faults, nil)
	})
	step("resolve", func() { plan, faults = resolve.Resolve(documents); must(b, faults, nil) })
	made := make([]layers, len(plan.Clusters))
	step("generate", func() {
		eachCluster(plan, func(i int, s resolve.Site, c resolve.Cluster) { made[i] = generate(b, plan.Tenancy, s, c) })
	})
	step("lay-out", func() {
		for i := range made {
			made[i].files, faults = overlay.ClusterFolder(made[i].boundary, made[i].cluster)
			must(b, faults, nil)
		}
	})
	step("prove", func() {
		eachCluster(plan, func(i int, s resolve.Site, c resolve.Cluster) {
			must(b, isolates(plan.Tenancy, s, c, made[i]), nil)
		})
	})
	step("build", func() {
		for _, m := range made {
			_, faults = verify.Overlay(m.files, tree.BoundaryFolder, m.boundary)
			must(b, faults, nil)
			_, faults = verify.Overlay(m.files, tree.ClusterFolder, m.cluster)
			must(b, faults, nil)
		}
	})
	step("compile", func() {
		result, faults = compiler.Compile(b.Context(), source, compiler.Options{})
		must(b, faults, nil)
	})
	step("commit", func() { must(b, nil, commit(b.Context(), filepath.Join(b.TempDir(), "fleet.git"), result.Tree)) })
}

// layers are the objects of one tenant cluster, and its folder.
type layers struct {
	boundary, cluster []object.Object
	files             map[string][]byte
}

func generate(b *testing.B, t resolve.Tenancy, s resolve.Site, c resolve.Cluster) layers {
	must(b, generators.Refused(s, c), nil)
	return layers{boundary: generators.Boundary(t, s, c), cluster: generators.Layer(t, s, c)}
}

// isolates judges what was built of a tenant cluster.
func isolates(t resolve.Tenancy, s resolve.Site, c resolve.Cluster, l layers) diag.List {
	faults := prove.JudgeCluster(prove.Cluster{Tenancy: t, Site: s, Plan: c, Boundary: l.boundary, Layer: l.cluster})
	return prove.Diagnose(faults, c.Tenant, c.Origin.Cluster(), c.Folder(), l.files, tree.BoundaryFolder, tree.ClusterFolder)
}

func eachCluster(plan resolve.Plan, do func(int, resolve.Site, resolve.Cluster)) {
	sites := map[string]resolve.Site{}
	for _, s := range plan.Sites {
		sites[s.Name] = s
	}
	for i, c := range plan.Clusters {
		do(i, sites[c.Site], c)
	}
}

// commit brings a tree into a fleet repository that is not there yet: hash,
// compare, deflate, one pack.
func commit(ctx context.Context, repository string, t tree.Tree) error {
	remote, err := gitrepo.ParseRemote(repository, "main", "/")
	if err != nil {
		return err
	}
	fleet, err := gitrepo.Open(ctx, gitrepo.Options{Remote: remote, Owned: overlay.Owned})
	if err != nil {
		return err
	}
	defer fleet.Close()
	changes, faults, err := fleet.Changes(ctx, t)
	if err != nil || len(faults) > 0 {
		return fmt.Errorf("%v %w", faults, err)
	}
	made, err := fleet.Commit(ctx, changes, gitrepo.Record{Subject: "bench", Time: time.Unix(1, 0)})
	if err != nil {
		return err
	}
	return fleet.Push(ctx, made)
}

// BenchmarkPublish is publish in process, for the profiler:
//
//	go test -run '^$' -bench 'Publish/clusters=1000/cold' -cpuprofile cpu.out -memprofile mem.out ./internal/bench/
//
// The profile of the others has the cold publish in it that comes before them:
// give them -benchtime 100x. The version of a release must be linked in, as
// `make bench` does.
func BenchmarkPublish(b *testing.B) {
	for _, clusters := range sizes(b) {
		if clusters > largestStep {
			continue
		}
		b.Run(fmt.Sprintf("clusters=%d", clusters), func(b *testing.B) {
			b.Run("cold", func(b *testing.B) { benchmarkPublish(b, clusters, cold) })
			b.Run("unchanged", func(b *testing.B) { benchmarkPublish(b, clusters, unchanged) })
			b.Run("changed", func(b *testing.B) { benchmarkPublish(b, clusters, changed) })
			b.Run("changed-nocache", func(b *testing.B) { benchmarkPublish(b, clusters, changedWithoutCache) })
		})
	}
}

// before is what has happened before a publish.
type before int

const (
	cold before = iota
	unchanged
	changed
	changedWithoutCache
)

func benchmarkPublish(b *testing.B, clusters int, state before) {
	fleet, dir, caches := Fleet(clusters), b.TempDir(), b.TempDir()
	run := func(cached bool) {
		o := publish.Options{Dir: dir, Now: time.Now, Getenv: func(string) string { return "" }}
		if cached {
			o.Compiler.Cache = cache.Open(caches, "bench", dir)
		}
		source := sourceOf(fleet)
		_, faults, err := publish.Publish(b.Context(), source, o)
		must(b, faults, err)
		must(b, nil, o.Compiler.Cache.Save(b.Context()))
	}
	if state != cold {
		run(true)
	}
	pods := firstPods
	prepare := func() {
		switch state {
		case cold:
			dir, caches = b.TempDir(), b.TempDir()
		case changed, changedWithoutCache:
			pods++
			fleet[changedTenant] = buyPods(fleet[changedTenant], pods)
		}
	}
	prepared(b, clusters, prepare, func() { run(state != changedWithoutCache) })
}

func must(b *testing.B, faults diag.List, err error) {
	b.Helper()
	if err != nil || len(faults) > 0 {
		var out strings.Builder
		_ = diag.Print(&out, faults, diag.Text)
		b.Fatal(err, out.String())
	}
}

func perCluster(b *testing.B, clusters int, do func()) {
	prepared(b, clusters, func() {}, do)
}

// prepared measures the CPU and the memory that do allocates, a tenant cluster.
func prepared(b *testing.B, clusters int, prepare, do func()) {
	var taken time.Duration
	var allocated uint64
	for b.Loop() {
		b.StopTimer()
		prepare()
		runtime.GC()
		start, had := cpuTime(b), totalAlloc()
		b.StartTimer()
		do()
		b.StopTimer()
		taken += cpuTime(b) - start
		allocated += totalAlloc() - had
		b.StartTimer()
	}
	runs := float64(b.N) * float64(clusters)
	b.ReportMetric(float64(taken.Microseconds())/runs, "cpu-us/cluster")
	b.ReportMetric(float64(allocated)/1024/runs, "alloc-KiB/cluster")
}

func totalAlloc() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// cpuTime is what this process has used, and its children that ended: git.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var total int64
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			b.Fatal(err)
		}
		total += u.Utime.Nano() + u.Stime.Nano()
	}
	return time.Duration(total)
}
