package diag

// What the charts that a site installs say.
const (
	ChartValues Code = "TC3050"
)

func chartEntries() []Entry {
	return []Entry{
		{
			Code:   ChartValues,
			Title:  "chart refuses its values",
			Cause:  "The values made for a tenant cluster do not pass the schema of the site's version of the vcluster chart.",
			Remedy: "Take out of the spec what needs the key that is named, or give the site a chart that has it. If nothing in the spec needs it, tenantc and the chart disagree: report it.",
		},
	}
}
