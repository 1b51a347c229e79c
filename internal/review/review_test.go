package review

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/change"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/gate"
	"github.com/tenantc/tenantc/internal/markdowntest"
	"github.com/tenantc/tenantc/internal/tree"
)

// hostile is what people try in names, labels and descriptions, or write into
// an artifact.
var hostile = []string{
	"@octocat", "#1", "GH-1", "0123456789abcdef0123456789abcdef01234567", "https://example.com/", "www.example.com", "a@example.com", "[x](https://example.com)", "![x](https://example.com/x.png)",
	"<script>alert(1)</script>", "</code></summary></details><img src=x>", "<!--", "-->", "`", "``", "```", "````diff", "~~~", "` @octocat `", "|", `\|`, `\`, "a|b`c",
	"**x**", "# x", "- [ ] x", "> x", "x\n\n@octocat\n", "```\n@octocat\n```", "\x1b[31m", "a\u202eb", "&lt;b&gt;", "::error::x", "<https://example.com>", "plain words, and 3 more", "",
}

// full has a text in every place that the artifact has for one.
func full(a, b string) Review {
	return Review{
		Format: Format, Version: a, Head: a, Base: b, Within: a, Problem: "",
		Faults: diag.List{{Severity: diag.Severity(a), Code: diag.Code(b), Tenant: a, Path: b, Message: a, Hint: b, Position: diag.Position{File: a, Line: 3}, Notes: []diag.Note{{Message: a}}}},
		Gates: []gate.Verdict{
			{Gate: gate.Name(a), Limit: 1, Amount: 2, Unfit: []string{a, b}},
			{Gate: gate.Name(b), Limit: 1, Amount: 2, Waiver: &gate.Waiver{Name: a, Gate: gate.Name(b), Reason: a, ApprovedBy: b}},
		},
		Lifters: b,
		Notes:   []Note{{Title: a, Lines: []string{b, a}, Header: []string{a, b}, Rows: [][]string{{b}, {a, b, a}}}},
		Report: diff.Report{
			Moves: []diff.Move{{Kind: a, From: tree.Place{Site: a, Tenant: b, Cluster: a}, To: tree.Place{Site: b}, Text: a}},
			Sites: []diff.Site{{Name: a, Change: diff.Change(b), Platform: []diff.Object{{Change: diff.Change(a), File: b, Fields: []diff.Field{{Path: a, Change: diff.Change(b), Before: a, After: b, Note: a}}}},
				Clusters: []diff.Cluster{{ClusterChange: diff.ClusterChange{Tenant: a, Name: b, Change: diff.Change(a), From: a, To: b}, Effects: []diff.Effect{{Kind: diff.Deleted, Path: a, Text: b}, {Kind: diff.EffectKind(a), Text: a}}}}}},
		},
	}
}

// TestMarkdownIsInert: rendered by a real Markdown renderer, nothing from an
// artifact becomes a link, an image, HTML or plain text that a forge would make
// something of.
func TestMarkdownIsInert(t *testing.T) {
	for i, a := range hostile {
		b := hostile[(i+11)%len(hostile)]
		for _, problem := range []string{"", a} {
			r := full(a, b)
			r.Problem = problem
			markdowntest.Inert(t, r.Markdown(CommentLimit))
		}
	}
}

// TestMarkdownFits: whatever is in it, GitHub takes it.
func TestMarkdownFits(t *testing.T) {
	long := strings.Repeat("a`|<@", 100_000)
	r := full(long, long)
	for i := range 5000 {
		r.Faults = append(r.Faults, diag.Diagnostic{Severity: diag.Error, Message: long[:5000]})
		r.Report.Sites = append(r.Report.Sites, diff.Site{Name: fmt.Sprint(i), Change: diff.Added})
		r.Notes[0].Rows = append(r.Notes[0].Rows, []string{long, long})
		r.Notes[0].Lines = append(r.Notes[0].Lines, long)
	}
	require.LessOrEqual(t, len(r.Markdown(CommentLimit)), CommentLimit)
}

