//go:build unix

// Command measure runs the command in its arguments, whose output goes to
// standard error, and prints what it took as JSON. It is a small program of its
// own because until a child executes its program it counts its parent's memory
// as its own, and a benchmark is a big parent.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// usage is what one run of a command took, its children included.
type usage struct {
	CPU  time.Duration // user and system
	Wall time.Duration
	Peak int64 // bytes of memory that were resident at once, in the largest process
}

func main() {
	taken, err := run(os.Args[1], os.Args[2:])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(taken)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func run(program string, args []string) (usage, error) {
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return usage{}, err
	}
	wall := time.Since(start)
	state := cmd.ProcessState
	return usage{state.UserTime() + state.SystemTime(), wall, peak(state.SysUsage().(*syscall.Rusage))}, nil
}

// peak is in bytes, which Linux counts by the thousand (getrusage(2)).
func peak(r *syscall.Rusage) int64 {
	if runtime.GOOS == "linux" {
		return int64(r.Maxrss) * 1024
	}
	return int64(r.Maxrss)
}
