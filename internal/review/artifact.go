package review

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"github.com/tenantc/tenantc/internal/diff"
)

// Files of an artifact.
const (
	dataFile    = "review.json" // what Read reads
	commentFile = "comment.md"  // for people, and for other forges
	diffFile    = "diff.txt"    // the whole difference
)

// maxArtifact bounds what is read of an artifact, in bytes.
const maxArtifact = 64 << 20

// Write makes the artifact in a folder, which is made where it is absent.
func Write(dir string, r Review) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("%s: %w", dataFile, err)
	}
	text, err := os.Create(filepath.Join(dir, diffFile))
	if err != nil {
		return err
	}
	return errors.Join(
		diff.Text(text, r.Report, false), text.Close(),
		os.WriteFile(filepath.Join(dir, commentFile), []byte(r.Markdown(CommentLimit)), 0o644),
		os.WriteFile(filepath.Join(dir, dataFile), data, 0o644),
	)
}

var (
	isHash  = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})?$`)
	isLocal = regexp.MustCompile(`^([A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?$`)
)

// Read reads an artifact that anybody may have written. What could reach
// further than text is checked here; all text is made harmless where it is
// printed.
func Read(dir string) (Review, error) {
	r, err := read(dir)
	if err != nil {
		err = fmt.Errorf("reading the review in %s: %w", dir, err)
	}
	return r, err
}

func read(dir string) (Review, error) {
	root, err := os.OpenRoot(dir) // no link leads out of it
	if err != nil {
		return Review{}, err
	}
	defer root.Close()
	file, err := root.Open(dataFile)
	if err != nil {
		return Review{}, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxArtifact+1))
	if err != nil {
		return Review{}, err
	}
	if len(data) > maxArtifact {
		return Review{}, fmt.Errorf("%s is larger than %d MiB", dataFile, maxArtifact>>20)
	}
	return parse(data)
}

func parse(data []byte) (Review, error) {
	var r Review
	if err := json.Unmarshal(data, &r); err != nil {
		return Review{}, fmt.Errorf("%s: %w", dataFile, err)
	}
	switch {
	case r.Format != Format:
		return Review{}, fmt.Errorf("%s has format %d, this tenantc reads %d: let both jobs run the same version", dataFile, r.Format, Format)
	case r.Pull < 0, !isHash.MatchString(r.Head), !isHash.MatchString(r.Base), len(r.Within) > 200, !isLocal.MatchString(r.Within):
		return Review{}, fmt.Errorf("%s is not as tenantc writes it", dataFile)
	}
	r.Annotations = placed(r.Annotations, r.Within)
	return r, nil
}
