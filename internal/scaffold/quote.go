package scaffold

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v3"
)

// quoting is how templates write values into YAML, so that whatever a flag
// says stays one value.
var quoting = template.FuncMap{
	"q":  quote,
	"qs": quoted,
	"qlist": func(list []string) string {
		texts := make([]string, len(list))
		for i, text := range list {
			texts[i] = quote(text)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	},
	"qmap": func(m map[string]string) string {
		var pairs []string
		for _, key := range slices.Sorted(maps.Keys(m)) {
			pairs = append(pairs, quote(key)+": "+quote(m[key]))
		}
		return "{" + strings.Join(pairs, ", ") + "}"
	},
}

// plain are texts that can stand in YAML as they are, also between braces,
// unless they would be read as something else than a string.
var plain = regexp.MustCompile(`^[A-Za-z0-9_./][-A-Za-z0-9_./+@:]*$`)

// quote writes a string for people: without quotes where that is safe.
func quote(text string) string {
	var read any
	if plain.MatchString(text) && !strings.HasSuffix(text, ":") && yaml.Unmarshal([]byte(text), &read) == nil && read == text {
		return text
	}
	return quoted(text)
}

// quoted writes a string in double quotes: what reads like a number stays one
// (versions, counts).
func quoted(text string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text) // a string always encodes, and JSON is YAML
	return strings.TrimSuffix(b.String(), "\n")
}
