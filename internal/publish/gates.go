package publish

import (
	"time"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/gate"
	"github.com/tenantc/tenantc/internal/spec"
)

// gates refuses a change that reaches further than the tenancy's gates let one
// change reach. Of what the fleet holds, the waivers are not known: that a
// waiver is part of its change is asked by review.
func (c Comparison) gates(now time.Time) diag.List {
	before, after := sides(c.Changes)
	policy := gate.PolicyOf(c.Result.Documents, spec.Documents{})
	verdicts := gate.Of(policy, diff.Consequences(before, after), c.Result.Plan, now)
	return gate.Diagnostics(policy, verdicts, c.Result.PlaceAt)
}
