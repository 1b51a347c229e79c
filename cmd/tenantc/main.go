// Command tenantc compiles tenant specs into a fleet repository that Flux pulls.
package main

import (
	"os"
	"runtime/debug"

	"github.com/tenantc/tenantc/internal/cli"
)

func main() {
	tuneGC()
	os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// tuneGC trades memory for time: a run is short and most of its cost is
// garbage. The limit keeps a large fleet from taking four times what it needs;
// above it the collector works as hard as it must. GOGC and GOMEMLIMIT win.
func tuneGC() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(240 << 20)
	}
}
