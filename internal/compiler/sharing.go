package compiler

import (
	"strings"

	"github.com/tenantc/tenantc/internal/spec"
)

// sharing are the tenants that may clash with another tenant or with a site that
// they are not on: by a host, which is one for the whole fleet. Package resolve
// judges them; here is only asked who has to be looked at.
func sharing(outlines []spec.Outline) map[string]bool {
	domains, wild := map[string]bool{}, map[string]bool{}
	for _, o := range outlines {
		if o.Domain != "" {
			domains[o.Domain] = true
		}
		for host := range hosts(o) {
			if parent, is := strings.CutPrefix(host, "*."); is {
				wild[parent] = true
			}
		}
	}
	out := map[string]bool{}
	owner := map[string]string{} // of a host, or of all that a wildcard covers
	for _, o := range outlines {
		for host := range hosts(o) {
			claim := host
			if _, parent, _ := strings.Cut(host, "."); wild[parent] {
				claim = "*." + parent
			}
			first, taken := owner[claim]
			if taken && first != o.Name {
				out[first], out[o.Name] = true, true
			}
			if !taken {
				owner[claim] = o.Name
			}
			if within(strings.TrimPrefix(host, "*."), domains) {
				out[o.Name] = true
			}
		}
	}
	return out
}

// hosts are those of all clusters of a tenant.
func hosts(o spec.Outline) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, c := range o.Clusters {
			for _, host := range c.Hosts {
				if !yield(host) {
					return
				}
			}
		}
	}
}

// within tells whether a host is one of the domains, or lies in one.
func within(host string, domains map[string]bool) bool {
	for name, more := host, true; more; _, name, more = strings.Cut(name, ".") {
		if domains[name] {
			return true
		}
	}
	return false
}
