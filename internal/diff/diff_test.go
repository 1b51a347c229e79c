package diff

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/tree"
)

// pairsOf splits an archive into its two trees and its expected outputs.
func pairsOf(a *txtar.Archive) (before, after map[string][]byte) {
	before, after = map[string][]byte{}, map[string][]byte{}
	for _, f := range a.Files {
		if name, ok := strings.CutPrefix(f.Name, "before/"); ok {
			before[name] = f.Data
		}
		if name, ok := strings.CutPrefix(f.Name, "after/"); ok {
			after[name] = f.Data
		}
	}
	return before, after
}

// outputs prints a pair of trees in every form.
func outputs(t *testing.T, before, after map[string][]byte) []txtar.File {
	report, faults := Trees(before, after)
	var text, json, markdown, commit bytes.Buffer
	require.NoError(t, Text(&text, report, false))
	for _, d := range faults {
		fmt.Fprintf(&text, "%s: %s[%s]: %s\n", d.Position.File, d.Severity, d.Code, d.Message)
	}
	require.NoError(t, JSON(&json, report))
	require.NoError(t, Markdown(&markdown, report, SummaryLimit))
	_, summary := Consequences(slices.Values(tree.Compare(before, after)))
	fmt.Fprintf(&commit, "%s\n\n%s", summary.Subject(), summary.Body())
	return []txtar.File{
		{Name: "want.txt", Data: text.Bytes()},
		{Name: "want.json", Data: json.Bytes()},
		{Name: "want.md", Data: markdown.Bytes()},
		{Name: "want.commit", Data: commit.Bytes()},
	}
}

// TestGolden: every pair of trees prints as it is written beside it.
func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			require.NoError(t, err)
			before, after := pairsOf(archive)
			current := &txtar.Archive{Comment: archive.Comment}
			for _, f := range archive.Files {
				if !strings.HasPrefix(f.Name, "want.") {
					current.Files = append(current.Files, f)
				}
			}
			current.Files = append(current.Files, outputs(t, before, after)...)
			if golden.Update() {
				require.NoError(t, os.WriteFile(path, txtar.Format(current), 0o644))
				return
			}
			require.Empty(t, cmp.Diff(string(txtar.Format(archive)), string(txtar.Format(current))))
		})
	}
}
