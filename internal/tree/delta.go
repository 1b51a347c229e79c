package tree

import (
	"iter"
	"slices"
)

// Delta is what lies between two trees that are too large to have both at hand:
// Changes in lists, each of which is held deflated and inflated as it is walked
// over. Lists do not overlap: each is of a folder of its own, a site's.
type Delta struct {
	lists []packed
	files int
}

// DeltaOf is a delta of one list.
func DeltaOf(changes Changes) Delta {
	var d Delta
	d.Add(changes)
	return d
}

// Add adds a list of changes, which it sorts.
func (d *Delta) Add(changes Changes) {
	if len(changes) == 0 {
		return
	}
	slices.SortFunc(changes, func(a, b Change) int { return ComparePaths(a.Path, b.Path) })
	d.insert(pack(changes))
}

// AddAll adds all files of a folder that is put away, as new ones.
func (d *Delta) AddAll(s Stowed) {
	d.insert(s.files)
}

func (d *Delta) insert(l packed) {
	at, _ := slices.BinarySearchFunc(d.lists, l, func(a, b packed) int { return ComparePaths(a.first, b.first) })
	d.lists = slices.Insert(d.lists, at, l)
	d.files += l.count
}

// Len is the number of files that differ.
func (d Delta) Len() int { return d.files }

// Lists walks over the lists, each in the order of ComparePaths, as are the
// lists themselves.
func (d Delta) Lists() iter.Seq[Changes] {
	return func(yield func(Changes) bool) {
		for _, l := range d.lists {
			if !yield(l.unpack()) {
				return
			}
		}
	}
}

// All walks over the changes in the same order.
func (d Delta) All() iter.Seq[Change] {
	return func(yield func(Change) bool) {
		for changes := range d.Lists() {
			for _, c := range changes {
				if !yield(c) {
					return
				}
			}
		}
	}
}
