package publish

import (
	"fmt"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/tree"
)

// older refuses to take back what was published since: by a job of CI that is
// run again, one that a later one has overtaken, or out of a checkout that
// nobody has brought up to date.
func older(dir string, head gitrepo.Commit, changes tree.Delta, allowed bool) (diag.List, error) {
	if changes.Len() == 0 {
		return nil, nil
	}
	revision := strings.TrimSuffix(head.Trailer(gitrepo.TrailerRevision), localChanges)
	newer, err := gitrepo.Newer(dir, revision)
	if !newer || err != nil {
		return nil, err
	}
	severity := diag.Error
	if allowed {
		severity = diag.Warning
	}
	return diag.List{{
		Severity: severity, Code: diag.FleetNewer,
		Message: fmt.Sprintf("the fleet is of the tenancy's commit %.12s, which is newer than what is checked out here: what was published since would be taken back", revision),
		Hint:    "check that commit or a newer one out; to take a change back, git revert it; publish --allow-older goes back all the same",
	}}, nil
}
