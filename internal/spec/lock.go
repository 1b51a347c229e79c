package spec

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
)

// LockFile remembers what tenantc place has decided, beside tenancy.yaml.
const LockFile = "placements.lock.yaml"

// lockHeader is what a person who opens the file needs to know.
const lockHeader = `# Written by tenantc place: the site and the stack of each tenant cluster whose spec leaves them open.
# Decided once, so that adding a tenant never moves another. Do not edit; see docs/placement.md.
`

// Decision is what was decided for one tenant cluster. On is the site that its
// spec names, and Site the one decided where it names none; Stack is empty
// where the spec or the class names one.
type Decision struct {
	Tenant, Cluster string
	On, Site, Stack string
}

// Key names the tenant cluster as the file does, as in acme/prod or, where the
// spec names the site, acme/prod@turin-1: a tenant may have clusters of one
// name on several sites.
func (d Decision) Key() string {
	if d.On == "" {
		return d.Tenant + "/" + d.Cluster
	}
	return d.Tenant + "/" + d.Cluster + "@" + d.On
}

// Lock holds the decisions of a tenancy, one for each tenant cluster at most.
// The zero value has none.
type Lock struct {
	decisions []Decision // in order of the file that EncodeLock makes
	lines     map[string]int
	broken    bool
}

// NewLock holds decisions that are in no file yet.
func NewLock(decisions []Decision) Lock {
	return Lock{decisions: slices.SortedFunc(slices.Values(decisions), compareDecisions)}
}

// Of is what was decided for a tenant cluster whose spec names the site on, or
// none; false where nothing was.
func (l Lock) Of(tenant, cluster, on string) (Decision, bool) {
	i, found := slices.BinarySearchFunc(l.decisions, Decision{Tenant: tenant, Cluster: cluster, On: on}, compareDecisions)
	if !found {
		return Decision{}, false
	}
	return l.decisions[i], true
}

// Stack is the decision that remembers the stack of a tenant cluster on a site,
// whether its spec names that site or came to do so later; false where there is
// none, and the stack is chosen anew.
func (l Lock) Stack(tenant, cluster, site string) (Decision, bool) {
	if d, found := l.Of(tenant, cluster, site); found && d.Stack != "" {
		return d, true
	}
	d, found := l.Of(tenant, cluster, "")
	return d, found && d.Site == site && d.Stack != ""
}

// For are all decisions for clusters of a tenant.
func (l Lock) For(tenant string) []Decision {
	first, _ := slices.BinarySearchFunc(l.decisions, Decision{Tenant: tenant}, compareDecisions)
	end := first
	for end < len(l.decisions) && l.decisions[end].Tenant == tenant {
		end++
	}
	return l.decisions[first:end]
}

// At is the line of a decision; the file where it has none.
func (l Lock) At(d Decision) diag.Position {
	line := l.lines[d.Key()]
	return diag.Position{File: LockFile, Line: line, Column: min(line, 1)}
}

// Decisions lists all of them, in order.
func (l Lock) Decisions() []Decision { return l.decisions }

// Broken tells whether some line could not be read, so that a cluster without
// a decision may have had one.
func (l Lock) Broken() bool { return l.broken }

// EncodeLock is the lock file that holds the decisions, in order of tenant,
// cluster and site, a line each. Equal decisions give equal bytes.
func EncodeLock(decisions []Decision) []byte {
	out := bytes.NewBufferString(lockHeader)
	for _, d := range slices.SortedFunc(slices.Values(decisions), compareDecisions) {
		out.WriteString(d.line() + "\n")
	}
	return out.Bytes()
}

func (d Decision) line() string {
	var fields []string
	for _, f := range []struct{ name, value string }{{"site", d.Site}, {"stack", d.Stack}} {
		if f.value != "" {
			fields = append(fields, f.name+": "+f.value)
		}
	}
	return d.Key() + ": {" + strings.Join(fields, ", ") + "}"
}

func compareDecisions(a, b Decision) int {
	return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.On, b.On))
}

// lockLine takes a line apart. The names in it are within the bounds of the
// schema's, or are nobody's.
var lockLine = regexp.MustCompile(`^([a-z][-a-z0-9]{0,24})/([a-z][a-z0-9]{0,14})(?:@([-a-z0-9]{1,63}))?: \{(?:site: ([-a-z0-9]{1,63}))?(?:, )?(?:stack: ([-a-z0-9]{1,63}))?\}$`)

// parseLock reads what EncodeLock writes and nothing else: only tenantc writes
// the file, so any other line is a merge gone wrong or somebody's edit. The
// order of the lines is free, because a merge may change it.
func parseLock(f File) (Lock, diag.List) {
	l := Lock{lines: map[string]int{}}
	if faults, _ := checkBytes(f); len(faults) > 0 {
		l.broken = true
		return l, faults
	}
	var faults diag.List
	for i, line := range strings.Split(string(f.Data), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if line == "" || line[0] == '#' {
			continue
		}
		if d := l.add(line, diag.Position{File: f.Path, Line: i + 1, Column: 1}); d != nil {
			faults = append(faults, *d)
		}
		if len(faults) == maxFaults {
			break // no lock at all, and what is read of it is broken already
		}
	}
	slices.SortFunc(l.decisions, compareDecisions)
	return l, faults
}

// add takes up one line, or says what is wrong with it.
func (l *Lock) add(line string, at diag.Position) *diag.Diagnostic {
	var d Decision
	if m := lockLine.FindStringSubmatch(line); m != nil {
		d = Decision{Tenant: m[1], Cluster: m[2], On: m[3], Site: m[4], Stack: m[5]}
	}
	if d.line() != line || d.Site+d.Stack == "" || d.On != "" && d.Site != "" {
		l.broken = true
		f := fault(diag.LockMalformed, at, fmt.Sprintf("%.80q is not a line that tenantc place writes", line),
			"after a merge, keep the lines of both sides and drop the markers; otherwise take the file from git again")
		return &f
	}
	if before, twice := l.lines[d.Key()]; twice {
		l.broken = true
		f := fault(diag.LockMalformed, at, d.Key()+" is decided twice", "keep the line that was published first")
		f.Tenant = d.Tenant
		f.Notes = []diag.Note{{Position: diag.Position{File: at.File, Line: before, Column: 1}, Message: "the first is here"}}
		return &f
	}
	l.lines[d.Key()] = at.Line
	l.decisions = append(l.decisions, d)
	return nil
}
