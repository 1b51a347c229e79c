package gate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/tree"
)

// Verdict is what a gate says of a change.
type Verdict struct {
	Gate   Name          `json:"gate"`
	Limit  int           `json:"limit"`
	Amount int           `json:"amount"`
	Places []tree.Place  `json:"places,omitempty"` // that count
	Waiver *Waiver       `json:"waiver,omitempty"` // that lifts the gate
	Unfit  []string      `json:"unfit,omitempty"`  // why other waivers of this gate do not
	At     diag.Position `json:"at,omitzero"`      // of the limit
}

// Refused tells whether the gate stays shut.
func (v Verdict) Refused() bool { return v.Amount > v.Limit && v.Waiver == nil }

// Judge holds the measures against the limits, in the order of the limits. A
// gate is lifted by a waiver that is part of the change, reaches far enough and
// has not expired.
func Judge(p Policy, measures []Measure, now time.Time) []Verdict {
	var all []Verdict
	for _, limit := range p.Limits {
		i := slices.IndexFunc(measures, func(m Measure) bool { return m.Gate == limit.Gate })
		if i < 0 {
			continue
		}
		v := Verdict{Gate: limit.Gate, Limit: limit.Max, Amount: measures[i].Amount, Places: measures[i].Places, At: limit.At}
		if v.Amount > v.Limit {
			v.lift(p.Waivers, now)
		}
		all = append(all, v)
	}
	return all
}

func (v *Verdict) lift(waivers []Waiver, now time.Time) {
	for _, w := range waivers {
		if w.Gate != v.Gate {
			continue
		}
		if why := w.unfit(v.Amount, now); why != "" {
			v.Unfit = append(v.Unfit, fmt.Sprintf("waiver %s %s", w.Name, why))
		} else if v.Waiver == nil {
			v.Waiver = &w
		}
	}
}

func (w Waiver) unfit(amount int, now time.Time) string {
	switch {
	case !now.Before(w.Expires.AddDate(0, 0, 1)):
		return "has expired on " + w.Expires.Format(time.DateOnly)
	case w.UpTo < amount:
		return fmt.Sprintf("lifts it to %d only", w.UpTo)
	case w.Standing:
		return "is not part of this change"
	}
	return ""
}

// Diagnostics says what is refused, by how much and who may lift it. locate
// finds where a place was written; it may answer with no position.
func Diagnostics(p Policy, verdicts []Verdict, locate func(tree.Place) diag.Position) diag.List {
	var faults diag.List
	for _, v := range verdicts {
		if !v.Refused() {
			continue
		}
		d := diag.Diagnostic{
			Severity: diag.Error, Code: diag.GateExceeded, Path: "spec.policy.gates." + string(v.Gate), Position: v.At,
			Message: fmt.Sprintf("gate %s: %s, %d more than the %d that one change may%s", v.Gate, v.Says(), v.Amount-v.Limit, v.Limit, v.why()),
			Hint:    fmt.Sprintf("make the change smaller, or let %s lift the gate: a file in waivers/, in this change, of kind Waiver with gate: %s, upTo: %d, a reason and the day on which it expires", p.Lifters(), v.Gate, v.Amount),
		}
		for _, place := range v.Places[:min(len(v.Places), maxNotes)] {
			if at := locate(place); at.File != "" {
				d.Notes = append(d.Notes, diag.Note{Position: at, Message: "counts: " + place.String()})
			}
		}
		faults = append(faults, d)
	}
	return faults
}

// maxNotes bounds how many places a refusal points at.
const maxNotes = 10

func (v Verdict) why() string {
	if len(v.Unfit) == 0 {
		return ""
	}
	return " (" + strings.Join(v.Unfit, "; ") + ")"
}

// Lifters are those who may approve a waiver.
func (p Policy) Lifters() string {
	return cmp.Or(strings.Join(p.LiftedBy, " or "), "who keeps tenancy.yaml")
}

// Says is the measure as a sentence without its end, as in: the change touches
// 3 sites.
func (v Verdict) Says() string {
	clusters := diag.Plural(v.Amount, "tenant cluster")
	switch v.Gate {
	case Sites:
		return "the change touches " + diag.Plural(v.Amount, "site")
	case Tenants:
		return "the change touches the clusters of " + diag.Plural(v.Amount, "tenant")
	case Deletions:
		return "the change takes " + clusters + " off the sites"
	case Replacements:
		return fmt.Sprintf("the change does what a running cluster does not take in place, in %s", diag.Plural(v.Amount, "place"))
	case Weakened:
		return "the change isolates " + clusters + " less than before"
	}
	return fmt.Sprintf("the change sells %d percent of what a site has", v.Amount)
}
