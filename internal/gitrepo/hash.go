package gitrepo

import (
	"fmt"

	"github.com/tenantc/tenantc/internal/tree"
)

// FolderHash is the hash that git gives a folder of a tree when nothing else
// is in it: what Fleet.Hash answers once the tree is published.
func FolderHash(t tree.Tree, folder string) (tree.Hash, error) {
	of, err := FolderHashes(t)
	if err != nil {
		return "", err
	}
	hash, err := of(folder)
	if err == nil && hash == "" {
		return "", fmt.Errorf("the tree has no folder %q", folder)
	}
	return hash, err
}

// FolderHashes is FolderHash for a tree of which many folders are asked: it
// answers "" for a folder that is not there, as Fleet.Hash does.
func FolderHashes(t tree.Tree) (func(folder string) (tree.Hash, error), error) {
	root, err := desired(t)
	if err != nil {
		return nil, err
	}
	return func(folder string) (tree.Hash, error) {
		at := root.at(folder)
		if at == nil {
			return "", nil
		}
		return tree.Hash(at.hash.String()), nil
	}, nil
}
