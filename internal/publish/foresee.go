package publish

import (
	"time"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/tree"
)

// Foresee tells what publish is going to refuse of a change, whoever lifts a
// gate for it, if the fleet is then as the tenancy compiled before the change.
// Of the files by path, those that are alike on both sides may be missing.
// placeAt says where to write of a cluster that no spec has any more.
func Foresee(before, after map[string][]byte, result compiler.Result, now time.Time, placeAt func(tree.Place) diag.Position) diag.List {
	changes := tree.DeltaOf(tree.Compare(before, after))
	folders := map[tree.Place]map[string][]byte{}
	for name, data := range before {
		p, rest, is := tree.PlaceOf(name)
		if !is {
			continue
		}
		if folders[p] == nil {
			folders[p] = map[string][]byte{}
		}
		folders[p][rest] = data
	}
	leaving := refuse(steps(touched(changes), statesOf(folders), result), now, placeAt)
	return append(leaving, upgrade(result.Plan.Clusters, changes)...)
}
