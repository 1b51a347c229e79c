package gitrepo

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// maxBlob bounds what is read as one file. tenantc writes nothing near it.
const maxBlob = 16 << 20

// objectCache bounds what go-git keeps to resolve deltas.
const objectCache = 16 * cache.MiByte

var errTooLarge = fmt.Errorf("the file is larger than %d MiB", maxBlob>>20)

// objects reads git objects by hash, and remembers trees. The mutex is here
// because go-git's storage may only be used by one at a time.
type objects struct {
	mu     sync.Mutex
	store  storer.EncodedObjectStorer
	reopen func() (storer.EncodedObjectStorer, error) // nil where objects cannot move
	trees  map[plumbing.Hash][]entry

	partial bool // a fetch may have left files out
}

func newObjects(store storer.EncodedObjectStorer) *objects {
	return &objects{store: store, trees: map[plumbing.Hash][]entry{}}
}

func (o *objects) close() error {
	if c, ok := o.store.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// read returns the content of an object of a type. An object that is not found
// is looked for once more in a repository opened afresh, because git's garbage
// collection moves objects while others read.
func (o *objects) read(kind plumbing.ObjectType, h plumbing.Hash, limit int64) ([]byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	obj, err := o.store.EncodedObject(kind, h)
	if err != nil && o.reopen != nil {
		fresh, openErr := o.reopen()
		if openErr != nil {
			return nil, errors.Join(err, openErr)
		}
		_ = o.close()
		o.store = fresh
		obj, err = o.store.EncodedObject(kind, h)
	}
	if err != nil {
		return nil, fmt.Errorf("git %s %s: %w", kind, h, err)
	}
	if limit > 0 && obj.Size() > limit {
		return nil, errTooLarge
	}
	return content(obj)
}

func content(obj plumbing.EncodedObject) ([]byte, error) {
	r, err := obj.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// blob reads a file's content of at most maxBlob bytes.
func (o *objects) blob(h plumbing.Hash) ([]byte, error) {
	return o.read(plumbing.BlobObject, h, maxBlob)
}

// missing lists those of the objects that a fetch has left out.
func (o *objects) missing(hashes []plumbing.Hash) []plumbing.Hash {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []plumbing.Hash
	for _, h := range hashes {
		if o.partial && o.store.HasEncodedObject(h) != nil {
			out = append(out, h)
		}
	}
	return out
}

// blobs reads files and remembers them, because a tree may name one of them
// any number of times.
type blobs struct {
	objects *objects
	known   map[plumbing.Hash][]byte
	missing map[plumbing.Hash]bool // what was asked for, and has to be fetched
}

func newBlobs(o *objects) blobs {
	return blobs{objects: o, known: map[plumbing.Hash][]byte{}, missing: map[plumbing.Hash]bool{}}
}

var errMissing = errors.New("the file has to be fetched first")

func (b blobs) read(h plumbing.Hash) ([]byte, error) {
	if data, found := b.known[h]; found {
		return data, nil
	}
	if len(b.objects.missing([]plumbing.Hash{h})) > 0 {
		b.missing[h] = true
		return nil, errMissing
	}
	data, err := b.objects.blob(h)
	if err == nil {
		b.known[h] = data
	}
	return data, err
}

// tree reads the entries of a folder. The caller does not change them.
func (o *objects) tree(h plumbing.Hash) ([]entry, error) {
	o.mu.Lock()
	entries, known := o.trees[h]
	o.mu.Unlock()
	if known || h == emptyTree {
		return entries, nil
	}
	data, err := o.read(plumbing.TreeObject, h, 0)
	if err != nil {
		return nil, err
	}
	if entries, err = parseTree(data); err != nil {
		return nil, err
	}
	o.know(h, entries)
	return entries, nil
}

// know keeps a folder's entries, which are in git's order.
func (o *objects) know(h plumbing.Hash, entries []entry) {
	o.mu.Lock()
	o.trees[h] = entries
	o.mu.Unlock()
}

// commit reads what a commit says.
func (o *objects) commit(h plumbing.Hash) (Commit, error) {
	data, err := o.read(plumbing.CommitObject, h, 0)
	if err != nil {
		return Commit{}, err
	}
	obj := &plumbing.MemoryObject{}
	obj.SetType(plumbing.CommitObject)
	if _, err := obj.Write(data); err != nil {
		return Commit{}, err
	}
	var c object.Commit
	if err := c.Decode(obj); err != nil {
		return Commit{}, fmt.Errorf("git commit %s: %w", h, err)
	}
	return fromGit(c, data), nil
}

// count is the number of entries below a folder that are not folders; it stops
// when it is past a bound.
func (o *objects) count(folder plumbing.Hash, bound int) (int, error) {
	entries, err := o.tree(folder)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, e := range entries {
		below := 1
		if e.isFolder() {
			if below, err = o.count(e.hash, bound-n); err != nil {
				return 0, err
			}
		}
		if n += below; n > bound {
			return n, nil
		}
	}
	return n, nil
}
