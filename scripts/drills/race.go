package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/tree"
)

// race lets eight publishers commit to one repository, each files of its own,
// until there are enough commits. Every one that was acknowledged must be in
// the history, which is a line, and every file in the last commit.
func (b *bench) race(ctx context.Context) (tally, error) {
	t, err := b.trial()
	if err != nil {
		return tally{}, err
	}
	defer os.RemoveAll(t.dir)
	const publishers = 8
	var (
		sum          tally
		mu           sync.Mutex
		acknowledged = map[string]string{} // file by commit
		faults       []error
		next         atomic.Int64
		all          sync.WaitGroup
	)
	for range publishers {
		all.Go(func() {
			for i := next.Add(1); i <= int64(b.commits) && ctx.Err() == nil; i = next.Add(1) {
				file := fmt.Sprintf("sites/race/%d.yaml", i)
				commit, err := add(ctx, t.fleet(), file)
				mu.Lock()
				if err != nil {
					faults = append(faults, err)
				} else {
					acknowledged[commit] = file
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	sum.trials, sum.acknowledged = b.commits, len(acknowledged)
	if err := fsck(ctx, t.fleet()); err != nil {
		sum.corrupt++
		faults = append(faults, err)
	}
	sum.stuck = b.commits - len(acknowledged)
	sum.lost, err = lost(ctx, t.fleet(), acknowledged)
	for _, fault := range faults {
		_ = report(fault)
	}
	return sum, err
}

// add commits one file to whatever the fleet is, until it is accepted.
func add(ctx context.Context, repository, file string) (string, error) {
	for {
		commit, err := addOnce(ctx, repository, file)
		if !errors.Is(err, gitrepo.ErrRejected) {
			return commit, err
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(rand.N(100 * time.Millisecond)):
		}
	}
}

func addOnce(ctx context.Context, repository, file string) (string, error) {
	remote, err := gitrepo.ParseRemote(repository, "main", "/")
	if err != nil {
		return "", err
	}
	fleet, err := gitrepo.Open(ctx, gitrepo.Options{Remote: remote, Owned: func(string, []byte) bool { return true }, Getenv: os.Getenv})
	if err != nil {
		return "", err
	}
	defer fleet.Close()
	commit, err := fleet.Commit(ctx, tree.DeltaOf(tree.Changes{{Path: file, After: []byte(file)}}), gitrepo.Record{Subject: "add " + filepath.Base(file), Time: time.Now()})
	if err != nil {
		return "", err
	}
	return commit.Hash, fleet.Push(ctx, commit)
}

// lost counts acknowledged commits that are not in the history, and files that
// are not in its end.
func lost(ctx context.Context, repository string, acknowledged map[string]string) (n int, err error) {
	history, err := exec.CommandContext(ctx, "git", "--git-dir", repository, "rev-list", "--no-merges", "main").Output()
	if err != nil {
		return 0, err
	}
	files, err := exec.CommandContext(ctx, "git", "--git-dir", repository, "ls-tree", "-r", "--name-only", "main").Output()
	if err != nil {
		return 0, err
	}
	for commit, file := range acknowledged {
		if !strings.Contains(string(history), commit+"\n") || !strings.Contains(string(files), file+"\n") {
			n++
		}
	}
	return n, nil
}
