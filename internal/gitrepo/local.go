package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// openLocal opens a repository of this machine where it is; nothing is copied.
func (f *Fleet) openLocal(context.Context) error {
	folder := f.options.Remote.folder
	f.objects = newObjects(nil)
	present, err := isRepository(folder)
	if err != nil || !present {
		return err
	}
	store, err := openBare(folder)
	if err != nil {
		return err
	}
	f.objects = newObjects(store)
	f.objects.reopen = func() (storer.EncodedObjectStorer, error) { return openBare(folder) }
	head, err := localBranch(store, folder, f.options.Remote.branch)
	if err != nil || head.IsZero() {
		return err
	}
	f.head, err = f.objects.commit(head)
	return err
}

// isRepository tells whether a folder may be opened as a bare repository.
// False is a folder that is absent or empty, which Push may fill; anything
// else is an error that says what is there instead.
func isRepository(folder string) (bool, error) {
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(folder); err == nil {
			return false, errors.New("it is a link to what is not there; make its target, or write the path of a folder")
		}
		return false, nil
	case err != nil:
		return false, err
	case !info.IsDir():
		return false, errors.New("it is a file; write the path of a bare repository, or of a folder that is not there yet")
	}
	names, err := os.ReadDir(folder)
	if err != nil || len(names) == 0 {
		return false, err
	}
	if _, err := os.Stat(filepath.Join(folder, ".git")); err == nil {
		return false, errors.New("it has a work tree, and a push would change the branch under it; write the path of a bare repository (git init --bare)")
	}
	if _, err := os.Stat(filepath.Join(folder, "HEAD")); err != nil {
		return false, errors.New("it is a folder with other files in it, not a git repository")
	}
	return true, nil
}

func openBare(folder string) (storage, error) {
	store, repository, err := openStorage(osfs.New(folder))
	if err != nil {
		return storage{}, err
	}
	config, err := repository.Config()
	if err != nil {
		return storage{}, err
	}
	if !config.Core.IsBare {
		return storage{}, errors.New("it belongs to a work tree; write the path of a bare repository (git init --bare)")
	}
	return store, nil
}

// localBranch reads where a branch stands; zero when there is none. A branch
// whose file is damaged, as a killed writer or a full disk can leave it, is an
// error: to take it for a branch that does not exist would begin a new history.
func localBranch(store storage, folder string, branch plumbing.ReferenceName) (plumbing.Hash, error) {
	file := filepath.Join(folder, filepath.FromSlash(branch.String()))
	data, err := os.ReadFile(file)
	if err == nil && !plumbing.IsHash(strings.TrimSpace(string(data))) {
		return plumbing.ZeroHash, fmt.Errorf("the branch file %s is damaged: it has %d bytes and no commit in it; git reflog and git fsck --lost-found find what it stood at", file, len(bytes.TrimSpace(data)))
	}
	ref, err := store.Reference(branch)
	switch {
	case errors.Is(err, plumbing.ErrReferenceNotFound):
		return plumbing.ZeroHash, nil
	case err != nil:
		return plumbing.ZeroHash, fmt.Errorf("branch %s: %w", branch.Short(), err)
	}
	return ref.Hash(), nil
}
