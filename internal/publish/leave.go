package publish

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"time"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/overlay"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
)

const (
	gone    resolve.State = "gone"    // no spec has the cluster any more
	unknown resolve.State = "unknown" // its folder is not as tenantc writes it
)

// step is a tenant cluster's way from the state in which it is published to
// the one that its spec asks for.
type step struct {
	place         tree.Place
	before, after resolve.State
	cluster       resolve.Cluster // as planned; zero when it is gone
	movedTo       string          // the site on which the specs have it now; empty for none
}

// refusal is why a step is not taken.
type refusal struct {
	code          diag.Code
	message, hint string
}

// leave refuses what would make a tenant cluster leave by accident. A cluster
// none of whose files change stays as it is, so only the changed ones are read.
func leave(ctx context.Context, fleet *gitrepo.Fleet, result compiler.Result, changes tree.Delta, now time.Time) (diag.List, error) {
	places := touched(changes)
	states, err := published(ctx, fleet, places)
	if err != nil {
		return nil, err
	}
	return refuse(steps(places, states, result), now, result.PlaceAt), nil
}

// refuse judges every step. placeAt says where to write of a cluster that no
// spec has any more.
func refuse(steps []step, now time.Time, placeAt func(tree.Place) diag.Position) diag.List {
	var faults diag.List
	for _, s := range steps {
		why, refused := s.refuse(now)
		if !refused {
			continue
		}
		at, field := s.cluster.Origin.Lifecycle(), "spec.clusters.lifecycle"
		if s.after == gone {
			at, field = placeAt(s.place), "spec.clusters"
		}
		faults = append(faults, diag.Diagnostic{
			Severity: diag.Error, Code: why.code, Tenant: s.place.Tenant, Path: field, Position: at,
			Message: fmt.Sprintf("tenant cluster %s/%s of site %s %s", s.place.Tenant, s.place.Cluster, s.place.Site, why.message), Hint: why.hint,
		})
	}
	return faults
}

// refuse judges one step. A site that was offline sees only the last of
// several commits, so each state on the way out must have stood in the fleet
// of itself; and what destroys data waits for the day that the spec names.
func (s step) refuse(now time.Time) (refusal, bool) {
	leaves := s.after == resolve.Retired || s.after == resolve.Purged
	until := s.cluster.KeepDataUntil
	switch {
	case s.before == resolve.Purged || s.before == s.after:
		return refusal{}, false
	case s.after == gone:
		return s.vanished(), true
	case leaves && !until.IsZero() && now.Before(until.AddDate(0, 0, 1)):
		return refusal{
			diag.DataKept, fmt.Sprintf("is to be %s, but its data is kept until the end of %s (UTC)", s.after, until.Format(time.DateOnly)),
			"suspend it until then, or agree on another date and change keepDataUntil",
		}, true
	case s.after == resolve.Purged && s.before == unknown:
		return refusal{diag.StepSkipped, "is to be purged, but it cannot be told whether it was retired", retireFirst}, true
	case s.after == resolve.Purged && s.before != resolve.Retired:
		return refusal{diag.StepSkipped, "is to be purged, but it was never retired", retireFirst}, true
	}
	return refusal{}, false
}

const retireFirst = "write lifecycle: {state: retired} and publish that first"

// vanished says what to do about a cluster that no spec has any more.
func (s step) vanished() refusal {
	where := ""
	r := refusal{code: diag.ClusterVanished, message: fmt.Sprintf("is %s in the fleet, but no spec has it any more", s.before)}
	if s.movedTo != "" {
		r.message = fmt.Sprintf("is %s in the fleet, but the specs have it on site %s only", s.before, s.movedTo)
		where = ", as a second entry of the same name: a move is a retirement there and a new cluster here"
	}
	switch s.before {
	case unknown:
		r.message, r.hint = "is in the fleet in a state that cannot be read, but no spec has it any more", "put it back as it was"+where
	case resolve.Retired:
		r.hint = "put it back with lifecycle: {state: purged}" + where
	default:
		r.hint = "put it back as it was" + where + "; it leaves with lifecycle: {state: retired}, which deletes its data"
	}
	return r
}

// steps lists, in the order of the places, what becomes of the tenant clusters
// whose states are known.
func steps(places []tree.Place, states map[tree.Place]resolve.State, result compiler.Result) []step {
	planned, sites := map[tree.Place]resolve.Cluster{}, result.SitesOf()
	for _, c := range result.Plan.Clusters {
		planned[c.Place()] = c
	}
	var out []step
	for _, p := range places {
		before, found := states[p]
		if !found {
			continue
		}
		s := step{place: p, before: before, after: gone, movedTo: sites[resolve.NamespaceOf(p.Tenant, p.Cluster)]}
		if c, kept := planned[p]; kept {
			s.cluster, s.after, s.movedTo = c, c.State, ""
		}
		out = append(out, s)
	}
	return out
}

// touched lists the tenant clusters that changes are in, in order.
func touched(changes tree.Delta) []tree.Place {
	seen := map[tree.Place]bool{}
	var out []tree.Place
	for c := range changes.All() {
		if p, _, is := tree.PlaceOf(c.Path); is && !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b tree.Place) int {
		return cmp.Or(cmp.Compare(a.Site, b.Site), cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Cluster, b.Cluster))
	})
	return out
}

// published reads in which state clusters are in the fleet repository; what is
// not there is left out.
func published(ctx context.Context, fleet *gitrepo.Fleet, places []tree.Place) (map[tree.Place]resolve.State, error) {
	var names []string
	folders := map[tree.Place]map[string][]byte{}
	for _, p := range places {
		for _, layer := range []string{tree.BoundaryFolder, tree.ClusterFolder} {
			entries, err := fleet.List(path.Join(p.Folder(), layer))
			if err != nil {
				return nil, err
			}
			if len(entries) > 0 {
				folders[p] = map[string][]byte{}
			}
			for _, e := range entries {
				if overlay.TellsState(e.Name) {
					names = append(names, path.Join(p.Folder(), layer, e.Name))
				}
			}
		}
	}
	files, err := fleet.ReadFiles(ctx, names)
	if err != nil {
		return nil, err
	}
	for name, data := range files {
		p, rest, _ := tree.PlaceOf(name)
		folders[p][rest] = data
	}
	return statesOf(folders), nil
}

func statesOf(folders map[tree.Place]map[string][]byte) map[tree.Place]resolve.State {
	states := make(map[tree.Place]resolve.State, len(folders))
	for p, files := range folders {
		state, known := overlay.StateOf(files)
		if !known {
			state = unknown
		}
		states[p] = state
	}
	return states
}
