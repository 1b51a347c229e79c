package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/disk"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/overlay"
	"github.com/tenantc/tenantc/internal/publish"
	"github.com/tenantc/tenantc/internal/spec"
)

func newDiff(s *settings) *cobra.Command {
	var base string
	var exitCode bool
	output := enum{value: "text", allowed: []string{"text", "json", "markdown"}}
	cmd := &cobra.Command{
		Use:   "diff",
		Short: "Show what would change on which site, by object and field",
		Long: `Compile the tenancy and show what differs from a base: by site, tenant cluster,
object and field. The base is the fleet repository, as publish would find it; or
a revision of the tenancy's own repository; or a compiled folder.`,
		Example: `  # What would a publish change?
  tenantc diff

  # What does this branch change?
  tenantc diff --base origin/main

  # In a script: exit code 1 when anything differs
  tenantc diff --base fleet --exit-code`,
		Args: noArgs,
	}
	cmd.Flags().StringVar(&base, "base", "", "compare with `REV|DIR`, a revision of the tenancy or a compiled folder (default: the fleet repository)")
	cmd.Flags().BoolVar(&exitCode, "exit-code", false, "exit with 1 when there are differences")
	cmd.Flags().VarP(&output, "output", "o", "text, json or markdown")
	format := formatFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		report, faults, err := s.diff(cmd.Context(), base)
		if err != nil {
			return err
		}
		if err := verdict(cmd.ErrOrStderr(), faults, format); err != nil {
			return err
		}
		if err := printReport(cmd.OutOrStdout(), report, output.value); err != nil {
			return err
		}
		if exitCode && len(report.Sites) > 0 {
			return errNo
		}
		return nil
	}
	return cmd
}

func (s *settings) diff(ctx context.Context, base string) (diff.Report, diag.List, error) {
	source, faults, err := compiler.Load(ctx, s.dir)
	if err != nil || faults.HasErrors() {
		return diff.Report{}, faults, err
	}
	if base == "" {
		return s.diffFleet(ctx, source)
	}
	before, more, err := s.base(ctx, base)
	if faults = append(faults, more...); err != nil || faults.HasErrors() {
		return diff.Report{}, faults, err
	}
	after, more := compiler.Compile(ctx, source, s.options())
	if faults = append(faults, more...); faults.HasErrors() || ctx.Err() != nil {
		return diff.Report{}, faults, ctx.Err()
	}
	report, more := diff.Trees(before, after.Tree.Files)
	return report, append(faults, more...), nil
}

func (s *settings) diffFleet(ctx context.Context, source compiler.Source) (diff.Report, diag.List, error) {
	o := s.publishOptions(time.Now)
	comparison, faults, err := publish.Compare(ctx, source, o)
	if err != nil {
		return diff.Report{}, faults, err
	}
	defer comparison.Close()
	if faults.HasErrors() {
		return diff.Report{}, faults, nil
	}
	report, more := comparison.Report()
	return report, append(faults, more...), nil
}

// base is the compiled tree of a folder, or of a revision of the tenancy. What
// is a folder is never taken for a revision.
func (s *settings) base(ctx context.Context, base string) (map[string][]byte, diag.List, error) {
	if info, err := os.Stat(s.path(base)); err == nil && info.IsDir() {
		files, err := disk.Read(ctx, s.path(base), overlay.Owned)
		return files, nil, err
	}
	revision, faults, err := gitrepo.ReadTenancy(ctx, s.dir, base)
	if err != nil || faults.HasErrors() {
		return nil, faults, err
	}
	files := make([]spec.File, len(revision.Files))
	for i, f := range revision.Files {
		files[i] = spec.File(f)
	}
	result, more := compiler.Compile(ctx, compiler.NewSource(files), s.options())
	if err := ctx.Err(); err != nil {
		return nil, faults, err
	}
	if faults = append(faults, more...); faults.HasErrors() {
		return nil, faults, fmt.Errorf("the base %s does not compile: it has %d diagnostics, the first is: %s", base, len(faults), faults.Sorted()[0].Message)
	}
	return result.Tree.Files, nil, nil
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
