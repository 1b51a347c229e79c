package gitrepo

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// group returns the first name below prefix, and how many of the items, which
// are in the order of tree.ComparePaths, are that name or below it.
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
