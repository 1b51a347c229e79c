package review

import (
	"fmt"

	"github.com/tenantc/tenantc/internal/change"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/prove"
)

// isolationNote is the certificate in short. What breaks an invariant is a
// fault, and then there is no note; what the change does not make anew was
// judged when it came in.
func isolationNote(c change.Change) []Note {
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
	return []Note{{Title: "Isolation", Lines: []string{fmt.Sprintf(
		"All %d invariants hold on what is made anew: %s on %s.",
		len(prove.Invariants()), diag.Plural(clusters, "tenant cluster"), diag.Plural(len(c.Report.Sites), "site"),
	)}}}
}
