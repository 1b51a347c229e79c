package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// verbs are all commands that do something.
func verbs(cmd *cobra.Command) []*cobra.Command {
	var out []*cobra.Command
	for _, child := range cmd.Commands() {
		if child.HasSubCommands() {
			out = append(out, verbs(child)...)
		} else if child.Name() != "help" {
			out = append(out, child)
		}
	}
	return out
}

// Every example in a help text is a command line that tenantc understands; what
// they do is tried by the scripts in testdata.
func TestExamplesAreUnderstood(t *testing.T) {
	for _, verb := range verbs(newRoot()) {
		if verb.Name() == "version" {
			continue // it has nothing to show
		}
		require.NotEmpty(t, verb.Example, verb.CommandPath())
		for _, line := range commandLines(verb.Example) {
			root := newRoot()
			cmd, rest, err := root.Find(strings.Fields(line)[1:])
			require.NoError(t, err, line)
			require.NoError(t, cmd.ParseFlags(rest), line)
			require.NoError(t, cmd.ValidateArgs(cmd.Flags().Args()), line)
		}
	}
}

// commandLines are the calls of tenantc in an example, each on one line and
// without what the shell does with its output.
func commandLines(example string) []string {
	var out []string
	for line := range strings.Lines(strings.ReplaceAll(example, "\\\n", " ")) {
		line = strings.NewReplacer("source <(", "", ")", "").Replace(strings.TrimSpace(line))
		if strings.HasPrefix(line, "tenantc ") {
			line, _, _ = strings.Cut(line, " | ")
			line, _, _ = strings.Cut(line, " > ")
			out = append(out, line)
		}
	}
	return out
}

// Every verb says in one line what it does, and checks what it is given.
func TestHelpIsWhole(t *testing.T) {
	for _, verb := range verbs(newRoot()) {
		require.NotEmpty(t, verb.Short, verb.CommandPath())
		require.False(t, strings.HasSuffix(verb.Short, "."), verb.CommandPath())
		require.NotNil(t, verb.Args, "%s takes any arguments", verb.CommandPath())
	}
}

// The line that explain's example and the README name is one about which there
// is something to explain: what the quota's CPU adds up of.
func TestExplainExampleNamesTheQuota(t *testing.T) {
	file, err := os.ReadFile("../../fleet/sites/turin-1/tenants/acme/prod/boundary/resourcequota-tenantc.yaml")
	require.NoError(t, err)
	require.Contains(t, strings.Split(string(file), "\n")[26-1], "limits.cpu")
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	for _, text := range []string{newExplain(&settings{}).Example, string(readme)} {
		require.Contains(t, text, "resourcequota-tenantc.yaml:26")
	}
}
