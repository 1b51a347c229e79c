package gitrepo

import (
	"bytes"
	"context"
	"fmt"
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

	sent outgoing // by Push; nothing in a commit that was read
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

// Commit builds a commit on the head in memory: new objects for what changes
// below sites/, and for every folder above it; all else keeps its entry. Nothing
// is written.
func (f *Fleet) Commit(ctx context.Context, delta tree.Delta, r Record) (Commit, error) {
	b := builder{ctx: ctx, objects: f.objects, new: map[plumbing.Hash]bool{}, sent: outgoing{files: delta}}
	at, root, err := b.root(plumbing.NewHash(string(f.head.Tree)), delta)
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
	out.sent = b.sent
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
