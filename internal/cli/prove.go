package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/change"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/prove"
)

func newProve(s *settings) *cobra.Command {
	var base string
	output := enum{value: "text", allowed: []string{"text", "json", "markdown"}}
	cmd := &cobra.Command{
		Use:   "prove",
		Short: "The isolation certificate: what keeps tenants apart, judged on what is built",
		Long: `Compile the tenancy, build every overlay as Flux will, and judge the objects by
named invariants: namespaces and names, sandbox, network, quota, rights,
admission policies, Flux, storage, DNS, and what the chart makes. Each is said
with what was considered, whether it holds by what was built or is enforced at
run time by which object, and where it fails, the counterexample at its line of
the output and of the spec. compile and publish refuse what does not hold.

With --change, show instead that what a change touches is what its specs say:
every tenant whose spec, class, site and templates did not change has the same
output to the byte.`,
		Example: `  # Does it isolate?
  tenantc prove

  # The certificate as a document
  tenantc prove -o markdown > certificate.md

  # Does this branch touch only the tenants that it says?
  tenantc prove --change origin/main`,
		Args: noArgs,
	}
	cmd.Flags().StringVar(&base, "change", "", "show what the change since `REV`, a revision of the tenancy, touches, and why")
	cmd.Flags().VarP(&output, "output", "o", "text, json or markdown")
	format := formatFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		source, faults, err := compiler.Load(cmd.Context(), s.dir)
		if err != nil {
			return err
		}
		if faults.HasErrors() {
			return s.verdict(cmd.ErrOrStderr(), faults, format)
		}
		if base != "" {
			err = s.proveChange(cmd.Context(), source, base, output.value, cmd.OutOrStdout(), &faults)
		} else {
			err = s.certify(cmd.Context(), source, output.value, cmd.OutOrStdout(), &faults)
		}
		if err != nil {
			return err
		}
		return s.verdict(cmd.ErrOrStderr(), faults, format)
	}
	return cmd
}

// certify prints the certificate also where an invariant does not hold; what
// else keeps the tenancy from compiling leaves nothing to certify.
func (s *settings) certify(ctx context.Context, source compiler.Source, output string, out io.Writer, faults *diag.List) error {
	certificate, found := compiler.Certify(ctx, source, s.options())
	if *faults = append(*faults, found...); certificate == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	if err := printCertificate(out, *certificate, output); err != nil {
		return err
	}
	if !certificate.Holds && !faults.HasErrors() {
		return errNo // what only the whole fleet shows is said in the certificate
	}
	return nil
}

func printCertificate(out io.Writer, certificate prove.Certificate, output string) error {
	switch output {
	case "json":
		return prove.JSON(out, certificate)
	case "markdown":
		return prove.Markdown(out, certificate)
	}
	return prove.Text(out, certificate)
}

// otherThanProof tells whether there are faults that invariants know nothing of.
func otherThanProof(list diag.List) bool {
	for _, d := range list {
		if d.Severity == diag.Error && !d.Code.IsProof() {
			return true
		}
	}
	return false
}

func (s *settings) proveChange(ctx context.Context, source compiler.Source, base, output string, out io.Writer, faults *diag.List) error {
	if output == "markdown" {
		return usageError{fmt.Errorf("--change prints text or json")}
	}
	old, err := change.Revision(ctx, s.dir, base)
	if err != nil {
		return err
	}
	touched, found := compiler.Interference(ctx, old, source, s.options())
	if *faults = append(*faults, found...); ctx.Err() != nil || (found.HasErrors() && otherThanProof(found)) {
		return ctx.Err()
	}
	if output == "json" {
		return prove.TouchedJSON(out, touched)
	}
	return prove.TouchedText(out, touched)
}
