package prove

import "testing"

// What proving costs: a tenant cluster of the reference tenancy, and a site
// without its clusters.
func BenchmarkProve(b *testing.B) {
	built := sites(b)["turin-1"]
	b.Run("cluster", func(b *testing.B) {
		for b.Loop() {
			JudgeCluster(built.clusters[0])
		}
	})
	b.Run("site", func(b *testing.B) {
		for b.Loop() {
			JudgeSite(built.site)
		}
	})
}