// TestRisk: the worst that a change does decides.
func TestRisk(t *testing.T) {
	with := func(effects ...diff.EffectKind) Review {
		c := diff.Cluster{ClusterChange: diff.ClusterChange{Change: diff.Changed}}
		for _, kind := range effects {
			c.Effects = append(c.Effects, diff.Effect{Kind: kind})
		}
		return Review{Report: diff.Report{Sites: []diff.Site{{Change: diff.Changed, Clusters: []diff.Cluster{c}}}}}
	}
	platform := Review{Report: diff.Report{Sites: []diff.Site{{Change: diff.Changed, Platform: make([]diff.Object, 1)}}}}
	lifted := with()
	lifted.Gates = []gate.Verdict{{Limit: 1, Amount: 2, Waiver: &gate.Waiver{}}}
	for want, reviews := range map[Risk][]Review{
		NoRisk:     {{}},
		LowRisk:    {with()},
		MediumRisk: {with(diff.Interrupts), with(diff.OneWay, diff.Interrupts), platform},
		HighRisk:   {with(diff.Weakens), with(diff.Refused), with(diff.Interrupts, diff.Deleted), with(diff.Replaced), lifted},
	} {
		for _, r := range reviews {
			require.Equal(t, want, r.Risk())
			require.Equal(t, []string{"tenantc:" + string(want) + "-risk"}, r.Labels())
		}
	}
	require.Equal(t, []string{"tenantc:refused"}, Of(change.Change{}, diag.List{{Severity: diag.Error, Message: "x"}}, nil, time.Time{}).Labels())
	require.Empty(t, Of(change.Change{}, nil, errors.New("the base"), time.Time{}).Labels())
}

// TestArtifact: what was written is read again; what is not as tenantc writes
// it is refused, and annotations never lead out of the tenancy.
func TestArtifact(t *testing.T) {
	r := full("a", "b")
	r.Head, r.Base, r.Within = strings.Repeat("a", 40), "", "telecom/tenancy"
	good := Annotation{Failure, "tenants/acme.yaml", 3, 1, "TC1", "\x1b[31m no\nhint: yes"}
	r.Annotations = []Annotation{good, {Failure, "../x", 1, 1, "", "m"}, {Failure, "/etc/passwd", 1, 1, "", "m"}, {"loud", "a", 1, 1, "", "m"}, {Notice, "a", 0, 0, "", "m"}, {Notice, "a", 1, 0, "", ""}}
	dir := filepath.Join(t.TempDir(), "new")
	require.NoError(t, Write(dir, r))
	got, err := Read(dir)
	require.NoError(t, err)
	good.File, good.Message = "telecom/tenancy/tenants/acme.yaml", `\x1b[31m no`+"\nhint: yes"
	require.Equal(t, []Annotation{good}, got.Annotations)
	r.Annotations, got.Annotations = nil, nil
	require.Equal(t, r.Markdown(0), got.Markdown(0))
	whole, err := os.ReadFile(filepath.Join(dir, "diff.txt"))
	require.NoError(t, err)
	require.Contains(t, string(whole), "~   a/b (a, was a)")

	for _, change := range []func(*Review){
		func(r *Review) { r.Format = 2 }, func(r *Review) { r.Pull = -1 }, func(r *Review) { r.Head = "HEAD" }, func(r *Review) { r.Base = "x" },
		func(r *Review) { r.Within = "../x" }, func(r *Review) { r.Within = "a b" }, func(r *Review) { r.Within = "a/.." }, func(r *Review) { r.Within = "-->" },
	} {
		bad := r
		change(&bad)
		data, err := json.Marshal(bad)
		require.NoError(t, err)
		_, err = parse(data)
		require.Error(t, err, string(data))
	}
	require.NoError(t, os.Remove(filepath.Join(dir, dataFile)))
	require.NoError(t, os.Symlink("/proc/self/environ", filepath.Join(dir, dataFile)))
	_, err = Read(dir)
	require.Error(t, err)
}
