package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/origin"
)

// fileLine reads FILE:LINE.
func fileLine(arg string) (file string, line int, is bool) {
	i := strings.LastIndexByte(arg, ':')
	if i < 0 {
		return "", 0, false
	}
	line, err := strconv.Atoi(arg[i+1:])
	return arg[:i], line, err == nil
}

func (s *settings) explainLine(cmd *cobra.Command, file string, line int, asJSON bool) error {
	source, faults, err := compiler.Load(cmd.Context(), s.dir)
	if err != nil {
		return err
	}
	checked, more := compiler.Check(cmd.Context(), source, s.options())
	if err := s.verdict(cmd.ErrOrStderr(), append(faults, more...), &enum{value: string(diag.Text)}); err != nil {
		return err
	}
	found, err := origin.Of(cmd.Context(), checked, source.Templates, file, line)
	var none origin.NotFoundError
	if errors.As(err, &none) {
		fmt.Fprintf(cmd.ErrOrStderr(), "tenantc: %v\n", err)
		return errNo
	}
	if err != nil {
		return err
	}
	if text, there := lineOf(s.path(file), line); there && text != found.Text {
		fmt.Fprintf(cmd.ErrOrStderr(), "tenantc: %s is not current: its line %d says %q; explained is what the tenancy compiles to now\n", file, line, text)
	}
	if asJSON {
		enc := json.NewEncoder(cmd.OutOrStdout())
		enc.SetIndent("", "  ")
		return enc.Encode(found)
	}
	return printOrigin(cmd.OutOrStdout(), found)
}

// lineOf reads a line of a file, if there is one.
func lineOf(file string, line int) (string, bool) {
	data, err := os.ReadFile(file)
	lines := strings.Split(string(data), "\n")
	if err != nil || line < 1 || line > len(lines) {
		return "", false
	}
	return lines[line-1], true
}

func printOrigin(out io.Writer, l origin.Line) error {
	fmt.Fprintf(out, "%s:%d\n%s\n\n", l.File, l.Line, l.Text)
	if l.Object != "" {
		fmt.Fprintf(out, "%s, %s\n\n", l.Object, l.Field)
	}
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "  FROM\tVALUE\tWRITTEN AT\t")
	for _, c := range l.Causes {
		note := ""
		if c.Presence {
			note = "that the file is there"
		}
		fmt.Fprintf(w, "  %s\t%s: %s\t%s:%d:%d\t%s\n", c.Source, c.Path, c.Value, c.Position.File, c.Position.Line, c.Position.Column, note)
	}
	if l.Template != nil {
		fmt.Fprintf(w, "  template\t\t%s:%d\t\n", l.Template.File, l.Template.Line)
	} else {
		fmt.Fprintln(w, "  tenantc\tthe rest\t\t")
	}
	return w.Flush()
}
