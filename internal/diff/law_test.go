package diff

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// sampler makes objects and changes them, the same ones in every run.
type sampler struct{ *rand.Rand }

// object is a random object with nested maps and every kind of list.
func (r sampler) object(name string) map[string]any {
	return map[string]any{
		"apiVersion": "example.net/v1", "kind": "Thing",
		"metadata": map[string]any{"name": name, "namespace": "acme-prod"},
		"spec":     r.tree(3),
	}
}

func (r sampler) tree(depth int) map[string]any {
	m := map[string]any{}
	for i := range 1 + r.IntN(4) {
		m[fmt.Sprintf("k%d.%c", i, 'a'+r.IntN(3))] = r.value(depth)
	}
	return m
}

func (r sampler) value(depth int) any {
	kind := r.IntN(8)
	if depth == 0 {
		kind = r.IntN(4)
	}
	switch kind {
	case 0:
		return r.IntN(5)
	case 1:
		return r.IntN(2) == 0
	case 2, 3:
		return []string{"", "1", "true", "a b", "x\ny", "ö→"}[r.IntN(6)]
	case 4:
		return []any{"a", "b", r.IntN(3)}
	case 5:
		return []any{r.tree(depth - 1), r.tree(depth - 1)}
	case 6:
		return []any{r.named("one", depth), r.named("two", depth), r.named("three", depth)}
	}
	return r.tree(depth - 1)
}

func (r sampler) named(name string, depth int) map[string]any {
	m := r.tree(depth - 1)
	m["name"] = name
	return m
}

// change alters one random value below v and returns the whole; at least one
// leaf is different afterwards.
func (r sampler) change(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := map[string]any{}
		keys := []string{}
		for key, value := range v {
			m[key] = value
			keys = append(keys, key)
		}
		if len(keys) == 0 || r.IntN(6) == 0 {
			m["new"] = r.value(1)
			return m
		}
		key := keys[r.IntN(len(keys))]
		if r.IntN(6) == 0 {
			delete(m, key)
		} else {
			m[key] = r.change(m[key])
		}
		return m
	case []any:
		list := append([]any{}, v...)
		switch i := r.IntN(len(list)); r.IntN(4) {
		case 0:
			return append(list, r.value(0))
		case 1:
			return append(list[:i], list[i+1:]...)
		default:
			list[i] = r.change(list[i])
			return list
		}
	case int:
		return v + 1
	case bool:
		return !v
	case string:
		return v + "!"
	}
	panic(fmt.Sprintf("%T", v))
}

// shuffled writes an object with its keys, and its lists of named items, in
// random order.
func (r sampler) shuffled(v any) *yaml.Node {
	node := &yaml.Node{}
	switch v := v.(type) {
	case map[string]any:
		node.Kind = yaml.MappingNode
		for key, value := range v { // in random order by itself
			name := &yaml.Node{}
			_ = name.Encode(key)
			node.Content = append(node.Content, name, r.shuffled(value))
		}
	case []any:
		node.Kind = yaml.SequenceNode
		for _, value := range v {
			node.Content = append(node.Content, r.shuffled(value))
		}
		if m, ok := v[0].(map[string]any); ok && m["name"] != nil {
			r.Shuffle(len(v), func(i, j int) { node.Content[i], node.Content[j] = node.Content[j], node.Content[i] })
		}
	default:
		_ = node.Encode(v)
	}
	return node
}

func mustYAML(t *testing.T, v any) []byte {
	t.Helper()
	data, err := yaml.Marshal(v)
	require.NoError(t, err)
	return data
}

const samplePath = "sites/turin-1/tenants/acme/prod/boundary/thing.yaml"

// TestEveryChangeIsReported: one changed value anywhere in an object is one
// reported object, in both directions, and every printer shows it.
func TestEveryChangeIsReported(t *testing.T) {
	r := sampler{rand.New(rand.NewPCG(3, 4))}
	for range 500 {
		object := r.object("thing")
		changed := r.object("thing")
		changed["spec"] = r.change(object["spec"])
		before, after := map[string][]byte{samplePath: mustYAML(t, object)}, map[string][]byte{samplePath: mustYAML(t, changed)}
		if bytes.Equal(before[samplePath], after[samplePath]) {
			continue // a field was replaced by the same one
		}
		for range 2 {
			report, faults := Trees(before, after)
			require.Empty(t, faults)
			require.Len(t, report.Sites, 1, "%s\n---\n%s", before[samplePath], after[samplePath])
			require.NotEmpty(t, report.Sites[0].Clusters[0].Objects[0].Fields)
			var text strings.Builder
			require.NoError(t, Text(&text, report, false))
			require.Contains(t, text.String(), "Thing.example.net acme-prod/thing\n")
			require.Greater(t, strings.Count(text.String(), "\n"), 4)
			before, after = after, before
		}
	}
}

// TestOrderIsNoDifference: the order of keys and of named items, and which file
// an object is in, changes nothing.
func TestOrderIsNoDifference(t *testing.T) {
	r := sampler{rand.New(rand.NewPCG(5, 6))}
	differing := 0
	for range 300 {
		object := r.object("thing")
		before := map[string][]byte{samplePath: mustYAML(t, object)}
		after := map[string][]byte{strings.Replace(samplePath, "thing", "other", 1): mustYAML(t, r.shuffled(object))}
		report, _ := Trees(before, after)
		require.True(t, report.Empty(), "%s\n---\n%s\n%v", before, after, report)
		if !bytes.Equal(before[samplePath], after[strings.Replace(samplePath, "thing", "other", 1)]) {
			differing++
		}
	}
	require.Greater(t, differing, 150, "the samples were hardly shuffled")
}

// TestOnlyWhatDiffersIsNeeded: leaving out the files that are the same in both
// trees, as a caller with git hashes does, changes nothing.
func TestOnlyWhatDiffersIsNeeded(t *testing.T) {
	r := sampler{rand.New(rand.NewPCG(7, 8))}
	for range 50 {
		before, after := map[string][]byte{}, map[string][]byte{}
		for i := range 12 {
			path := fmt.Sprintf("sites/s%d/tenants/t%d/c/boundary/thing%d.yaml", i%2, i%3, i)
			object := r.object(fmt.Sprint("thing", i))
			if r.IntN(8) > 0 {
				before[path] = mustYAML(t, object)
			}
			if r.IntN(3) == 0 {
				object["spec"] = r.tree(1)
			}
			if r.IntN(8) > 0 {
				after[path] = mustYAML(t, object)
			}
		}
		whole, _ := Trees(before, after)
		for path := range before {
			if bytes.Equal(before[path], after[path]) {
				delete(before, path)
				delete(after, path)
			}
		}
		part, _ := Trees(before, after)
		require.Equal(t, whole, part)
		same, _ := Trees(after, after)
		require.True(t, same.Empty())
	}
}
