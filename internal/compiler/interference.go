package compiler

import (
	"context"
	"fmt"
	"slices"

	"github.com/tenantc/tenantc/internal/cache"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/prove"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/schema"
)

// Interference compiles two versions of a tenancy, each of them whole, and
// tells whose output differs and why. The list has the faults of the newer one,
// and one for every tenant or site that should not have been touched.
func Interference(ctx context.Context, before, after Source, o Options) ([]prove.Touched, diag.List) {
	o.Base = nil
	old, faults := Compile(ctx, before, o)
	if ctx.Err() != nil || unmade(faults) {
		return nil, atBase(faults)
	}
	next, faults := Compile(ctx, after, o)
	if ctx.Err() != nil || unmade(faults) {
		return nil, faults
	}
	touched := prove.Interference(versionOf(old, before), versionOf(next, after))
	for _, t := range touched {
		if len(t.Reasons) > 0 {
			continue
		}
		faults = append(faults, diag.Diagnostic{
			Severity: diag.Error, Code: diag.Interference, Tenant: t.Tenant, Position: next.TenantAt(t.Tenant),
			Message: fmt.Sprintf("%d files of %s changed although nothing that they are made of did", t.Files, t.Tenant+t.Site),
		})
	}
	return touched, faults
}

// unmade tells whether there is no tree to compare: what is not proven has one.
func unmade(faults diag.List) bool {
	return slices.ContainsFunc(faults, func(d diag.Diagnostic) bool { return d.Severity == diag.Error && !d.Code.IsProof() })
}

// atBase says that faults are those of the base, which the user is not looking at.
func atBase(faults diag.List) diag.List {
	out := slices.Clone(faults)
	for i := range out {
		out[i].Message = "in the base: " + out[i].Message
	}
	return out
}

func versionOf(r Result, source Source) prove.Version {
	v := prove.Version{
		Templates: digestOf(source.Templates), Files: r.Tree.Files,
		Sites:   digests(r.Documents.Sites, func(d schema.Site) string { return d.Metadata.Name }),
		Classes: digests(r.Documents.Classes, func(d schema.TenantClass) string { return d.Metadata.Name }),
		Tenants: digests(r.Documents.Tenants, func(d schema.Tenant) string { return d.Metadata.Name }),
		ClassOf: map[string]string{}, SitesOf: map[string][]string{},
	}
	if r.Documents.Tenancy != nil {
		v.Tenancy = digestOf(r.Documents.Tenancy.Value)
	}
	for _, doc := range r.Documents.Tenants {
		v.ClassOf[doc.Value.Metadata.Name] = doc.Value.Spec.Class
	}
	for _, c := range r.Plan.Clusters {
		v.SitesOf[c.Tenant] = append(v.SitesOf[c.Tenant], c.Site)
	}
	return v
}

// digests of documents, by name: what they say, not how it is written.
func digests[T any](documents []*spec.Document[T], name func(T) string) map[string]string {
	out := map[string]string{}
	for _, doc := range documents {
		out[name(doc.Value)] = digestOf(doc.Value)
	}
	return out
}

func digestOf(v any) string {
	key := cache.KeyOf("version", encode(v))
	return string(key[:])
}
