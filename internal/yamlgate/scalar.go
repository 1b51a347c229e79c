// Package yamlgate tells what YAML parsers read differently and what people
// cannot see: what specs and templates, which each have a gate of their own, may
// both not have. The bounds, the positions and the words of a fault are the
// gates': package spec's and package kustomize's.
package yamlgate

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	integer = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,17})$`)
	decimal = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,15})\.[0-9]{1,15}$`)
)

// IsInteger tells whether YAML 1.1, YAML 1.2 and JSON all read a whole number.
func IsInteger(s string) bool { return integer.MatchString(s) }

// IsDecimal tells whether all of them read a number with a fraction.
func IsDecimal(s string) bool { return decimal.MatchString(s) }

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

// Ambiguous tells whether parsers disagree on a scalar without quotes.
func Ambiguous(n *yaml.Node) bool {
	switch n.ShortTag() {
	case "!!bool":
		return n.Value != "true" && n.Value != "false"
	case "!!int":
		return !IsInteger(n.Value)
	case "!!float":
		return !IsDecimal(n.Value)
	case "!!str":
		return strings.IndexByte("0123456789+-.~=<yYnNoOtTfF", n.Value[0]) >= 0 && elsewhere.MatchString(n.Value)
	}
	return true
}
