package cli

import (
	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/schema"
)

func newSchema() *cobra.Command {
	format := enum{value: "cue", allowed: []string{"cue", "jsonschema"}}
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the schema of the specs, as CUE or JSON Schema",
		Example: `  # For an editor: then point its YAML support at the file
  tenantc schema --format jsonschema > tenantc.schema.json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			text, err := schema.JSONSchema(), error(nil)
			if format.value == "cue" {
				text, err = schema.CUE()
			}
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
	format.flag(cmd, "format", "", "cue or jsonschema")
	return cmd
}
