package capacity

import (
	"cmp"
	"slices"
)

// allotment is who draws how much from which pot: a flow from groups to pots.
type allotment struct {
	groups []group
	free   []int64   // of each pot; below zero where too much is drawn
	drawn  [][]int64 // by group and pot
}

// allot gives every claim on one resource to the pots that may answer it. It
// finds a way whenever there is one. Where there is none, the pots that are
// overdrawn together become a finding, and the first of them is charged.
func (l *Ledger) allot(r Resource) ([]Pot, []Finding) {
	pots := slices.Clone(l.pots[r])
	a := allotment{}
	for _, g := range l.groups {
		if g.resource == r && len(g.pots) > 0 {
			a.groups = append(a.groups, g)
		}
	}
	for _, p := range pots {
		a.free = append(a.free, l.mayUse(p))
	}
	// Those with the least choice first, so that the others are shared out last.
	slices.SortFunc(a.groups, func(x, y group) int {
		return cmp.Or(cmp.Compare(len(x.pots), len(y.pots)), slices.Compare(x.pots, y.pots))
	})
	var out []Finding
	for i := range a.groups {
		a.drawn = append(a.drawn, make([]int64, len(pots)))
		if short, tight := a.place(i); short > 0 {
			out = append(out, l.oversold(r, a, tight, short))
			a.draw(i, a.groups[i].pots[0], short)
		}
	}
	for i, g := range a.groups {
		for at, amount := range a.drawn[i] {
			sold := part(g.sold, amount, g.sold+g.stacks)
			pots[at].Sold += sold
			pots[at].Stacks += amount - sold
		}
	}
	return pots, out
}

// part is of × amount ÷ all, which may be larger than 64 bits in between.
func part(of, amount, all int64) int64 {
	if amount == all {
		return of
	}
	return int64(float64(of) / float64(all) * float64(amount))
}

func (a *allotment) draw(group, pot int, amount int64) {
	a.drawn[group][pot] += amount
	a.free[pot] -= amount
}

// place draws what a group wants: in proportion to what is free, then wherever
// others can be moved to make room. It returns what is left over, and the pots
// that are full of claims which have nowhere else to go.
func (a *allotment) place(i int) (short int64, tight []int) {
	wanted := a.groups[i].sold + a.groups[i].stacks
	var free int64
	for _, pot := range a.groups[i].pots {
		free += max(0, a.free[pot])
	}
	left := wanted
	for _, pot := range a.groups[i].pots {
		if free > 0 {
			amount := min(part(max(0, a.free[pot]), min(wanted, free), free), left)
			a.draw(i, pot, amount)
			left -= amount
		}
	}
	for left > 0 {
		moved, visited := a.augment(i, left)
		if moved == 0 {
			return left, visited
		}
		left -= moved
	}
	return 0, nil
}

// step is how the search came to a pot: a group that may draw from it, and
// would make room in the pot before.
type step struct {
	group, before int // the pot before; -1 at the start
}

// augment draws some more for a group, up to most, by a shortest chain of
// groups that each move from one pot to the next. It returns how much, and the
// pots that it reached, in order.
func (a *allotment) augment(start int, most int64) (int64, []int) {
	reached := map[int]step{}
	queue := []int{}
	visit := func(group, before int) {
		for _, pot := range a.groups[group].pots {
			if _, seen := reached[pot]; !seen {
				reached[pot] = step{group, before}
				queue = append(queue, pot)
			}
		}
	}
	visit(start, -1)
	for n := 0; n < len(queue); n++ {
		pot := queue[n]
		if a.free[pot] > 0 {
			return a.shift(reached, pot, most), nil
		}
		for other := range a.drawn {
			if a.drawn[other][pot] > 0 {
				visit(other, pot)
			}
		}
	}
	slices.Sort(queue)
	return 0, queue
}

// shift moves as much as every step of the chain that ends at a pot allows.
func (a *allotment) shift(reached map[int]step, end int, most int64) int64 {
	amount := min(most, a.free[end])
	for s := reached[end]; s.before >= 0; s = reached[s.before] {
		amount = min(amount, a.drawn[s.group][s.before])
	}
	for pot := end; pot >= 0; {
		s := reached[pot]
		a.draw(s.group, pot, amount)
		if s.before >= 0 {
			a.draw(s.group, s.before, -amount)
		}
		pot = s.before
	}
	return amount
}
