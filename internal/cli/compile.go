package cli

import (
	"fmt"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/disk"
	"github.com/tenantc/tenantc/internal/overlay"
	"github.com/tenantc/tenantc/internal/spec"
)

func newCompile(s *settings) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "compile",
		Short: "Write the fleet tree into a folder",
		Long: `Compile the tenancy and write the fleet tree into a folder, replacing what
tenantc wrote there before and nothing else. A run that fails leaves the old tree.`,
		Example: `  # Into fleet/, below the tenancy
  tenantc compile

  # Somewhere else, to look at it
  tenantc compile --out /tmp/fleet
  kustomize build /tmp/fleet/sites/turin-1/tenants/acme/prod/boundary`,
		Args: noArgs,
	}
	cmd.Flags().StringVar(&out, "out", "fleet", "write into `DIR`, which counts from the tenancy")
	format := formatFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if within, err := s.within(s.path(out)); err == nil && spec.Belongs(path.Join(within, "sites", "site.yaml")) {
			return usageError{fmt.Errorf("--out %s: specs are read from there", out)}
		}
		result, err := s.through(cmd, compiler.Compile, cmd.ErrOrStderr(), format)
		if err != nil {
			return err
		}
		changes, err := disk.Replace(cmd.Context(), s.path(out), result.Tree.Files, overlay.Owned)
		if err != nil {
			return err
		}
		changed := "nothing changed"
		if len(changes) > 0 {
			changed = fmt.Sprintf("%d changed", len(changes))
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s on %s, %s, %s\n", out, diag.Plural(len(result.Plan.Clusters), "tenant cluster"),
			diag.Plural(len(result.Plan.Sites), "site"), diag.Plural(len(result.Tree.Files), "file"), changed)
		return nil
	}
	return cmd
}

// path is a path on the command line, which counts from the tenancy.
func (s *settings) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.dir, name)
}

// within is the path of a file from the tenancy's folder.
func (s *settings) within(name string) (string, error) {
	root, err := filepath.Abs(s.dir)
	if err != nil {
		return "", err
	}
	file, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	path, err := filepath.Rel(root, file)
	return filepath.ToSlash(path), err
}
