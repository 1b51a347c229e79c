package review

import (
	"path"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/tree"
)

// Level of an annotation, as forges call them.
type Level string

const (
	Notice  Level = "notice"
	Warning Level = "warning"
	Failure Level = "failure"
)

// Annotation is a remark at a line of a spec.
type Annotation struct {
	Level   Level  `json:"level"`
	File    string `json:"file"` // from the root of the repository
	Line    int    `json:"line"` // from 1
	Column  int    `json:"column,omitempty"`
	Title   string `json:"title"`
	Message string `json:"message"`
}

// maxAnnotations bounds what is posted: nobody reads more, and each 50 are a
// request of their own.
const maxAnnotations = 500

// annotations are at most one for each fault, then one for each place of what a
// site cannot take back, the worst first.
func annotations(r Review, locate func(tree.Place) diag.Position) []Annotation {
	var all []Annotation
	add := func(level Level, at diag.Position, title, message string) {
		if at.File != "" {
			all = append(all, Annotation{level, at.File, max(at.Line, 1), at.Column, title, message})
		}
	}
	for _, d := range r.Faults {
		level := Failure
		if d.Severity == diag.Warning {
			level = Warning
		}
		add(level, d.Position, string(d.Code), withHint(d))
		for _, n := range d.Notes {
			add(Notice, n.Position, string(d.Code), n.Message)
		}
	}
	for _, h := range diff.Hazards(r.Report) {
		for _, p := range h.Places {
			if p.Tenant != "" {
				add(Warning, locate(p), string(h.Kind)+" on "+p.Site, h.Text)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Annotation) int { return levelOrder(a.Level) - levelOrder(b.Level) })
	return all[:min(len(all), maxAnnotations)]
}

func levelOrder(l Level) int { return slices.Index([]Level{Failure, Warning, Notice}, l) }

func withHint(d diag.Diagnostic) string {
	if d.Hint == "" {
		return d.Message
	}
	return d.Message + "\nhint: " + d.Hint
}

// placed puts the annotations of a tenancy in a folder of its repository below
// that folder, and drops those whose path leads elsewhere or that say nothing.
func placed(all []Annotation, within string) []Annotation {
	var kept []Annotation
	for _, a := range all[:min(len(all), maxAnnotations)] {
		if !local(a.File) || levelOrder(a.Level) < 0 || a.Line < 1 || a.Message == "" {
			continue
		}
		a.File = path.Join(within, a.File)
		a.Title, a.Message = visible(a.Title, maxTitle), visibleLines(cut(a.Message, maxMessage))
		kept = append(kept, a)
	}
	return kept
}

// Bounds of an annotation, in bytes (GitHub: 255 characters and 64 KiB).
const (
	maxTitle   = 200
	maxMessage = 4 << 10
)

// local tells whether a path names something below the folder that it counts from.
func local(name string) bool {
	return name != "" && path.Clean(name) == name && !path.IsAbs(name) && name != ".." && !strings.HasPrefix(name, "../") && diag.Visible(name) == name
}

func visibleLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = diag.Visible(lines[i])
	}
	return strings.Join(lines, "\n")
}

func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}
