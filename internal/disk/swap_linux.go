package disk

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// exchange makes two folders change names in one step. done is false where the
// kernel or the file system cannot do that.
func exchange(root *os.Root, a, b string) (done bool, err error) {
	folder, err := root.Open(".")
	if err != nil {
		return false, err
	}
	defer folder.Close()
	fd := int(folder.Fd())
	err = unix.Renameat2(fd, a, fd, b, unix.RENAME_EXCHANGE)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, unix.ENOSYS), errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOTSUP):
		return false, nil
	}
	return false, &os.LinkError{Op: "exchange", Old: a, New: b, Err: err}
}

// flushed says that flush covers what was written below a folder, so that
// writing need not sync each of thousands of small files.
const flushed = true

// flush puts everything below the folder on stable storage.
func flush(folder *os.File) error {
	return os.NewSyscallError("syncfs", unix.Syncfs(int(folder.Fd())))
}
