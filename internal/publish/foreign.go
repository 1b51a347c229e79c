package publish

import (
	"context"
	"fmt"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/tree"
)

// maxForeign is how many edits of others are named one by one.
const maxForeign = 20

// foreign names the edits that somebody else made in the fleet repository
// since tenantc's last commit and that these changes would undo. They are
// errors unless they are to be overwritten; edits that nothing undoes are for
// verify to find.
func foreign(ctx context.Context, fleet *gitrepo.Fleet, changes tree.Delta, overwrite bool) (diag.List, error) {
	by, err := fleet.Foreign(ctx)
	if err != nil || len(by) == 0 {
		return nil, err
	}
	severity := diag.Error
	if overwrite {
		severity = diag.Warning
	}
	var faults diag.List
	more := 0
	for c := range changes.All() {
		commit, edited := by[c.Path]
		if !edited {
			continue
		}
		if len(faults) == maxForeign {
			more++
			continue
		}
		p, _, _ := tree.PlaceOf(c.Path)
		faults = append(faults, diag.Diagnostic{
			Severity: severity, Code: diag.ForeignEdit, Tenant: p.Tenant,
			Message: fmt.Sprintf("%s was %s in the fleet repository by somebody else: commit %.12s by %q", c.Path, edit(c), commit.Hash, commit.Author),
			Hint:    "find out why, and bring what is right into the tenancy; publish --overwrite-foreign undoes the edit",
		})
	}
	if more > 0 {
		faults = append(faults, diag.Diagnostic{
			Severity: severity, Code: diag.ForeignEdit,
			Message: fmt.Sprintf("%d more files were edited in the fleet repository by somebody else", more),
		})
	}
	return faults, nil
}

// edit says what somebody else did, by what it takes to undo it.
func edit(undo tree.Change) string {
	switch {
	case undo.Before == nil:
		return "removed"
	case undo.After == nil:
		return "added"
	}
	return "changed"
}
