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
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/signature"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/version"
)

// Options says what a publish may use.
type Options struct {
	Dir      string // of the tenancy, which a relative fleet repository counts from
	Compiler compiler.Options
	Now      func() time.Time
	Getenv   func(string) string
	Key      signature.Key // to sign with; none: commits are not signed

	// Timeout bounds one fetch or one push; zero means gitrepo.Timeout.
	Timeout time.Duration

	// Overwrite undoes what others edited in the fleet repository; else such
	// edits are errors.
	Overwrite bool

	// Older publishes a revision of the tenancy that comes before the one that
	// the fleet is of; else that is an error.
	Older bool
}

// Outcome is what a publish did, and how the commit says so. Commit is empty
// when nothing had changed.
type Outcome struct {
	Commit        gitrepo.Commit
	Subject, Body string
}

// Publish compiles the source, and commits and pushes what differs from the
// fleet repository. When another publisher was faster it starts again from the
// new state. Nothing is committed when nothing changed or anything is refused.
func Publish(ctx context.Context, source compiler.Source, o Options) (Outcome, diag.List, error) {
	checked, faults, err := check(ctx, source, o)
	if err != nil || faults.HasErrors() {
		return Outcome{}, faults, err
	}
	if faults = append(faults, signable(checked, o.Key)...); faults.HasErrors() {
		return Outcome{}, faults, nil
	}
	for attempt := 1; ; attempt++ {
		outcome, more, err := publishOnce(ctx, checked, source, o)
		if !errors.Is(err, gitrepo.ErrRejected) {
			return outcome, append(faults, more...), err
		}
		if attempt == attempts {
			return Outcome{}, faults, fmt.Errorf("gave up after %d attempts: %w", attempts, err)
		}
		if err := wait(ctx, pause(attempt)); err != nil {
			return Outcome{}, faults, err
		}
	}
}

func publishOnce(ctx context.Context, checked compiler.Result, source compiler.Source, o Options) (Outcome, diag.List, error) {
	c, faults, err := compare(ctx, checked, source, o)
	if err != nil {
		return Outcome{}, faults, err
	}
	defer c.Close()
	consequences, summary := diff.Consequences(c.Changes.All())
	verdicts, shut := c.gates(consequences, o.Now())
	if faults = append(faults, shut...); faults.HasErrors() || c.Changes.Len() == 0 && !c.unsigned() {
		return Outcome{}, faults, err
	}
	out := Outcome{Subject: resigned}
	if c.Changes.Len() > 0 {
		out.Subject, out.Body = summary.Subject(), summary.Body()
	}
	record, err := recordOf(ctx, source, out, o)
	if err != nil {
		return Outcome{}, faults, err
	}
	record.Trailers = append(record.Trailers, waived(verdicts, source)...)
	if out.Commit, err = c.fleet.Commit(ctx, c.Changes, record); err != nil {
		return Outcome{}, faults, err
	}
	if err := c.fleet.Push(ctx, out.Commit); err != nil {
		return Outcome{}, faults, err
	}
	return out, faults, nil
}

// DigestOf is how a commit names the specs that it was made of.
func DigestOf(source compiler.Source) string { return "sha256:" + source.Digest() }

// OpenFleet opens the fleet repository that the tenancy names.
func OpenFleet(ctx context.Context, target resolve.Fleet, o Options) (*gitrepo.Fleet, error) {
	remote, err := gitrepo.ParseRemote(target.Repository, target.Branch, o.Dir)
	if err != nil {
		return nil, err
	}
	return gitrepo.Open(ctx, gitrepo.Options{Remote: remote, Owned: overlay.Owned, Getenv: o.Getenv, Timeout: o.Timeout})
}

// localChanges goes behind a revision that is not all of what was published.
const localChanges = " with local changes"

// recordOf is what the commit says: what changed, and of which specs and which
// tenantc it is the work.
func recordOf(ctx context.Context, source compiler.Source, out Outcome, o Options) (gitrepo.Record, error) {
	origin, err := gitrepo.SourceOf(ctx, o.Dir, gitFiles(source.Files()))
	if err != nil {
		return gitrepo.Record{}, err
	}
	revision := origin.Commit
	if origin.Dirty {
		revision += localChanges
	}
	record := gitrepo.Record{
		Subject: out.Subject,
		Body:    out.Body,
		Trailers: []gitrepo.Trailer{
			{Key: gitrepo.TrailerRevision, Value: revision},
			{Key: gitrepo.TrailerTenancyDigest, Value: DigestOf(source)},
			{Key: gitrepo.TrailerVersion, Value: version.String()},
		},
		Author:    gitrepo.Author(o.Getenv),
		Committer: gitrepo.Committer(o.Getenv),
		Time:      o.Now(),
	}
	if !o.Key.None() {
		record.Signer = o.Key
	}
	return record, nil
}

func gitFiles(files []spec.File) []gitrepo.File {
	out := make([]gitrepo.File, len(files))
	for i, f := range files {
		out[i] = gitrepo.File(f)
	}
	return out
}
