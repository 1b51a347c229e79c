//go:build unix

package bench

import (
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"
	"time"
)

// row is what one run of a stage or a peer took.
type row struct {
	name     string
	clusters int
	usage
}

// perCluster is CPU in milliseconds.
func (r row) perCluster() float64 {
	return r.CPU.Seconds() * 1000 / float64(r.clusters)
}

// table is what `make bench` prints at its end.
type table struct {
	stages, peers []row
}

// targets are what the figures are read against, by stage and number of
// clusters, on two idle cores. They are printed, never asserted.
func targets() map[string]map[int]string {
	return map[string]map[int]string{
		"publish-cold":            {1000: "6 s CPU, 300 MiB", 10000: "45 s CPU, 400 MiB"},
		"publish-changed":         {1000: "0.5 s CPU", 10000: "0.5 s CPU"},
		"diff-changed":            {10000: "1 s"},
		"diff-branch":             {10000: "1 s"},
		"publish-changed-nocache": {1000: "1.5 s CPU", 10000: "8 s CPU"},
	}
}

func (t table) print(w io.Writer) {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(out, "\nstage\tclusters\tCPU s\twall s\tpeak MiB\tms CPU a cluster\tgrowth\t  at most\t\n")
	smaller := map[string]row{}
	for _, r := range medians(t.stages) {
		fmt.Fprintf(out, "%s\t%d\t%.2f\t%.2f\t%.0f\t%.3f\t%s\t%s\t\n", r.name, r.clusters, r.CPU.Seconds(), r.Wall.Seconds(),
			float64(r.Peak)/(1<<20), r.perCluster(), growth(smaller[r.name], r), targets()[r.name][r.clusters])
		smaller[r.name] = r
	}
	out.Flush()
	t.printPeers(w, smaller["publish-cold"])
}

// printPeers puts each peer beside a cold publish of the largest fleet, which
// does the work of all of them.
func (t table) printPeers(w io.Writer, publish row) {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(out, "\ninstead\tms CPU a cluster\ttimes publish-cold\twhat\n")
	for _, r := range medians(t.peers) {
		ratio := ""
		if publish.clusters > 0 {
			ratio = fmt.Sprintf("%.1f", r.perCluster()/publish.perCluster())
		}
		fmt.Fprintf(out, "%s\t%.2f\t%s\t%s\n", r.name, r.perCluster(), ratio, purpose(r.name))
	}
	out.Flush()
}

func purpose(name string) string {
	for _, p := range peers() {
		if p.name == name {
			return p.does
		}
	}
	return ""
}

// growth is the exponent e in CPU ~ clusters^e between two sizes.
func growth(small, large row) string {
	if small.clusters == 0 || small.CPU == 0 || small.clusters == large.clusters {
		return ""
	}
	return fmt.Sprintf("%.2f", math.Log(large.CPU.Seconds()/small.CPU.Seconds())/math.Log(float64(large.clusters)/float64(small.clusters)))
}

// medians are the rows with the repetitions of each (-count) put together, in
// the order in which they were first measured.
func medians(rows []row) []row {
	type key struct {
		name     string
		clusters int
	}
	var order []key
	runs := map[key][]row{}
	for _, r := range rows {
		k := key{r.name, r.clusters}
		if len(runs[k]) == 0 {
			order = append(order, k)
		}
		runs[k] = append(runs[k], r)
	}
	var out []row
	for _, k := range order {
		out = append(out, median(runs[k]))
	}
	return out
}

func median(rows []row) row {
	cpu, wall := make([]time.Duration, len(rows)), make([]time.Duration, len(rows))
	peak := make([]int64, len(rows))
	for i, r := range rows {
		cpu[i], wall[i], peak[i] = r.CPU, r.Wall, r.Peak
	}
	slices.Sort(cpu)
	slices.Sort(wall)
	slices.Sort(peak)
	mid := len(rows) / 2
	return row{rows[0].name, rows[0].clusters, usage{cpu[mid], wall[mid], peak[mid]}}
}
