package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/compiler"
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
		fmt.Fprintf(cmd.ErrOrStderr(), "%d tenant clusters of %d tenants on %d sites are valid\n",
			len(result.Plan.Clusters), len(result.Documents.Tenants), len(result.Plan.Sites))
		return nil
	}
	return cmd
}
