package gitrepo

import (
	"cmp"
	"strings"
	"time"
	"unicode"

	"github.com/go-git/go-git/v5/plumbing/object"
)

// Who commits when the environment does not say.
const (
	defaultName  = "tenantc"
	defaultEmail = "tenantc@localhost"
)

// Person is an author or a committer.
type Person struct{ Name, Email string }

// Author is who git would take for the author: GIT_AUTHOR_NAME and
// GIT_AUTHOR_EMAIL, else tenantc.
func Author(getenv func(string) string) Person { return person(getenv, "GIT_AUTHOR_") }

// Committer is the same of GIT_COMMITTER_NAME and GIT_COMMITTER_EMAIL.
func Committer(getenv func(string) string) Person { return person(getenv, "GIT_COMMITTER_") }

func person(getenv func(string) string, prefix string) Person {
	return Person{
		Name:  cmp.Or(headerWord(getenv(prefix+"NAME")), defaultName),
		Email: cmp.Or(headerWord(getenv(prefix+"EMAIL")), defaultEmail),
	}
}

// headerWord drops what would end a name or an address in a commit's header.
func headerWord(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '<' || r == '>' || !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, s))
}

// signature is a person at a time, in UTC so that the same commit has the same
// hash everywhere.
func (p Person) signature(at time.Time) object.Signature {
	return object.Signature{Name: headerWord(p.Name), Email: headerWord(p.Email), When: at.UTC()}
}
