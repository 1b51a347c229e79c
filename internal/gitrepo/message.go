package gitrepo

import (
	"regexp"
	"slices"
	"strings"
)

// Trailers of a fleet commit: where it comes from, and what made it.
const (
	TrailerRevision      = "Tenancy-Revision" // commit of the tenancy repository
	TrailerTenancyDigest = "Tenancy-Digest"   // of the specs that were compiled
	TrailerVersion       = "Tenantc-Version"
	TrailerWaiver        = "Gate-Waiver" // a gate, the waiver that lifted it, and the digest of that waiver's file
	TrailerFleetTree     = "Fleet-Tree"  // git's name for the folder of all sites, as the commit left it
)

// Trailer is one line at the end of a commit's message.
type Trailer struct{ Key, Value string }

// Message is what a commit says: a subject, what changed, and the trailers.
func Message(subject, body string, trailers []Trailer) string {
	var tail []string
	for _, t := range trailers {
		if value := strings.Join(strings.Fields(t.Value), " "); value != "" {
			tail = append(tail, t.Key+": "+value)
		}
	}
	parts := []string{subject, strings.TrimSpace(body), strings.Join(tail, "\n")}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "\n\n") + "\n"
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
