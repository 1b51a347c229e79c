package gitrepo

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Trailers of a fleet commit: where it comes from, and what made it.
const (
	TrailerRevision      = "Tenancy-Revision" // commit of the tenancy repository
	TrailerTenancyDigest = "Tenancy-Digest"   // of the specs that were compiled
	TrailerFleetDigest   = "Fleet-Digest"     // tree.Tree.Digest of what they compile to
	TrailerVersion       = "Tenantc-Version"
)

// Trailer is one line at the end of a commit's message.
type Trailer struct{ Key, Value string }

// Verb says what happened to a tenant cluster or a site.
type Verb string

const (
	Add    Verb = "add"
	Change Verb = "change"
	Remove Verb = "remove"
)

func (v Verb) past() string { return strings.TrimSuffix(string(v), "e") + "ed" }

// Line is one tenant cluster, or one site when Tenant is empty.
type Line struct {
	Site, Tenant, Cluster string
	Verb                  Verb
}

func (l Line) cluster() string { return l.Tenant + "/" + l.Cluster }

// Bounds of a message: what git's one-line log shows well, and what a reader
// of the body reads.
const (
	maxSubject = 72
	maxLines   = 100
)

// Message is what a commit says: a subject, what changed by site, and the
// trailers.
func Message(lines []Line, trailers []Trailer) string {
	lines = slices.SortedFunc(slices.Values(lines), func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Site, b.Site), cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Cluster, b.Cluster))
	})
	parts := []string{subject(lines), body(lines)}
	var tail []string
	for _, t := range trailers {
		if value := strings.Join(strings.Fields(t.Value), " "); value != "" {
			tail = append(tail, t.Key+": "+value)
		}
	}
	parts = append(parts, strings.Join(tail, "\n"))
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
	return strings.Join(parts, "\n\n") + "\n"
}

// subject names the one thing that changed, or counts.
func subject(lines []Line) string {
	var clusters, sites []Line
	for _, l := range lines {
		if l.Tenant == "" {
			sites = append(sites, l)
		} else {
			clusters = append(clusters, l)
		}
	}
	s := ""
	switch {
	case len(clusters) == 1 && !slices.ContainsFunc(sites, func(l Line) bool { return l.Site != clusters[0].Site }):
		s = fmt.Sprintf("tenantc: %s %s on %s", clusters[0].Verb, clusters[0].cluster(), clusters[0].Site)
	case len(clusters) == 0 && len(sites) == 1:
		s = fmt.Sprintf("tenantc: %s site %s", sites[0].Verb, sites[0].Site)
	case len(clusters) == 0 && len(sites) == 0:
		s = "tenantc: change the fleet"
	}
	if s != "" && len(s) <= maxSubject {
		return s
	}
	if len(clusters) == 0 {
		return fmt.Sprintf("tenantc: %s %s", count(len(sites), "site"), common(sites).past())
	}
	return fmt.Sprintf("tenantc: %s %s on %s", count(len(clusters), "tenant cluster"), common(clusters).past(), count(len(bySite(clusters)), "site"))
}

// common is the verb that all lines share, else Change.
func common(lines []Line) Verb {
	if slices.ContainsFunc(lines, func(l Line) bool { return l.Verb != lines[0].Verb }) {
		return Change
	}
	return lines[0].Verb
}

func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}

// bySite groups sorted lines by their site.
func bySite(lines []Line) [][]Line {
	var out [][]Line
	for i, l := range lines {
		if i == 0 || l.Site != lines[i-1].Site {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], l)
	}
	return out
}

// body lists a paragraph's line for each tenant cluster below the name of its
// site, up to maxLines.
func body(lines []Line) string {
	var out []string
	left := max(0, len(lines)-maxLines)
	for _, site := range bySite(lines[:len(lines)-left]) {
		head := site[0].Site + ":"
		if site[0].Tenant == "" {
			head += " " + string(site[0].Verb) + " the site"
			site = site[1:]
		}
		out = append(out, head)
		for _, l := range site {
			out = append(out, "- "+string(l.Verb)+" "+l.cluster())
		}
	}
	if left > 0 {
		out = append(out, fmt.Sprintf("and %d more", left))
	}
	return strings.Join(out, "\n")
}

var trailerLine = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9-]*): (.+)$`)

// Trailers reads the last paragraph of a message; it has none when any line of
// it is something else, or when it is the subject.
func Trailers(message string) []Trailer {
	paragraphs := strings.Split(strings.TrimSpace(message), "\n\n")
	if len(paragraphs) < 2 {
		return nil
	}
	var out []Trailer
	for line := range strings.SplitSeq(paragraphs[len(paragraphs)-1], "\n") {
		m := trailerLine.FindStringSubmatch(line)
		if m == nil {
			return nil
		}
		out = append(out, Trailer{Key: m[1], Value: m[2]})
	}
	return out
}

// Trailer is the value of the commit's last trailer of a key, or "".
func (c Commit) Trailer(key string) string {
	value := ""
	for _, t := range Trailers(c.Message) {
		if strings.EqualFold(t.Key, key) {
			value = t.Value
		}
	}
	return value
}
