package gitrepo

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-git/go-git/v5/plumbing"
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

// Newer tells whether a commit comes after the one that is checked out in a
// tenancy's folder. Of a commit that the clone does not have, or not with its
// history, nobody knows: false.
func Newer(dir, commit string) (bool, error) {
	t, err := openTenancy(dir)
	if errors.Is(err, errNoRepository) || !plumbing.IsHash(commit) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("finding the tenancy's commit: %w", err)
	}
	defer t.objects.close()
	head, err := t.repository.Head()
	if err != nil || head.Hash().String() == commit {
		return false, nil
	}
	here, err := t.repository.CommitObject(head.Hash())
	if err != nil {
		return false, nil
	}
	there, err := t.repository.CommitObject(plumbing.NewHash(commit))
	if err != nil {
		return false, nil
	}
	// The usual case first, because it is soon found: what is here comes after.
	if follows, err := there.IsAncestor(here); err != nil || follows {
		return false, nil
	}
	newer, err := here.IsAncestor(there)
	return newer && err == nil, nil
}
