package publish

import (
	"context"
	"errors"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
	"github.com/tenantc/tenantc/internal/version"
)

// Comparison is a compiled tenancy beside the fleet repository.
type Comparison struct {
	Result  compiler.Result
	Changes tree.Delta
	fleet   *gitrepo.Fleet
}

// Compare compiles the source against the fleet repository and tells what
// differs. The list has the faults of the specs and of the repository, and
// every tenant cluster that may not leave; nothing is written. The caller
// closes the comparison.
func Compare(ctx context.Context, source compiler.Source, o Options) (Comparison, diag.List, error) {
	checked, faults, err := check(ctx, source, o)
	if err != nil || faults.HasErrors() {
		return Comparison{}, faults, err
	}
	c, more, err := compare(ctx, checked, source, o)
	return c, append(faults, more...), err
}

func check(ctx context.Context, source compiler.Source, o Options) (compiler.Result, diag.List, error) {
	settling := o.Compiler
	settling.Settle = true
	checked, faults := compiler.Check(ctx, source, settling)
	if err := context.Cause(ctx); err != nil || faults.HasErrors() {
		return checked, faults, err
	}
	shared, err := shared(checked, o.Dir)
	return checked, append(faults, shared...), err
}

// shared refuses a fleet repository that turns out, on this machine, to be part
// of the tenancy.
func shared(checked compiler.Result, dir string) (diag.List, error) {
	fleet := checked.Plan.Tenancy.Fleet
	remote, err := gitrepo.ParseRemote(fleet.Repository, fleet.Branch, dir)
	if err != nil {
		return nil, err
	}
	what, err := remote.Shared(dir)
	if what == "" || err != nil {
		return nil, err
	}
	return diag.List{resolve.FleetShared(checked.Documents.Tenancy, what)}, nil
}

func compare(ctx context.Context, checked compiler.Result, source compiler.Source, o Options) (Comparison, diag.List, error) {
	fleet, err := OpenFleet(ctx, checked.Plan.Tenancy.Fleet, o)
	if err != nil {
		return Comparison{}, nil, err
	}
	c := Comparison{fleet: fleet}
	faults, err := c.compile(ctx, checked, source, o)
	if err != nil {
		return Comparison{}, faults, errors.Join(err, c.Close())
	}
	return c, faults, nil
}

func (c *Comparison) compile(ctx context.Context, checked compiler.Result, source compiler.Source, o Options) (diag.List, error) {
	compile := o.Compiler
	compile.Base = &compiler.Base{
		Folder: c.fleet.Hash,
		Hashes: gitrepo.FolderHashes,
		Proven: c.fleet.Head().Trailer(gitrepo.TrailerVersion) == version.String() && version.Released(),
	}
	result, faults := compiler.Generate(ctx, checked, source, compile)
	if err := context.Cause(ctx); err != nil || faults.HasErrors() {
		return faults, err
	}
	changes, more, err := c.fleet.Changes(ctx, result.Tree)
	if faults = append(faults, more...); err != nil || faults.HasErrors() {
		return faults, err
	}
	c.Result, c.Changes = result, changes
	leaving, err := leave(ctx, c.fleet, result, changes, o.Now())
	if err != nil {
		return faults, err
	}
	back, err := older(o.Dir, c.fleet.Head(), changes, o.Older)
	if err != nil {
		return faults, err
	}
	edits, err := foreign(ctx, c.fleet, changes, o.Overwrite)
	faults = append(append(faults, back...), leaving...)
	faults = append(faults, upgrade(result.Plan.Clusters, changes)...)
	return append(faults, edits...), err
}

// Close lets go of the fleet repository.
func (c Comparison) Close() error {
	if c.fleet == nil {
		return nil
	}
	return c.fleet.Close()
}

// Report tells the changes by site, tenant, object and field.
func (c Comparison) Report() (diff.Report, diag.List) {
	return diff.Changes(c.Changes.All())
}
