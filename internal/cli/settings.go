package cli

import (
	"context"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"

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
	flags.Var((*count)(&s.workers), "workers", "how many files and sites to work on at once (default: one for each CPU)")
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
	format := &enum{value: string(diag.Text)}
	for _, f := range diag.Formats() {
		format.allowed = append(format.allowed, string(f))
	}
	format.flag(cmd, "format", "", "how to print diagnostics: text, json or github (workflow annotations)")
	return format
}

// stage is compiler.Check or compiler.Compile.
type stage func(context.Context, compiler.Source, compiler.Options) (compiler.Result, diag.List)

// through is what most verbs begin with: it reads the tenancy, takes it through
// a stage and prints the diagnostics to w. With errors among them the answer is no.
func (s *settings) through(cmd *cobra.Command, run stage, w io.Writer, format *enum) (compiler.Result, error) {
	source, faults, err := compiler.Load(cmd.Context(), s.dir)
	if err != nil {
		return compiler.Result{}, err
	}
	o := s.options()
	result, more := run(cmd.Context(), source, o)
	if err := cmd.Context().Err(); err != nil {
		return compiler.Result{}, err
	}
	save(cmd, o)
	return result, s.verdict(w, append(faults, more...), format)
}

// verdict prints the diagnostics of a run and says whether it may go on.
func (s *settings) verdict(w io.Writer, list diag.List, format *enum) error {
	if diag.Format(format.value) == diag.GitHub {
		list = s.fromHere(list)
	}
	if err := diag.Print(w, list, diag.Format(format.value)); err != nil {
		return err
	}
	if list.HasErrors() {
		return errNo
	}
	return nil
}

// fromHere makes the paths of diagnostics count from the folder that the
// command was typed in. An annotation is placed by its path from the root of the
// repository, which is where a workflow's steps begin; the tenancy may be below.
func (s *settings) fromHere(list diag.List) diag.List {
	way := s.dir
	if here, err := os.Getwd(); err == nil {
		if dir, err := filepath.Abs(s.dir); err == nil {
			if rel, err := filepath.Rel(here, dir); err == nil {
				way = rel
			}
		}
	}
	return moved(list, func(p *diag.Position) {
		if p.File != "" {
			p.File = path.Join(filepath.ToSlash(way), p.File)
		}
	})
}

// moved is a copy of diagnostics with every position changed.
func moved(list diag.List, move func(*diag.Position)) diag.List {
	list = slices.Clone(list)
	for i := range list {
		move(&list[i].Position)
		list[i].Notes = slices.Clone(list[i].Notes)
		for j := range list[i].Notes {
			move(&list[i].Notes[j].Position)
		}
	}
	return list
}
