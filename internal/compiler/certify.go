package compiler

import (
	"context"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/prove"
	"github.com/tenantc/tenantc/internal/tree"
)

// Certify compiles a tenancy and certifies what was judged on the way: every
// overlay as kustomize built it. There is a certificate also where an invariant
// does not hold; where anything else is wrong, which the list then has, it is
// nil.
func Certify(ctx context.Context, source Source, o Options) (*prove.Certificate, diag.List) {
	o.Base, o.Settle = nil, false // nothing is taken at anybody's word
	checked, faults := Check(ctx, source, o)
	if faults.HasErrors() || ctx.Err() != nil {
		return nil, faults
	}
	g := newGenerator(checked.Plan, source.Templates, o)
	g.certify = true
	whole := g.generate(ctx, checked.Plan)
	if faults = append(faults, whole.faults...); unmade(faults) || ctx.Err() != nil {
		return nil, faults
	}
	certificate := prove.Certify(checked.Plan.Tenancy.Name, source.Digest(), whole.tree.Digest(), whole.proof.sites, inOrder(whole.proof.clusters, checked))
	return &certificate, faults
}

// inOrder puts what was judged site by site in the order of the plan.
func inOrder(judged []prove.Judged[prove.Cluster], r Result) []prove.Judged[prove.Cluster] {
	at := make(map[tree.Place]int, len(judged))
	for i, j := range judged {
		at[j.What.Plan.Place()] = i
	}
	out := make([]prove.Judged[prove.Cluster], 0, len(judged))
	for _, c := range r.Plan.Clusters {
		out = append(out, judged[at[c.Place()]])
	}
	return out
}
