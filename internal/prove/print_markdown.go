package prove

import (
	"fmt"
	"io"
	"strings"
)

// Markdown writes the certificate as a document. Whatever came from a spec
// stands in code, where neither links, mentions nor HTML live.
func Markdown(w io.Writer, c Certificate) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Isolation certificate of %s\n\n", code(c.Tenancy))
	fmt.Fprintf(&b, "%s. Judged is what kustomize builds of the fleet, never what was meant.\n\n", upper(c.sentence()))
	fmt.Fprintf(&b, "| covers | SHA-256 |\n|---|---|\n| the tenancy's files | %s |\n| the fleet tree | %s |\n", code(c.Source), code(c.Tree))
	b.WriteString("\n*Proven* holds by what was built. *Enforced* holds at run time, too, by the objects named, which are proven to be there as they were tested.\n")
	c.invariantTable(&b)
	c.exceptions(&b)
	b.WriteString("\n## Kubernetes multi-tenancy benchmark\n\n| check | level | | | by |\n|---|---|---|---|---|\n")
	for _, check := range c.Benchmark {
		fmt.Fprintf(&b, "| %s | %d | %s | **%s** | %s |\n", check.ID, check.Level, check.Title, check.Verdict, cell(check))
	}
	b.WriteString("\n## Pod Security, restricted: pods of tenants\n\n| control | | by, or why |\n|---|---|---|\n")
	for _, control := range c.PodSecurity {
		fmt.Fprintf(&b, "| %s | **%s** | %s |\n", control.Control, control.Verdict, control.By)
	}
	c.remains(&b)
	c.coverage(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (c Certificate) invariantTable(b *strings.Builder) {
	b.WriteString("\n## Invariants\n\n| | invariant | without it | considered | at run time by |\n|---|---|---|---|---|\n")
	for _, h := range c.Invariants {
		fmt.Fprintf(b, "| **%s** | %s: %s | %s | %s: %s | %s |\n", h.verdict(), code(h.ID), h.Title, h.Threat, h.count(), h.Considers, by(h.Enforced))
	}
}

// exceptions are counterexamples, and what rests on the tenancy's own word.
func (c Certificate) exceptions(b *strings.Builder) {
	for _, h := range c.Invariants {
		for _, e := range h.Broken {
			fmt.Fprintf(b, "\n- **%s** does not hold for %s: %s", h.ID, code(e.Where), code(e.Message))
		}
		for _, e := range h.Assumed {
			fmt.Fprintf(b, "\n- **%s** rests on the tenancy's own template for %s: %s", h.ID, code(e.Where), code(e.Message))
		}
	}
	b.WriteString("\n")
}

func cell(check Check) string {
	text := ids(check.By)
	if check.Why != "" && text != "" {
		text += ": "
	}
	return text + check.Why
}

// remains is what nobody may conclude from the rest.
func (c Certificate) remains(b *strings.Builder) {
	b.WriteString("\n## What is left\n\nWhat the isolation that was sold does not keep apart, and whom it concerns. No invariant above says otherwise.\n\n| | tenant clusters |\n|---|---|\n")
	for _, l := range c.Left {
		var of []string
		for _, cluster := range l.Clusters {
			of = append(of, code(cluster))
		}
		fmt.Fprintf(b, "| %s | %s |\n", l.What, strings.Join(of, ", "))
	}
}

// coverage lists what was judged, with its digest.
func (c Certificate) coverage(b *strings.Builder) {
	b.WriteString("\n## Covered\n\n| tenant cluster | site | state | stack | isolation | sandbox | objects | SHA-256 of its folder |\n|---|---|---|---|---|---|---:|---|\n")
	for _, p := range c.Clusters {
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s | %d | %s |\n",
			code(p.Tenant+"/"+p.Cluster), code(p.Site), p.State, p.Stack, p.Isolation, p.Sandbox, p.Objects, code(p.Digest))
	}
	b.WriteString("\n| site | objects of its own | SHA-256 of its files without the tenants' |\n|---|---:|---|\n")
	for _, s := range c.Sites {
		fmt.Fprintf(b, "| %s | %d | %s |\n", code(s.Site), s.Objects, code(s.Digest))
	}
}

// code quotes what a spec may have had a say in.
func code(text string) string {
	text = strings.NewReplacer("|", "\\|", "\n", " ", "`", "'").Replace(text)
	return "`" + text + "`"
}

func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
