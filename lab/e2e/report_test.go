package e2e

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/tenantc/tenantc/lab/internal/build"
)

// report is the table at the end: what was shown, and the figure.
type report struct {
	mu    sync.Mutex
	lines []string
}

// add appends a line: its text, with the last argument as its figure.
func (r *report) add(what, figure string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, what+"\t"+figure)
}

// latency appends a line with the median and the 95th percentile.
func (r *report) latency(what string, samples []time.Duration) {
	if len(samples) == 0 {
		return
	}
	samples = slices.Sorted(slices.Values(samples))
	at := func(percent int) time.Duration {
		return samples[(len(samples)*percent+99)/100-1].Round(10 * time.Millisecond)
	}
	r.add(what, fmt.Sprintf("median %s, 95th percentile %s, of %d", at(50), at(95), len(samples)))
}

// refusals appends the attacks that were refused, in all and by invariant.
func (r *report) refusals(refused, tried map[string]int) {
	sum := func(of map[string]int) (n int) {
		for _, count := range of {
			n += count
		}
		return n
	}
	r.add("attacks refused", fmt.Sprintf("%d of %d; invariants that hold at run time, too:", sum(refused), sum(tried)))
	for _, invariant := range slices.Sorted(maps.Keys(tried)) {
		r.add("  "+invariant, fmt.Sprintf("%d of %d", refused[invariant], tried[invariant]))
	}
}

func (r *report) built(kit build.Kit) {
	var sum time.Duration
	for _, took := range kit.Built {
		sum += took
	}
	r.add("binaries and charts", fmt.Sprintf("%d, of which %d built now, in %s",
		len(kit.Binaries)+len(kit.Charts), len(kit.Built), sum.Round(time.Second)))
}

func (r *report) print(w io.Writer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintln(w, "\n"+strings.Repeat("=", 72))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range r.lines {
		fmt.Fprintln(table, line)
	}
	table.Flush()
	fmt.Fprintln(w, strings.Repeat("=", 72))
}
