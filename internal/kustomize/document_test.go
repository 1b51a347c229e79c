package kustomize

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What people cannot see, what parsers read differently and what takes long to
// read is refused where it stands. Of one file a bounded number of faults is told.
func TestDocumentsRefuse(t *testing.T) {
	keys := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "a%d: b\n", i)
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		text, says string
		line, col  int
	}{
		"zero width":         {"a: 1\nb: x\u200by\n", "the invisible character U+200B", 2, 5},
		"direction":          {"a: \"\u202ex\"\n", "turns the direction of text", 1, 5},
		"carriage return":    {"a: 1\r\n", "a carriage return", 1, 5},
		"not UTF-8":          {"a: 1\nb: \xff\n", "not valid UTF-8", 2, 4},
		"directive":          {"a: 1\n%YAML 1.1\n", "the YAML directive", 2, 1},
		"end of document":    {"a: 1\n...\n", "the YAML directive", 2, 1},
		"word for a boolean": {"a: yes\n", `"yes" must stand in quotes`, 1, 4},
		"underscores":        {"a: 1_000\n", `"1_000" must stand in quotes`, 1, 4},
		"octal":              {"a: 012\n", `"012" must stand in quotes`, 1, 4},
		"date":               {"a: 2026-01-01\n", `"2026-01-01" must stand in quotes`, 1, 4},
		"base 60":            {"a: 1:30\n", `"1:30" must stand in quotes`, 1, 4},
		"alias":              {"a: &x 1\n", "anchors and aliases", 1, 4},
		"tag":                {"a: !!str 1\n", "tags are not allowed", 1, 4},
		"merge key":          {"<<: {a: 1}\n", "a key must be a string", 1, 1},
		"key twice":          {"a: 1\nb: 2\na: 3\n", `key "a" is there twice`, 3, 1},
		"too deep":           {"a: " + strings.Repeat("[", 70) + strings.Repeat("]", 70) + "\n", "nested more than 64 deep", 1, 68},
		"too many keys":      {keys(80_000), "80000 keys in one mapping; more than 256", 1, 1},
		"too many values":    {"a: [" + strings.Repeat("b,", 200_000) + "]\n", "more than 100000 keys and values", 1, 199_999},
		"too large":          {"a: " + strings.Repeat("b", maxFile) + "\n", "larger than 1048576 bytes", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			docs, faults := documents("x.yaml", []byte(c.text))
			require.NotEmpty(t, faults, "%d documents", len(docs))
			require.Contains(t, faults[0].Message, c.says)
			require.Equal(t, fmt.Sprint("x.yaml ", c.line, " ", c.col), fmt.Sprint(faults[0].Position.File, " ", faults[0].Position.Line, " ", faults[0].Position.Column))
		})
	}
	_, faults := documents("x.yaml", []byte(strings.Repeat("no: b\n", 256)))
	require.Len(t, faults, maxFaults)
	docs, faults := documents("x.yaml", []byte("a: true\nb:\nc: 1.5\nd: |\n  x\ty\n---\n# nothing\n---\n"+keys(256)))
	require.Empty(t, faults)
	require.Len(t, docs, 2)
}
