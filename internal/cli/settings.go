package cli

import (
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/cache"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/version"
)

// settings are the flags that every verb shares.
type settings struct {
	dir     string // -C: the tenancy repository
	workers int
	noCache bool
}

func (s *settings) register(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.StringVarP(&s.dir, "directory", "C", ".", "run as if started in `DIR`, the tenancy repository")
	flags.IntVar(&s.workers, "workers", 0, "how many files and sites to work on at once (default: one for each CPU)")
	flags.BoolVar(&s.noCache, "no-cache", false, "work everything out again")
}

// options opens the cache. Where there is no folder for one, there is no cache.
func (s *settings) options() compiler.Options {
	o := compiler.Options{Workers: s.workers}
	identity := version.Identity()
	folder, err := os.UserCacheDir()
	if s.noCache || identity == "" || err != nil {
		return o
	}
	o.Cache = cache.Open(filepath.Join(folder, "tenantc"), identity, s.dir)
	return o
}

// save keeps what the run worked out. A cache that cannot be written costs time
// in the next run, and is no reason to fail this one.
func save(cmd *cobra.Command, o compiler.Options) {
	_ = o.Cache.Save(cmd.Context())
}

// formatFlag is how diagnostics are printed.
func formatFlag(cmd *cobra.Command) *enum {
	format := &enum{value: string(diag.Text), allowed: []string{string(diag.Text), string(diag.JSON), string(diag.GitHub)}}
	cmd.Flags().Var(format, "format", "how to print diagnostics: text, json or github (workflow annotations)")
	return format
}

// verdict prints the diagnostics of a run and says whether it may go on.
func verdict(w io.Writer, list diag.List, format *enum) error {
	if err := diag.Print(w, list, diag.Format(format.value)); err != nil {
		return err
	}
	if list.HasErrors() {
		return errNo
	}
	return nil
}
