package diff

import "slices"

// ForTenant is the part of a report that one tenant may see: its own clusters.
// Sites appear only where it has a cluster that differs, and without what else
// differs there; moves only where both ends are its own.
func ForTenant(r Report, tenant string) Report {
	var own Report
	for _, s := range r.Sites {
		var clusters []Cluster
		for _, c := range s.Clusters {
			if c.Tenant == tenant {
				clusters = append(clusters, c)
			}
		}
		if len(clusters) > 0 {
			own.Sites = append(own.Sites, Site{Name: s.Name, Change: Changed, Clusters: clusters})
		}
	}
	own.Moves = slices.DeleteFunc(slices.Clone(r.Moves), func(m Move) bool {
		return m.From.Tenant != tenant || m.To.Tenant != tenant
	})
	own.Counts = count(own.Sites)
	return own
}
