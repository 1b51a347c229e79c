// Package tenancy is a person at a tenancy repository: a copy of one, edited
// and published by the tenantc command as a user would.
package tenancy

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// Tenancy is a folder with tenancy.yaml in it, and the command to use on it.
type Tenancy struct {
	Dir     string
	Command string // path of tenantc
}

// Fleet is what tenancy.yaml says about the fleet repository.
type Fleet struct {
	Repository string // a folder, absolute
	Branch     string
	PullURL    string // what sites pull
	SecretRef  struct{ Name string }
}

// BuildCommand builds tenantc from the project's own repository.
func BuildCommand(ctx context.Context, repository, out string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", out, "./cmd/tenantc")
	cmd.Dir = repository
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("tenantc: %w\n%s", err, text)
	}
	return nil
}

// Copy copies what belongs to a tenancy into a new folder.
func Copy(from, to, command string) (*Tenancy, error) {
	if err := os.Mkdir(to, 0o755); err != nil {
		return nil, err
	}
	for _, name := range []string{"tenancy.yaml", "tenants", "sites", "classes", "templates", "placements.lock.yaml"} {
		source, target := filepath.Join(from, name), filepath.Join(to, name)
		info, err := os.Stat(source)
		switch {
		case errors.Is(err, os.ErrNotExist):
			continue
		case err != nil:
			return nil, err
		case info.IsDir():
			err = os.CopyFS(target, os.DirFS(source))
		default:
			err = copyFile(source, target)
		}
		if err != nil {
			return nil, err
		}
	}
	return &Tenancy{Dir: to, Command: command}, nil
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}

// Run runs tenantc here and returns what it printed.
func (t *Tenancy) Run(ctx context.Context, arguments ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, t.Command, append([]string{"-C", t.Dir}, arguments...)...)
	out, err := cmd.Output()
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		return out, fmt.Errorf("tenantc %s: %w\n%s%s", strings.Join(arguments, " "), err, exit.Stderr, out)
	}
	return out, err
}

// Publish compiles the tenancy and commits it to the fleet repository.
func (t *Tenancy) Publish(ctx context.Context) error {
	_, err := t.Run(ctx, "publish")
	return err
}

// Edit replaces text, which must be there once, in a file.
func (t *Tenancy) Edit(file, old, replacement string) error {
	path := filepath.Join(t.Dir, file)
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if n := strings.Count(string(data), old); n != 1 {
		return fmt.Errorf("%s has %q %d times, expected once", file, old, n)
	}
	return os.WriteFile(path, []byte(strings.Replace(string(data), old, replacement, 1)), 0o644)
}

// Has says whether there is such a file.
func (t *Tenancy) Has(file string) bool {
	_, err := os.Stat(filepath.Join(t.Dir, file))
	return err == nil
}

// Remove removes a file.
func (t *Tenancy) Remove(file string) error { return os.Remove(filepath.Join(t.Dir, file)) }

// Fleet reads tenancy.yaml.
func (t *Tenancy) Fleet() (Fleet, error) {
	data, err := os.ReadFile(filepath.Join(t.Dir, "tenancy.yaml"))
	if err != nil {
		return Fleet{}, err
	}
	var d struct{ Spec struct{ Fleet Fleet } }
	if err := yaml.Unmarshal(data, &d); err != nil {
		return Fleet{}, fmt.Errorf("tenancy.yaml: %w", err)
	}
	fleet := d.Spec.Fleet
	if !filepath.IsAbs(fleet.Repository) {
		fleet.Repository = filepath.Join(t.Dir, fleet.Repository)
	}
	return fleet, nil
}

// Host is the name in the pull URL.
func (f Fleet) Host() (string, error) {
	u, err := url.Parse(f.PullURL)
	if err != nil {
		return "", err
	}
	if want := "/" + filepath.Base(f.Repository); u.Scheme != "https" || u.Path != want {
		return "", fmt.Errorf("tenancy.yaml: the lab serves pullURL https://NAME%s, not %q", want, f.PullURL)
	}
	return u.Hostname(), nil
}
