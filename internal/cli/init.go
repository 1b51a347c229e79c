package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/disk"
	"github.com/tenantc/tenantc/internal/scaffold"
	"github.com/tenantc/tenantc/internal/version"
)

func newInit(s *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Make a tenancy repository that compiles at once",
		Long: `Write a small tenancy into DIR (default: the current folder): one site, one class,
one tenant, the templates, and workflows for pull request and publish. Nothing
that is there is overwritten.`,
		Example: `  tenantc init my-tenancy
  tenantc -C my-tenancy validate`,
		Args: atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := s.dir
			if len(args) == 1 {
				dir = s.path(args[0])
			}
			abs, err := filepath.Abs(dir)
			if err != nil {
				return err
			}
			files := scaffold.Init(scaffold.Options{Name: scaffold.NameOf(filepath.Base(abs)), Version: version.String()})
			if err := create(cmd, dir, files); err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "%d files written to %s; try: tenantc -C %s compile\n", len(files), dir, dir)
			return nil
		},
	}
}

// create writes new files; where one is taken the answer is no.
func create(cmd *cobra.Command, dir string, files map[string][]byte) error {
	err := disk.Create(cmd.Context(), dir, files)
	if errors.Is(err, fs.ErrExist) {
		fmt.Fprintf(cmd.ErrOrStderr(), "tenantc: %v\n", err)
		return errNo
	}
	return err
}

func atMostOne(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usageError{fmt.Errorf("%s takes one folder, got %q", cmd.CommandPath(), args)}
	}
	return nil
}
