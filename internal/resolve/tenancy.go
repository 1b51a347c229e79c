package resolve

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/signature"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/schema"
)

// resolveTenancy fills in what the tenancy document leaves open. An absent
// document, reported where the files are read, gives the defaults, so that the
// rest can still be checked; but all is allowed that a policy might allow.
func resolveTenancy(doc *spec.Document[schema.Tenancy]) (Tenancy, policy) {
	var t schema.Tenancy
	if doc != nil {
		t = doc.Value
	}
	fleet, flux, pol := t.Spec.Fleet, orZero(t.Spec.Flux), orZero(t.Spec.Policy)
	interval := duration(flux.Interval, defaultInterval)
	tenancy := Tenancy{
		Name: t.Metadata.Name,
		Fleet: Fleet{
			Repository:   fleet.Repository,
			Branch:       cmp.Or(fleet.Branch, defaultBranch),
			PullURL:      cmp.Or(fleet.PullURL, fleet.Repository),
			PullInterval: duration(fleet.PullInterval, interval),
			PullSecret:   orZero(fleet.SecretRef).Name,
			Verify:       verification(fleet.Verify),
		},
		Flux: Flux{
			Namespace:     cmp.Or(flux.Namespace, defaultFluxNamespace),
			Interval:      interval,
			RetryInterval: duration(flux.RetryInterval, defaultRetryInterval),
			Timeout:       duration(flux.Timeout, defaultTimeout),
		},
	}
	return tenancy, policy{
		minimumIsolation: cmp.Or(pol.MinimumIsolation, defaultMinimumIsolation),
		gvisorIsHard:     doc == nil || orZero(pol.GVisorIsHard),
		allowStale:       doc == nil || orZero(pol.AllowStaleStacks),
	}
}

// checkRepository refuses a path by which the fleet would be written among what
// people write. What only the file system can tell, such as a link, publish asks.
func checkRepository(doc *spec.Document[schema.Tenancy]) diag.List {
	if doc == nil || strings.Contains(doc.Value.Spec.Fleet.Repository, "://") {
		return nil
	}
	clean := path.Clean(doc.Value.Spec.Fleet.Repository)
	names := strings.Split(clean, "/")
	switch {
	case slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, ".git") }):
		return diag.List{FleetShared(doc, "among git's own files of a work tree")}
	case clean == "." || !slices.ContainsFunc(names, func(n string) bool { return n != ".." }):
		return diag.List{FleetShared(doc, "a folder that the tenancy itself is in")}
	case spec.Belongs(path.Join(clean, "a", "spec.yaml")):
		return diag.List{FleetShared(doc, "in "+names[0]+"/, which specs are read from")}
	}
	return nil
}

// FleetShared is the fault of a fleet repository that is part of the tenancy;
// what says which.
func FleetShared(doc *spec.Document[schema.Tenancy], what string) diag.Diagnostic {
	const field = "spec.fleet.repository"
	return diag.Diagnostic{
		Severity: diag.Error, Code: diag.FleetShared, Path: field, Position: doc.At(field),
		Message: fmt.Sprintf("the fleet repository %s is %s", doc.Value.Spec.Fleet.Repository, what),
		Hint:    "write a path of its own, as in build/fleet.git, or the URL of another repository",
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
