package diff

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/markdowntest"
	"github.com/tenantc/tenantc/internal/tree"
)

// hostileTexts are what people try in names, labels and descriptions.
var hostileTexts = []string{
	"@octocat", "#1", "https://example.com/", "www.example.com", "a@example.com", "[x](https://example.com)", "![x](https://example.com/x.png)",
	"<script>alert(1)</script>", "</code></summary></details><img src=x>", "<!--", "`", "``", "```", "````diff", "~~~", "` @octocat `", "|", `\|`, `\`, "a|b`c",
	"**x**", "# x", "- [ ] x", "> x", "x\n\n@octocat\n", "```\n@octocat\n```", "\x1b[31m", "a\u202eb", "&lt;b&gt;", "::error::x", "<https://example.com>",
}

// TestMarkdownIsInert: rendered by a real Markdown renderer, nothing from a
// tree becomes a link, an image, HTML or plain text, in which a mention would live.
func TestMarkdownIsInert(t *testing.T) {
	for i, hostile := range hostileTexts {
		other := hostileTexts[(i+7)%len(hostileTexts)]
		report := Report{Sites: []Site{{
			Name: hostile, Change: Changed,
			Platform: []Object{{Change: Changed, Fields: []Field{
				{Path: hostile, Change: Changed, Before: hostile, After: other},
				{Path: "x", Change: Added, After: map[string]any{hostile: other, "y": strings.Repeat(hostile, 20)}},
			}}},
			Clusters: []Cluster{{
				ClusterChange: ClusterChange{Tenant: other, Name: hostile, Change: Changed, From: hostile, To: other},
				Effects:       []Effect{{Kind: OneWay, Path: hostile, Text: hostile}, {Kind: Deleted, Text: "a word and " + other}},
			}},
		}}, Moves: []Move{{Kind: hostile, From: tree.Place{Site: hostile, Tenant: other, Cluster: hostile}, To: tree.Place{Site: other, Tenant: hostile, Cluster: other}, Text: hostile}}}
		var out bytes.Buffer
		require.NoError(t, Markdown(&out, report, SummaryLimit))
		require.Equal(t, 5, markdowntest.Inert(t, out.String()))
	}
}

// TestMarkdownFits: a report of any size stays inside the limit, and says what
// it left out.
func TestMarkdownFits(t *testing.T) {
	var report Report
	for i := range 300 {
		site := Site{Name: fmt.Sprint("site-", i), Change: Changed}
		for j := range 20 {
			site.Clusters = append(site.Clusters, Cluster{ClusterChange: ClusterChange{Tenant: "t", Name: fmt.Sprint("c", j), Change: Added, To: fmt.Sprint(i, j)}})
		}
		report.Sites = append(report.Sites, site)
	}
	report.Counts = count(report.Sites)
	for _, limit := range []int{1 << 10, 10 << 10, 100 << 10, SummaryLimit, 0} {
		var out bytes.Buffer
		require.NoError(t, Markdown(&out, report, limit))
		require.LessOrEqual(t, out.Len(), cmp.Or(limit, SummaryLimit))
		require.Contains(t, out.String(), "tenant clusters: 6000 added")
		if limit > 0 && limit < SummaryLimit {
			require.Contains(t, out.String(), "Not shown, for want of room: ")
		} else {
			require.NotContains(t, out.String(), "Not shown")
			require.Contains(t, out.String(), "site-299")
		}
	}
}

// TestTextIsPrintable: no value reaches a terminal as a control sequence, and
// colour adds only its own.
func TestTextIsPrintable(t *testing.T) {
	for _, hostile := range hostileTexts {
		report := Report{Sites: []Site{{Name: hostile, Change: Added, Flux: []Object{{Change: Changed, Fields: []Field{
			{Path: hostile, Change: Changed, Before: hostile, After: []any{hostile}},
		}}}}}}
		var plain, coloured bytes.Buffer
		require.NoError(t, Text(&plain, report, false))
		require.NoError(t, Text(&coloured, report, true))
		for _, r := range strings.ReplaceAll(plain.String(), "\n", "") {
			require.Equal(t, string(r), printable(string(r)))
		}
		for _, code := range append([]string{"\x1b[0m"}, colours['+'], colours['-'], colours['~']) {
			coloured = *bytes.NewBufferString(strings.ReplaceAll(coloured.String(), code, ""))
		}
		require.Equal(t, plain.String(), coloured.String())
	}
}

// TestSubjectIsShort: whatever changed, git shows the subject whole.
func TestSubjectIsShort(t *testing.T) {
	long := strings.Repeat("x", 60)
	many := Summary{}
	for i := range 3000 {
		site := SiteSummary{Name: fmt.Sprint(long, i), Change: Changed}
		for j, change := range []Change{Added, Changed, Removed, Changed} {
			site.Clusters = append(site.Clusters, ClusterChange{Tenant: long, Name: fmt.Sprint("c", j), Change: change, To: "retired"})
		}
		many.Sites = append(many.Sites, site)
	}
	require.Equal(t, "fleet: 3000 clusters added, 6000 changed, 3000 removed on 3000 sites", many.Subject())
	require.Equal(t, bodyLimit+1, strings.Count(many.Body(), "\n"))
	one := Summary{Sites: many.Sites[:1]}
	one.Sites[0].Clusters = one.Sites[0].Clusters[:1]
	require.Equal(t, "fleet: 1 cluster added on 1 site", one.Subject(), "its name would be too long")
	one.Sites[0].Name, one.Sites[0].Clusters[0] = "turin-1", ClusterChange{Tenant: "acme", Name: "prod", Change: Changed, From: "active", To: "retired"}
	require.Equal(t, "turin-1: acme/prod is retired", one.Subject())
	require.Equal(t, "fleet: nothing changed", Summary{}.Subject())
	require.Equal(t, "milan-2: add the site", Summary{Sites: []SiteSummary{{Name: "milan-2", Change: Added}}}.Subject())
}
