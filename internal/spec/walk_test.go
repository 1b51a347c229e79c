package spec

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
)

// The walk along the shape and CUE, asked about the document as a whole, agree
// on what is valid: over the reference tenancy with one to three places of each
// document changed.
func TestWalkAgreesWithCUE(t *testing.T) {
	p, r := NewParser(), rand.New(rand.NewPCG(3, 4))
	docs := referenceDocuments(t)
	pool, siblings := nodes(docs)
	odd := oddNodes(t)
	for len(odd) < len(pool) { // as likely as all others
		odd = append(odd, odd...)
	}
	pool = append(pool, odd...)
	accepted, refused := 0, 0
	for range 1500 {
		root := copyNode(docs[r.IntN(len(docs))])
		for range 1 + r.IntN(3) {
			mutate(r, root, pool, siblings)
		}
		kind, walked, clean := walk(p, root)
		if !clean || kind == "" {
			continue
		}
		asked := p.judge(kind, cueExpr(root)) == nil
		if asked != walked {
			text, _ := yaml.Marshal(root)
			t.Fatalf("the walk says %v, CUE says %v:\n%s", walked, asked, text)
		}
		if accepted++; !asked {
			accepted, refused = accepted-1, refused+1
		}
	}
	t.Logf("%d accepted, %d refused", accepted, refused)
	require.Greater(t, accepted, 100)
	require.Greater(t, refused, 100)
}

// walk judges a document as document does, but for the rules, of which the
// whole document's definition knows nothing.
func walk(p *Parser, root *yaml.Node) (kind string, valid, clean bool) {
	g := newGate(File{Path: "tenancy.yaml"})
	g.document(root)
	c := checker{parser: p, file: "tenancy.yaml", bad: g.bad}
	shape, kind := c.header(root)
	if shape == nil {
		return "", false, false
	}
	c.structure(newTrail(), nil, root, shape)
	c.values(newTrail(), nil, root, shape)
	valid = true
	for _, d := range c.faults {
		valid = valid && d.Code == diag.FieldsDisagree
	}
	return kind, valid, len(g.faults) == 0
}

func referenceDocuments(t *testing.T) []*yaml.Node {
	var out []*yaml.Node
	for _, pattern := range []string{"tenancy.yaml", "sites/*.yaml", "classes/*.yaml", "tenants/*.yaml"} {
		paths, err := filepath.Glob(filepath.Join("../..", pattern))
		require.NoError(t, err)
		require.NotEmpty(t, paths)
		for _, path := range paths {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			docs, faults := parseYAML(File{Path: path, Data: data})
			require.Empty(t, faults)
			for _, doc := range docs {
				out = append(out, doc.root)
			}
		}
	}
	return out
}

// nodes are all values of documents, keys included; then those that stand
// behind each key.
func nodes(docs []*yaml.Node) (out []*yaml.Node, behind map[string][]*yaml.Node) {
	behind = map[string][]*yaml.Node{}
	var visit func(n *yaml.Node)
	visit = func(n *yaml.Node) {
		out = append(out, n)
		for i, child := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 1 {
				behind[n.Content[i-1].Value] = append(behind[n.Content[i-1].Value], child)
			}
			visit(child)
		}
	}
	for _, doc := range docs {
		visit(doc)
	}
	return out, behind
}

func oddNodes(t *testing.T) []*yaml.Node {
	var out []*yaml.Node
	for _, text := range []string{`""`, `"0"`, "0", "-1", "1.5", "true", `"a b"`, "[]", "{}", "[[]]", `[""]`, "{a: b}", `{"": ""}`, "a.b", `"1Gi"`, `"10.0.0.0/8"`, "Tenant", "system:x", "-a", "a/b/c"} {
		var n yaml.Node
		require.NoError(t, yaml.Unmarshal([]byte(text), &n))
		out = append(out, n.Content[0])
	}
	return out
}

// mutate changes one place of a document: another value, one that stands behind
// the same key elsewhere, another key, nothing at all, or a list's item twice.
func mutate(r *rand.Rand, root *yaml.Node, pool []*yaml.Node, behind map[string][]*yaml.Node) {
	one := func(of []*yaml.Node) *yaml.Node { return copyNode(of[r.IntN(len(of))]) }
	all, _ := nodes([]*yaml.Node{root})
	n := all[r.IntN(len(all))]
	for len(n.Content) == 0 {
		n = all[r.IntN(len(all))]
	}
	i := r.IntN(len(n.Content))
	if n.Kind == yaml.SequenceNode {
		switch r.IntN(4) {
		case 0:
			n.Content = append(n.Content[:i:i], n.Content[i+1:]...)
		case 1:
			n.Content[i] = one(pool)
		default:
			n.Content = append(n.Content, copyNode(n.Content[i]))
		}
		return
	}
	i &^= 1
	key, value := n.Content[i], n.Content[i+1]
	switch same := behind[key.Value]; r.IntN(8) {
	case 0:
		n.Content = append(n.Content[:i:i], n.Content[i+2:]...)
	case 1:
		n.Content[i] = scalarOf(one(pool))
	case 2:
		value.Content = nil
	case 3:
		n.Content[i+1] = one(pool)
	default:
		if len(same) > 0 {
			n.Content[i+1] = one(same)
		}
	}
}

// scalarOf makes a node that can be a key.
func scalarOf(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.ScalarNode {
		return n
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: "name"}
}

func copyNode(n *yaml.Node) *yaml.Node {
	c := *n
	c.Content = nil
	for _, child := range n.Content {
		c.Content = append(c.Content, copyNode(child))
	}
	return &c
}
