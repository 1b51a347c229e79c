package diag

// Codes of package audit.
const (
	ForeignCommit   Code = "TC4301"
	FleetEdited     Code = "TC4302"
	NotReproducible Code = "TC4303"
	OtherVersion    Code = "TC4304"
	BadSignature    Code = "TC4305"
)

func auditEntries() []Entry {
	return []Entry{
		{
			Code: ForeignCommit, Title: "somebody else's commit",
			Cause:  "A commit of the fleet repository is not tenantc's: it lacks the trailers that name its tenancy and its tenantc, or it is a merge.",
			Remedy: "Find out who made it and why. Bring what is right into the tenancy, publish with `--overwrite-foreign`, and let nobody but the publisher push to the branch.",
		},
		{
			Code: FleetEdited, Title: "not what the tenancy compiles to",
			Cause:  "A fleet commit names a tenancy revision and the tenantc that runs, but a file below sites/ is not, to the byte, what that makes of it; or one is there that it does not make.",
			Remedy: "Somebody has written under tenantc's name. Find out who could push, and publish again; signatures (`fleet.verify`) keep sites from pulling such commits.",
		},
		{
			Code: NotReproducible, Title: "commit cannot be made again",
			Cause:  "The tenancy that a fleet commit was made of is not at hand: its revision is not in this clone, was published with local changes or from no repository; or it no longer compiles with this tenantc.",
			Remedy: "Fetch the whole history of the tenancy repository, and verify with the tenantc that the commit names. Publish from a clean checkout, so that every commit can be verified.",
		},
		{
			Code: OtherVersion, Title: "made by another tenantc",
			Cause:  "Another version of tenantc made the commit, and this one lays the same tenancy out differently, so that nothing is proven either way.",
			Remedy: "Install the version that the diagnostic names, and verify the commit with it.",
		},
		{
			Code: BadSignature, Title: "no trusted signature",
			Cause:  "A fleet commit is not signed, or by no key that `--trust` names.",
			Remedy: "Give the public key of every publisher of that time. If none of them made it, find out who could push.",
		},
	}
}
