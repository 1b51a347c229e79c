package publish

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/overlay"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
)

// gone is the state of a tenant cluster that no spec has any more.
const gone resolve.State = "gone"

// unknown is the state of a cluster's folder that is not as tenantc writes it.
const unknown resolve.State = "unknown"

// refusals are the steps that would take a cluster off its site without the
// one before: a site that was offline sees only the last of several commits, so
// each state must have stood in the fleet of itself. All other steps are fine.
var refusals = map[[2]resolve.State]struct {
	code          diag.Code
	message, hint string
}{
	{resolve.Active, gone}:              {diag.ClusterVanished, "is active in the fleet, but no spec has it any more", "put it back with lifecycle: {state: retired}"},
	{resolve.Suspended, gone}:           {diag.ClusterVanished, "is suspended in the fleet, but no spec has it any more", "put it back with lifecycle: {state: retired}"},
	{resolve.Retired, gone}:             {diag.ClusterVanished, "is retired in the fleet, but no spec has it any more", "put it back with lifecycle: {state: purged}"},
	{unknown, gone}:                     {diag.ClusterVanished, "is in the fleet in a state that cannot be read, but no spec has it any more", "put it back as it was"},
	{resolve.Active, resolve.Purged}:    {diag.StepSkipped, "is to be purged, but it was never retired", "write lifecycle: {state: retired} and publish that first"},
	{resolve.Suspended, resolve.Purged}: {diag.StepSkipped, "is to be purged, but it was never retired", "write lifecycle: {state: retired} and publish that first"},
	{unknown, resolve.Purged}:           {diag.StepSkipped, "is to be purged, but it cannot be told whether it was retired", "write lifecycle: {state: retired} and publish that first"},
}

// place is a tenant cluster's place in the fleet tree.
type place struct{ site, tenant, cluster string }

func (p place) folder() string { return path.Join("sites", p.site, "tenants", p.tenant, p.cluster) }

// placeOf reads the place from the path of one of the cluster's files.
func placeOf(file string) (place, bool) {
	parts := strings.Split(file, "/")
	if len(parts) < 6 || parts[0] != "sites" || parts[2] != "tenants" {
		return place{}, false
	}
	return place{parts[1], parts[3], parts[4]}, true
}

// leave refuses what would make a tenant cluster leave by accident. A cluster
// none of whose files change stays as it is, so only the changed ones are read.
func leave(fleet *gitrepo.Fleet, result compiler.Result, changes tree.Changes) (diag.List, error) {
	planned := map[place]resolve.Cluster{}
	for _, c := range result.Plan.Clusters {
		planned[place{c.Site, c.Tenant, c.Name}] = c
	}
	var faults diag.List
	for _, p := range touched(changes) {
		before, found, err := published(fleet, p)
		if err != nil {
			return nil, err
		}
		cluster, kept := planned[p]
		after := gone
		if kept {
			after = cluster.State
		}
		refusal, refused := refusals[[2]resolve.State{before, after}]
		if !found || !refused {
			continue
		}
		at, field := cluster.Origin.Cluster, "spec.clusters"
		if !kept {
			at = result.TenantAt(p.tenant)
		}
		faults = append(faults, diag.Diagnostic{
			Severity: diag.Error, Code: refusal.code, Tenant: p.tenant, Path: field, Position: at,
			Message: fmt.Sprintf("tenant cluster %s/%s of site %s %s", p.tenant, p.cluster, p.site, refusal.message), Hint: refusal.hint,
		})
	}
	return faults, nil
}

// touched lists the tenant clusters that changes are in, in order.
func touched(changes tree.Changes) []place {
	seen := map[place]bool{}
	var out []place
	for _, c := range changes {
		if p, is := placeOf(c.Path); is && !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.site, b.site), cmp.Compare(a.tenant, b.tenant), cmp.Compare(a.cluster, b.cluster))
	})
	return out
}

// published reads in which state a cluster is in the fleet repository; false
// where it is not there.
func published(fleet *gitrepo.Fleet, p place) (resolve.State, bool, error) {
	files := map[string][]byte{}
	for _, layer := range []string{resolve.BoundaryFolder, resolve.ClusterFolder} {
		entries, err := fleet.List(path.Join(p.folder(), layer))
		if err != nil {
			return "", false, err
		}
		for _, e := range entries {
			if e.Kind != gitrepo.Plain || e.Name != "kustomization.yaml" && !strings.HasPrefix(e.Name, "namespace-") {
				continue
			}
			data, _, err := fleet.ReadFile(path.Join(p.folder(), layer, e.Name))
			if err != nil {
				return "", false, err
			}
			files[path.Join(layer, e.Name)] = data
		}
	}
	if len(files) == 0 {
		return "", false, nil
	}
	state, known := overlay.StateOf(files)
	if !known {
		state = unknown
	}
	return state, true, nil
}
