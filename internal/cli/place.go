package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/disk"
	"github.com/tenantc/tenantc/internal/place"
	"github.com/tenantc/tenantc/internal/spec"
)

func newPlace(s *settings) *cobra.Command {
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "place",
		Short: "Decide open placements into the lock file",
		Long: `Choose a site for each tenant cluster whose spec has a placement instead of a site,
and remember it in placements.lock.yaml beside tenancy.yaml, to be committed with
the spec. The stack of a cluster whose spec and class name none is remembered, too.

What is in the lock file never changes: adding a tenant moves nobody. Where no site
fits, it is said of each site why not, and nothing is written.`,
		Example: `  # Place what is new, and commit it with the spec
  tenantc place
  git add tenants/ placements.lock.yaml

  # See what would be decided
  tenantc place --dry-run`,
		Args: noArgs,
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "decide, but write nothing")
	format := formatFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		source, faults, err := compiler.Load(cmd.Context(), s.dir)
		if err != nil {
			return err
		}
		o := s.options()
		outcome, _, more := compiler.Place(cmd.Context(), source, o)
		if err := cmd.Context().Err(); err != nil {
			return err
		}
		save(cmd, o)
		if err := s.verdict(cmd.ErrOrStderr(), append(faults, more...), format); err != nil {
			return err
		}
		if err := printPlaced(cmd.OutOrStdout(), outcome); err != nil {
			return err
		}
		if dryRun {
			return nil
		}
		return s.writeLock(cmd.ErrOrStderr(), outcome.Lock)
	}
	return cmd
}

// printPlaced prints a line for each decision, and for each that was dropped.
func printPlaced(out io.Writer, o place.Outcome) error {
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	for _, p := range o.Placed {
		fmt.Fprintf(w, "%s\t%s\t%s\n", p.Key(), p.Site, p.Why())
	}
	for _, d := range o.Dropped {
		fmt.Fprintf(w, "%s\tdropped\tno spec leaves it open any more\n", d.Key())
	}
	return w.Flush()
}

// writeLock replaces the lock file as a whole. A tenancy that leaves nothing
// open has none.
func (s *settings) writeLock(progress io.Writer, decisions []spec.Decision) error {
	path := s.path(spec.LockFile)
	before, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	data := spec.EncodeLock(decisions)
	if bytes.Equal(before, data) || len(before) == 0 && len(decisions) == 0 {
		fmt.Fprintln(progress, "nothing to decide, nothing written")
		return nil
	}
	if err := disk.WriteFile(path, data); err != nil {
		return fmt.Errorf("writing %s: %w", spec.LockFile, err)
	}
	fmt.Fprintf(progress, "%s: %d decisions\n", spec.LockFile, len(decisions))
	return nil
}
