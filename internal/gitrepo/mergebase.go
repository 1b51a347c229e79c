package gitrepo

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-git/go-git/v5/plumbing/object"
)

// MergeBase is the newest commit that a revision and the one that is checked
// out in a tenancy's folder have in common: what a branch was made of. within
// is the folder's path from the root of the work tree, empty at the root.
func MergeBase(ctx context.Context, dir, rev string) (commit, within string, err error) {
	t, err := openTenancy(dir)
	if err != nil {
		return "", "", fmt.Errorf("finding the merge base with %q: %w", rev, err)
	}
	defer t.objects.close()
	commit, err = t.mergeBase(rev)
	if err != nil {
		return "", "", fmt.Errorf("finding the merge base with %q: %w; a checkout in CI often has the newest commit only: fetch more of the history", rev, err)
	}
	return commit, t.within, context.Cause(ctx)
}

func (t *tenancy) mergeBase(rev string) (string, error) {
	var sides [2]*object.Commit
	for i, name := range []string{rev, "HEAD"} {
		hash, err := t.resolve(name)
		if err != nil {
			return "", err
		}
		if sides[i], err = t.repository.CommitObject(hash); err != nil {
			return "", err
		}
	}
	bases, err := sides[0].MergeBase(sides[1])
	if err != nil {
		return "", err
	}
	if len(bases) == 0 {
		return "", errors.New("they have no commit in common")
	}
	return bases[0].Hash.String(), nil
}
