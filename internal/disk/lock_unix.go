//go:build unix

package disk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// lockEvery is how often a waiting run looks whether its turn has come.
const lockEvery = 50 * time.Millisecond

// lock makes this process the only one that replaces the tree in dir, waiting
// for others until ctx ends. The lock is on the folder itself: no lock file is
// left behind, and the kernel releases it when the process dies.
func lock(ctx context.Context, dir string) (unlock func(), err error) {
	folder, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { folder.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			folder.Close()
			return nil, fmt.Errorf("locking %s: %w", dir, err)
		}
		select {
		case <-ctx.Done():
			folder.Close()
			return nil, fmt.Errorf("waiting for another tenantc that writes to %s: %w", dir, context.Cause(ctx))
		case <-time.After(lockEvery):
		}
	}
}
