package gitrepo

import "github.com/tenantc/tenantc/internal/tree"

// FolderHashes tells the hashes that git gives the folders of a tree when
// nothing else is in it: what Fleet.Hash answers once the tree is published, so
// "" for a folder that is not there.
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
