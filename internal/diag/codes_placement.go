package diag

// Codes about where tenant clusters are placed, and how that is remembered.
const (
	LockMalformed Code = "TC1013"
	LockStale     Code = "TC2401"

	Unplaceable      Code = "TC6101"
	PlacementUnmet   Code = "TC6102"
	NeighbourUnknown Code = "TC6103"
)

func placementEntries() []Entry {
	return []Entry{
		{
			Code: LockMalformed, Title: "lock file malformed",
			Cause:  "`placements.lock.yaml` has a line that `tenantc place` does not write, or two for one tenant cluster: a merge left markers behind, or somebody edited the file.",
			Remedy: "After a merge conflict, keep the lines of both sides. Otherwise take the file from git again. Then run `tenantc place`.",
		},
		{
			Code: LockStale, Title: "stale line in the lock file",
			Cause:  "`placements.lock.yaml` remembers something that is no longer asked for: no spec has the tenant cluster any more, or the spec now says itself what was decided.",
			Remedy: "Run `tenantc place`, which drops the line or what is too much of it. Until then it has no effect.",
		},
		{
			Code: Unplaceable, Title: "no site for a cluster",
			Cause:  "`tenantc place` found no site that meets what a cluster asks for and has room for it. The notes say of each site why not.",
			Remedy: "Ask for less, or add capacity. Clusters that are placed already are never moved to make room.",
		},
		{
			Code: PlacementUnmet, Title: "placed where it would not be placed now",
			Cause:  "A cluster is on a site that no longer meets its `placement`: the placement, the site's labels or cost, or another cluster of the tenant changed since. Placed clusters never move by themselves.",
			Remedy: "Change the placement to what is so, or move the cluster: add one of another name, and retire this one.",
		},
		{
			Code: NeighbourUnknown, Title: "unknown neighbour",
			Cause:  "`placement.spread` or `placement.affinity` names a cluster that the tenant does not have, or the cluster itself.",
			Remedy: "Name another cluster of the same tenant, or none for all others.",
		},
	}
}
