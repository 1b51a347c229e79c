// Package resolve turns documents as people wrote them into the Plan: every
// tenant cluster complete, with its class's defaults, its site's facts, its
// derived names and its sum of quota filled in. Nothing after this package asks
// for a default again. How a cluster becomes objects is package generators.
package resolve

import (
	"time"

	"github.com/tenantc/tenantc/internal/signature"
)

// Plan is everything that will be compiled.
type Plan struct {
	Tenancy  Tenancy
	Sites    []Site    // by name
	Clusters []Cluster // by site, tenant and name
	Capacity CapacityPolicy
}

// CapacityPolicy says how full a site may be, in percent of what it has besides
// its reserve.
type CapacityPolicy struct {
	Warn   int // from where on it is said
	Refuse int // beyond which nothing more is sold
}

// Tenancy is what holds for every site.
type Tenancy struct {
	Name  string
	Fleet Fleet
	Flux  Flux
}

// Fleet says where the compiled tree goes and where sites pull it from.
type Fleet struct {
	Repository   string // a path or an https or ssh URL
	Branch       string
	PullURL      string        // what sites pull; equals Repository unless the spec says otherwise
	PullInterval time.Duration // equals Flux.Interval unless the spec says otherwise
	PullSecret   string        // a Secret in the Flux namespace; empty for none
	Verify       Verification
}

// Verification says which signature sites want on what they pull. The zero
// value is none.
type Verification struct {
	Format signature.Format
	Secret string // in the Flux namespace, with the public keys
}

// Flux holds the settings of every Flux object that tenantc writes.
type Flux struct {
	Namespace     string
	Interval      time.Duration
	RetryInterval time.Duration
	Timeout       time.Duration
}
