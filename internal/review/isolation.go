package review

import (
	"fmt"
	"slices"

	"github.com/tenantc/tenantc/internal/change"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/prove"
)

// isolationNote is the certificate in short. What breaks an invariant is a
// fault, and then there is no note; what the change does not make anew was
// judged when it came in. Where the tenancy's own templates refuse less than was
// proven, that is a warning, and the note does not call it proven.
func isolationNote(c change.Change, faults diag.List) []Note {
	clusters := 0
	for _, s := range c.Report.Sites {
		for _, cluster := range s.Clusters {
			if cluster.Change != diff.Removed {
				clusters++
			}
		}
	}
	if c.Report.Empty() {
		return nil
	}
	rests := "."
	if slices.ContainsFunc(faults, func(d diag.Diagnostic) bool { return d.Code == diag.ProvePolicies }) {
		rests = ", as far as the tenancy's own templates may be trusted: they change what was proven, see the warnings."
	}
	return []Note{{Title: "Isolation", Lines: []string{fmt.Sprintf(
		"All %d invariants hold on what is made anew: %s on %s%s",
		len(prove.Invariants()), diag.Plural(clusters, "tenant cluster"), diag.Plural(len(c.Report.Sites), "site"), rests,
	)}}}
}
