package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// minAbbreviation is how many digits name a commit at least.
const minAbbreviation = 7

// At is the fleet as a commit of its history has it. It shares what was read
// with the fleet it was taken from, and is closed with it.
func (f *Fleet) At(c Commit) *Fleet {
	at := *f
	at.head = c
	return &at
}

// Select finds the commits of the branch that a revision names, newest first:
// one for REV, all after A up to and with B for A..B. REV is HEAD or the
// branch (where the branch stands), a hash of at least 7 digits, or one of
// those followed by ~N; an open end of a range is the branch's own. History is
// followed by first parents: tenantc makes no others.
func (f *Fleet) Select(ctx context.Context, revision string) ([]Commit, error) {
	if f.head.Hash == "" {
		return nil, fmt.Errorf("the branch %s of %s has no commit yet", f.options.Remote.Branch(), f.options.Remote)
	}
	from, to, isRange := strings.Cut(revision, "..")
	if !isRange {
		from, to = "", revision
	}
	newest, err := f.parseEnd(to)
	if err != nil {
		return nil, err
	}
	oldest, err := f.parseEnd(from)
	if err != nil {
		return nil, err
	}
	oldest.open = from == ""
	line, err := f.line(ctx, func(i int, c Commit) bool {
		newest.look(i, c)
		oldest.look(i, c)
		return newest.found(i) && (oldest.found(i) || !isRange)
	})
	switch first, last := newest.at(), oldest.at(); {
	case err != nil:
		return nil, err
	case newest.missing(line):
		return nil, fmt.Errorf("there is no commit %q on the branch %s", to, f.options.Remote.Branch())
	case !isRange:
		return line[first : first+1], nil
	case oldest.open:
		return line[first:], nil
	case oldest.missing(line):
		return nil, fmt.Errorf("there is no commit %q on the branch %s", from, f.options.Remote.Branch())
	case last < first:
		return nil, fmt.Errorf("%q is later than %q on the branch %s: write the older one first", from, to, f.options.Remote.Branch())
	default:
		return line[first:last], nil
	}
}

// end is one end of a range: a name, how many commits before it, and where on
// the branch the name was met.
type end struct {
	name string // a hash or its beginning; empty: the head
	back int
	met  int // -1: not yet
	open bool
}

func (f *Fleet) parseEnd(revision string) (end, error) {
	name, back, steps := strings.Cut(revision, "~")
	e := end{name: strings.ToLower(name), met: -1}
	if steps {
		n, err := strconv.Atoi(back)
		if err != nil || n < 0 {
			return end{}, fmt.Errorf("%q is not a revision: write HEAD, a hash, or one of them with ~N", revision)
		}
		e.back = n
	}
	switch {
	case name == "" || name == "HEAD" || name == f.options.Remote.Branch():
		e.name = ""
	case len(name) < minAbbreviation || strings.Trim(e.name, "0123456789abcdef") != "":
		return end{}, fmt.Errorf("%q is not a revision of the fleet: write HEAD, a hash of at least %d digits, or one of them with ~N", revision, minAbbreviation)
	}
	return e, nil
}

func (e *end) look(i int, c Commit) {
	if e.met < 0 && strings.HasPrefix(c.Hash, e.name) {
		e.met = i
	}
}

func (e *end) at() int                    { return e.met + e.back }
func (e *end) found(seen int) bool        { return !e.open && e.met >= 0 && e.at() <= seen }
func (e *end) missing(line []Commit) bool { return e.met < 0 || e.at() >= len(line) }

// line lists the commits from the head by first parents, until one is the last
// that is wanted.
func (f *Fleet) line(ctx context.Context, last func(i int, c Commit) bool) ([]Commit, error) {
	var line []Commit
	for c := f.head; ; {
		line = append(line, c)
		if last(len(line)-1, c) || c.Parent == "" {
			return line, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, context.Cause(ctx)
		}
		var err error
		if c, err = f.parent(ctx, c); err != nil {
			return nil, err
		}
	}
}

// parent reads the commit before another. Of a fetched fleet that takes the
// whole history, which is fetched then.
func (f *Fleet) parent(ctx context.Context, c Commit) (Commit, error) {
	hash := plumbing.NewHash(c.Parent)
	parent, err := f.objects.commit(hash)
	if errors.Is(err, plumbing.ErrObjectNotFound) && f.remote != nil {
		if _, err := f.download(ctx, asked{history: true}); err != nil {
			return Commit{}, f.reading(err)
		}
		parent, err = f.objects.commit(hash)
	}
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return Commit{}, fmt.Errorf("the history of %s ends at commit %s, whose parent it lacks: it is a shallow copy", f.options.Remote, c.Hash)
	}
	return parent, err
}
