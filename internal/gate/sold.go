package gate

import (
	"math"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/capacity"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/object"
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

// sold measures how much is sold after the change, in percent of what there is,
// of the resource of which the largest share is sold, on the fullest of the sites
// on which the change sells more of anything. A site that was fuller already, and
// on which it sells no more, stands in nobody's way.
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
// comes, or comes back, or may use more than before.
func SellsMore(s diff.Site) bool {
	return slices.ContainsFunc(s.Clusters, func(c diff.Cluster) bool {
		return c.Change == diff.Added || slices.ContainsFunc(c.Objects, func(o diff.Object) bool { return grows(o) || returns(o) })
	})
}

// returns tells whether a cluster that was retired, and took only volumes, is so
// no longer.
func returns(o diff.Object) bool {
	return o.ID.Kind == "Namespace" && slices.ContainsFunc(o.Fields, func(f diff.Field) bool {
		return strings.Contains(f.Path, object.AnnotationState) && f.Before == string(resolve.Retired) && f.After != string(resolve.Purged)
	})
}

// grows tells whether a quota lets in more of anything: its own, or that of the
// namespaces of a Capsule Tenant.
func grows(o diff.Object) bool {
	bounds := map[string]string{"ResourceQuota": "spec.hard", "Tenant": "spec.resourceQuotas.items"}[o.ID.Kind]
	return bounds != "" && slices.ContainsFunc(o.Fields, func(f diff.Field) bool {
		if !strings.HasPrefix(f.Path, bounds) {
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
