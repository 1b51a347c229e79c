package prove

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/tenantc/tenantc/internal/diag"
)

// JSON writes the certificate for programs.
func JSON(w io.Writer, c Certificate) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(c)
}

// Text writes the certificate for a terminal: a line an invariant, its
// counterexamples below it.
func Text(w io.Writer, c Certificate) error {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, h := range c.Invariants {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", h.verdict(), h.ID, h.count(), h.Title)
		for _, e := range append(h.Broken, h.Assumed...) {
			fmt.Fprintf(table, "\t\t\t%s: %s\n", e.Where, e.Message)
		}
	}
	_ = table.Flush()
	fmt.Fprintf(&b, "\n%s: %s\n", c.Tenancy, c.sentence())
	fmt.Fprintf(&b, "multi-tenancy benchmark: %s\n", c.tally())
	_, err := io.WriteString(w, b.String())
	return err
}

func (h Held) verdict() string {
	switch {
	case len(h.Broken) > 0:
		return "BROKEN"
	case len(h.Assumed) > 0:
		return "assumed"
	case len(h.Enforced) > 0:
		return "enforced"
	}
	return "proven"
}

// count says what was looked at: objects, but for invariants that look at none.
func (h Held) count() string {
	if h.Objects == 0 {
		return diag.Plural(h.Judged, h.Of)
	}
	return diag.Plural(h.Objects, "object") + " of " + diag.Plural(h.Judged, h.Of)
}

func (c Certificate) sentence() string {
	broken := 0
	for _, h := range c.Invariants {
		if len(h.Broken) > 0 {
			broken++
		}
	}
	of := diag.Plural(len(c.Clusters), "tenant cluster") + " on " + diag.Plural(len(c.Sites), "site")
	if broken > 0 {
		return fmt.Sprintf("%d of %d invariants do not hold, of %s", broken, len(c.Invariants), of)
	}
	return fmt.Sprintf("%d invariants hold, of %s", len(c.Invariants), of)
}

// tally of the benchmark's verdicts.
func (c Certificate) tally() string {
	counts := map[string]int{}
	for _, check := range c.Benchmark {
		counts[check.Verdict]++
	}
	var parts []string
	for _, verdict := range []string{proven, enforced, excepted, ofSite, "broken"} {
		if counts[verdict] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[verdict], verdict))
		}
	}
	return strings.Join(parts, ", ")
}
