package diag

// The fleet repository, and the tenancy repository where git is asked for it.
const (
	FleetInTheWay Code = "TC4001"
	FleetUnsafe   Code = "TC4002"
	TenancyUnsafe Code = "TC4003"
	FleetShared   Code = "TC4004"
)

func fleetEntries() []Entry {
	return []Entry{
		{
			Code:   FleetInTheWay,
			Title:  "somebody else's file in the fleet repository",
			Cause:  "At a path that tenantc must write stands a file without tenantc's first line, a link or a folder of somebody else's. tenantc never changes what it did not write.",
			Remedy: "Move the file to a folder beside sites/, or remove it from the fleet repository, and publish again.",
		},
		{
			Code:   FleetUnsafe,
			Title:  "unsafe entry in a site's folder of the fleet repository",
			Cause:  "In a folder that tenantc writes stands a symbolic link, a submodule, an entry of an unknown mode, or a name that a checkout could put elsewhere (such as .git in any spelling).",
			Remedy: "Find out who committed it: only tenantc should be able to push there. Remove it from the fleet repository and publish again.",
		},
		{
			Code:   TenancyUnsafe,
			Title:  "unsafe entry in a revision of the tenancy",
			Cause:  "At the revision that is compared with, tenancy.yaml or something below tenants/, sites/, classes/ or templates/ is a symbolic link, a submodule, an entry of an unknown mode or name, or too large to be read.",
			Remedy: "Commit plain files instead of links and submodules, or compare with a revision that has none.",
		},
		{
			Code:   FleetShared,
			Title:  "fleet repository within the tenancy's own",
			Cause:  "The tenancy's `fleet.repository` is a path to the tenancy's own git repository, to something in it, to a folder that the tenancy is in, or to one that specs are read from. Publish would write the fleet among what people write.",
			Remedy: "Write a path of its own, as in `build/fleet.git` (in .gitignore), or the URL of another repository.",
		},
	}
}
