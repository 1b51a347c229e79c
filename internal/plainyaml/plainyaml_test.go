package plainyaml

import (
	"bytes"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// same fails unless the printer writes a value as yaml.v3 does, or leaves it
// to yaml.v3.
func same(t *testing.T, v any) {
	t.Helper()
	want, err := marshal(v)
	require.NoError(t, err)
	got, err := Marshal(v)
	require.NoError(t, err)
	if !bytes.Equal(want, got) {
		t.Fatalf("%#v\nyaml.v3:\n%s\nMarshal:\n%s", v, want, got)
	}
}

// known fails if a value, which must not be left to yaml.v3, is.
func known(t *testing.T, v map[string]any) {
	t.Helper()
	p := printer{}
	p.mapping(v, 0, true)
	require.False(t, p.strange, "%#v", v)
}

func TestEveryKindOfText(t *testing.T) {
	for _, s := range []string{
		"", " ", "a", "a ", " a", "a b", "a: b", "a:b", "a:", ":a", ": a", ":", "a #b", "a#b", "#a", "-", "- a", "-a", "--a", "---", "---a", "...", "...a",
		"?", "? a", "?a", "*", "*a", "&a", "!a", "|", "|a", ">", "'", "'a'", `"a"`, "it's", `a\b`, "%a", "@a", "`a", "{}", "[]", "{a", "[a", "a,b", ",a", "a]", "a}",
		"true", "True", "TRUE", "false", "null", "Null", "~", "~a", "y", "Y", "yes", "on", "On", "off", "no", "NO", "nop", "none", "<<", "<a", "=",
		"0", "1", "-1", "+1", "1.5", "1.", ".5", "1e3", "1E3", "1e", "0x1f", "0o7", "0b1", "-0b1", "07", "08", "1_000", "_1", "12345678901234567890", "1.34", "1.34.5",
		".inf", "-.inf", ".nan", ".", "..", ".a", "64Gi", "500m", "1h0m0s", "10.1.0.0/16", "192.168.10.10", "1:30", "1:99", "1:30.5", "-1:30", "1:30:a", "12:", "::1", "fd00::/8",
		"2026-11-23", "2026-11-23T10:00:00Z", "2026-1-2 3:4:5", "2026-13-45", "k8s.io/a", "a/b", "a@b", "a=b", "a\tb", "\ta", "a\t", "é", "\u2028", "\ufeff", "a\x00b", "\x7f", "\U0001f600",
		"a\n", "a\nb", "a\nb\n", "a\n\nb\n", "a\nb\n\n", "\na", " a\nb", "a \nb", "a\n b", "a\n  b\n c\n", "a\n\tb\n", "a\nb ", "a\r\nb", "\n", "\n\n", "a: b\nc: 'd'\n", "# a\nb", "é\nb\n",
		strings.Repeat("a", 200), strings.Repeat("a b ", 100) + "c", "system:serviceaccount:a:b", "$(A)", "${A}", "100%", "a&b", "a*", "a!",
	} {
		same(t, map[string]any{"a": s})
		same(t, map[string]any{s: "a"})
		same(t, map[string]any{"a": []any{s, s}})
		same(t, map[string]any{"a": map[string]any{"b": []any{map[string]any{"c": s, "d": s}}}, "b": s})
	}
}

func TestEveryKindOfValue(t *testing.T) {
	for _, v := range []any{
		nil, true, false, 0, -1, int64(math.MaxInt64), int64(math.MinInt64), uint64(math.MaxUint64), int32(7), 1.0, 1.5, math.Copysign(0, -1), 1e21, 1e-7, math.Inf(1), math.Inf(-1), math.NaN(),
		map[string]any{}, []any{}, []any{[]any{}}, []any{[]any{"a"}}, []any{map[string]any{}}, []any{nil}, map[string]string{"b": "c"}, []string{"a"}, map[string]any(nil), []any(nil),
		[]any{map[string]any{"a": []any{map[string]any{"b": []any{"c"}}}}}, []any{"a\nb\n", map[string]any{"a": "b\nc\n"}},
	} {
		same(t, v)
		same(t, map[string]any{"a": v})
		same(t, map[string]any{"a": []any{v, v}})
		same(t, map[string]any{"a": []any{map[string]any{"b": v, "c": v}}})
	}
	_, err := Marshal(map[string]any{"a": strange{}})
	require.ErrorContains(t, err, "invalid argument")
}

type strange struct{}

func (strange) MarshalYAML() (any, error) { return nil, os.ErrInvalid }

// Keys whose order yaml.v3 makes of numbers, letters and the rest.
func TestOrderOfKeys(t *testing.T) {
	keys := []string{"a", "b", "A", "B", "ab", "a-b", "a.b", "a1", "a2", "a10", "a01", "a1b", "a1-b", "a1B", "1", "10", "2", "1a", "1-", "k8s", "k3s", "k0s", "k8s.io/a", "k8s-a", "a/b", "a_b", "é", "aé", "-", "-a", ".a", "_"}
	for _, a := range keys {
		for _, b := range keys {
			for _, c := range keys {
				same(t, map[string]any{a: 1, b: 2, c: 3})
			}
		}
	}
}

func TestGeneratedValues(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		same(t, map[string]any{word(r): generate(r, 4)})
	}
}

func generate(r *rand.Rand, depth int) any {
	switch n := r.IntN(12); {
	case n < 3 && depth > 0:
		m := map[string]any{}
		for range r.IntN(5) {
			m[word(r)] = generate(r, depth-1)
		}
		return m
	case n < 5 && depth > 0:
		list := []any{}
		for range r.IntN(4) {
			list = append(list, generate(r, depth-1))
		}
		return list
	case n == 5:
		return r.Int64() >> r.IntN(64)
	case n == 6:
		return r.NormFloat64() * math.Pow(10, float64(r.IntN(40)-20))
	case n == 7:
		return r.IntN(2) == 0
	}
	return word(r)
}

// word is short, so that what means something to YAML is often at its edges.
func word(r *rand.Rand) string {
	const alphabet = "aabbzZkK0189..--__//::  \n\n#'\"\\{}[],&*!|>%@`?=<~+$yYnNoOtTeExX\t\u00e9"
	runes := []rune(alphabet)
	var out strings.Builder
	for range r.IntN(9) {
		out.WriteRune(runes[r.IntN(len(runes))])
	}
	return out.String()
}

// What tenantc writes is written the short way.
func TestFleetIsKnown(t *testing.T) {
	files := 0
	err := filepath.WalkDir("../../fleet/sites", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var v map[string]any
		require.NoError(t, yaml.Unmarshal(data, &v), path)
		same(t, v)
		if strings.Contains(path, "/tenants/") || strings.Contains(path, "/flux/") {
			known(t, v)
			files++
		}
		if v["kind"] == "VCluster" {
			text := v["spec"].(map[string]any)["helmRelease"].(map[string]any)["values"].(string)
			var values map[string]any
			require.NoError(t, yaml.Unmarshal([]byte(text), &values), path)
			same(t, values)
			known(t, values)
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, files, 100)
}
