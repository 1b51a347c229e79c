package diag

// Codes about where tenant clusters are placed, and how that is remembered.
const (
	LockMalformed Code = "TC1013"
	LockStale     Code = "TC2401"
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
	}
}
