package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/tenantc/tenantc/lab/internal/build"
	"github.com/tenantc/tenantc/lab/internal/gitserver"
	"github.com/tenantc/tenantc/lab/internal/network"
	"github.com/tenantc/tenantc/lab/internal/site"
	"github.com/tenantc/tenantc/lab/internal/tenancy"
)

type options struct{ repository, cache, site, tenancy string }

// kit builds what is not in the cache, and says what that took.
func (o options) kit(ctx context.Context) (build.Kit, error) {
	modules, err := filepath.Abs(filepath.Join(o.repository, "lab", "modules"))
	if err != nil {
		return build.Kit{}, err
	}
	start := time.Now()
	kit, err := build.Make(ctx, build.Options{Modules: modules, Cache: o.cache, Log: os.Stdout})
	if err == nil {
		fmt.Printf("binaries: %d, of which %d built now, in %s\n", len(kit.Binaries), len(kit.Built), time.Since(start).Round(time.Second))
	}
	return kit, err
}

// up starts the site and waits for an interrupt.
func (o options) up(ctx context.Context) error {
	if o.tenancy == "" {
		o.tenancy = o.repository
	}
	folder, err := filepath.Abs(o.tenancy)
	if err != nil {
		return err
	}
	t := &tenancy.Tenancy{Dir: folder, Command: filepath.Join(o.repository, "bin", "tenantc")}
	spec, err := site.ReadSpec(folder, o.site)
	if err != nil {
		return err
	}
	kit, err := o.kit(ctx)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "tenantc-lab-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	lab, err := site.NewLab(ctx, kit, dir)
	if err != nil {
		return err
	}
	defer lab.Stop()
	s, err := lab.Start(ctx, spec)
	if err != nil {
		return err
	}
	fleet, err := connect(ctx, lab, s, t)
	if err != nil {
		return err
	}
	lab.Proxy.Add(network.Internet) // charts that the lab does not have
	printReady(lab, s, fleet)
	return notifyOfPushes(ctx, s, fleet)
}

// connect serves the fleet repository and bootstraps the site.
func connect(ctx context.Context, lab *site.Lab, s *site.Site, t *tenancy.Tenancy) (tenancy.Fleet, error) {
	fleet, err := t.Fleet()
	if err != nil {
		return fleet, err
	}
	host, err := fleet.Host()
	if err != nil {
		return fleet, err
	}
	if _, err := os.Stat(fleet.Repository); errors.Is(err, os.ErrNotExist) {
		return fleet, fmt.Errorf("%s is not there yet; run tenantc publish first (make demo does)", fleet.Repository)
	}
	server, err := gitserver.Start(filepath.Dir(fleet.Repository), host, lab.Authority)
	if err != nil {
		return fleet, err
	}
	lab.Connect(host, server.Address())
	manifests, err := t.Run(ctx, "bootstrap", s.Spec.Name)
	if err != nil {
		return fleet, err
	}
	return fleet, s.Bootstrap(ctx, site.Login{Secret: fleet.SecretRef.Name, User: server.User, Password: server.Password}, manifests)
}

func printReady(lab *site.Lab, s *site.Site, fleet tenancy.Fleet) {
	fmt.Printf(`
Site %s runs on this machine (up in %s, %d MiB), and pulls %s. Try:

  export KUBECONFIG=%s
  kubectl get kustomizations -n flux-system --watch      # platform, then boundaries, then clusters
  kubectl get clusters,vclusters -A
  kubectl get secret -n NAMESPACE NAME-kubeconfig -o jsonpath='{.data.value}' | base64 -d > tenant.kubeconfig
  tenantc publish                                        # the site pulls at once

Logs are in %s. Ctrl-C stops everything.
`, s.Spec.Name, s.Started.Round(100*time.Millisecond), lab.Processes.Memory()>>20, fleet.Repository, s.Kubeconfig, filepath.Join(lab.Dir, "logs"))
}

// notifyOfPushes tells the site of each new commit until the context ends.
func notifyOfPushes(ctx context.Context, s *site.Site, fleet tenancy.Fleet) error {
	last := ""
	for ctx.Err() == nil {
		out, err := exec.CommandContext(ctx, "git", "--git-dir", fleet.Repository, "rev-parse", fleet.Branch).Output()
		if head := strings.TrimSpace(string(out)); err == nil && head != last {
			last = head
			_ = s.Notify(ctx) // a missed one is made up for by the interval
		}
		select {
		case <-ctx.Done():
		case <-time.After(500 * time.Millisecond):
		}
	}
	return nil
}
