package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func newCompletion() *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|fish|powershell|zsh",
		Short: "Print the script that completes commands and flags in a shell",
		Example: `  # For this session
  source <(tenantc completion bash)

  # For every session of zsh
  tenantc completion zsh > "${fpath[1]}/_tenantc"

  # For every session of fish
  tenantc completion fish > ~/.config/fish/completions/tenantc.fish`,
		Args:      exactArgs("SHELL"),
		ValidArgs: []string{"bash", "fish", "powershell", "zsh"},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			generate, known := map[string]func(io.Writer) error{
				"bash":       func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
				"fish":       func(w io.Writer) error { return root.GenFishCompletion(w, true) },
				"powershell": root.GenPowerShellCompletionWithDesc,
				"zsh":        root.GenZshCompletion,
			}[args[0]]
			if !known {
				return usageError{fmt.Errorf("there is no completion for %q, only for bash, fish, powershell and zsh", args[0])}
			}
			return generate(cmd.OutOrStdout())
		},
	}
}
