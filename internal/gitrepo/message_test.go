package gitrepo

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/tree"
)

func TestSubject(t *testing.T) {
	prod := func(v Verb, site string) Line { return Line{site, "acme", "prod", v} }
	long := Line{strings.Repeat("s", 40), strings.Repeat("t", 25), strings.Repeat("c", 15), Add}
	for want, lines := range map[string][]Line{
		"tenantc: add acme/prod on turin-1":             {prod(Add, "turin-1")},
		"tenantc: remove acme/prod on turin-1":          {prod(Remove, "turin-1"), {Site: "turin-1", Verb: Change}},
		"tenantc: change site turin-1":                  {{Site: "turin-1", Verb: Change}},
		"tenantc: 2 sites added":                        {{Site: "a", Verb: Add}, {Site: "b", Verb: Add}},
		"tenantc: 2 sites changed":                      {{Site: "a", Verb: Add}, {Site: "b", Verb: Remove}},
		"tenantc: 2 tenant clusters changed on 2 sites": {prod(Add, "a"), prod(Change, "b")},
		"tenantc: 2 tenant clusters added on 1 site":    {prod(Add, "a"), {"a", "acme", "dev", Add}},
		"tenantc: 1 tenant cluster added on 1 site":     {long},
		"tenantc: 1 tenant cluster changed on 1 site":   {prod(Change, "a"), {Site: "b", Verb: Change}},
		"tenantc: change the fleet":                     nil,
	} {
		subject, _, _ := strings.Cut(Message(lines, nil), "\n")
		require.Equal(t, want, subject)
		require.LessOrEqual(t, len(subject), maxSubject)
	}
}

// The whole message, as git shows it, and its trailers as git reads them.
func TestMessage(t *testing.T) {
	lines := []Line{
		{"turin-1", "globex", "dev", Change}, {"turin-1", "acme", "prod", Add}, {Site: "turin-1", Verb: Change},
		{"milan-2", "acme", "dev", Remove},
	}
	trailers := []Trailer{{TrailerRevision, "0123abc"}, {TrailerVersion, "v1.2.3\nSigned-off-by: x"}, {TrailerFleetDigest, ""}}
	message := Message(lines, trailers)
	require.Equal(t, `tenantc: 3 tenant clusters changed on 2 sites

milan-2:
- remove acme/dev
turin-1: change the site
- add acme/prod
- change globex/dev

Tenancy-Revision: 0123abc
Tenantc-Version: v1.2.3 Signed-off-by: x
`, message)
	require.Equal(t, []Trailer{{TrailerRevision, "0123abc"}, {TrailerVersion, "v1.2.3 Signed-off-by: x"}}, Trailers(message))
	require.Equal(t, "0123abc", Commit{Message: message}.Trailer("tenancy-revision"))
	require.Empty(t, Commit{Message: message}.Trailer(TrailerFleetDigest))
	out, err := tryRun(t.TempDir(), []byte(message), "interpret-trailers", "--parse")
	require.NoError(t, err)
	require.Equal(t, "Tenancy-Revision: 0123abc\nTenantc-Version: v1.2.3 Signed-off-by: x", out)
	for _, none := range []string{"", "subject", "Tenancy-Revision: x", "subject\n\nKey: value\nand prose"} {
		require.Empty(t, Trailers(none), none)
	}
}

// Ten thousand changes make a message of bounded length that says how many it
// leaves out.
func TestMessageIsBounded(t *testing.T) {
	var lines []Line
	for i := range 10_000 {
		lines = append(lines, Line{fmt.Sprintf("site-%03d", i/10), "acme", fmt.Sprintf("c%d", i), Add})
	}
	message := Message(lines, []Trailer{{TrailerVersion, "v1"}})
	require.Less(t, strings.Count(message, "\n"), 2*maxLines)
	require.Contains(t, message, "\nand 9900 more\n\nTenantc-Version: v1\n")
	require.True(t, strings.HasPrefix(message, "tenantc: 10000 tenant clusters added on 1000 sites\n"))
}

// What the changes do to tenant clusters and sites.
func TestSummarize(t *testing.T) {
	repository := filepath.Join(t.TempDir(), "fleet.git")
	publish(t, fleetAt(t, repository), merge(site("turin-1", "acme/prod", "globex/dev"), site("milan-2", "acme/dev"), site("rome-3", "acme/x")))
	for name, c := range map[string]struct {
		want tree.Tree
		says []Line
	}{
		"cluster added": {
			merge(site("turin-1", "acme/prod", "globex/dev", "globex/new"), site("milan-2", "acme/dev"), site("rome-3", "acme/x")),
			[]Line{{"turin-1", "globex", "new", Add}},
		},
		"cluster removed, site removed": {
			merge(site("turin-1", "acme/prod"), site("milan-2", "acme/dev")),
			[]Line{{"turin-1", "globex", "dev", Remove}, {"rome-3", "", "", Remove}, {"rome-3", "acme", "x", Remove}},
		},
		"site added": {
			merge(site("turin-1", "acme/prod", "globex/dev"), site("milan-2", "acme/dev"), site("rome-3", "acme/x"), site("bari-4", "acme/y")),
			[]Line{{"bari-4", "", "", Add}, {"bari-4", "acme", "y", Add}},
		},
		"file of a cluster added, platform changed": {
			with(merge(site("turin-1", "acme/prod", "globex/dev"), site("milan-2", "acme/dev"), site("rome-3", "acme/x")),
				"sites/milan-2/tenants/acme/dev/boundary/quota.yaml", "sites/rome-3/platform/class.yaml"),
			[]Line{{"milan-2", "acme", "dev", Change}, {"rome-3", "", "", Change}},
		},
		"only flux": {
			with(merge(site("turin-1", "acme/prod", "globex/dev"), site("milan-2", "acme/dev"), site("rome-3", "acme/x")), "sites/rome-3/flux/platform.yaml"),
			[]Line{{"rome-3", "", "", Change}},
		},
		"cluster emptied but for one file": {
			without(merge(site("turin-1", "acme/prod", "globex/dev"), site("milan-2", "acme/dev"), site("rome-3", "acme/x")), "sites/rome-3/tenants/acme/x/cluster/cluster.yaml"),
			[]Line{{"rome-3", "acme", "x", Change}},
		},
	} {
		f := fleetAt(t, repository)
		changes, faults, err := f.Changes(t.Context(), c.want)
		require.NoError(t, err, name)
		require.Empty(t, faults, name)
		lines, err := f.Summarize(changes)
		require.NoError(t, err, name)
		require.ElementsMatch(t, c.says, lines, name)
	}
}

func with(t tree.Tree, paths ...string) tree.Tree {
	for _, p := range paths {
		t.Add(p, ours("added"))
	}
	return t
}

func without(t tree.Tree, path string) tree.Tree {
	delete(t.Files, path)
	return t
}
