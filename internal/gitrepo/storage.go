package gitrepo

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
	git "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

// storage is a repository's files. go-git refuses a repository with any
// extension; those that make no difference to a reader are left out of the
// configuration that it sees. git sparse-checkout sets one of them.
type storage struct{ *filesystem.Storage }

func (s storage) Config() (*config.Config, error) {
	c, err := s.Storage.Config()
	if err != nil {
		return nil, err
	}
	for _, harmless := range []string{"worktreeConfig", "partialClone", "preciousObjects"} {
		c.Raw.Section("extensions").RemoveOption(harmless)
	}
	return c, nil
}

// openStorage opens the files of a repository, in a format that go-git reads.
func openStorage(files billy.Filesystem) (storage, *git.Repository, error) {
	s := storage{filesystem.NewStorageWithOptions(files, cache.NewObjectLRU(objectCache),
		filesystem.Options{KeepDescriptors: true, LargeObjectThreshold: maxBlob})}
	repository, err := git.Open(s, nil)
	if err != nil {
		return storage{}, nil, fmt.Errorf("it cannot be opened (tenantc reads repositories with SHA-1 names and files for branches): %w", err)
	}
	return s, repository, nil
}

var errNoRepository = errors.New("it is in no git repository")

// dirs are the folders of a repository with a work tree, all absolute. What
// its work trees have in common is in shared; own is what one has for itself,
// and mostly the same folder.
type dirs struct{ root, own, shared string }

func (d dirs) files() billy.Filesystem {
	return dotgit.NewRepositoryFilesystem(osfs.New(d.own), osfs.New(d.shared))
}

// discover finds the work tree that a folder is in, and the folders of its
// repository, as git does: the nearest .git, which in a second work tree and
// in a submodule is a file that names another place.
func discover(dir string) (dirs, error) {
	for root := dir; ; root = filepath.Dir(root) {
		own := filepath.Join(root, ".git")
		if data, err := os.ReadFile(own); err == nil {
			own = target(root, strings.TrimPrefix(string(data), "gitdir: "))
		}
		if _, err := os.Stat(filepath.Join(own, "HEAD")); err == nil {
			shared := own
			if data, err := os.ReadFile(filepath.Join(own, "commondir")); err == nil {
				shared = target(own, string(data))
			}
			return dirs{root: root, own: own, shared: shared}, nil
		}
		if root == filepath.Dir(root) {
			return dirs{}, fmt.Errorf("%s: %w", dir, errNoRepository)
		}
	}
}

// target is the path that a file of git's names, which counts from a folder.
func target(from, named string) string {
	named = filepath.FromSlash(strings.TrimSpace(named))
	if filepath.IsAbs(named) {
		return named
	}
	return filepath.Join(from, named)
}
