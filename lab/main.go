// Command lab starts the control plane of a site on this machine, and lets it
// pull the fleet repository of a tenancy: the whole way from a spec to a
// running tenant cluster, without a server. See docs/lab.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const usage = `Usage:
  lab build [--cache DIR]                          makes the binaries of a site, once (minutes)
  lab up [--cache DIR] [--site NAME] [--tenancy DIR]
                                                   starts a site that pulls the tenancy's fleet repository

Interrupt (Ctrl-C) stops everything that up has started.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	err := run(ctx, os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	case err != nil && ctx.Err() == nil:
		fmt.Fprintln(os.Stderr, "lab:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string) error {
	if len(arguments) == 0 {
		return flag.ErrHelp
	}
	var o options
	flags := flag.NewFlagSet("lab "+arguments[0], flag.ContinueOnError)
	flags.Usage = func() {}
	flags.StringVar(&o.repository, "repository", "..", "the project's own repository")
	flags.StringVar(&o.cache, "cache", os.Getenv("TENANTC_LAB_CACHE"), "where the binaries stay (default: tenantc-lab in the user's cache folder)")
	flags.StringVar(&o.site, "site", "turin-1", "the site to start")
	flags.StringVar(&o.tenancy, "tenancy", "", "the tenancy repository (default: the project's own)")
	if err := flags.Parse(arguments[1:]); err != nil || flags.NArg() > 0 {
		return flag.ErrHelp
	}
	switch arguments[0] {
	case "build":
		_, err := o.kit(ctx)
		return err
	case "up":
		return o.up(ctx)
	}
	return flag.ErrHelp
}
