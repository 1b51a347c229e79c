package diag

// Codes of diff, of package gate and of package review.
const (
	FaultsElsewhere Code = "TC4201"
	GateExceeded    Code = "TC4202"
)

func reviewEntries() []Entry {
	return []Entry{
		{
			Code: FaultsElsewhere, Title: "faults that a tenant may not see",
			Cause:  "`diff --tenant` shows one tenant's clusters only. The tenancy has faults, and none of them is that tenant's, so nothing can be compared and nothing more is said.",
			Remedy: "Run `tenantc diff` without `--tenant`, or ask who keeps the tenancy to.",
		},
		{
			Code: GateExceeded, Title: "gate exceeded",
			Cause:  "A change reaches further than `policy.gates` in tenancy.yaml lets one change reach: too many sites or tenants, too many deletions, clusters that cannot take it in place or would be isolated less, or too much of a site sold. Review and publish refuse it; compile does not know.",
			Remedy: "Split the change. Or have those named in `policy.gates.liftedBy` approve a Waiver in the same change: a file in `waivers/` that names the gate, how far it is lifted, the reason and the day on which it expires. It stays in history.",
		},
	}
}
