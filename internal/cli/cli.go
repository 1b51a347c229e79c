// Package cli is the command line: a file a verb, with its flags, what it
// prints and its exit code. What a verb does is in the packages it calls.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/version"
)

// Exit codes of every command.
const (
	exitDone  = 0
	exitNo    = 1 // the answer is no: faults, a refusal, differences under --exit-code
	exitUsage = 2
	exitError = 3 // tenantc could not do its work: disk, network, git
)

// errNo ends a command whose answer, already printed, is no.
var errNo = errors.New("no")

// usageError is a command line that cannot be understood.
type usageError struct{ error }

// Run runs one command as typed and returns its exit code. An interrupt cancels
// what is under way; a command that has not reached its one commit point then
// leaves everything as it was. A second interrupt ends the process at once. The
// first is still listened for when Run returns: one that comes between the
// commit point and the end of the process does not take the exit code away.
func Run(args []string, in io.Reader, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	cmd, err := root.ExecuteContextC(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errNo):
		return exitNo
	case errors.As(err, &usage):
		fmt.Fprintf(errOut, "tenantc: %v\nSee '%s --help'.\n", err, cmd.CommandPath())
		return exitUsage
	case ctx.Err() != nil && !errors.Is(err, gitrepo.ErrUnknown):
		fmt.Fprintln(errOut, "tenantc: interrupted; nothing was changed")
		return exitError
	}
	fmt.Fprintf(errOut, "tenantc: %v\n", err)
	return exitError
}

func newRoot() *cobra.Command {
	s := &settings{}
	root := &cobra.Command{
		Use:   "tenantc",
		Short: "Compile tenant specs into a fleet repository that Flux pulls",
		Long: `tenantc compiles a tenancy repository (tenants, sites, classes) into a fleet
repository: one self-contained folder of Kustomize overlays per bare-metal site,
which Flux on the site pulls. Nothing is pushed to a site.

Exit codes: 0 done, 1 the answer is no (faults, a refusal, differences),
2 wrong usage, 3 tenantc could not do its work.`,
		Version:       version.String(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	s.register(root)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(
		newInit(s),
		newNew(s),
		newValidate(s),
		newCompile(s),
		newDiff(s),
		newPublish(s),
		newVerify(s),
		newReview(s),
		newPlace(s),
		newCapacity(s),
		newProve(s),
		newExplain(s),
		newStacks(s),
		newKubeconfig(s),
		newBootstrap(s),
		newSchema(),
		newCompletion(),
		newVersion(),
	)
	return root
}

// noArgs and exactArgs are cobra's checks, with exit code 2.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasSubCommands() {
		err := fmt.Errorf("%s has no command %q", cmd.CommandPath(), args[0])
		if near := spec.Nearest(args[0], names(cmd.Commands())); near != "" {
			err = fmt.Errorf("%w; did you mean %s?", err, near)
		}
		return usageError{err}
	}
	return usageError{fmt.Errorf("%s takes no arguments, got %q", cmd.CommandPath(), args)}
}

func names(cmds []*cobra.Command) []string {
	var out []string
	for _, cmd := range cmds {
		out = append(out, cmd.Name())
	}
	return out
}

func exactArgs(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return usageError{fmt.Errorf("%s takes %s, got %q", cmd.CommandPath(), strings.Join(names, " "), args)}
		}
		return nil
	}
}
