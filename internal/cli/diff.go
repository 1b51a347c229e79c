package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/change"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
)

func newDiff(s *settings) *cobra.Command {
	var base, tenant string
	var exitCode bool
	output := enum{value: "text", allowed: []string{"text", "json", "markdown"}}
	cmd := &cobra.Command{
		Use:   "diff",
		Short: "Show what would change on which site, by object and field",
		Long: `Compile the tenancy and show what differs from a base: by site, tenant cluster,
object and field, with what the site will do where a running cluster cannot take
the change in place or cannot go back. What is alike in several places is shown
once. The base is the fleet repository, as publish would find it; or a revision of
the tenancy's own repository; or a compiled folder.

With --tenant, only that tenant's clusters are shown, and nothing of any other; of
a tenant that is neither in the tenancy nor in the base, the answer is no.`,
		Example: `  # What would a publish change?
  tenantc diff

  # What does this branch change?
  tenantc diff --base origin/main

  # For the tenant's eyes
  tenantc diff --tenant acme --output markdown

  # In a script: exit code 1 when anything differs
  tenantc diff --base fleet --exit-code`,
		Args: noArgs,
	}
	cmd.Flags().StringVar(&base, "base", "", "compare with `REV|DIR`, a revision of the tenancy or a compiled folder (default: the fleet repository)")
	cmd.Flags().StringVar(&tenant, "tenant", "", "show the clusters of tenant `NAME`, and nothing else")
	cmd.Flags().BoolVar(&exitCode, "exit-code", false, "exit with 1 when there are differences")
	output.flag(cmd, "output", "o", "text, json or markdown")
	format, now := formatFlag(cmd), nowFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		source, faults, err := compiler.Load(cmd.Context(), s.dir)
		if err != nil {
			return err
		}
		if faults.HasErrors() {
			return s.verdict(cmd.ErrOrStderr(), faultsFor(faults, tenant), format)
		}
		o := s.publishOptions(now)
		o.Overwrite = true // what others edited is a warning here: the diff shows what a publish would do to it
		made, more, err := change.Against(cmd.Context(), source, base, o)
		if err != nil {
			return err
		}
		save(cmd, o.Compiler)
		report := made.Report
		if tenant != "" {
			report = diff.ForTenant(report, tenant)
		}
		faults = append(faults, more...)
		if tenant != "" && report.Empty() && !faults.HasErrors() && made.After.TenantAt(tenant).File == "" {
			fmt.Fprintf(cmd.ErrOrStderr(), "tenantc: there is no tenant %q\n", tenant)
			return errNo
		}
		if !faults.HasErrors() || !report.Empty() {
			if err := printReport(cmd.OutOrStdout(), report, output.value); err != nil {
				return err
			}
		}
		if err := s.verdict(cmd.ErrOrStderr(), faultsFor(faults, tenant), format); err != nil {
			return err
		}
		if exitCode && !report.Empty() {
			return errNo
		}
		return nil
	}
	return cmd
}

// faultsFor are the diagnostics that one tenant may see. That others have
// faults is told without saying which.
func faultsFor(faults diag.List, tenant string) diag.List {
	if tenant == "" {
		return faults
	}
	var own diag.List
	for _, d := range faults {
		if d.Tenant != tenant {
			continue
		}
		if len(d.Notes) > 0 { // a collision, whose other half may be anybody's
			d.Message, d.Hint, d.Notes = diag.TitleOf(d.Code), "", nil
		}
		own = append(own, d)
	}
	if faults.HasErrors() && !own.HasErrors() {
		own = append(own, diag.Diagnostic{
			Severity: diag.Error, Code: diag.FaultsElsewhere, Tenant: tenant,
			Message: fmt.Sprintf("the tenancy has faults that are not tenant %s's", tenant),
			Hint:    "run tenantc diff without --tenant, or ask who keeps the tenancy",
		})
	}
	return own
}

func printReport(w io.Writer, report diff.Report, output string) error {
	switch output {
	case "json":
		return diff.JSON(w, report)
	case "markdown":
		return diff.Markdown(w, report, 0)
	}
	return diff.Text(w, report, isTerminal(w))
}

func isTerminal(w io.Writer) bool {
	file, is := w.(*os.File)
	if !is || os.Getenv("NO_COLOR") != "" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
