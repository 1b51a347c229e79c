package diag_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/golden"
)

// docs/diagnostics.md says what the registry says.
func TestDocsAreCurrent(t *testing.T) {
	golden.Check(t, "../../docs/diagnostics.md", diag.Markdown(diag.Entries()))
}

func TestEntriesAreComplete(t *testing.T) {
	seen := map[diag.Code]bool{}
	page := string(diag.Markdown(diag.Entries()))
	for _, e := range diag.Entries() {
		require.False(t, seen[e.Code], "%s twice", e.Code)
		seen[e.Code] = true
		require.NotEmpty(t, e.Title, e.Code)
		require.NotEmpty(t, e.Cause, e.Code)
		require.NotEmpty(t, e.Remedy, e.Code)
		require.True(t, strings.Contains(page, "### "+string(e.Code)+": "), "%s: no section for its range", e.Code)
	}
}

// A code that is reported is documented, and one that is documented is reported.
func TestCodesAreDocumentedAndUsed(t *testing.T) {
	var documented []string
	for _, e := range diag.Entries() {
		documented = append(documented, string(e.Code))
	}
	names, used := map[string]string{}, map[string]bool{}
	for path, file := range sources(t) {
		registry := strings.HasPrefix(path, "internal/diag/")
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				if code := codeOf(n); registry && code != "" {
					names[n.Names[0].Name] = code
				}
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); err == nil && isCode(text) {
					require.Contains(t, documented, text, path)
					used[text] = used[text] || !registry
				}
			case *ast.SelectorExpr:
				if pkg, ok := n.X.(*ast.Ident); ok && pkg.Name == "diag" {
					used["diag."+n.Sel.Name] = true
				}
			}
			return true
		})
	}
	for name, code := range names {
		used[code] = used[code] || used["diag."+name]
	}
	slices.Sort(documented)
	for _, code := range documented {
		require.True(t, used[code], "%s is reported nowhere", code)
	}
}

var code = regexp.MustCompile(`^TC[0-9]{4}$`)

func isCode(s string) bool { return code.MatchString(s) }

// codeOf is the code that a constant of the registry names.
func codeOf(spec *ast.ValueSpec) string {
	if len(spec.Values) != 1 {
		return ""
	}
	lit, ok := spec.Values[0].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	if text, err := strconv.Unquote(lit.Value); err == nil && isCode(text) {
		return text
	}
	return ""
}

// sources are all Go files of the project without its tests.
func sources(t *testing.T) map[string]*ast.File {
	files := map[string]*ast.File{}
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		data, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		files[path], err = parser.ParseFile(token.NewFileSet(), path, data, parser.SkipObjectResolution)
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}
