package disk

import (
	"errors"
	"os"
	"path/filepath"
)

// WriteFile makes or replaces one file as a whole: it is written beside its
// place and renamed, so that every reader finds the old one or the new one,
// also after a power cut.
func WriteFile(name string, data []byte) (err error) {
	folder, base := filepath.Split(name)
	beside, err := os.CreateTemp(filepath.Clean(folder), "."+base+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(beside.Name()))
		}
	}()
	if _, err = beside.Write(data); err == nil {
		err = beside.Sync()
	}
	if err = errors.Join(err, beside.Chmod(0o644), beside.Close()); err != nil {
		return err
	}
	return os.Rename(beside.Name(), name)
}
