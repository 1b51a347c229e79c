// Package scaffold writes what people start from: a tenancy repository that
// compiles at once, a tenant, a site, and the workflow files that check and
// publish a tenancy. It makes texts with comments for people to edit; whether
// what they say is right is judged by packages spec and resolve, as for any
// other spec.
package scaffold

import (
	"bytes"
	"embed"
	"regexp"
	"strings"
	"text/template"

	"github.com/tenantc/tenantc/templates"
)

//go:embed files
var files embed.FS

// Options of a new tenancy.
type Options struct {
	Name    string // of the tenancy: a DNS label; NameOf makes one
	Version string // of tenantc, for the workflows to install: a release, a commit, or "devel" for the latest
}

// Init returns the files of a small tenancy repository by path: one site, one
// class, one tenant, the built-in templates and the workflow files.
func Init(o Options) map[string][]byte {
	out := map[string][]byte{
		"tenancy.yaml":          render("tenancy.yaml", o),
		"classes/standard.yaml": render("class.yaml", o),
		"sites/site-1.yaml":     Site(exampleSite()),
		"tenants/example.yaml":  Tenant(exampleTenant()),
		"README.md":             render("README.md", o),
		".gitignore":            render("gitignore", o),
	}
	for path, data := range Workflows(WorkflowOptions{Version: moduleVersion(o.Version)}) {
		out[path] = data
	}
	for path, data := range templates.Default() {
		out["templates/"+path] = data
	}
	return out
}

// WorkflowOptions say where a workflow takes tenantc from.
type WorkflowOptions struct {
	Source  bool   // built of the repository itself: tenantc's own
	Version string // else, what go install takes after the @
}

// Workflows returns the workflow files of a tenancy on GitHub, by path.
func Workflows(o WorkflowOptions) map[string][]byte {
	out := map[string][]byte{}
	for _, name := range []string{"tenancy-pull-request.yml", "tenancy-review.yml", "tenancy-publish.yml"} {
		out[".github/workflows/"+name] = render(name, o)
	}
	return out
}

// moduleVersion is what go install takes for a version of tenantc as it calls
// itself: a release as it is, a commit by its hash, the latest for anything else.
func moduleVersion(version string) string {
	if released.MatchString(version) {
		return version
	}
	if m := described.FindStringSubmatch(version); m != nil {
		return m[1]
	}
	return "latest"
}

var (
	released  = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]*[0-9a-f]{12}|-(alpha|beta|rc)\.?[0-9]+)?$`)
	described = regexp.MustCompile(`^(?:.+-g)?([0-9a-f]{7,40})$`) // git describe --tags --always
	noLabel   = regexp.MustCompile(`[^a-z0-9]+`)
)

// NameOf makes a tenancy's name of the name of a folder.
func NameOf(folder string) string {
	name := strings.Trim(noLabel.ReplaceAllString(strings.ToLower(folder), "-"), "-")
	name = strings.Trim(name[:min(len(name), 63)], "-")
	if name == "" {
		return "tenancy"
	}
	return name
}

// render fills in one of the files. They are built in, so that a mistake in one
// is a fault of the program: render panics.
func render(name string, data any) []byte {
	t := template.Must(template.New(name).Delims("[[", "]]").Funcs(quoting).ParseFS(files, "files/install.yml", "files/"+name))
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		panic("scaffold: " + err.Error())
	}
	return out.Bytes()
}
