// Command tenantc compiles tenant specs into a fleet repository that Flux pulls.
package main

import (
	"os"
	"runtime"
	"runtime/debug"

	"github.com/tenantc/tenantc/internal/cli"
)

func main() {
	ballast := tuneGC()
	code := cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	runtime.KeepAlive(ballast)
	os.Exit(code)
}

// tuneGC trades memory for time: a run is short and most of its cost is
// garbage. The ballast counts as live and is never touched, so it takes no
// memory: a small fleet is collected as seldom as if it held that much, and a
// large one is not collected all the time, as under a memory limit that it does
// not fit into. GOGC and GOMEMLIMIT win.
func tuneGC() (ballast []byte) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return nil
	}
	debug.SetGCPercent(50)
	return make([]byte, 200<<20)
}
