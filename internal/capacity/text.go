package capacity

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
)

// barWidth is how many characters a full bar has on a terminal.
const barWidth = 20

// Text prints a table of every site. Nothing in it is the users' own text.
func Text(w io.Writer, sites []Site) error {
	out := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(out, "SITE\tOF\tRESOURCE\tCAPACITY\tSOLD\tSTACKS\tLEFT\tUSED\t")
	for _, s := range sites {
		for _, p := range s.Pots {
			amount := func(n int64) string { return Format(p.Resource, n) }
			fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", s.Name, p.label(), p.Resource,
				amount(p.Capacity), amount(p.Sold), amount(p.Stacks), amount(p.Left()), Percent(p.Share()), bar(p.Share()))
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	for _, s := range sites {
		for _, f := range s.Findings {
			severity := "error"
			if !f.Kind.breaks() {
				severity = "warning"
			}
			fmt.Fprintf(w, "\n%s: %s\n  hint: %s\n", severity, f, f.hint())
		}
	}
	return nil
}

// label names a pot's pool with its nodes, or its storage class.
func (p Pot) label() string {
	switch {
	case p.Reserve > 0:
		return fmt.Sprintf("%s, %d of %d nodes", p.Of, p.Nodes-p.Reserve, p.Nodes)
	case p.Nodes > 0:
		return fmt.Sprintf("%s, %d nodes", p.Of, p.Nodes)
	case p.Of == "":
		return "the site"
	}
	return p.Of
}

func bar(share float64) string {
	full := int(math.Round(min(share, 1) * barWidth))
	if full == 0 && share > 0 {
		full = 1
	}
	end := ""
	if share > 1 {
		end = "!"
	}
	return strings.Repeat("█", full) + strings.Repeat("░", barWidth-full) + end
}

// siteJSON is the form for programs: amounts as Kubernetes quantities.
type siteJSON struct {
	Site     string        `json:"site"`
	Clusters int           `json:"clusters"`
	Fits     bool          `json:"fits"`
	Pots     []potJSON     `json:"pots"`
	Findings []findingJSON `json:"findings"`
}

type potJSON struct {
	Resource     Resource `json:"resource"`
	Pool         string   `json:"pool,omitempty"`
	StorageClass string   `json:"storageClass,omitempty"`
	Nodes        int      `json:"nodes,omitempty"`
	Reserve      int      `json:"reserve,omitempty"`
	Capacity     string   `json:"capacity"`
	Sold         string   `json:"sold"`
	Stacks       string   `json:"stacks"`
	Left         string   `json:"left"`
	Used         float64  `json:"used"` // of the capacity; 1 is all
}

type findingJSON struct {
	Kind     Kind     `json:"kind"`
	Breaks   bool     `json:"breaks"` // a promise; false for a warning
	Resource Resource `json:"resource,omitempty"`
	Of       []string `json:"of,omitempty"`
	Message  string   `json:"message"`
}

// JSON prints the same for a program.
func JSON(w io.Writer, sites []Site) error {
	list := make([]siteJSON, 0, len(sites))
	for _, s := range sites {
		out := siteJSON{Site: s.Name, Clusters: s.Clusters, Fits: s.Fits(), Pots: []potJSON{}, Findings: []findingJSON{}}
		for _, p := range s.Pots {
			out.Pots = append(out.Pots, p.json())
		}
		for _, f := range s.Findings {
			out.Findings = append(out.Findings, findingJSON{f.Kind, f.Kind.breaks(), f.Resource, f.Of, f.String()})
		}
		list = append(list, out)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(list)
}

func (p Pot) json() potJSON {
	out := potJSON{
		Resource: p.Resource, Nodes: p.Nodes, Reserve: p.Reserve,
		Capacity: Exact(p.Resource, p.Capacity), Sold: Exact(p.Resource, p.Sold), Stacks: Exact(p.Resource, p.Stacks),
		Left: Exact(p.Resource, p.Left()), Used: math.Round(p.Share()*1e4) / 1e4,
	}
	if p.Nodes > 0 {
		out.Pool = p.Of
	} else {
		out.StorageClass = p.Of
	}
	return out
}
