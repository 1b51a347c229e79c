package compiler

import (
	"encoding/json"
	"slices"

	"github.com/tenantc/tenantc/internal/cache"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/tree"
)

// Most of a large tenancy is as it was. A site is settled when an earlier run
// saw its document, those of all tenants on it, and what all sites share, just
// as they are now, and had nothing to say about any of them; and when it made a
// folder that the base holds or, of two tenancies that are compared, both have
// the site just so. A tenant that is on settled sites only, and shares nothing
// with another, is left out: it is neither decoded nor resolved.
//
// No fault gets lost: what had one is never settled, a tenancy with a fault in
// its files is looked at as a whole, and what a tenant may share across sites
// (sharing.go) is looked at in every run.

// settlement says of a tenancy what of it is settled. The zero value settles
// nothing.
type settlement struct {
	files   spec.Judged
	keys    map[string]cache.Key  // of each site, a digest of the above
	tenants map[string][]string   // the sites of each tenant
	sites   map[string]string     // the site that a file has
	shared  map[string]bool       // tenants that are never left out
	folders map[string]remembered // of the settled sites
	faults  diag.List             // that were found in what is not settled
}

// remembered is what the cache holds of a site that was found to be without fault.
type remembered struct {
	Folder  tree.Hash   `json:"folder,omitempty"`  // "" where no run has made all of it
	Entries []cache.Key `json:"entries,omitempty"` // what else of it is worth keeping
}

// settle finds the sites about which the cache knows that there is nothing to say.
func settle(files spec.Judged, source Source, o Options) settlement {
	s := settlement{files: files}
	outlines, sound := files.Outlines()
	if o.Cache == nil || !sound {
		return s
	}
	s.survey(outlines, encode(source.Templates))
	s.folders = map[string]remembered{}
	for site, key := range s.keys {
		var had remembered
		if data, known := o.Cache.Get(key); known && json.Unmarshal(data, &had) == nil {
			s.folders[site] = had
		}
	}
	return s
}

// only settles no more than the sites of which a condition holds.
func (s settlement) only(holds func(site string, had remembered) bool) settlement {
	some := map[string]remembered{}
	for site, had := range s.folders {
		if holds(site, had) {
			some[site] = had
		}
	}
	s.folders = some
	return s
}

// mayHold tells whether the base holds a site's folder. While no base is known
// it may.
func (o Options) mayHold(site string, had remembered) bool {
	if o.Base == nil || had.Folder == "" {
		return had.Folder != ""
	}
	have, err := o.Base.Folder(tree.SiteFolder(site))
	return err == nil && have == had.Folder
}

// survey digests what each site is made of, and notes who is where.
func (s *settlement) survey(outlines []spec.Outline, templates []byte) {
	slices.SortFunc(outlines, spec.CompareOutlines)
	common := [][]byte{templates}
	parts := map[string][][]byte{}
	s.sites, s.tenants = map[string]string{}, map[string][]string{}
	for i := range outlines {
		switch o := &outlines[i]; o.Kind {
		case "Tenancy", "TenantClass":
			common = append(common, o.Of[:])
		case "Site":
			parts[o.Name] = append(parts[o.Name], o.Of[:])
			s.sites[o.File] = o.Name
		case "Tenant":
			s.tenants[o.Name] = sitesOf(*o, s.files.Lock)
			decided := encode(s.files.Lock.For(o.Name))
			for _, site := range s.tenants[o.Name] {
				parts[site] = append(parts[site], []byte(o.Name), o.Of[:], decided)
			}
		}
	}
	all := cache.KeyOf("settled", common...)
	s.keys = make(map[string]cache.Key, len(s.sites))
	for _, site := range s.sites {
		s.keys[site] = cache.KeyOf("settled site", append([][]byte{all[:], []byte(site)}, parts[site]...)...)
	}
	s.shared = sharing(outlines)
}

// sitesOf are the sites that a tenant has clusters on, each once; "" for those
// that are on none.
func sitesOf(o spec.Outline, lock spec.Lock) []string {
	var out []string
	for _, c := range o.Clusters {
		if site := siteOf(o.Name, c, lock); !slices.Contains(out, site) {
			out = append(out, site)
		}
	}
	return out
}

// siteOf is the site of one cluster, as its spec names it or tenantc place has
// decided.
func siteOf(tenant string, c spec.OutlinedCluster, lock spec.Lock) string {
	if decision, decided := lock.Of(tenant, c.Name, ""); c.Site == "" && decided {
		return decision.Site
	}
	return c.Site
}

// left are the tenants that need not be looked at.
func (s settlement) left() map[string]bool {
	left := map[string]bool{}
	if len(s.folders) == 0 {
		return left
	}
	for tenant, sites := range s.tenants {
		open := slices.ContainsFunc(sites, func(site string) bool {
			_, settled := s.folders[site]
			return !settled
		})
		if len(sites) > 0 && !open && !s.shared[tenant] {
			left[tenant] = true
		}
	}
	return left
}

// check is Check of what is not settled.
func (s settlement) check() (Result, diag.List) {
	documents, faults := s.files.Documents(s.left())
	result, more := check(documents)
	s.faults = more
	result.settled = s
	return result, append(faults, more...)
}

// against looks again at sites that were settled as long as the base was not
// known, and that it does not hold.
func (r Result) against(o Options) (Result, diag.List) {
	held := r.settled.only(func(site string, had remembered) bool { return o.Base != nil && o.mayHold(site, had) })
	if len(held.folders) == len(r.settled.folders) {
		return r, nil
	}
	return held.check()
}

// remember tells the cache of the sites that were made and about which there is
// nothing to say, and which of its entries are still wanted.
func (s settlement) remember(known *cache.Cache, made map[string]remembered, faults diag.List) {
	for _, had := range s.folders {
		known.Keep(had.Entries)
	}
	tainted, all := s.tainted(slices.Concat(s.faults, faults))
	for site, folder := range made {
		key, surveyed := s.keys[site]
		if !surveyed || all || tainted[site] {
			continue
		}
		if _, more := known.Get(key); folder.Folder != "" || !more {
			known.Put(key, encode(folder))
		}
	}
}

// tainted are the sites about which faults say something; all of them where
// that cannot be told.
func (s settlement) tainted(faults diag.List) (sites map[string]bool, all bool) {
	sites = map[string]bool{}
	for _, d := range faults {
		site, found := s.sites[d.Position.File]
		switch {
		case d.Tenant != "":
			for _, site := range s.tenants[d.Tenant] {
				sites[site] = true
			}
		case found:
			sites[site] = true
		default:
			return nil, true
		}
	}
	return sites, false
}
