// Package e2e tries tenantc's promises on real API servers, with real Flux and
// real Cluster API: what `tenantc publish` and `tenantc bootstrap` give for the
// reference tenancy, and what becomes of it when people make mistakes, attack,
// or cut the power. `make e2e` runs it; docs/lab.md says what is not real.
package e2e

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/lab/internal/build"
	"github.com/tenantc/tenantc/lab/internal/gitserver"
	"github.com/tenantc/tenantc/lab/internal/site"
	"github.com/tenantc/tenantc/lab/internal/tenancy"
)

// The sites of the reference tenancy. Bolzano has the oldest versions, Milan
// the newest: Cluster API's v1beta2 among them.
const (
	turin   = "turin-1"
	bolzano = "bolzano-1"
	milan   = "milan-1"
	trieste = "trieste-1" // every stack; of those without vCluster the kinds, but no controllers
)

// sites are all of them.
func sites() []string { return []string{turin, bolzano, milan, trieste} }

// stage is what the tests share: running sites, and the tenancy they pull.
type stage struct {
	lab     *site.Lab
	tenancy *tenancy.Tenancy
	fleet   tenancy.Fleet
	git     *gitserver.Server
	sites   map[string]*site.Site
	report  *report
	pods    int // that the tenant first has bought
}

// TestLab runs the suite. Every part starts from bootstrapped sites, and makes
// what else it needs.
func TestLab(t *testing.T) {
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	s := setUp(ctx, t)
	s.bootstrap(ctx, t)
	for _, part := range []struct {
		name string
		run  func(context.Context, *testing.T, *stage)
	}{
		{"accepted", testAccepted},
		{"provision", testProvision},
		{"change", testChange},
		{"nodes", testNodes},
		{"attacks", testAttacks},
		{"quota", testQuota},
		{"faults", testFaults},
		{"lifecycle", testLifecycle},
		{"signatures", testSignatures},
	} {
		t.Run(part.name, func(t *testing.T) {
			require.NoError(t, ctx.Err())
			part.run(ctx, t, s)
		})
	}
}

// setUp starts all sites; everything stops when the test ends, however it does.
func setUp(ctx context.Context, t *testing.T) *stage {
	repository, err := filepath.Abs("../..")
	require.NoError(t, err)
	kit, err := build.Make(ctx, build.Options{
		Modules: filepath.Join(repository, "lab", "modules"), Cache: os.Getenv("TENANTC_LAB_CACHE"), Log: os.Stderr,
	})
	require.NoError(t, err)
	s := &stage{sites: map[string]*site.Site{}, report: &report{}, pods: firstPods}
	s.report.built(kit)
	t.Cleanup(func() { s.report.print(os.Stdout) })
	s.publishCopy(ctx, t, repository)
	s.startSites(ctx, t, kit, repository)
	s.serveFleet(t)
	return s
}

func (s *stage) startSites(ctx context.Context, t *testing.T, kit build.Kit, repository string) {
	dir, err := os.MkdirTemp("", "tenantc-e2e-")
	require.NoError(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			fmt.Fprintln(os.Stderr, "logs are kept in", filepath.Join(dir, "logs"))
			return
		}
		os.RemoveAll(dir)
	})
	s.lab, err = site.NewLab(ctx, kit, dir)
	require.NoError(t, err)
	t.Cleanup(s.lab.Stop)
	for _, name := range sites() {
		spec, err := site.ReadSpec(repository, name)
		require.NoError(t, err)
		s.sites[name], err = s.lab.Start(ctx, spec)
		require.NoError(t, err)
		s.report.add("site "+name+" up", s.sites[name].Started.Round(100*time.Millisecond).String())
	}
	s.report.add("memory of all sites", fmt.Sprintf("%d MiB", s.lab.Processes.Memory()>>20))
}

// publishCopy publishes a copy of the reference tenancy, with a chart in Milan
// that the lab has.
func (s *stage) publishCopy(ctx context.Context, t *testing.T, repository string) {
	dir := t.TempDir()
	command := filepath.Join(dir, "tenantc")
	require.NoError(t, tenancy.BuildCommand(ctx, repository, command))
	var err error
	s.tenancy, err = tenancy.Copy(repository, filepath.Join(dir, "tenancy"), command)
	require.NoError(t, err)
	s.fleet, err = s.tenancy.Fleet()
	require.NoError(t, err)
	// Milan's own chart is nowhere to be had but in its repository.
	require.NoError(t, s.tenancy.Edit("sites/milan-1.yaml", `vcluster: "0.33.0"`, `vcluster: "0.30.0"`))
	require.NoError(t, s.tenancy.Publish(ctx))
}

// serveFleet serves what was published, under the name that sites pull from.
func (s *stage) serveFleet(t *testing.T) {
	host, err := s.fleet.Host()
	require.NoError(t, err)
	s.git, err = gitserver.Start(filepath.Dir(s.fleet.Repository), host, s.lab.Authority)
	require.NoError(t, err)
	t.Cleanup(func() { s.git.Close() })
	s.lab.Connect(host, s.git.Address())
}
