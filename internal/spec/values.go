package spec

import (
	"fmt"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/schema"
)

// values asks CUE about each value by itself and tells all that it refuses.
func (c *checker) values(t *trail, key, n *yaml.Node, s *schema.Shape) {
	if c.bad[n] {
		return
	}
	switch s.Type {
	case schema.List:
		c.list(t, key, n, s)
	case schema.Map:
		c.keys(t, n, s)
	case schema.Struct:
		c.rule(t, key, n, s)
	default:
		c.scalar(t, key, n, s)
	}
	c.below(t, n, s, c.values)
}

func (c *checker) rule(t *trail, key, n *yaml.Node, s *schema.Shape) {
	for _, rule := range s.Rules {
		if !c.parser.keeps(rule, n, s) {
			c.tell(diag.FieldsDisagree, t, key, n, nameOf(t)+" lacks a field, or has some that do not go together", lower(c.parser.shapes[rule].Doc))
		}
	}
}

func (c *checker) scalar(t *trail, key, n *yaml.Node, s *schema.Shape) {
	switch {
	case s.Options != nil:
		if !slices.Contains(s.Options, n.Value) {
			c.tell(diag.NotAnOption, t, key, n, fmt.Sprintf("%s cannot be %q", t.short(), n.Value), Choose(n.Value, s.Options))
			c.bad[n] = true
		}
	case !c.parser.allows(s.Name, n):
		c.tell(diag.BadValue, t, key, n, fmt.Sprintf("%s cannot be %s", t.short(), shown(n)), write(s.Doc))
		c.bad[n] = true
	}
}

func (c *checker) keys(t *trail, n *yaml.Node, s *schema.Shape) {
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if !c.bad[key] && !c.parser.allows(s.Key.Name, key) {
			c.tell(diag.BadValue, t.child(key.Value), nil, key, fmt.Sprintf("%s cannot have the key %q", t.short(), key.Value), write(s.Key.Doc))
			c.bad[key] = true
		}
	}
}

func (c *checker) list(t *trail, key, n *yaml.Node, s *schema.Shape) {
	if s.MinItems && len(n.Content) == 0 {
		c.tell(diag.BadValue, t, key, n, t.short()+" is empty", "give at least one")
	}
	if !s.Unique {
		return
	}
	seen := map[string]bool{}
	for i, item := range n.Content {
		if item.Kind == yaml.ScalarNode && seen[item.Value] {
			c.tell(diag.BadValue, t.item(i), nil, item, fmt.Sprintf("%s has %s twice", t.short(), shown(item)), "keep one")
		}
		seen[item.Value] = true
	}
}

// userInfo is the part of a URL that may hold a password.
var userInfo = regexp.MustCompile(`://.*@`)

// shown is a value as a message shows it: text in quotes, never too long, and
// without the password of a URL, because messages end in logs and comments.
func shown(n *yaml.Node) string {
	text := []rune(userInfo.ReplaceAllString(n.Value, "://…@"))
	switch {
	case n.ShortTag() != "!!str":
		return n.Value
	case len(text) > 64:
		return fmt.Sprintf("%q…", string(text[:64]))
	}
	return fmt.Sprintf("%q", string(text))
}
