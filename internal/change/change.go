// Package change says what a change of the tenancy does to the sites: it brings
// the tenancy as it is beside a base (the fleet repository, a revision of the
// tenancy, a compiled folder), compiles what can differ, and compares. What a
// difference is, is package diff's; whether it may happen, package gate's.
package change

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/publish"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/tree"
)

// Change is a tenancy beside its base.
type Change struct {
	Report diff.Report
	After  compiler.Result // the specs as they are, and their plan
	Before compiler.Result // those of the base, where it is a revision of the tenancy
	Base   string          // the commit that the base is, where it is a revision

	Foreseen diag.List // what publish is going to refuse, were the base what is published, where it is a revision
}

// PlaceAt is where a tenant cluster is written: in the specs as they are, else
// in those of the base, whose lines may have moved.
func (c Change) PlaceAt(p tree.Place) diag.Position {
	if at := c.After.PlaceAt(p); at.File != "" {
		return at
	}
	return c.Before.PlaceAt(p)
}

// BaseError says that the base itself is at fault, not the tenancy.
type BaseError struct{ error }

// Against compares the source with a base: a revision of the tenancy, a
// compiled folder (a path that counts from the tenancy), or, where base is
// empty, the fleet repository. The list has the faults of the source; with the
// fleet repository also what publish refuses, and then there is a report all
// the same.
func Against(ctx context.Context, source compiler.Source, base string, o publish.Options) (Change, diag.List, error) {
	if base == "" {
		return againstFleet(ctx, source, o)
	}
	if path := pathOf(o.Dir, base); isFolder(path) {
		return againstFolder(ctx, source, path, o)
	}
	return againstRevision(ctx, source, base, o)
}

func againstFleet(ctx context.Context, source compiler.Source, o publish.Options) (Change, diag.List, error) {
	comparison, faults, err := publish.Compare(ctx, source, o)
	if err != nil {
		return Change{}, faults, err
	}
	defer comparison.Close()
	report, more := comparison.Report()
	return Change{Report: report, After: comparison.Result}, append(faults, more...), nil
}

// againstRevision compiles both sides where they differ. Faults of the source
// are told before those of the base.
func againstRevision(ctx context.Context, source compiler.Source, base string, o publish.Options) (Change, diag.List, error) {
	old, commit, found, err := readRevision(ctx, o.Dir, base)
	if err != nil {
		after, faults := compiler.Check(ctx, source, o.Compiler)
		if faults.HasErrors() {
			err = context.Cause(ctx)
		}
		return Change{After: after}, faults, err
	}
	before, after, more, faults := compiler.CheckPair(ctx, old, source, o.Compiler)
	c := Change{After: after}
	if err := context.Cause(ctx); err != nil || faults.HasErrors() {
		return c, faults, err
	}
	if found = append(found, more...); found.HasErrors() {
		return c, faults, BaseError{fmt.Errorf("the base %s does not compile: it has %d diagnostics, the first is: %s", base, len(found), found.Sorted()[0].Message)}
	}
	b, a, more := compiler.Pair(ctx, compiler.Side{Checked: before, Source: old}, compiler.Side{Checked: after, Source: source}, o.Compiler)
	if faults = append(faults, more...); context.Cause(ctx) != nil || faults.HasErrors() {
		return c, faults, context.Cause(ctx)
	}
	c.Before, c.Base = before, commit
	report, more := diff.Trees(b.Files, a.Files)
	c.Report = report
	c.Foreseen = publish.Foresee(b.Files, a.Files, after, o.Now(), c.PlaceAt)
	return c, append(faults, more...), nil
}

// readRevision reads the tenancy as it was, and says at which commit.
func readRevision(ctx context.Context, dir, base string) (compiler.Source, string, diag.List, error) {
	revision, found, err := gitrepo.ReadTenancy(ctx, dir, base)
	if err != nil {
		return compiler.Source{}, "", nil, err
	}
	files := make([]spec.File, len(revision.Files))
	for i, f := range revision.Files {
		files[i] = spec.File(f)
	}
	return compiler.NewSource(files), revision.Commit, found, nil
}

// Revision is the tenancy in dir as it was at a revision of its repository.
func Revision(ctx context.Context, dir, base string) (compiler.Source, error) {
	source, _, found, err := readRevision(ctx, dir, base)
	if err == nil && found.HasErrors() {
		err = BaseError{fmt.Errorf("the base %s cannot be read: %s", base, found.Sorted()[0].Message)}
	}
	return source, err
}

// isFolder: what is a folder is never taken for a revision.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// IsBase tells whether an error is of the base.
func IsBase(err error) bool {
	var base BaseError
	return errors.As(err, &base)
}
