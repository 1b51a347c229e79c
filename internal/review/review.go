// Package review makes of a change what its reviewers read: the comment, the
// annotations at the specs' lines, the labels, the verdict. It is pure, and knows
// no forge: package forge brings it to GitHub, any other gets the same text.
//
// A Review is also the artifact that passes from the job that compiles, which
// runs on what a stranger wrote and holds no secret, to the one that posts. The
// second trusts nothing in it: what it prints is made anew of the data, and all
// of it stands in code or is checked to be ordinary prose.
package review

import (
	"fmt"
	"time"

	"github.com/tenantc/tenantc/internal/change"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/gate"
)

// Format is the number of the artifact's format.
const Format = 1

// Review is everything there is to say of a change.
type Review struct {
	Format  int            `json:"format"`
	Version string         `json:"version"`           // of tenantc
	Pull    int            `json:"pull,omitempty"`    // the number of the pull request; 0 for none
	Head    string         `json:"head,omitempty"`    // the commit that is reviewed
	Base    string         `json:"base,omitempty"`    // the commit that it is compared with
	Within  string         `json:"within,omitempty"`  // the tenancy's folder in its repository; empty for its root
	Problem string         `json:"problem,omitempty"` // why there is nothing to compare with
	Faults  diag.List      `json:"faults,omitempty"`
	Report  diff.Report    `json:"report"`
	Gates   []gate.Verdict `json:"gates,omitempty"`
	Lifters string         `json:"lifters,omitempty"` // who may lift a gate
	Notes   []Note         `json:"notes,omitempty"`   // in short, what other judges say

	Annotations []Annotation `json:"annotations,omitempty"`
}

// Note is a short statement about the tenancy after the change, such as its
// certificate or its capacity: a table, or lines.
type Note struct {
	Title  string     `json:"title"`
	Lines  []string   `json:"lines,omitempty"`
	Header []string   `json:"header,omitempty"`
	Rows   [][]string `json:"rows,omitempty"` // as long as the header
}

// Of judges a change. problem is set where the base is at fault and there is
// nothing to compare with.
func Of(c change.Change, faults diag.List, problem error, now time.Time) Review {
	r := Review{Format: Format, Base: c.Base, Faults: faults.Sorted()}
	if problem != nil {
		r.Problem = problem.Error()
	}
	if problem == nil && !faults.HasErrors() {
		policy := gate.PolicyOf(c.After.Documents, c.Before.Documents)
		r.Report = c.Report
		r.Gates = gate.Of(policy, c.Report, c.After.Plan, now)
		r.Notes = append(isolationNote(c, r.Faults), capacityNote(c)...)
		r.Lifters = policy.Lifters()
		r.Faults = append(append(r.Faults, c.Foreseen...), gate.Diagnostics(policy, r.Gates, c.PlaceAt)...).Sorted()
	}
	r.Annotations = annotations(r, c.PlaceAt)
	return r
}

// Refused tells whether the change may not go ahead.
func (r Review) Refused() bool { return r.Faults.HasErrors() }

// Risk is how much a reviewer should worry.
type Risk string

const (
	NoRisk     Risk = "no"     // nothing changes on any site
	LowRisk    Risk = "low"    // what comes, and what a running cluster takes in place
	MediumRisk Risk = "medium" // what interrupts, cannot be taken back, or is site-wide
	HighRisk   Risk = "high"   // what deletes, replaces, weakens, is refused by a site or needs a waiver
)

// Risk is the worst that the change does.
func (r Review) Risk() Risk {
	risk := NoRisk
	raise := func(to Risk) {
		if order[to] > order[risk] {
			risk = to
		}
	}
	for _, s := range r.Report.Sites {
		raise(LowRisk)
		if s.Change != diff.Added && len(s.Platform) > 0 {
			raise(MediumRisk)
		}
		raise(riskOf(diff.Worst(s.OwnEffects())))
		for _, c := range s.Clusters {
			raise(riskOf(diff.Worst(c.AllEffects())))
		}
	}
	for _, v := range r.Gates {
		if v.Amount > v.Limit {
			raise(HighRisk)
		}
	}
	return risk
}

var order = map[Risk]int{NoRisk: 0, LowRisk: 1, MediumRisk: 2, HighRisk: 3}

func riskOf(kind diff.EffectKind) Risk {
	switch {
	case kind == "":
		return LowRisk
	case kind.Severity() <= diff.OneWay.Severity():
		return MediumRisk
	}
	return HighRisk
}

// LabelPrefix begins every label that a review sets, and none that people set.
const LabelPrefix = "tenantc:"

// Labels are all that the pull request shall have of those with the prefix.
func (r Review) Labels() []string {
	labels := []string{LabelPrefix + string(r.Risk()) + "-risk"}
	if r.Problem != "" || len(r.Report.Sites) == 0 && r.Refused() {
		labels = nil // nothing is known of what it does
	}
	if r.Refused() {
		labels = append(labels, LabelPrefix+"refused")
	}
	return labels
}

// Name is what the review's check and its comment go by: one for each tenancy
// of a repository.
func (r Review) Name() string {
	if r.Within == "" {
		return "tenantc"
	}
	return "tenantc " + r.Within
}

// Title is the verdict in a few words.
func (r Review) Title() string {
	faults, gates := 0, 0
	for _, d := range r.Faults {
		switch {
		case d.Severity == diag.Error && d.Code == diag.GateExceeded:
			gates++
		case d.Severity == diag.Error:
			faults++
		}
	}
	switch {
	case faults > 0:
		return "refused: " + diag.Plural(faults, "fault")
	case gates > 0:
		return "refused by " + diag.Plural(gates, "gate")
	case r.Problem != "":
		return "nothing to compare with"
	case r.Report.Empty():
		return "no site changes"
	}
	return fmt.Sprintf("%s risk", r.Risk())
}
