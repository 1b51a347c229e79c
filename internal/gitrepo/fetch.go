package gitrepo

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-git/go-billy/v5/memfs"
	git "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// fetch brings the newest commit of the branch into memory, without history.
// It stays there as the compressed pack that it came in.
func (f *Fleet) fetch(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, f.options.Timeout, fmt.Errorf("not done after %v", f.options.Timeout))
	defer cancel()
	var store *filesystem.Storage
	err := f.account.use(ctx, func(auth transport.AuthMethod) error {
		fresh := filesystem.NewStorageWithOptions(memfs.New(), cache.NewObjectLRU(objectCache), filesystem.Options{KeepDescriptors: true})
		if err := fetchInto(ctx, fresh, f.options.Remote, auth); err != nil {
			return err
		}
		store = fresh
		return nil
	})
	f.objects = newObjects(nil)
	if errors.Is(err, transport.ErrEmptyRemoteRepository) || errors.Is(err, git.NoMatchingRefSpecError{}) {
		return nil
	}
	if err != nil {
		return err
	}
	f.objects = newObjects(store)
	head, err := store.Reference(f.options.Remote.branch)
	if err != nil {
		return fmt.Errorf("branch %s: %w", f.options.Remote.Branch(), err)
	}
	f.head, err = f.objects.commit(head.Hash())
	return err
}

func fetchInto(ctx context.Context, store *filesystem.Storage, remote Remote, auth transport.AuthMethod) error {
	address := remote.url.String()
	from := git.NewRemote(store, &config.RemoteConfig{Name: "fleet", URLs: []string{address}})
	return from.FetchContext(ctx, &git.FetchOptions{
		Auth:     auth,
		Depth:    1,
		Tags:     git.NoTags,
		RefSpecs: []config.RefSpec{config.RefSpec(remote.branch + ":" + remote.branch)},
	})
}
