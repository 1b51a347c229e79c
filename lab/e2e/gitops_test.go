package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/tenantc/tenantc/lab/internal/kube"
	"github.com/tenantc/tenantc/lab/internal/site"
)

// patience is how long to wait for what takes seconds on an idle machine: only
// what never happens fails. The report has the times.
const patience = 5 * time.Minute

// eventually waits until check says nil.
func eventually(ctx context.Context, t *testing.T, check func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	require.NoError(t, kube.Until(ctx, check))
}

// publish commits the tenancy to the fleet, and tells the sites.
func (s *stage) publish(ctx context.Context, t *testing.T) {
	t.Helper()
	require.NoError(t, s.tenancy.Publish(ctx))
	s.notify(ctx, t)
}

func (s *stage) notify(ctx context.Context, t *testing.T) {
	t.Helper()
	for _, at := range s.sites {
		require.NoError(t, at.Notify(ctx))
	}
}

// byHand commits to the fleet repository past tenantc, and tells the sites.
func (s *stage) byHand(ctx context.Context, t *testing.T, message string, edit func(dir string)) {
	t.Helper()
	dir := t.TempDir()
	s.gitIn(ctx, t, "", "clone", "--quiet", "--branch", s.fleet.Branch, s.fleet.Repository, dir)
	edit(dir)
	s.gitIn(ctx, t, dir, "add", "--all")
	s.gitIn(ctx, t, dir, "commit", "--quiet", "--message", message)
	s.gitIn(ctx, t, dir, "push", "--quiet")
	s.notify(ctx, t)
}

// revert reverts the last commit of the fleet repository, and tells the sites.
func (s *stage) revert(ctx context.Context, t *testing.T) {
	t.Helper()
	s.byHand(ctx, t, "unused", func(dir string) {
		s.gitIn(ctx, t, dir, "revert", "--no-edit", "--no-commit", "HEAD")
	})
}

// gitIn runs git in a folder, as somebody.
func (s *stage) gitIn(ctx context.Context, t *testing.T, dir string, arguments ...string) {
	t.Helper()
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "user.name=hand", "-c", "user.email=hand@example.org"}, arguments...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
}

func write(t *testing.T, dir, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, path), []byte(text), 0o644))
}

// isReady says whether the Kustomization is Ready at what the source has now.
func isReady(ctx context.Context, at *site.Site, name string) error {
	k, err := at.Admin.Get(ctx, site.Kustomization(name))
	if err != nil {
		return err
	}
	return areReady(ctx, at, *k)
}

// isSettled says whether all of the site's Kustomizations are.
func isSettled(ctx context.Context, at *site.Site) error {
	list, err := at.Admin.List(ctx, site.Kustomization(""), "")
	if err != nil {
		return err
	}
	return areReady(ctx, at, list...)
}

// areReady looks at the source after the Kustomizations, so that they cannot be
// at an older revision than it finds.
func areReady(ctx context.Context, at *site.Site, kustomizations ...kube.Object) error {
	source, err := at.Admin.Get(ctx, site.Source())
	if err != nil {
		return err
	}
	for _, k := range kustomizations {
		status, message := kube.Condition(&k, "Ready")
		if status != "True" || kube.Text(&k, "status", "lastAppliedRevision") != kube.Text(source, "status", "artifact", "revision") {
			return fmt.Errorf("%s is not Ready: %s", k.GetName(), message)
		}
	}
	return nil
}

// isFailing says whether the Kustomization reports a fault with these words.
func isFailing(ctx context.Context, at *site.Site, name, words string) error {
	k, err := at.Admin.Get(ctx, site.Kustomization(name))
	if err != nil {
		return err
	}
	status, message := kube.Condition(k, "Ready")
	if status != "False" || !strings.Contains(message, words) {
		return fmt.Errorf("%s: Ready is %s: %s", name, status, message)
	}
	return nil
}

// isGone says whether there is no such object.
func isGone(ctx context.Context, at *site.Site, ref kube.Ref) error {
	_, err := at.Admin.Get(ctx, ref)
	switch {
	case apierrors.IsNotFound(err):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("%s is still there", ref)
}

// hasHead says whether the site has pulled what the fleet's branch has.
func (s *stage) hasHead(ctx context.Context, t *testing.T, at *site.Site) error {
	source, err := at.Admin.Get(ctx, site.Source())
	if err != nil {
		return err
	}
	head := s.head(ctx, t)
	if got := kube.Text(source, "status", "artifact", "revision"); !strings.Contains(got, head) {
		return fmt.Errorf("the site has %s, the fleet %s", got, head)
	}
	return nil
}

// head is the newest commit of the fleet's branch.
func (s *stage) head(ctx context.Context, t *testing.T) string {
	t.Helper()
	return strings.TrimSpace(s.gitFleet(ctx, t, "rev-parse", s.fleet.Branch))
}
