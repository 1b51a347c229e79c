//go:build unix

package bench

import (
	"fmt"
	"os"
	"testing"
)

// stage is a command as a user runs it, and what has to be so before.
type stage struct {
	name    string
	prepare func(*workspace, *testing.B)
	args    []string
}

func stages() []stage {
	return []stage{
		{"start", (*workspace).forget, []string{"version"}},
		{"validate-cold", (*workspace).forget, []string{"validate"}},
		{"validate-warm", (*workspace).validate, []string{"validate"}},
		{"compile", (*workspace).startOver, []string{"compile", "--out", "fleet"}},
		{"prove", (*workspace).startOver, []string{"prove"}},
		{"publish-cold", (*workspace).startOver, []string{"publish"}},
		{"publish-unchanged", (*workspace).publish, []string{"publish"}},
		{"publish-changed", (*workspace).change, []string{"publish"}},
		{"publish-changed-nocache", (*workspace).change, []string{"publish", "--no-cache"}},
		{"diff-changed", (*workspace).change, []string{"diff"}},
		{"diff-branch", (*workspace).change, []string{"diff", "--base", "HEAD^"}},
		{"review-branch", (*workspace).change, []string{"review", "--base", "HEAD^", "--out", "build/review"}},
		{"review-branch-nocache", (*workspace).change, []string{"review", "--base", "HEAD^", "--out", "build/review", "--no-cache"}},
		{"review-everything", (*workspace).changeAll, []string{"review", "--base", "HEAD^", "--out", "build/review"}},
	}
}

// BenchmarkTenantc runs the program itself on fleets of growing size, then what
// a user would run instead, and prints both as a table. Preparations are not
// measured.
func BenchmarkTenantc(b *testing.B) {
	programs := buildPrograms(b)
	var t table
	for _, clusters := range sizes(b) {
		b.Run(fmt.Sprintf("clusters=%d", clusters), func(b *testing.B) {
			w := newWorkspace(b, programs, clusters)
			for _, s := range stages() {
				b.Run("stage="+s.name, func(b *testing.B) {
					t.stages = append(t.stages, row{s.name, clusters, benchmarkStage(b, w, s)})
				})
			}
		})
	}
	b.Run("peers", func(b *testing.B) {
		w := newWorkspace(b, programs, peerSample)
		w.run(b, "compile", "--out", "fleet")
		for _, p := range peers() {
			b.Run("peer="+p.name, func(b *testing.B) {
				if !p.installed() {
					b.Skip("not installed")
				}
				t.peers = append(t.peers, row{p.name, peerSample, benchmarkPeer(b, w, p)})
			})
		}
	})
	t.print(os.Stdout)
}

// benchmarkStage measures one stage and returns its usage a run.
func benchmarkStage(b *testing.B, w *workspace, s stage) usage {
	var all usage
	for range b.N {
		s.prepare(w, b)
		all = all.add(w.run(b, s.args...))
	}
	all.report(b)
	return all.per(b.N)
}
