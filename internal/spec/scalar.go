package spec

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The numbers that YAML 1.1, YAML 1.2 and JSON write alike.
var (
	integer = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,17})$`)
	decimal = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,15})\.[0-9]{1,15}$`)
)

// elsewhere is what one of the YAML versions takes for something else than
// text while yaml.v3 does not: https://yaml.org/type/ (bool, int with base 60
// and underscores, float, value, merge) and the core schema of YAML 1.2.
var elsewhere = regexp.MustCompile(`^(?:` +
	`(?i:y|n|yes|no|on|off|true|false|null|~|=|<<)` +
	`|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?` +
	`|[-+]?0(?:[0-7_]+|o[0-7_]+|b[01_]+|x[0-9a-fA-F_]+)` +
	`|[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?` +
	`|[-+]?\.[0-9_]+(?:[eE][-+]?[0-9]+)?` +
	`|[-+]?\.(?i:inf)|\.(?i:nan)` +
	`|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?` +
	`)$`)

// ambiguous tells whether parsers disagree on a plain scalar.
func ambiguous(n *yaml.Node) bool {
	switch n.ShortTag() {
	case "!!bool":
		return n.Value != "true" && n.Value != "false"
	case "!!int":
		return !integer.MatchString(n.Value)
	case "!!float":
		return !decimal.MatchString(n.Value)
	case "!!str":
		return strings.IndexByte("0123456789+-.~=<yYnNoOtTfF", n.Value[0]) >= 0 && elsewhere.MatchString(n.Value)
	}
	return true
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
