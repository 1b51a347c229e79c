package gitrepo

import (
	"fmt"
	"strings"

	"github.com/tenantc/tenantc/internal/tree"
)

// FolderHash is the hash that git gives a folder of a tree when nothing else
// is in it: what Fleet.Hash answers once the tree is published.
func FolderHash(t tree.Tree, folder string) (tree.Hash, error) {
	at, err := desired(t)
	if err != nil {
		return "", err
	}
	for name := range strings.SplitSeq(folder, "/") {
		if at = at.child(name); at == nil {
			return "", fmt.Errorf("the tree has no folder %q", folder)
		}
	}
	return tree.Hash(at.hash.String()), nil
}
