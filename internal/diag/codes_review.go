package diag

// Codes of diff, of package gate and of package review.
const (
	FaultsElsewhere Code = "TC4201"
)

func reviewEntries() []Entry {
	return []Entry{
		{
			Code: FaultsElsewhere, Title: "faults that a tenant may not see",
			Cause:  "`diff --tenant` shows one tenant's clusters only. The tenancy has faults, and none of them is that tenant's, so nothing can be compared and nothing more is said.",
			Remedy: "Run `tenantc diff` without `--tenant`, or ask who keeps the tenancy to.",
		},
	}
}
