package schema

import (
	_ "embed"
	"fmt"
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/ast/astutil"
	"cuelang.org/go/cue/format"
)

//go:embed tenantc.schema.json
var jsonSchema []byte

// JSONSchema is the schema for editors, of any kind of document.
func JSONSchema() []byte { return slices.Clone(jsonSchema) }

// CUE is the whole schema as one CUE file, with its comments.
func CUE() ([]byte, error) {
	parsed, err := Files()
	if err != nil {
		return nil, err
	}
	whole := &ast.File{Decls: []ast.Decl{&ast.Package{Name: ast.NewIdent("schema")}}}
	for _, file := range parsed {
		for _, decl := range file.Decls {
			switch decl.(type) {
			case *ast.Package, *ast.ImportDecl: // Sanitize writes the imports that are used
			default:
				whole.Decls = append(whole.Decls, decl)
			}
		}
	}
	if err := astutil.SanitizeFiles([]*ast.File{whole}); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	text, err := format.Node(whole)
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return text, nil
}
