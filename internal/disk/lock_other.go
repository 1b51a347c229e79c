//go:build !unix

package disk

import (
	"context"
	"path/filepath"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// lock makes this process the only one that replaces the tree in dir. A folder
// cannot be locked here, so a file in it is.
func lock(_ context.Context, dir string) (unlock func(), err error) {
	return lockedfile.MutexAt(filepath.Join(dir, ".tenantc-lock")).Lock()
}
