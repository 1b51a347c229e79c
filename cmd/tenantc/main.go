// Command tenantc compiles tenant specs into a fleet repository that Flux pulls.
package main

import (
	"os"

	"github.com/tenantc/tenantc/internal/cli"
)

func main() {
	os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
