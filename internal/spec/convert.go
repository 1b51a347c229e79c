package spec

import (
	"encoding/json"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
	"go.yaml.in/yaml/v3"
)

// cueExpr is a node that passed the gate as a CUE literal.
func cueExpr(n *yaml.Node) ast.Expr {
	switch n.Kind {
	case yaml.MappingNode:
		lit := &ast.StructLit{Elts: make([]ast.Decl, 0, len(n.Content)/2)}
		for i := 0; i < len(n.Content); i += 2 {
			lit.Elts = append(lit.Elts, &ast.Field{Label: ast.NewString(n.Content[i].Value), Value: cueExpr(n.Content[i+1])})
		}
		return lit
	case yaml.SequenceNode:
		lit := &ast.ListLit{Elts: make([]ast.Expr, 0, len(n.Content))}
		for _, item := range n.Content {
			lit.Elts = append(lit.Elts, cueExpr(item))
		}
		return lit
	}
	switch n.ShortTag() {
	case "!!int":
		return number(token.INT, n.Value)
	case "!!float":
		return number(token.FLOAT, n.Value)
	case "!!bool":
		return ast.NewBool(n.Value == "true")
	}
	return &ast.BasicLit{Kind: token.STRING, Value: literal.String.Quote(n.Value)}
}

func number(kind token.Token, value string) ast.Expr {
	if value[0] == '-' {
		return &ast.UnaryExpr{Op: token.SUB, X: &ast.BasicLit{Kind: kind, Value: value[1:]}}
	}
	return &ast.BasicLit{Kind: kind, Value: value}
}

// appendJSON writes a node that passed the gate as JSON. Fields that are bad are
// left out, and bad items of a list are null, so that the others keep their place.
func appendJSON(out []byte, n *yaml.Node, bad map[*yaml.Node]bool) []byte {
	switch n.Kind {
	case yaml.MappingNode:
		out = append(out, '{')
		for i := 0; i < len(n.Content); i += 2 {
			if bad[n.Content[i]] || bad[n.Content[i+1]] {
				continue
			}
			if out[len(out)-1] != '{' {
				out = append(out, ',')
			}
			out = append(appendString(out, n.Content[i].Value), ':')
			out = appendJSON(out, n.Content[i+1], bad)
		}
		return append(out, '}')
	case yaml.SequenceNode:
		out = append(out, '[')
		for i, item := range n.Content {
			if i > 0 {
				out = append(out, ',')
			}
			if bad[item] {
				out = append(out, "null"...)
				continue
			}
			out = appendJSON(out, item, bad)
		}
		return append(out, ']')
	}
	if n.ShortTag() == "!!str" {
		return appendString(out, n.Value)
	}
	return append(out, n.Value...)
}

func appendString(out []byte, s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic("spec: " + err.Error()) // strings always marshal
	}
	return append(out, quoted...)
}
