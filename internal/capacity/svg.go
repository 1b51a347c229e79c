package capacity

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"io"
	"slices"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/resolve"
)

// Measures of the chart, in pixels: as wide as a README's column, and text that
// is still read when it is shown at half that.
const (
	chartWidth = 880
	labelWidth = 190 // what a bar is of
	barLeft    = 24 + labelWidth
	barLength  = 400
	rowHeight  = 22
	siteHead   = 40
	siteGap    = 18
	chartTop   = 56

	// maxRows is how many bars a chart may have. With more it shows one bar a
	// site, and of more sites than that the fullest.
	maxRows = 60
)

// chartStyle has colours that keep apart for every kind of sight, on light and
// dark pages.
const chartStyle = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
  .site { font-size: 15px; font-weight: 600; }
  .faint { fill: #59636e; }
  .free { fill: #d8dee4; }
  .sold { fill: #0969da; }
  .stacks { fill: #54aeff; }
  .over { fill: #cf222e; }
  .warn { stroke: #9a6700; stroke-width: 1.5; stroke-dasharray: 3 2; }
  .bad { fill: #cf222e; font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .faint { fill: #9198a1; } .free { fill: #30363d; }
    .sold { fill: #1f6feb; } .stacks { fill: #79c0ff; } .over { fill: #f85149; } .bad { fill: #f85149; } .warn { stroke: #d29922; }
  }
`

// SVG draws a bar for every pot of every site, and with more sites than a
// page can show one bar a site: that of its tightest pot. The picture depends
// on its inputs only.
func SVG(w io.Writer, sites []Site, policy resolve.CapacityPolicy) error {
	c := chart{policy: policy, y: chartTop}
	rows := 0
	for _, s := range sites {
		rows += len(s.Pots)
	}
	if rows <= maxRows {
		for _, s := range sites {
			c.site(s)
		}
	} else {
		c.tightest(sites)
	}
	_, err := w.Write(c.document())
	return err
}

type chart struct {
	policy resolve.CapacityPolicy
	body   bytes.Buffer
	y      int // where the next row goes
}

func (c *chart) text(x, y int, class, anchor, format string, args ...any) {
	fmt.Fprintf(&c.body, "<text x=\"%d\" y=\"%d\" class=%q text-anchor=%q>%s</text>\n", x, y, class, anchor, html.EscapeString(fmt.Sprintf(format, args...)))
}

func (c *chart) rect(x float64, y int, width float64, class string) {
	fmt.Fprintf(&c.body, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" class=%q/>\n", x, y, width, rowHeight-8, class)
}

// site draws all pots of a site under its name.
func (c *chart) site(s Site) {
	c.y += siteHead
	c.text(24, c.y-14, "site", "start", "%s", s.Name)
	about := diag.Plural(s.Clusters, "tenant cluster")
	for _, p := range s.Pots {
		if p.Resource == CPU {
			about += " · " + p.label()
		}
	}
	c.text(barLeft, c.y-14, "faint", "start", "%s", about)
	if !s.Fits() {
		c.text(chartWidth-24, c.y-14, "bad", "end", "does not fit")
	}
	for _, p := range s.Pots {
		c.row(p, p.title(s.pools() > 1))
	}
	c.y += siteGap
}

// tightest draws a bar a site, the fullest first.
func (c *chart) tightest(sites []Site) {
	type tight struct {
		site string
		pot  Pot
	}
	var all []tight
	for _, s := range sites {
		if p, any := s.Tightest(); any {
			all = append(all, tight{s.Name, p})
		}
	}
	slices.SortStableFunc(all, func(a, b tight) int { return cmp.Compare(b.pot.Share(), a.pot.Share()) })
	c.y += 12
	for _, t := range all[:min(len(all), maxRows)] {
		c.row(t.pot, t.site)
	}
	if rest := len(all) - maxRows; rest > 0 {
		c.text(24, c.y+16, "faint", "start", "and %s, none of them fuller than %s", diag.Plural(rest, "site"), Percent(all[maxRows].pot.Share()))
		c.y += rowHeight
	}
	c.y += siteGap
}

// row draws one pot.
func (c *chart) row(p Pot, title string) {
	y, all := c.y+2, float64(max(p.Capacity, p.Used(), 1))
	length := func(n int64) float64 { return barLength * float64(max(0, n)) / all }
	c.text(barLeft-10, y+11, "", "end", "%s", title)
	c.rect(barLeft, y, barLength, "free")
	c.rect(barLeft, y, length(p.Sold), "sold")
	c.rect(barLeft+length(p.Sold), y, length(p.Stacks), "stacks")
	if p.Left() < 0 {
		c.rect(barLeft+length(p.Capacity), y, length(p.Used()-p.Capacity), "over")
	}
	warn := barLeft + length(p.Capacity)*float64(c.policy.Warn)/100
	fmt.Fprintf(&c.body, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" class=\"warn\"/>\n", warn, warn, y-2, y+rowHeight-6)
	class := ""
	if p.Left() < 0 {
		class = "bad"
	}
	c.text(barLeft+barLength+52, y+11, class, "end", "%s", Percent(p.Share()))
	c.text(barLeft+barLength+64, y+11, "faint", "start", "%s of %s%s", Format(p.Resource, p.Used()), Format(p.Resource, p.Capacity), unit(p.Resource))
	c.y += rowHeight
}

// title names a pot in the chart, with its pool where the site has several.
func (p Pot) title(pools bool) string {
	switch {
	case p.Resource == Storage:
		return "storage " + p.Of
	case p.Nodes > 0 && pools:
		return p.Of + " " + string(p.Resource)
	}
	return string(p.Resource)
}

func (s Site) pools() int {
	n := 0
	for _, p := range s.Pots {
		if p.Resource == CPU {
			n++
		}
	}
	return n
}

func unit(r Resource) string {
	if r == CPU {
		return " CPU"
	}
	return ""
}

// document puts the title, the legend and the rows together.
func (c *chart) document() []byte {
	height := c.y + 4
	var out bytes.Buffer
	fmt.Fprintf(&out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"Capacity by site\">\n<style>%s</style>\n",
		chartWidth, height, chartWidth, height, chartStyle)
	rows := c.body
	c.body = bytes.Buffer{}
	c.text(24, 30, "site", "start", "Capacity by site")
	x := barLeft
	for _, entry := range []struct{ class, name string }{{"sold", "sold"}, {"stacks", "stacks and sandboxes"}, {"free", "left, without the reserve"}} {
		fmt.Fprintf(&c.body, "<rect x=\"%d\" y=\"20\" width=\"12\" height=\"12\" class=%q/>\n", x, entry.class)
		c.text(x+18, 30, "faint", "start", "%s", entry.name)
		x += 44 + 7*len(entry.name)
	}
	fmt.Fprintf(&c.body, "<line x1=\"%d\" x2=\"%d\" y1=\"18\" y2=\"34\" class=\"warn\"/>\n", x, x)
	c.text(x+8, 30, "faint", "start", "warning at %d%%", c.policy.Warn)
	out.Write(c.body.Bytes())
	out.Write(rows.Bytes())
	out.WriteString("</svg>\n")
	return out.Bytes()
}
