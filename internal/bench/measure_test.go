//go:build unix

package bench

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"
)

// usage is what a command took: the output of the program measure.
type usage struct {
	CPU, Wall time.Duration
	Peak      int64 // bytes
}

// measure runs a command in dir with the variables added to the environment.
// One that fails fails the benchmark with what it printed.
func (p programs) measure(b *testing.B, dir string, variables []string, argv ...string) usage {
	b.Helper()
	var out, errOut bytes.Buffer
	cmd := exec.Command(p.measurer, argv...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errOut
	cmd.Env = append(os.Environ(), variables...)
	if err := cmd.Run(); err != nil {
		b.Fatalf("%v: %v\n%s", argv, err, tail(errOut.Bytes()))
	}
	var taken usage
	if err := json.Unmarshal(out.Bytes(), &taken); err != nil {
		b.Fatal(err)
	}
	return taken
}

func tail(output []byte) []byte { return output[max(0, len(output)-4000):] }

// add puts together what runs one after the other took.
func (u usage) add(other usage) usage {
	return usage{u.CPU + other.CPU, u.Wall + other.Wall, max(u.Peak, other.Peak)}
}

// per is the usage of one of n runs.
func (u usage) per(n int) usage {
	return usage{u.CPU / time.Duration(n), u.Wall / time.Duration(n), u.Peak}
}

// report prints the usage of n runs in benchstat's form, in place of the wall
// time of the benchmark, which has the preparations in it.
func (u usage) report(b *testing.B) {
	b.ReportMetric(u.CPU.Seconds()/float64(b.N), "cpu-s/op")
	b.ReportMetric(u.Wall.Seconds()/float64(b.N), "wall-s/op")
	b.ReportMetric(float64(u.Peak)/(1<<20), "peak-MiB")
	b.ReportMetric(0, "ns/op")
}
