package diff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/tree"
)

// block is what is printed as one: a part of a site, or the same change on
// many. places says where; one without a tenant is the site's own part.
type block struct {
	places  []tree.Place
	site    *Site    // the own part of the first
	cluster *Cluster // or the first tenant cluster
}

// blocks puts together what is the same change in several places, apart from
// the places' own names, in order of the first place. The order within a block
// is that of the report.
func blocks(r Report) []block {
	var all []block
	index := map[string]int{}
	add := func(at tree.Place, b block, key string) {
		i, known := index[key]
		if !known {
			i = len(all)
			index[key] = i
			all = append(all, b)
		}
		all[i].places = append(all[i].places, at)
	}
	for i := range r.Sites {
		s := &r.Sites[i]
		if s.ownPart() {
			at := tree.Place{Site: s.Name}
			add(at, block{site: s}, unnamed(at, []any{s.Change, s.Root, s.Platform, s.Flux}))
		}
		for j := range s.Clusters {
			c := &s.Clusters[j]
			at := tree.Place{Site: s.Name, Tenant: c.Tenant, Cluster: c.Name}
			add(at, block{cluster: c}, unnamed(at, []any{c.Change, c.From, c.To, c.Objects}))
		}
	}
	return all
}

// ownPart tells whether something differs on the site itself.
func (s Site) ownPart() bool {
	return s.Change != Changed || len(s.Root)+len(s.Platform)+len(s.Flux) > 0
}

// unnamed is the text of a change with the names of its place replaced by
// their meaning: two places with the same text change alike.
func unnamed(at tree.Place, change []any) string {
	data, err := json.Marshal(change)
	if err != nil { // a number that JSON does not have: like nothing else
		return fmt.Sprintf("%v %v", at, change)
	}
	for _, name := range []struct{ is, means string }{
		{at.Tenant + "-" + at.Cluster, "\x00n"}, {at.Tenant, "\x00t"}, {at.Cluster, "\x00c"}, {at.Site, "\x00s"},
	} {
		if strings.Trim(name.is, "-") != "" {
			data = replaceWord(data, name.is, name.means)
		}
	}
	return string(data)
}

// replaceWord replaces a name in JSON where it stands for itself, between
// characters that no name has, and is no key.
func replaceWord(data []byte, word, by string) []byte {
	var out bytes.Buffer
	for from := 0; ; {
		i := bytes.Index(data[from:], []byte(word))
		if i < 0 {
			out.Write(data[from:])
			return out.Bytes()
		}
		start, end := from+i, from+i+len(word)
		out.Write(data[from:start])
		if wordByte(data, start-1) || wordByte(data, end) || bytes.HasPrefix(data[end:], []byte(`":`)) {
			out.WriteString(word)
		} else {
			out.WriteString(by)
		}
		from = end
	}
}

func wordByte(data []byte, i int) bool {
	if i < 0 || i >= len(data) {
		return false
	}
	b := data[i]
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}

// folded tells blocks that stand for several places from the others.
func (b block) folded() bool { return len(b.places) > 1 }

// sites counts the sites of a block.
func (b block) sites() int {
	seen := map[string]bool{}
	for _, at := range b.places {
		seen[at.Site] = true
	}
	return len(seen)
}

// title is as in: 12 tenant clusters on 3 sites.
func (b block) title() string {
	switch {
	case !b.folded():
		return b.places[0].String()
	case b.site != nil:
		return diag.Plural(len(b.places), "site")
	}
	return diag.Plural(len(b.places), "tenant cluster") + " on " + diag.Plural(b.sites(), "site")
}

// maxNames is how many places a folded block names; JSON has them all.
const maxNames = 12

// names lists the places of a block for people.
func (b block) names() (names []string, more int) {
	for _, at := range b.places[:min(len(b.places), maxNames)] {
		if b.site != nil {
			names = append(names, at.Site)
		} else {
			names = append(names, at.String())
		}
	}
	return names, len(b.places) - len(names)
}

// parted parts blocks into folded ones, which reach furthest, and the others.
func parted(all []block) (folded, single []block) {
	for _, b := range all {
		if b.folded() {
			folded = append(folded, b)
		} else {
			single = append(single, b)
		}
	}
	slices.SortStableFunc(folded, func(a, b block) int { return len(b.places) - len(a.places) })
	return folded, single
}
