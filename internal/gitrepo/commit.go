package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	git "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/tenantc/tenantc/internal/tree"
)

// Commit is a commit of the fleet's branch.
type Commit struct {
	Hash    string // 40 hexadecimal digits; empty for no commit at all
	Parent  string // empty for the first one
	Tree    tree.Hash
	Message string
	Time    time.Time
	Author  string // as in: Name <email>
	Merge   bool   // it has further parents

	// Signed is what Signature is of: the commit without it. Nothing of both
	// in a commit that nobody signed.
	Signed, Signature []byte

	objects []packed // what Push sends; none in a commit that was read
}

// Record is what a commit says besides its files. A trailer that names the
// folder of all sites is added to those given.
type Record struct {
	Subject, Body     string
	Trailers          []Trailer
	Author, Committer Person
	Time              time.Time
	Signer            git.Signer // nil: the commit is not signed
}

// fromGit is a commit as this package tells it; raw is its object's content.
func fromGit(c object.Commit, raw []byte) Commit {
	out := Commit{
		Hash: c.Hash.String(), Tree: tree.Hash(c.TreeHash.String()), Message: c.Message,
		Time: c.Committer.When, Author: c.Author.String(),
	}
	out.Signed, out.Signature = cutSignature(raw)
	if len(c.ParentHashes) > 0 {
		out.Parent, out.Merge = c.ParentHashes[0].String(), len(c.ParentHashes) > 1
	}
	return out
}

// Commit builds a commit on the head in memory: new objects for what changes,
// and for every folder above it; all else keeps its entry. Nothing is written.
func (f *Fleet) Commit(ctx context.Context, changes tree.Changes, r Record) (Commit, error) {
	b := builder{ctx: ctx, objects: f.objects, new: map[plumbing.Hash]bool{}}
	root, err := b.folder(plumbing.NewHash(string(f.head.Tree)), "", sorted(changes))
	if err != nil {
		return Commit{}, fmt.Errorf("building the commit: %w", err)
	}
	if root.IsZero() {
		root = b.add(plumbing.TreeObject, nil) // git's empty tree
	}
	at, err := f.At(Commit{Tree: tree.Hash(root.String())}).sitesTree()
	if err != nil {
		return Commit{}, fmt.Errorf("building the commit: %w", err)
	}
	c := object.Commit{
		TreeHash:  root,
		Author:    r.Author.signature(r.Time),
		Committer: r.Committer.signature(r.Time),
		Message:   Message(r.Subject, r.Body, append(slices.Clone(r.Trailers), Trailer{TrailerFleetTree, at.String()})),
	}
	if f.head.Hash != "" {
		c.ParentHashes = []plumbing.Hash{plumbing.NewHash(f.head.Hash)}
	}
	data, err := encodeCommit(c, r.Signer)
	if err != nil {
		return Commit{}, fmt.Errorf("building the commit: %w", err)
	}
	c.Hash = b.add(plumbing.CommitObject, data)
	out := fromGit(c, data)
	out.objects = b.made
	return out, nil
}

// encodeCommit is the content of a commit's object, signed if there is a signer.
func encodeCommit(c object.Commit, signer git.Signer) ([]byte, error) {
	if signer != nil {
		unsigned := &plumbing.MemoryObject{}
		if err := c.EncodeWithoutSignature(unsigned); err != nil {
			return nil, err
		}
		message, err := unsigned.Reader()
		if err != nil {
			return nil, err
		}
		made, err := signer.Sign(message)
		if err != nil {
			return nil, err
		}
		c.PGPSignature = string(made) // of whatever format
	}
	obj := &plumbing.MemoryObject{}
	if err := c.Encode(obj); err != nil {
		return nil, err
	}
	return content(obj)
}

// signatureHeader begins a commit's signature, whose further lines begin with
// a space (git's Documentation/gitformat-signature).
const signatureHeader = "gpgsig "

// cutSignature takes the signature out of a commit's content. What is left is
// what was signed, to the byte. A commit with two has none that counts.
func cutSignature(raw []byte) (signed, signature []byte) {
	head, message, _ := bytes.Cut(raw, []byte("\n\n"))
	within, found := false, 0
	for line := range bytes.Lines(append(bytes.Clone(head), '\n')) {
		first := bytes.HasPrefix(line, []byte(signatureHeader))
		within = first || within && line[0] == ' '
		switch {
		case first:
			found++
			signature = append(signature, line[len(signatureHeader):]...)
		case within:
			signature = append(signature, line[1:]...)
		default:
			signed = append(signed, line...)
		}
	}
	if found != 1 {
		return nil, nil
	}
	return append(append(signed, '\n'), message...), signature
}

// builder makes the objects that a commit adds.
type builder struct {
	ctx     context.Context
	objects *objects
	new     map[plumbing.Hash]bool
	made    []packed
}

func (b *builder) add(kind plumbing.ObjectType, data []byte) plumbing.Hash {
	h := plumbing.ComputeHash(kind, data)
	if !b.new[h] {
		b.new[h] = true
		b.made = append(b.made, packed{kind: kind, data: data})
	}
	return h
}

// folder applies the changes below a prefix to the folder that the base has
// there (zero: none) and returns the new folder, zero when nothing is left.
func (b *builder) folder(base plumbing.Hash, prefix string, changes tree.Changes) (plumbing.Hash, error) {
	if err := b.ctx.Err(); err != nil {
		return plumbing.ZeroHash, context.Cause(b.ctx)
	}
	entries := map[string]entry{}
	if !base.IsZero() {
		old, err := b.objects.tree(base)
		if err != nil {
			return plumbing.ZeroHash, fmt.Errorf("folder %q: %w", prefix, err)
		}
		for _, e := range old {
			entries[e.name] = e
		}
	}
	for len(changes) > 0 {
		name, of := group(changes, func(c tree.Change) string { return c.Path }, prefix)
		if err := b.entry(entries, prefix, name, changes[:of]); err != nil {
			return plumbing.ZeroHash, err
		}
		changes = changes[of:]
	}
	if len(entries) == 0 {
		return plumbing.ZeroHash, nil
	}
	all := slices.Collect(maps.Values(entries))
	data := encodeTree(all)
	if plumbing.ComputeHash(plumbing.TreeObject, data) == base {
		return base, nil
	}
	made := b.add(plumbing.TreeObject, data)
	b.objects.know(made, all)
	return made, nil
}

var errNotTheBase = errors.New("the changes were not made against this commit")

// entry applies the changes of one name: of the file, which stands first if it
// changes, and of what is below the folder of that name.
func (b *builder) entry(entries map[string]entry, prefix, name string, changes tree.Changes) error {
	old, present := entries[name]
	var file *tree.Change
	if changes[0].Path == prefix+name {
		file, changes = &changes[0], changes[1:]
	}
	removed := file != nil && file.After == nil
	if present && old.kind() == Foreign || removed && (!present || old.kind() != Plain) || file == nil && present && !old.isFolder() {
		return fmt.Errorf("%q: %w", prefix+name, errNotTheBase)
	}
	below := plumbing.ZeroHash
	if old.isFolder() {
		below = old.hash
	}
	if len(changes) > 0 {
		var err error
		if below, err = b.folder(below, prefix+name+"/", changes); err != nil {
			return err
		}
	}
	delete(entries, name)
	switch written := file != nil && !removed; {
	case written && !below.IsZero():
		return fmt.Errorf("%q: %w", prefix+name, errNotTheBase)
	case written:
		entries[name] = entry{name, modeFile, b.add(plumbing.BlobObject, file.After)}
	case !below.IsZero():
		entries[name] = entry{name, modeFolder, below}
	}
	return nil
}
