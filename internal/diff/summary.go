package diff

import (
	"fmt"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/tree"
)

// Summary is what a commit says of a change: which sites and tenant clusters,
// without their objects.
type Summary struct {
	Sites []SiteSummary // by name
}

// SiteSummary is one site of a Summary.
type SiteSummary struct {
	Name     string
	Change   Change
	Platform bool // the site-wide part changed
	Flux     bool // the Flux objects changed
	Clusters []ClusterChange
}

// summary counts by file: a cluster whose files changed is changed.
func (o outline) summary() Summary {
	var s Summary
	for _, name := range o.names() {
		site := o[name]
		s.Sites = append(s.Sites, SiteSummary{name, site.change, site.platform, site.flux, site.sorted()})
	}
	return s
}

// Tallies counts the sites and the tenant clusters of a summary.
func (s Summary) Tallies() (sites, clusters Tally) {
	for _, site := range s.Sites {
		sites.count(site.Change)
		for _, c := range site.Clusters {
			clusters.count(c.Change)
		}
	}
	return sites, clusters
}

// subjectLimit is how long git's own tools expect a subject to be at most.
const subjectLimit = 72

// Subject is a commit's first line, of at most 72 characters. A change to one
// thing names it, others are counted.
func (s Summary) Subject() string {
	if len(s.Sites) == 1 {
		if text := s.Sites[0].subject(); text != "" && len(text) <= subjectLimit {
			return text
		}
	}
	sites, clusters := s.Tallies()
	switch {
	case clusters.total() > 0:
		return "fleet: " + clusters.of("cluster") + " on " + diag.Plural(sites.total(), "site")
	case sites.total() > 0:
		return "fleet: " + sites.of("site")
	}
	return "fleet: nothing changed"
}

// subject names what changed on a site; empty when that is several things.
func (s SiteSummary) subject() string {
	switch {
	case len(s.Clusters) == 0 && s.Change == Changed:
		return s.Name + ": change what is site-wide"
	case len(s.Clusters) == 0:
		return s.Name + ": " + verb(s.Change) + " the site"
	case len(s.Clusters) == 1 && s.Change == Changed && !s.Platform:
		c := s.Clusters[0]
		if c.Change == Changed && c.To != "" {
			return fmt.Sprintf("%s: %s/%s is %s", s.Name, c.Tenant, c.Name, c.To)
		}
		return fmt.Sprintf("%s: %s %s/%s", s.Name, verb(c.Change), c.Tenant, c.Name)
	}
	return ""
}

func verb(c Change) string {
	switch c {
	case Added:
		return "add"
	case Removed:
		return "remove"
	}
	return "change"
}

// bodyLimit is how many lines a commit's body has at most: git log stays
// readable when a fleet changes as a whole.
const bodyLimit = 200

// Body is a commit's text below the subject: each site with what changed there,
// marked as in a diff.
func (s Summary) Body() string {
	var lines []string
	for _, site := range s.Sites {
		lines = append(lines, site.lines()...)
	}
	if more := len(lines) - bodyLimit; more > 0 {
		lines = append(lines[:bodyLimit], fmt.Sprintf("… and %d more lines", more))
	}
	return strings.Join(lines, "\n") + "\n"
}

func (s SiteSummary) lines() []string {
	lines := []string{line{s.Change.mark(), 0, printable(s.Name) + suffix(s.Change, "", "")}.String()}
	if s.Platform && s.Change == Changed {
		lines = append(lines, line{'~', 1, tree.PlatformFolder}.String())
	}
	if s.Flux && s.Change == Changed && len(s.Clusters) == 0 {
		lines = append(lines, line{'~', 1, tree.FluxFolder}.String())
	}
	for _, c := range s.Clusters {
		lines = append(lines, c.line(1).String())
	}
	return lines
}

// of is as in: 3 clusters added, 1 changed.
func (t Tally) of(noun string) string {
	first, rest, _ := strings.Cut(t.String(), " ")
	if first != "1" {
		noun += "s"
	}
	return first + " " + noun + " " + rest
}
