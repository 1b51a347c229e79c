package compiler_test

import (
	"context"
	"flag"
	"maps"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/cache"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/spec"
)

// What one hostile tenancy may cost: of the CPU, which the benchmark holds it
// to, because the race detector and a busy machine make it any number; and of
// memory allocated in all, which is more than was ever in use at once.
const (
	maxCPU   = 5 * time.Second
	maxBytes = 512 << 20
)

// every is how many of the generated attacks are left out between two that are
// tried: it shares no factor with the number of values, so that each value and
// each place is tried. go test -args -every=1 tries all.
var every = flag.Int("every", 13, "try every nth of the hostile specs that are generated")

// No hostile spec is accepted, and none crashes the compiler, keeps it for a
// minute or costs more memory than the bound (security.md, 'The bar' 1).
func TestHostileSpecs(t *testing.T) {
	base, attacks := sound(), slices.Concat(generated(t, *every), written())
	require.Greater(t, len(attacks), 500)
	o := compiler.Options{Workers: 1, Cache: cache.Open(t.TempDir(), "test", "/")}
	require.Empty(t, compileFiles(t, base, o), "the tenancy that the attacks are made from is sound")
	for _, a := range attacks {
		files := maps.Clone(base)
		maps.Copy(files, a.others)
		files[a.file] = a.data
		faults := bounded(t, a.name, func() diag.List { return compileFiles(t, files, o) })
		if !faults.HasErrors() {
			t.Errorf("accepted: %s", a.name)
		}
	}
	t.Logf("%d attacks", len(attacks))
}

// None costs more of the CPU than the bound either: prints the dearest.
func BenchmarkHostileSpecs(b *testing.B) {
	base, attacks := sound(), slices.Concat(generated(b, *every), written())
	o := compiler.Options{Workers: 1, Cache: cache.Open(b.TempDir(), "test", "/")}
	var dearest time.Duration
	for b.Loop() {
		for _, a := range attacks {
			files := maps.Clone(base)
			maps.Copy(files, a.others)
			files[a.file] = a.data
			before, _ := used()
			compileFiles(b, files, o)
			after, _ := used()
			if after-before > maxCPU {
				b.Errorf("%s took %s of the CPU, more than %s", a.name, after-before, maxCPU)
			}
			dearest = max(dearest, after-before)
		}
	}
	b.ReportMetric(dearest.Seconds(), "dearest-cpu-s")
	b.ReportMetric(float64(len(attacks)), "attacks")
}

func compileFiles(t testing.TB, files map[string]string, o compiler.Options) diag.List {
	var list []spec.File
	for _, path := range slices.Sorted(maps.Keys(files)) {
		list = append(list, spec.File{Path: path, Data: []byte(files[path])})
	}
	_, faults := compiler.Compile(t.Context(), compiler.NewSource(list), o)
	return faults
}

// bounded runs something that must end, within the bounds.
func bounded(t *testing.T, name string, do func() diag.List) diag.List {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	done := make(chan diag.List, 1)
	_, bytes := used()
	go func() { done <- do() }()
	select {
	case faults := <-done:
		_, bytesAfter := used()
		require.LessOrEqual(t, bytesAfter-bytes, uint64(maxBytes), name)
		return faults
	case <-ctx.Done():
		require.NoError(t, ctx.Err(), "%s does not end", name)
		return nil
	}
}

// used is what this process has used so far: time of the CPU, bytes allocated.
func used() (time.Duration, uint64) {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), memory.TotalAlloc
}
