package diag

// Codes of package publish.
const (
	ClusterVanished Code = "TC4101"
	StepSkipped     Code = "TC4102"
	DataKept        Code = "TC4103"
	NotSigned       Code = "TC4104"
	ForeignEdit     Code = "TC4105"
	FleetNewer      Code = "TC4106"

	StackChanged     Code = "TC4110"
	VersionDowngrade Code = "TC4111"
	VersionSkipped   Code = "TC4112"
	NamespaceDropped Code = "TC4113"
)

func publishEntries() []Entry {
	return []Entry{
		{
			Code: ClusterVanished, Title: "tenant cluster vanished",
			Cause:  "A tenant cluster is in the fleet repository, but no spec has it any more. Nothing leaves the fleet by accident: a deleted file, a renamed tenant or cluster, or a changed site would delete data.",
			Remedy: "Put it back as it was. If it is to go, write `lifecycle: {state: retired}` there, which deletes its data. Only after it was published as `purged` may its spec go. A move to another site is such a retirement there and a new cluster here.",
		},
		{
			Code: StepSkipped, Title: "step towards removal skipped",
			Cause:  "A tenant cluster is to be purged that was never published as retired. A site that was offline sees only the last of several commits, so every step must stand in the fleet of itself.",
			Remedy: "Write `lifecycle: {state: retired}`, publish, wait until the site reports the cluster gone, and then write `purged`.",
		},
		{
			Code: DataKept, Title: "data to be kept",
			Cause:  "A tenant cluster is to be retired or purged, which destroys its data, on or before the day of its `lifecycle.keepDataUntil`. Only publish and review look at the date, never compile.",
			Remedy: "Suspend the cluster until then: that closes its traffic and deletes nothing. If the contract has changed, change the date in the spec, where it is reviewed.",
		},
		{
			Code: StackChanged, Title: "another stack for a cluster that is there",
			Cause:  "A tenant cluster that is in the fleet would be made by another stack: that is another cluster in its place, and the data of the first would be gone. Where the spec names no stack, the site or the class has changed what is cheapest.",
			Remedy: "Name in the spec the stack that the cluster has. `tenantc place` remembers the stacks of all clusters, so that this does not happen; run now, it would remember the new one. For another stack, add a cluster of another name, move, and retire the old one.",
		},
		{
			Code: VersionDowngrade, Title: "older Kubernetes",
			Cause:  "A tenant cluster would go back to an older minor version of Kubernetes than it has in the fleet, which cannot read what the newer one has stored.",
			Remedy: "Keep the version, or go up. Where a class has changed its default, write the version in the spec.",
		},
		{
			Code: VersionSkipped, Title: "minor version left out",
			Cause:  "A tenant cluster would go up by more than one minor version of Kubernetes at once, which neither the API server nor kubeadm supports.",
			Remedy: "Publish each minor version in between, and wait until the cluster is ready.",
		},
		{
			Code: NamespaceDropped, Title: "namespace of a tenant cluster vanished",
			Cause:  "A tenant cluster has several namespaces (`namespaces`), and one that is in the fleet is not in its spec any more. The site refuses to delete a namespace of a cluster that is not retired, but would take its quota and its network policies away.",
			Remedy: "Put the name back; the tenant empties the namespace. To be rid of it, add a cluster of another name without it, and retire this one.",
		},
		{
			Code: ForeignEdit, Title: "edited by somebody else",
			Cause:  "Since tenantc's last commit somebody else committed to the fleet repository, in a file that publish is about to write or remove: a repair in an emergency, or a mistake, or an attack.",
			Remedy: "Ask the author of the commit. What is right belongs into the tenancy repository; then `tenantc publish --overwrite-foreign` puts the fleet back to what the tenancy says. Only tenantc should be able to push there.",
		},
		{
			Code: FleetNewer, Title: "fleet is of a newer tenancy",
			Cause:  "The newest commit of the fleet repository was made of a commit of the tenancy that comes after the one that is checked out. To publish would take back what was merged in between: a job of CI was run again, or a later one has overtaken it, or the checkout is not up to date.",
			Remedy: "Check out the newest commit of the branch and publish that. To take a change back, revert it in the tenancy, where it is reviewed. `publish --allow-older` goes back to the older commit all the same.",
		},
		{
			Code: NotSigned, Title: "commit would not be signed",
			Cause:  "The tenancy's `fleet.verify` says that sites take signed commits only, and publish has no key, or one of the other format. Every site would refuse the commit.",
			Remedy: "Give publish the private key: `--signing-key FILE`, or the key itself in the environment as `TENANTC_SIGNING_KEY`, with `TENANTC_SIGNING_PASSPHRASE` if it has one.",
		},
	}
}
