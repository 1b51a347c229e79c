package gitrepo

import (
	"fmt"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/tree"
)

// bigFleet is ten tenant clusters a site, 16 files of 400 bytes each.
func bigFleet(clusters int) tree.Tree {
	t := tree.New()
	for i := range clusters {
		name := fmt.Sprintf("site-%d", i/10)
		if i%10 == 0 {
			t.Merge(site(name))
		}
		for j := range 16 {
			layer := "boundary"
			if j > 11 {
				layer = "cluster"
			}
			t.Add(fmt.Sprintf("sites/%s/tenants/tenant-%d/prod/%s/object-%d.yaml", name, i, layer, j), manifest(i, j))
		}
	}
	return t
}

func manifest(i, j int) []byte {
	return ours("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: object-%d\n  namespace: tenant-%d-prod\n  labels:\n    tenantc.dev/tenant: tenant-%d\n    tenantc.dev/cluster: prod\n"+
		"    tenantc.dev/site: site-%d\ndata:\n  one: value-%d\n  two: value-%d\n  three: the quick brown fox jumps over the lazy dog\n  four: and something that does not compress %x\n  five: \"%d\"\n", j, i, i, i/10, i*j, i+j, i*7919+j*104729, i*i)
}

// cpu is the processor time of this process and of its children that ended.
func cpu() float64 {
	total := 0.0
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		_ = syscall.Getrusage(who, &u)
		total += float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
	}
	return total
}

// BenchmarkColdPublish commits a whole fleet to a repository that is not there.
func BenchmarkColdPublish(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			want := bigFleet(n)
			spent := 0.0
			for b.Loop() {
				f := fleetAt(b, filepath.Join(b.TempDir(), "fleet.git"))
				start := cpu()
				publish(b, f, want)
				spent += cpu() - start
			}
			b.ReportMetric(spent/float64(b.N), "cpu-s/op")
		})
	}
}

// BenchmarkOneChange publishes one changed tenant cluster: with every other
// cluster's folder known to be unchanged, and with all files made again.
func BenchmarkOneChange(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		repository := filepath.Join(b.TempDir(), "fleet.git")
		want := bigFleet(n)
		publish(b, fleetAt(b, repository), want)
		run(b, repository, "gc", "-q")
		for _, how := range []string{"known", "made"} {
			b.Run(fmt.Sprintf("%d/%s", n, how), func(b *testing.B) {
				spent, i := 0.0, 0
				for b.Loop() {
					b.StopTimer()
					changed := tree.New()
					changed.Merge(want)
					i++
					for j := range 16 {
						changed.Files[fmt.Sprintf("sites/site-0/tenants/tenant-0/prod/boundary/object-%d.yaml", j%12)] = ours("%s %d %d", how, b.N, i)
					}
					b.StartTimer()
					start := cpu()
					f := fleetAt(b, repository)
					if how == "known" {
						changed = onlyFirst(b, f, changed)
					}
					publish(b, f, changed)
					spent += cpu() - start
				}
				b.ReportMetric(spent/float64(b.N), "cpu-s/op")
			})
		}
	}
}

// onlyFirst replaces every tenant cluster but the first by the hash of its
// folder in the head.
func onlyFirst(b *testing.B, f *Fleet, all tree.Tree) tree.Tree {
	out := tree.New()
	list, err := f.List(sites)
	require.NoError(b, err)
	for _, s := range list {
		if s.Name != "site-0" {
			out.Unchanged["sites/"+s.Name] = s.Hash
		}
	}
	tenants, err := f.List("sites/site-0/tenants")
	require.NoError(b, err)
	for _, t := range tenants {
		if t.Name != "tenant-0" {
			out.Unchanged["sites/site-0/tenants/"+t.Name] = t.Hash
		}
	}
	for _, name := range []string{"site.yaml", "kustomization.yaml"} {
		out.Add("sites/site-0/"+name, all.Files["sites/site-0/"+name])
	}
	for j := range 16 {
		for _, layer := range []string{"boundary", "cluster"} {
			name := fmt.Sprintf("sites/site-0/tenants/tenant-0/prod/%s/object-%d.yaml", layer, j)
			if data, found := all.Files[name]; found {
				out.Add(name, data)
			}
		}
	}
	return out
}
