// Package build makes what a site is made of: binaries, charts and manifests,
// each from a Go module at a pinned version and checksum, once, into a cache
// folder. What runs is no business of this package.
package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Options say where to build from and to.
type Options struct {
	Modules string    // the folder that has one Go module a folder: lab/modules
	Cache   string    // where the results stay; DefaultCache when empty
	Log     io.Writer // a line for each thing made
}

// Kit is what a site is made of. All paths are absolute.
type Kit struct {
	Binaries map[string]string        // by name, as in Binaries
	Sources  map[string]string        // folder of each module's source, by path@version
	Charts   map[string]string        // vcluster chart archives, by version
	Built    map[string]time.Duration // what this call had to build, and how long it took
}

// DefaultCache is the folder tenantc-lab below the user's cache folder.
func DefaultCache() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder to keep the lab's binaries in, name one with --cache: %w", err)
	}
	return filepath.Join(dir, "tenantc-lab"), nil
}

// Make returns the kit, having built what the cache does not have yet. The
// first time takes minutes and network, later ones take neither.
func Make(ctx context.Context, o Options) (Kit, error) {
	if err := needTools("go", "git"); err != nil {
		return Kit{}, err
	}
	if o.Cache == "" {
		var err error
		if o.Cache, err = DefaultCache(); err != nil {
			return Kit{}, err
		}
	}
	kit := Kit{
		Binaries: map[string]string{}, Sources: map[string]string{},
		Charts: map[string]string{}, Built: map[string]time.Duration{},
	}
	if err := kit.download(ctx, o); err != nil {
		return Kit{}, err
	}
	if err := kit.compile(ctx, o); err != nil {
		return Kit{}, err
	}
	return kit, kit.packCharts(ctx, o)
}

func needTools(names ...string) error {
	var missing []error
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			missing = append(missing, fmt.Errorf("the lab needs %s in PATH", name))
		}
	}
	return errors.Join(missing...)
}

// made runs step, which writes path, unless path is there already.
func (k *Kit) made(o Options, name, path string, step func(temporary string) error) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	start := time.Now()
	fmt.Fprintf(o.Log, "making %s …\n", name)
	temporary := path + ".new"
	if err := step(temporary); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	k.Built[name] = time.Since(start)
	return nil
}

// run returns the standard output of a command, and its standard error in the error.
func run(ctx context.Context, dir string, env []string, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		return out, fmt.Errorf("%s: %w\n%s", name, err, exit.Stderr)
	}
	return out, err
}
