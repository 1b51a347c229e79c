package cli

import (
	"fmt"
	"slices"
	"strings"
)

// enum is a flag that takes one of a few words.
type enum struct {
	value   string
	allowed []string
}

func (e *enum) String() string { return e.value }
func (e *enum) Type() string   { return strings.Join(e.allowed, "|") }
func (e *enum) Set(s string) error {
	if !slices.Contains(e.allowed, s) {
		return fmt.Errorf("it is one of: %s", strings.Join(e.allowed, ", "))
	}
	e.value = s
	return nil
}
