// Package audit holds commits of the fleet repository against the tenancy that
// they say they come from: it compiles that tenancy again and compares every
// byte. Nothing is believed of a commit but what it names, and nothing an
// earlier run remembered is used. It writes nothing.
package audit

import (
	"context"
	"fmt"
	"strings"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/publish"
	"github.com/tenantc/tenantc/internal/signature"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/version"
)

// Options says what an audit may use.
type Options struct {
	Dir     string            // of the tenancy, whose repository has the revisions
	Here    compiler.Source   // the tenancy as it stands there, for commits that were made of local changes
	Workers int               // 0: one for each CPU
	Trusted signature.Trusted // whose signatures count; none: signatures are not looked at
}

// Verdict is what was found of one commit. Without faults it is proven to be
// what this tenantc makes of its tenancy.
type Verdict struct {
	Commit gitrepo.Commit
	Signer string // which trusted key signed it; empty when no key is trusted
	Faults diag.List
}

// Proven tells whether nothing is wrong with the commit.
func (v Verdict) Proven() bool { return !v.Faults.HasErrors() }

// Commit judges one commit of the fleet.
func Commit(ctx context.Context, fleet *gitrepo.Fleet, c gitrepo.Commit, o Options) (Verdict, error) {
	v := Verdict{Commit: c}
	if !o.Trusted.None() {
		who, err := o.Trusted.Check(c.Signed, c.Signature)
		v.Signer = who
		if err != nil {
			v.fault(diag.BadSignature, err.Error(), "find out who made it: sites that verify refuse it")
		}
	}
	if c.Trailer(gitrepo.TrailerTenancyDigest) == "" || c.Trailer(gitrepo.TrailerVersion) == "" || c.Merge {
		return v, v.foreign(ctx, fleet)
	}
	source, found, err := sourceOf(ctx, c, o)
	if err != nil {
		return v, err
	}
	if !found {
		v.fault(diag.NotReproducible, fmt.Sprintf("it was made of the tenancy %s at revision %q, which is not here", c.Trailer(gitrepo.TrailerTenancyDigest), c.Trailer(gitrepo.TrailerRevision)),
			"fetch the whole history of the tenancy repository; what was published with local changes cannot be made again without them")
		return v, nil
	}
	return v, v.recompile(ctx, fleet, source, o)
}

// fault adds what is wrong with the commit, named by its hash.
func (v *Verdict) fault(code diag.Code, what, hint string) {
	v.Faults = append(v.Faults, diag.Diagnostic{
		Severity: diag.Error, Code: code, Message: fmt.Sprintf("commit %.12s: %s", v.Commit.Hash, what), Hint: hint,
	})
}

// maxPaths is how many files of a commit are named one by one.
const maxPaths = 20

// paths adds a fault for each file, up to a bound.
func (v *Verdict) paths(code diag.Code, paths []string, what, hint string) {
	for i, p := range paths {
		if i == maxPaths {
			v.fault(code, fmt.Sprintf("%d more files", len(paths)-maxPaths), "")
			return
		}
		v.fault(code, fmt.Sprintf(what, p), hint)
	}
}

// foreign says of a commit that tenantc did not make what it did to the sites.
func (v *Verdict) foreign(ctx context.Context, fleet *gitrepo.Fleet) error {
	changed, err := fleet.ChangedIn(ctx, v.Commit)
	if err != nil {
		return err
	}
	subject, _, _ := strings.Cut(v.Commit.Message, "\n")
	what := fmt.Sprintf("%q by %q is not tenantc's", subject, v.Commit.Author)
	if v.Commit.Merge {
		what = fmt.Sprintf("%q by %q is a merge, which tenantc never makes", subject, v.Commit.Author)
	}
	v.fault(diag.ForeignCommit, what, "only tenantc should be able to push to the fleet repository: protect the branch")
	v.paths(diag.ForeignCommit, changed, "it changes %q", "")
	return nil
}

// recompile compares the commit with what its tenancy compiles to.
func (v *Verdict) recompile(ctx context.Context, fleet *gitrepo.Fleet, source compiler.Source, o Options) error {
	result, faults := compiler.Compile(ctx, source, compiler.Options{Workers: o.Workers})
	if err := context.Cause(ctx); err != nil {
		return err
	}
	made := v.Commit.Trailer(gitrepo.TrailerVersion)
	if faults.HasErrors() {
		v.fault(diag.NotReproducible, fmt.Sprintf("its tenancy does not compile with tenantc %s (%d diagnostics, the first: %s)", version.String(), len(faults), faults.Sorted()[0].Message),
			"verify it with the tenantc that made it: "+made)
		return nil
	}
	paths, err := fleet.At(v.Commit).Differing(ctx, result.Tree)
	if err != nil || len(paths) == 0 {
		return err
	}
	if made != version.String() {
		v.fault(diag.OtherVersion, fmt.Sprintf("tenantc %s made it, and this is %s, which makes %d of its files differently, the first %q", made, version.String(), len(paths), paths[0]),
			"verify it with the tenantc that made it: "+made)
		return nil
	}
	v.paths(diag.FleetEdited, paths, "%q is not what the tenancy compiles to", "somebody has changed it after tenantc, or under its name")
	return nil
}

// sourceOf finds the tenancy that a commit was made of, by its digest: at the
// revision that it names, or as it stands here.
func sourceOf(ctx context.Context, c gitrepo.Commit, o Options) (compiler.Source, bool, error) {
	digest := c.Trailer(gitrepo.TrailerTenancyDigest)
	if publish.DigestOf(o.Here) == digest {
		return o.Here, true, nil
	}
	revision := c.Trailer(gitrepo.TrailerRevision)
	if revision == "" || strings.Contains(revision, " ") {
		return compiler.Source{}, false, nil
	}
	read, faults, err := gitrepo.ReadTenancy(ctx, o.Dir, revision)
	if err != nil || faults.HasErrors() {
		return compiler.Source{}, false, context.Cause(ctx) // it is not here, or cannot be what was compiled
	}
	files := make([]spec.File, len(read.Files))
	for i, f := range read.Files {
		files[i] = spec.File(f)
	}
	source := compiler.NewSource(files)
	return source, publish.DigestOf(source) == digest, nil
}
