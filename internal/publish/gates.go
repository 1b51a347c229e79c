package publish

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/gate"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/spec"
)

// gates judges whether the change reaches further than the tenancy's gates let
// one change reach; the list has those that stay shut. Of what the fleet holds,
// the waivers are not known: that a waiver is part of its change is asked by
// review.
func (c Comparison) gates(consequences diff.Report, now time.Time) ([]gate.Verdict, diag.List) {
	policy := gate.PolicyOf(c.Result.Documents, spec.Documents{})
	verdicts := gate.Of(policy, consequences, c.Result.Plan, now)
	return verdicts, gate.Diagnostics(policy, verdicts, c.Result.PlaceAt)
}

// waived are the trailers that keep in history which waivers let a change
// through: the gate, the waiver's name and the digest of its file, all of them
// words that the schema bounds. The reason, which is anybody's prose, stays in
// the file, which the tenancy's revision has.
func waived(verdicts []gate.Verdict, source compiler.Source) []gitrepo.Trailer {
	var out []gitrepo.Trailer
	for _, v := range verdicts {
		if v.Waiver == nil {
			continue
		}
		i := slices.IndexFunc(source.Specs, func(f spec.File) bool { return f.Path == v.Waiver.At.File })
		out = append(out, gitrepo.Trailer{
			Key:   gitrepo.TrailerWaiver,
			Value: fmt.Sprintf("%s %s sha256:%x", v.Gate, v.Waiver.Name, sha256.Sum256(source.Specs[i].Data)),
		})
	}
	return out
}
