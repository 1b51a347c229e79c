package gitrepo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tenantc/tenantc/internal/tree"
)

// comparePaths orders paths so that a name, then all that is below the folder
// of that name, stand together: the slash comes before every other character.
func comparePaths(a, b string) int {
	for i := range min(len(a), len(b)) {
		switch {
		case a[i] == b[i]:
		case a[i] == '/':
			return -1
		case b[i] == '/':
			return 1
		default:
			return cmp.Compare(a[i], b[i])
		}
	}
	return cmp.Compare(len(a), len(b))
}

// sorted is a copy of changes in the order of comparePaths.
func sorted(changes tree.Changes) tree.Changes {
	out := slices.Clone(changes)
	slices.SortFunc(out, func(a, b tree.Change) int { return comparePaths(a.Path, b.Path) })
	return out
}

// group returns the first name below prefix, and how many of the items, which
// are in the order of comparePaths, are that name or below it.
func group[T any](items []T, path func(T) string, prefix string) (string, int) {
	name, _, _ := strings.Cut(path(items[0])[len(prefix):], "/")
	n := slices.IndexFunc(items, func(item T) bool {
		rest, below := strings.CutPrefix(path(item), prefix+name)
		return !below || rest != "" && rest[0] != '/'
	})
	if n < 0 {
		n = len(items)
	}
	return name, n
}

// checkName says what makes a name unfit for a folder that tenantc writes: a
// checkout of it could land elsewhere, or be read as something else. It is
// stricter than git, which has to take names that tenantc never makes.
func checkName(name string) error {
	switch {
	case name == "" || name == "." || name == "..":
		return fmt.Errorf("the name %q leads elsewhere", name)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsGraphic(r) }):
		return fmt.Errorf("the name %q has characters that do not print", name)
	case strings.ContainsAny(name, `/\:`):
		return fmt.Errorf("the name %q has a separator in it", name)
	case gitsOwn(name):
		return fmt.Errorf("the name %q is one that git keeps for itself", name)
	}
	return nil
}

// gitsOwn tells whether a file system could take the name for git's own .git or
// .gitmodules and the like: in other letter case, as the short names of NTFS
// (git~1), with dots and spaces at the end, which NTFS drops. What HFS+ drops
// does not print, so checkName has refused it.
func gitsOwn(name string) bool {
	name = strings.ToLower(strings.TrimRight(name, ". "))
	return strings.HasPrefix(name, ".git") || strings.HasPrefix(name, "git~") || strings.HasPrefix(name, "gi7eba~")
}

// checkPath is checkName for every name of a path that is to be written.
func checkPath(path string) error {
	for name := range strings.SplitSeq(path, "/") {
		if err := checkName(name); err != nil {
			return fmt.Errorf("%q: %w", path, err)
		}
	}
	return nil
}
