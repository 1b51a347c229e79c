package spec

import (
	"fmt"
	"slices"
	"strings"
)

// Choose is the hint for a word that is none of the options: the one that was
// probably meant, or all.
func Choose(word string, options []string) string {
	if near := Nearest(word, options); near != "" {
		return fmt.Sprintf("did you mean %s? (%s)", near, oneOf(options))
	}
	return oneOf(options)
}

func oneOf(options []string) string {
	switch len(options) {
	case 0:
		return "there is none yet: write one first"
	case 1:
		return "write " + options[0]
	}
	last := len(options) - 1
	return "one of " + strings.Join(options[:last], ", ") + " or " + options[last]
}

// Nearest is the option within a third of the word's length in mistakes, empty
// when there is none.
func Nearest(word string, options []string) string {
	best, least := "", max(1, len(word)/3)+1
	for _, option := range options {
		if strings.EqualFold(word, option) {
			return option
		}
		if d := distance(strings.ToLower(word), strings.ToLower(option)); d < least {
			best, least = option, d
		}
	}
	return best
}

// distance counts letters to insert, drop, change or swap with their neighbour.
func distance(a, b string) int {
	if len(a) > 64 {
		return len(a) // no name is that long
	}
	before, above := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := above[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = slices.Min([]int{above[j] + 1, row[j-1] + 1, change})
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above = above, row
	}
	return above[len(b)]
}
