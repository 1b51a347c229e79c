package spec

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/yamlgate"
)

// gate judges YAML nodes: whatever passes means the same to every YAML parser.
// It remembers which nodes did not pass, so that the schema is not asked about
// them, and the place of each.
type gate struct {
	file   string
	faults diag.List
	bad    map[*yaml.Node]bool
	places []place
	nodes  int
	full   bool // more than maxNodes
}

func newGate(f File) *gate { return &gate{file: f.Path, bad: map[*yaml.Node]bool{}} }

// document judges one document from its root and returns its places. The bound
// on nodes is for all documents of the file together.
func (g *gate) document(root *yaml.Node) []place {
	g.places = nil
	g.value(newTrail(), nil, root, 1)
	return g.places
}

func (g *gate) refuse(n *yaml.Node, t *trail, code diag.Code, message, hint string) {
	d := fault(code, diag.Position{File: g.file, Line: n.Line, Column: n.Column}, message, hint)
	d.Path = t.String()
	g.faults = append(g.faults, d)
	g.bad[n] = true
}

// value judges a node; key is nil for roots and for items of lists.
func (g *gate) value(t *trail, key, n *yaml.Node, depth int) {
	at := nodeAt(g.file, key, n)
	g.places = append(g.places, place{t.hash, uint32(at.Line), uint32(at.Column)})
	g.nodes++
	switch {
	case g.full:
		return
	case g.nodes > maxNodes:
		g.full = true
		g.refuse(n, t, diag.TooLarge, fmt.Sprintf("the file has more than %d values", maxNodes), "split it: documents may be spread over any number of files")
		return
	case depth > maxDepth:
		g.refuse(n, t, diag.TooLarge, fmt.Sprintf("values lie more than %d deep", maxDepth), "no spec is that deep; check the indentation")
		return
	case !g.plainNode(t, n):
		return
	}
	switch n.Kind {
	case yaml.MappingNode:
		g.mapping(t, n, depth)
	case yaml.SequenceNode:
		g.sequence(t, n, depth)
	default:
		g.scalar(t, n)
	}
}

// plainNode refuses what stands for something else than what is written there.
func (g *gate) plainNode(t *trail, n *yaml.Node) bool {
	switch {
	case n.Kind == yaml.AliasNode:
		g.refuse(n, t, diag.AliasOrTag, fmt.Sprintf("%q is an alias", "*"+n.Value), "write the value out")
	case n.Anchor != "":
		g.refuse(n, t, diag.AliasOrTag, fmt.Sprintf("%q is an anchor", "&"+n.Anchor), "remove it, and write the value out wherever it is needed")
	case n.Style&yaml.TaggedStyle != 0:
		g.refuse(n, t, diag.AliasOrTag, fmt.Sprintf("%q is a tag", n.Tag), "remove it; a text goes in quotes")
	default:
		return true
	}
	return false
}

func (g *gate) sequence(t *trail, n *yaml.Node, depth int) {
	if len(n.Content) > maxItems {
		g.refuse(n, t, diag.TooLarge, fmt.Sprintf("the list has %d items; more than %d are not read", len(n.Content), maxItems), "split it over several documents")
		return
	}
	for i, item := range n.Content {
		g.value(t.item(i), nil, item, depth+1)
	}
}

func (g *gate) mapping(t *trail, n *yaml.Node, depth int) {
	if len(n.Content)/2 > maxKeys {
		g.refuse(n, t, diag.TooLarge, fmt.Sprintf("there are %d keys; more than %d are not read", len(n.Content)/2, maxKeys), "split it over several documents")
		return
	}
	first := map[string]*yaml.Node{}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		g.nodes++
		if !g.key(t, key) {
			continue
		}
		below := t.child(key.Value)
		if before := first[key.Value]; before != nil {
			g.twice(below, key, before)
			continue
		}
		first[key.Value] = key
		g.value(below, key, value, depth+1)
	}
}

func (g *gate) twice(t *trail, key, before *yaml.Node) {
	g.refuse(key, t, diag.DuplicateKey, fmt.Sprintf("the key %q is given twice", key.Value), "keep one")
	last := &g.faults[len(g.faults)-1]
	last.Notes = []diag.Note{{
		Position: diag.Position{File: g.file, Line: before.Line, Column: before.Column}, Message: "given here before",
	}}
}

// key tells whether a key may be used as a name.
func (g *gate) key(t *trail, key *yaml.Node) bool {
	switch {
	case !g.plainNode(t, key):
	case key.Kind != yaml.ScalarNode:
		g.refuse(key, t, diag.BadKey, "a key must be text, not a collection", "write one word before the colon; a value that begins with { or [ goes behind it")
	case key.Style == 0 && key.Value == "<<":
		g.refuse(key, t, diag.AliasOrTag, `"<<" is a merge key`, "write the fields out")
	case key.Style == 0 && (key.ShortTag() != "!!str" || yamlgate.Ambiguous(key)):
		g.refuse(key, t, diag.BadKey, fmt.Sprintf("the key %q is not read as text by every parser", key.Value), fmt.Sprintf("put it in quotes: %q", key.Value))
	default:
		return g.text(t, key)
	}
	return false
}

func (g *gate) scalar(t *trail, n *yaml.Node) {
	switch {
	case n.Style == 0 && n.ShortTag() == "!!null":
		g.refuse(n, t, diag.NullValue, fmt.Sprintf("%s has no value", nameOf(t)), `remove the line, or write a value: "" for an empty text, [] for an empty list, {} for no fields`)
	case n.Style == 0 && yamlgate.Ambiguous(n):
		g.refuse(n, t, diag.AmbiguousValue, fmt.Sprintf("%s is read differently by different parsers", n.Value), quoteHint(n.Value))
	default:
		g.text(t, n)
	}
}

// text refuses characters that only escapes can bring in.
func (g *gate) text(t *trail, n *yaml.Node) bool {
	if n.Style&yaml.DoubleQuotedStyle == 0 {
		return true
	}
	i := strings.IndexFunc(n.Value, yamlgate.Hidden)
	if i < 0 {
		return true
	}
	r, _ := utf8.DecodeRuneInString(n.Value[i:])
	g.refuse(n, t, diag.HiddenCharacter, "the text contains "+yamlgate.Describe(r), "remove it")
	return false
}

func nameOf(t *trail) string {
	if s := t.short(); s != "" {
		return s
	}
	return "the document"
}

func quoteHint(value string) string {
	hint := fmt.Sprintf("put it in quotes: %q", value)
	switch strings.ToLower(value) {
	case "y", "yes", "on", "true":
		return "write true, or " + hint
	case "n", "no", "off", "false":
		return "write false, or " + hint
	}
	return hint
}
