// Package markdowntest looks at Markdown as a forge renders it, for the tests of
// what tenantc writes into comments and summaries.
package markdowntest

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

var (
	ownHTML = regexp.MustCompile(`^(<details><summary><code>[^<>\n]*</code></summary>|</details>)\n$`)
	live    = regexp.MustCompile(`@|#[0-9]|GH-|example|://|<|[0-9a-f]{40}`)
)

// Inert fails a test whose document has anything live in it: what is not code
// must be tenantc's own words and HTML, and each row of a table as wide as its
// head. Whoever calls it writes mentions, links and the word "example" into
// every value. It counts the rows.
func Inert(t *testing.T, source string) (rows int) {
	t.Helper()
	data := []byte(source)
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(data))
	require.NoError(t, ast.Walk(doc, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := node.(type) {
		case *ast.CodeSpan, *ast.FencedCodeBlock:
			return ast.WalkSkipChildren, nil
		case *ast.HTMLBlock:
			require.Regexp(t, ownHTML, string(n.Lines().Value(data)))
		case *ast.Text:
			require.NotRegexp(t, live, string(n.Value(data)), source)
		case *ast.Link, *ast.AutoLink, *ast.Image, *ast.RawHTML, *ast.Blockquote, *ast.List, *ast.CodeBlock:
			t.Errorf("a live %s in:\n%s", n.Kind(), source)
		}
		if node.Kind().String() == "TableRow" {
			require.Equal(t, node.Parent().FirstChild().ChildCount(), node.ChildCount(), "%s", source)
			rows++
		}
		return ast.WalkContinue, nil
	}))
	return rows
}
