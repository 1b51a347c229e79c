package cli

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/capacity"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/publish"
	"github.com/tenantc/tenantc/internal/signature"
)

func newPublish(s *settings) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "publish",
		Short: "Compile, prove and commit to the fleet repository",
		Long: `Compile the tenancy, prove every overlay, and commit what changed to the fleet
repository (spec.fleet of tenancy.yaml) with one plain push. When nothing changed,
nothing is committed. A tenant cluster that is in the fleet but in no spec is
refused: clusters leave by lifecycle (retired, then purged) only.

A fleet repository that is a path is made there, bare, when it is absent. For a
URL, git's own credential helper and ssh agent are asked, or the environment:
TENANTC_GIT_USERNAME and TENANTC_GIT_PASSWORD, or TENANTC_GIT_TOKEN; where
TENANTC_GIT_HOST is set, no other host gets them.

With a private key, OpenPGP or SSH, the commit is signed; where the tenancy's
fleet.verify asks for that, there must be one. The key is a file's, or the
environment's: TENANTC_SIGNING_KEY holds the key itself, and
TENANTC_SIGNING_PASSPHRASE what opens it. An SSH public key stands for the private
one that the ssh agent has (SSH_AUTH_SOCK).`,
		Example: `  # See what would change, then publish it
  tenantc diff
  tenantc publish

  # Sign the commit
  tenantc publish --signing-key ~/.ssh/fleet_ed25519

  # Sign it with a key that only the ssh agent has
  ssh-add ~/.ssh/fleet_ed25519
  tenantc publish --signing-key ~/.ssh/fleet_ed25519.pub`,
		Args: noArgs,
	}
	var keyFile string
	var overwrite, older bool
	timeout := patience(gitrepo.Timeout)
	cmd.Flags().Var(&timeout, "timeout", "how long one fetch or one push may take")
	cmd.Flags().BoolVar(&overwrite, "overwrite-foreign", false, "undo what others edited in the fleet repository, instead of refusing to")
	cmd.Flags().BoolVar(&older, "allow-older", false, "publish a commit of the tenancy that is older than the fleet's, instead of refusing to")
	cmd.Flags().StringVar(&keyFile, "signing-key", "", "sign the commit with the private key in `FILE`, OpenPGP or SSH, or with the ssh agent's for an SSH public key (default: "+signature.EnvKey+")")
	format, now := formatFlag(cmd), nowFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		source, faults, err := compiler.Load(cmd.Context(), s.dir)
		if err != nil {
			return err
		}
		if faults.HasErrors() {
			return s.verdict(cmd.ErrOrStderr(), faults, format)
		}
		o := s.publishOptions(now)
		o.Overwrite, o.Older, o.Timeout = overwrite, older, time.Duration(timeout)
		if o.Key, err = signature.FindKey(keyFile, os.Getenv); err != nil {
			return err
		}
		outcome, more, err := publish.Publish(cmd.Context(), source, o)
		if err != nil {
			return err
		}
		save(cmd, o.Compiler)
		if err := s.verdict(cmd.ErrOrStderr(), append(faults, more...), format); err != nil {
			if capacity.Refused(more) {
				fmt.Fprint(cmd.ErrOrStderr(), noLongerFits)
			}
			return err
		}
		if outcome.Commit.Hash == "" {
			fmt.Fprintln(cmd.ErrOrStderr(), "nothing changed, nothing published")
			return nil
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "%s\n%s", outcome.Subject, outcome.Body)
		_, err = fmt.Fprintln(cmd.OutOrStdout(), outcome.Commit.Hash)
		return err
	}
	return cmd
}

// noLongerFits says what a pull request could not know: it was checked against
// what it was branched from or merged into, and another came first.
const noLongerFits = `tenantc: nothing was published: the tenancy no longer fits its sites. Changes that each
fit can oversell a site together. The fleet stays as it is until this is mended: lower a
quota, add nodes, or revert the change that came last. A merge queue finds it before the merge.
`

func (s *settings) publishOptions(now func() time.Time) publish.Options {
	return publish.Options{Dir: s.dir, Compiler: s.options(), Now: now, Getenv: os.Getenv}
}
