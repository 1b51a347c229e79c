package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/generators"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/object"
)

func newBootstrap(s *settings) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bootstrap SITE",
		Short: "Print what to apply once on a site that already runs Flux",
		Long: `Print the accounts and their rights, the GitRepository and the root Kustomization
that make a site pull its own folder of the fleet repository. Apply it once, as
an administrator of the site; it holds no secret.`,
		Example: `  tenantc bootstrap turin-1 | kubectl apply --server-side -f -`,
	}
	cmd.Args = exactArgs("SITE")
	format := formatFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		result, err := s.through(cmd, compiler.Check, cmd.ErrOrStderr(), format)
		if err != nil {
			return err
		}
		plan := result.Plan
		for _, site := range plan.Sites {
			if site.Name != args[0] {
				continue
			}
			objects, faults := generators.Bootstrap(plan.Tenancy, site)
			for i, d := range faults { // all that is wrong with it stands in the tenancy
				faults[i].Position = result.Documents.Tenancy.At(d.Path)
			}
			if err := s.verdict(cmd.ErrOrStderr(), faults, format); err != nil {
				return err
			}
			return printObjects(cmd.OutOrStdout(), objects)
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "tenantc: there is no site %q\n", args[0])
		return errNo
	}
	return cmd
}

func printObjects(w io.Writer, objects []object.Object) error {
	for i, o := range objects {
		if i > 0 {
			if _, err := io.WriteString(w, "---\n"); err != nil {
				return err
			}
		}
		if _, err := w.Write(o.YAML()); err != nil {
			return err
		}
	}
	return nil
}
