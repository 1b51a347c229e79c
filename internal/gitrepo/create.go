package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// fleetConfig is what a repository made by tenantc adds to git's defaults: its
// history cannot be rewritten, objects are checked as they arrive, and what
// was acknowledged has reached the disk.
const fleetConfig = `[core]
	fsync = committed
	logAllRefUpdates = true
[receive]
	denyNonFastForwards = true
	denyDeletes = true
	fsckObjects = true
`

// createBare makes a bare repository whose HEAD is the branch. It is made
// beside its place and moved there, so that a killed run leaves none or a
// whole one; if another publisher was first, theirs stays.
func createBare(ctx context.Context, folder, branch string) error {
	parent := filepath.Dir(folder)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return err
	}
	scratch, err := os.MkdirTemp(parent, ".tenantc-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	made := filepath.Join(scratch, "fleet.git")
	cmd := gitCommand(ctx, "init", "--quiet", "--bare", "--template=", "--initial-branch="+branch, "--", made)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("git init: %w: %s", err, quoteWords(string(out)))
	}
	if err := appendConfig(filepath.Join(made, "config")); err != nil {
		return err
	}
	_ = os.Remove(folder) // an empty folder is in the way of Rename; one that is not empty stays
	if err := os.Rename(made, folder); err != nil {
		if present, otherErr := isRepository(folder); otherErr == nil && present {
			return nil
		}
		return err
	}
	return nil
}

func appendConfig(file string) error {
	out, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = out.WriteString(fleetConfig)
	return errors.Join(err, out.Sync(), out.Close())
}
