// Package publish brings a compiled tenancy into the fleet repository: it holds
// the result against what is published, refuses what would leave the fleet by
// accident, and commits what changed with one push.
//
// How a tree is compiled is package compiler; how git stores it is gitrepo.
package publish

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/overlay"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/tree"
	"github.com/tenantc/tenantc/internal/version"
)

// attempts bounds how often a push that another publisher was faster than is
// tried again, each time compiled against the new state of the branch.
const attempts = 10

// Options says what a publish may use.
type Options struct {
	Dir      string // of the tenancy, which a relative fleet repository counts from
	Compiler compiler.Options
	Now      func() time.Time
	Getenv   func(string) string
}

// Comparison is a compiled tenancy beside the fleet repository.
type Comparison struct {
	Result  compiler.Result
	Changes tree.Changes
	fleet   *gitrepo.Fleet
}

// Outcome is what a publish did. Commit is empty when nothing had changed.
type Outcome struct {
	Commit  gitrepo.Commit
	Summary diff.Summary
}

// Compare compiles the source against the fleet repository and tells what
// differs. The list has the faults of the specs and of the repository, and
// every tenant cluster that may not leave; nothing is written. The caller
// closes the comparison.
func Compare(ctx context.Context, source compiler.Source, o Options) (Comparison, diag.List, error) {
	checked, faults := compiler.Check(ctx, source, o.Compiler)
	if err := context.Cause(ctx); err != nil {
		return Comparison{}, nil, err
	}
	if faults.HasErrors() {
		return Comparison{}, faults, nil
	}
	target := checked.Plan.Tenancy.Fleet
	remote, err := gitrepo.ParseRemote(target.Repository, target.Branch, o.Dir)
	if err != nil {
		return Comparison{}, faults, err
	}
	fleet, err := gitrepo.Open(ctx, gitrepo.Options{Remote: remote, Owned: overlay.Owned, Getenv: o.Getenv})
	if err != nil {
		return Comparison{}, faults, err
	}
	c := Comparison{fleet: fleet}
	more, err := c.compile(ctx, checked, source, o)
	if err != nil {
		return Comparison{}, append(faults, more...), errors.Join(err, c.Close())
	}
	return c, append(faults, more...), nil
}

func (c *Comparison) compile(ctx context.Context, checked compiler.Result, source compiler.Source, o Options) (diag.List, error) {
	compile := o.Compiler
	compile.Base = &compiler.Base{
		Folder: c.fleet.Hash,
		Hash:   gitrepo.FolderHash,
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
	leaving, err := leave(c.fleet, result, changes)
	return append(faults, leaving...), err
}

// Close lets go of the fleet repository.
func (c Comparison) Close() error {
	if c.fleet == nil {
		return nil
	}
	return c.fleet.Close()
}

// Publish compiles the source, and commits and pushes what differs from the
// fleet repository. When another publisher was faster it starts again from the
// new state. Nothing is committed when nothing changed or anything is refused.
func Publish(ctx context.Context, source compiler.Source, o Options) (Outcome, diag.List, error) {
	for attempt := 1; ; attempt++ {
		outcome, faults, err := publishOnce(ctx, source, o)
		if !errors.Is(err, gitrepo.ErrRejected) {
			return outcome, faults, err
		}
		if attempt == attempts {
			return Outcome{}, faults, fmt.Errorf("gave up after %d attempts: %w", attempts, err)
		}
	}
}

func publishOnce(ctx context.Context, source compiler.Source, o Options) (Outcome, diag.List, error) {
	c, faults, err := Compare(ctx, source, o)
	if err != nil {
		return Outcome{}, faults, err
	}
	defer c.Close()
	if faults.HasErrors() || len(c.Changes) == 0 {
		return Outcome{}, faults, err
	}
	record, summary, err := c.record(ctx, source, o)
	if err != nil {
		return Outcome{}, faults, err
	}
	commit, err := c.fleet.Commit(ctx, c.Changes, record)
	if err != nil {
		return Outcome{}, faults, err
	}
	if err := c.fleet.Push(ctx, commit); err != nil {
		return Outcome{}, faults, err
	}
	return Outcome{Commit: commit, Summary: summary}, faults, nil
}

// record is what the commit says: what changed, and of which specs and which
// tenantc it is the work.
func (c Comparison) record(ctx context.Context, source compiler.Source, o Options) (gitrepo.Record, diff.Summary, error) {
	origin, err := gitrepo.SourceOf(ctx, o.Dir, gitFiles(source.Files()))
	if err != nil {
		return gitrepo.Record{}, diff.Summary{}, err
	}
	revision := origin.Commit
	if origin.Dirty {
		revision += " with local changes"
	}
	summary := diff.Summarize(sides(c.Changes))
	lines, err := c.fleet.Summarize(c.Changes)
	if err != nil {
		return gitrepo.Record{}, diff.Summary{}, err
	}
	return gitrepo.Record{
		Message: gitrepo.Message(lines, []gitrepo.Trailer{
			{Key: gitrepo.TrailerRevision, Value: revision},
			{Key: gitrepo.TrailerTenancyDigest, Value: "sha256:" + source.Digest()},
			{Key: gitrepo.TrailerVersion, Value: version.String()},
		}),
		Author:    gitrepo.Author(o.Getenv),
		Committer: gitrepo.Committer(o.Getenv),
		Time:      o.Now(),
	}, summary, nil
}

func gitFiles(files []spec.File) []gitrepo.File {
	out := make([]gitrepo.File, len(files))
	for i, f := range files {
		out[i] = gitrepo.File(f)
	}
	return out
}

// sides are the files of the changes as they were and as they will be.
func sides(changes tree.Changes) (before, after map[string][]byte) {
	before, after = map[string][]byte{}, map[string][]byte{}
	for _, c := range changes {
		if c.Before != nil {
			before[c.Path] = c.Before
		}
		if c.After != nil {
			after[c.Path] = c.After
		}
	}
	return before, after
}

// Report tells the changes by site, tenant, object and field.
func (c Comparison) Report() (diff.Report, diag.List) {
	before, after := sides(c.Changes)
	return diff.Trees(before, after)
}
