package gate

import (
	"math"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/capacity"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
)

// Of judges a change by all gates of a policy. plan is what the specs resolve
// to after the change.
func Of(p Policy, r diff.Report, plan resolve.Plan, now time.Time) []Verdict {
	measures := Measures(r)
	if slices.ContainsFunc(p.Limits, func(l Limit) bool { return l.Gate == Sold }) {
		measures = append(measures, sold(r, capacity.Sites(plan)))
	}
	return Judge(p, measures, now)
}

// sold measures how much is sold, in percent, of the scarcest thing of the
// fullest site on which the change sells more than before. A site that was full
// already stands in nobody's way.
func sold(r diff.Report, sites []capacity.Site) Measure {
	m := Measure{Gate: Sold}
	for _, s := range r.Sites {
		i := slices.IndexFunc(sites, func(c capacity.Site) bool { return c.Name == s.Name })
		if i < 0 || !SellsMore(s) {
			continue
		}
		pot, _ := sites[i].Tightest()
		if share := percent(pot.Share()); share > m.Amount {
			m.Amount, m.Places = share, []tree.Place{{Site: s.Name}}
		}
	}
	return m
}

// percent rounds up: 85.01 percent are more than 85.
func percent(share float64) int { return int(math.Ceil(share*100 - 1e-6)) }

// SellsMore tells whether a change promises more on a site: a tenant cluster
// comes, or may use more than before.
func SellsMore(s diff.Site) bool {
	return slices.ContainsFunc(s.Clusters, func(c diff.Cluster) bool {
		return c.Change == diff.Added || slices.ContainsFunc(c.Objects, grows)
	})
}

// grows tells whether a quota lets in more of anything.
func grows(o diff.Object) bool {
	return o.ID.Kind == "ResourceQuota" && slices.ContainsFunc(o.Fields, func(f diff.Field) bool {
		if !strings.HasPrefix(f.Path, "spec.hard") {
			return false
		}
		before, errB := resource.ParseQuantity(textOf(f.Before))
		after, errA := resource.ParseQuantity(textOf(f.After))
		return f.Change == diff.Removed || errB == nil && errA == nil && after.Cmp(before) > 0
	})
}

func textOf(v any) string {
	text, _ := v.(string)
	return text
}
