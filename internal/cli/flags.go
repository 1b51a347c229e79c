package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
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

// instant is a flag that takes a day (UTC) or a time.
type instant struct{ at time.Time }

func (i *instant) String() string {
	if i.at.IsZero() {
		return ""
	}
	return i.at.Format(time.RFC3339)
}
func (i *instant) Type() string { return "TIME" }
func (i *instant) Set(s string) error {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, s); err == nil {
			i.at = at
			return nil
		}
	}
	return errors.New("it is a day or a time, as in 2026-12-31 or 2026-12-31T09:00:00Z")
}

// patience is a flag that takes a duration of more than nothing.
type patience time.Duration

func (p *patience) String() string { return time.Duration(*p).String() }
func (p *patience) Type() string   { return "DURATION" }
func (p *patience) Set(s string) error {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return errors.New("it is a duration of more than nothing, as in 90s or 10m")
	}
	*p = patience(d)
	return nil
}

// nowFlag is the time that dates in the specs are judged by.
func nowFlag(cmd *cobra.Command) func() time.Time {
	i := &instant{}
	cmd.Flags().Var(i, "now", "judge dates, and date the commit, as of `TIME`, a day or RFC 3339 (default: the clock)")
	return func() time.Time {
		if i.at.IsZero() {
			return time.Now()
		}
		return i.at
	}
}

// flag gives a command the flag, and shells its words.
func (e *enum) flag(cmd *cobra.Command, name, shorthand, usage string) {
	cmd.Flags().VarP(e, name, shorthand, usage)
	if err := cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(e.allowed, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic("cli: " + err.Error()) // the flag is there
	}
}

// count is a flag that takes a number of at least one; zero is its default.
type count int

func (c *count) String() string { return strconv.Itoa(int(*c)) }
func (c *count) Type() string   { return "int" }
func (c *count) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return errors.New("it is a number from 1 on")
	}
	*c = count(n)
	return nil
}
