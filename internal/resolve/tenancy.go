package resolve

import (
	"cmp"
	"time"

	"github.com/tenantc/tenantc/internal/signature"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/schema"
)

// resolveTenancy fills in what the tenancy document leaves open. An absent
// document, reported where the files are read, gives the defaults, so that the
// rest can still be checked.
func resolveTenancy(doc *spec.Document[schema.Tenancy]) (Tenancy, policy) {
	var t schema.Tenancy
	if doc != nil {
		t = doc.Value
	}
	fleet, flux, pol := t.Spec.Fleet, orZero(t.Spec.Flux), orZero(t.Spec.Policy)
	tenancy := Tenancy{
		Name: t.Metadata.Name,
		Fleet: Fleet{
			Repository: fleet.Repository,
			Branch:     cmp.Or(fleet.Branch, defaultBranch),
			PullURL:    cmp.Or(fleet.PullURL, fleet.Repository),
			PullSecret: orZero(fleet.SecretRef).Name,
			Verify:     verification(fleet.Verify),
		},
		Flux: Flux{
			Namespace:     cmp.Or(flux.Namespace, defaultFluxNamespace),
			Interval:      duration(flux.Interval, defaultInterval),
			RetryInterval: duration(flux.RetryInterval, defaultRetryInterval),
			Timeout:       duration(flux.Timeout, defaultTimeout),
		},
	}
	return tenancy, policy{
		minimumIsolation: cmp.Or(pol.MinimumIsolation, defaultMinimumIsolation),
		gvisorIsHard:     orZero(pol.GVisorIsHard),
		allowStale:       orZero(pol.AllowStaleStacks),
	}
}

func verification(v *schema.FleetVerification) Verification {
	if v == nil {
		return Verification{}
	}
	return Verification{Format: signature.Format(v.Signature), Secret: v.SecretRef.Name}
}

// policy is what the provider allows at all.
type policy struct {
	minimumIsolation string
	gvisorIsHard     bool
	allowStale       bool // stacks whose project nobody looks after
}

// duration reads what the schema has checked.
func duration(s string, fallback time.Duration) time.Duration {
	if d, err := time.ParseDuration(s); err == nil {
		return d
	}
	return fallback
}

func capacityPolicy(doc *spec.Document[schema.Tenancy]) CapacityPolicy {
	var written schema.CapacityPolicy
	if doc != nil {
		written = orZero(orZero(doc.Value.Spec.Policy).Capacity)
	}
	return CapacityPolicy{Warn: or(written.Warn, defaultWarnPercent), Refuse: or(written.Refuse, defaultRefusePercent)}
}

// or is what a pointer points at, or a default.
func or[T any](p *T, fallback T) T {
	if p == nil {
		return fallback
	}
	return *p
}

// orZero is what a pointer points at, or nothing.
func orZero[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
