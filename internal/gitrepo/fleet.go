// Package gitrepo reads and writes the fleet repository, and reads the tenancy
// repository at a revision.
//
// The law of the package: a publish writes exactly one thing, one plain push
// of a commit that was built in memory, and the server decides whether the
// branch still stands where it was read. Nothing is ever forced, nothing is
// written before that push, and nothing that tenantc did not write is changed.
//
// What does not belong here: what the files say (package overlay), whether a
// tenant cluster may leave the fleet, and how often a rejected push is tried
// again (package publish).
package gitrepo

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"github.com/tenantc/tenantc/internal/tree"
)

// Timeout bounds one fetch or one push unless Options says otherwise. It is
// long enough for the first commit of 10,000 tenant clusters (about 20 MiB) on
// a slow line.
const Timeout = 5 * time.Minute

// Owned tells whether tenantc wrote a file of the fleet. The path is as in the
// tree (sites/turin-1/site.yaml).
type Owned func(path string, data []byte) bool

// Options says which fleet is meant and what the process is allowed to use.
type Options struct {
	Remote  Remote
	Owned   Owned
	Getenv  func(string) string // where credentials are looked up; nil means os.Getenv
	Timeout time.Duration       // of one fetch or push; zero means Timeout
}

// Fleet is the branch of the fleet repository as it stood when it was opened.
// It is safe for concurrent use.
type Fleet struct {
	options Options
	head    Commit
	objects *objects
	account *account
	remote  *filesystem.Storage // what was fetched; nil for a local repository
}

// Open reads where the branch stands. Of a local repository nothing more is
// read; of a remote one the newest commit is fetched into memory, without its
// history. A repository that is empty, or a local one that is not there yet,
// is a fleet without a head: Push makes the local one.
func Open(ctx context.Context, o Options) (*Fleet, error) {
	if o.Timeout == 0 {
		o.Timeout = Timeout
	}
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	f := &Fleet{options: o, account: newAccount(o.Remote, o.Getenv)}
	open := f.fetch
	if o.Remote.local() {
		open = f.openLocal
	}
	if err := f.reading(open(ctx)); err != nil {
		return nil, err
	}
	return f, nil
}

// reading says of an error what was being done.
func (f *Fleet) reading(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("reading the fleet repository %s: %w", f.options.Remote, f.account.clean(err))
}

// Close lets go of the repository's files.
func (f *Fleet) Close() error { return f.objects.close() }

// Head is the commit that the branch stood at; its Hash is empty when the
// branch does not exist yet.
func (f *Fleet) Head() Commit { return f.head }

// Kind says what an entry of a folder is.
type Kind int

const (
	Plain   Kind = iota // ReadFiles reads it
	Folder              // List reads it
	Foreign             // a link, a submodule, or anything else that tenantc never writes
)

// Entry is one name in a folder of the fleet. Of a Folder, Hash is what
// tree.Tree.Unchanged takes.
type Entry struct {
	Name string
	Kind Kind
	Hash tree.Hash
}

// Hash is the git hash of the folder at a path, or "" when there is none.
func (f *Fleet) Hash(folder string) (tree.Hash, error) {
	e, found, err := f.find(folder)
	if err != nil || !found || !e.isFolder() {
		return "", err
	}
	return tree.Hash(e.hash.String()), nil
}

// List reads one folder, in order of the name; one that is not there is empty.
// The root is "".
func (f *Fleet) List(folder string) ([]Entry, error) {
	e, found, err := f.find(folder)
	if err != nil || !found || !e.isFolder() {
		return nil, err
	}
	lines, err := f.objects.tree(e.hash)
	if err != nil {
		return nil, fmt.Errorf("folder %q: %w", folder, err)
	}
	out := make([]Entry, 0, len(lines))
	for _, l := range lines {
		out = append(out, Entry{Name: l.name, Kind: l.kind(), Hash: tree.Hash(l.hash.String())})
	}
	return out, nil
}

// ReadFiles reads plain files, and leaves out what is none. What has to be
// fetched for that comes with one request.
func (f *Fleet) ReadFiles(ctx context.Context, files []string) (map[string][]byte, error) {
	hashes := map[string]plumbing.Hash{}
	for _, file := range files {
		e, found, err := f.find(file)
		if err != nil {
			return nil, err
		}
		if found && e.kind() == Plain {
			hashes[file] = e.hash
		}
	}
	if missing := f.objects.missing(slices.Collect(maps.Values(hashes))); len(missing) > 0 {
		if err := f.fetchFiles(ctx, missing); err != nil {
			return nil, err
		}
	}
	out := make(map[string][]byte, len(hashes))
	for file, hash := range hashes {
		data, err := f.objects.blob(hash)
		if err != nil {
			return nil, fmt.Errorf("file %q: %w", file, err)
		}
		out[file] = data
	}
	return out, nil
}

// find follows a path from the root of the head, one folder at a time.
func (f *Fleet) find(to string) (entry, bool, error) {
	at := entry{mode: modeFolder, hash: plumbing.NewHash(string(f.head.Tree))}
	if at.hash.IsZero() {
		return entry{}, false, nil
	}
	done := ""
	for name := range strings.SplitSeq(to, "/") {
		if name == "" && to == "" {
			break
		}
		if !at.isFolder() {
			return entry{}, false, nil
		}
		lines, err := f.objects.tree(at.hash)
		if err != nil {
			return entry{}, false, fmt.Errorf("folder %q: %w", done, err)
		}
		i, found := lookup(lines, name)
		if !found {
			return entry{}, false, nil
		}
		at, done = lines[i], path.Join(done, name)
	}
	return at, true, nil
}
