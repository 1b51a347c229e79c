package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
)

func newValidate(s *settings) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "validate",
		Short: "Check the specs, and report every fault at once",
		Long: `Check the specs of the tenancy: YAML, schema, references, the limits of classes,
what sites offer and what the versions there can do, and what two tenants claim.
The diagnostics are the result, on standard output.`,
		Example: `  # Check the tenancy in this folder
  tenantc validate

  # As annotations on a pull request, in a GitHub workflow
  tenantc validate --format github`,
		Args: noArgs,
	}
	format := formatFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		result, err := s.through(cmd, compiler.Check, cmd.OutOrStdout(), format)
		if err != nil {
			return err
		}
		clusters, verb := diag.Plural(len(result.Plan.Clusters), "tenant cluster"), "are"
		if len(result.Plan.Clusters) == 1 {
			verb = "is"
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "%s of %s on %s %s valid\n", clusters,
			diag.Plural(len(result.Documents.Tenants), "tenant"), diag.Plural(len(result.Plan.Sites), "site"), verb)
		return nil
	}
	return cmd
}
