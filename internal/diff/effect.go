package diff

import (
	"cmp"
	"slices"
)

// EffectKind says what a change does on the site besides being applied. The
// kinds are ordered: a later one is worse.
type EffectKind string

const (
	Interrupts  EffectKind = "interrupts"  // pods restart, traffic stops, or what ends does not come back
	OneWay      EffectKind = "one-way"     // works, and cannot be taken back
	Weakens     EffectKind = "weakens"     // works, and isolates the tenant less than before
	Unsupported EffectKind = "unsupported" // is carried out, though nobody upstream promises that it works
	Refused     EffectKind = "refused"     // the site refuses it, and stays as it was or stops
	Replaced    EffectKind = "replaced"    // what holds state is made again, empty
	Deleted     EffectKind = "deleted"     // what holds state goes away
)

// Effect is one consequence on the site.
type Effect struct {
	Kind EffectKind `json:"kind"`
	Path string     `json:"path,omitempty"` // of the field that causes it, where it is one
	Text string     `json:"text"`           // what will happen, for a person
}

var severities = []EffectKind{Interrupts, OneWay, Weakens, Unsupported, Refused, Replaced, Deleted}

// Severity is the kind's place in the order: 0 for none, then 1 (interrupts)
// to 7 (deleted).
func (k EffectKind) Severity() int { return slices.Index(severities, k) + 1 }

// NotInPlace tells whether a running cluster cannot take the change as it is.
func (k EffectKind) NotInPlace() bool { return k == Unsupported || k == Refused || k == Replaced }

// Worst is the worst kind of some effects; empty for none.
func Worst(effects []Effect) EffectKind {
	worst := EffectKind("")
	for _, e := range effects {
		if e.Kind.Severity() > worst.Severity() {
			worst = e.Kind
		}
	}
	return worst
}

// AllEffects are those of the cluster itself, then those of its objects.
func (c Cluster) AllEffects() []Effect {
	all := slices.Clone(c.Effects)
	for _, o := range c.Objects {
		all = append(all, o.Effects...)
	}
	return all
}

// OwnEffects are those of the site's objects that belong to no tenant cluster.
func (s Site) OwnEffects() []Effect {
	var all []Effect
	for _, list := range [][]Object{s.Root, s.Platform, s.Flux} {
		for _, o := range list {
			all = append(all, o.Effects...)
		}
	}
	return all
}

// sortEffects puts the worst first and says each once. What the site refuses
// interrupts nothing besides.
func sortEffects(effects []Effect) []Effect {
	if Worst(effects) == Refused {
		effects = slices.DeleteFunc(effects, func(e Effect) bool { return e.Kind == Interrupts })
	}
	slices.SortStableFunc(effects, func(a, b Effect) int {
		return cmp.Or(cmp.Compare(b.Kind.Severity(), a.Kind.Severity()), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Path, b.Path))
	})
	return slices.CompactFunc(effects, func(a, b Effect) bool { return a.Kind == b.Kind && a.Text == b.Text })
}
