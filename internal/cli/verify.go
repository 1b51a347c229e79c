package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/audit"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/publish"
	"github.com/tenantc/tenantc/internal/signature"
)

func newVerify(s *settings) *cobra.Command {
	var trust []string
	cmd := &cobra.Command{
		Use:   "verify [REV | A..B]",
		Short: "Prove that fleet commits are what their tenancy compiles to, and that nobody else wrote there",
		Long: `Compile the tenancy revision that a fleet commit names, and compare the result
with the commit, byte by byte. REV is a commit of the fleet repository: HEAD (the
default), a hash, or one of them with ~N; A..B is every commit after A up to B.
Commits and edits that are not tenantc's are named. What another tenantc made
differently is not proven; the version that is needed is named.

The tenancy's repository must have the revisions: fetch its whole history. With
--trust, each commit must also be signed by one of the keys.`,
		Example: `  # Is what the sites pull what the tenancy says?
  tenantc verify

  # Everything since a commit, signatures as well
  tenantc verify 3f2a1b0..HEAD --trust fleet.pub`,
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usageError{fmt.Errorf("verify takes one revision or range, got %q", args)}
		}
		return nil
	}
	cmd.Flags().StringArrayVar(&trust, "trust", nil, "want a signature of a public key in `FILE`, OpenPGP or SSH; may be given several times")
	format := formatFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		trusted, err := signature.FindTrusted(trust)
		if err != nil {
			return err
		}
		source, faults, err := compiler.Load(cmd.Context(), s.dir)
		if err != nil {
			return err
		}
		checked, more := compiler.Check(cmd.Context(), source, s.options())
		if err := s.verdict(cmd.ErrOrStderr(), append(faults, more...), format); err != nil {
			return err
		}
		fleet, err := publish.OpenFleet(cmd.Context(), checked.Plan.Tenancy.Fleet, publish.Options{Dir: s.dir, Now: time.Now, Getenv: os.Getenv})
		if err != nil {
			return err
		}
		defer fleet.Close()
		commits, err := fleet.Select(cmd.Context(), strings.Join(args, ""))
		if err != nil {
			return err
		}
		return s.audit(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), fleet, commits,
			audit.Options{Dir: s.dir, Here: source, Workers: s.workers, Trusted: trusted}, format)
	}
	return cmd
}

// audit judges commits from the oldest to the newest, and prints each verdict
// as it comes.
func (s *settings) audit(ctx context.Context, out, errOut io.Writer, fleet *gitrepo.Fleet, commits []gitrepo.Commit, o audit.Options, format *enum) error {
	refused := 0
	var faults diag.List
	for _, c := range slices.Backward(commits) {
		v, err := audit.Commit(ctx, fleet, c, o)
		if err != nil {
			return err
		}
		word := "proven  "
		if !v.Proven() {
			word, refused = "REFUSED ", refused+1
		}
		if _, err := fmt.Fprintf(out, "%s %.12s %s\n", word, c.Hash, about(v)); err != nil {
			return err
		}
		faults = append(faults, v.Faults...)
	}
	err := s.verdict(errOut, faults, format)
	fmt.Fprintf(errOut, "%d of %d commits are proven\n", len(commits)-refused, len(commits))
	return err
}

// about tells a commit in a line: its subject is another's words unless it is
// proven to be tenantc's.
func about(v audit.Verdict) string {
	subject, _, _ := strings.Cut(v.Commit.Message, "\n")
	line := fmt.Sprintf("%s %q", v.Commit.Time.UTC().Format(time.RFC3339), subject)
	if v.Signer != "" {
		line += ", signed by " + v.Signer
	}
	return line
}
