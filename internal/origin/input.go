package origin

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/cuecontext"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/internal/tree"
	"github.com/tenantc/tenantc/schema"
)

// input is one value of a spec that may be behind a line.
type input struct {
	source  string
	path    string // as the user wrote it
	at      diag.Position
	value   any
	options []string // all that it may be, where these are few
	vary    func(other any) (spec.Documents, bool)
	rename  func(other any) *strings.Replacer // puts the names back into paths; nil where none changes
}

func (in input) text() string { return oneLine(fmt.Sprint(in.value)) }

// inputs are all values that the renderer's part of the tree is made of.
func (r *renderer) inputs() ([]input, error) {
	value, err := schema.Build(cuecontext.New())
	if err != nil {
		return nil, err
	}
	shapes, err := schema.Shapes(value)
	if err != nil {
		return nil, err
	}
	shape := func(name string) *schema.Shape {
		return shapes[slices.IndexFunc(shapes, func(s *schema.Shape) bool { return s.Name == name })]
	}
	d := r.documents
	var out []input
	if d.Tenancy != nil {
		out = collect(out, "tenancy", d.Tenancy, shape("Tenancy"), r.inTenancy)
	}
	for _, site := range d.Sites {
		out = collect(out, "site "+site.Value.Metadata.Name, site, shape("Site"), r.inSite)
	}
	for _, class := range d.Classes {
		out = collect(out, "class "+class.Value.Metadata.Name, class, shape("TenantClass"), r.inClass)
	}
	for _, tenant := range d.Tenants {
		out = collect(out, "tenant "+tenant.Value.Metadata.Name, tenant, shape("Tenant"), r.inTenant)
	}
	slices.Reverse(out) // what is nearest to the tenant first
	return out, nil
}

// collect adds the scalars of a document. put makes documents of a varied one.
func collect[T any](out []input, source string, doc *spec.Document[T], shape *schema.Shape, put func(*input, path, *spec.Document[T]) spec.Documents) []input {
	data, err := json.Marshal(doc.Value)
	if err != nil {
		return out
	}
	var root any
	if json.Unmarshal(data, &root) != nil {
		return out
	}
	scalars(root, nil, shape, func(at path, value any, s *schema.Shape) {
		if slices.Contains([]string{"apiVersion", "kind", "spec.class"}, at.String()) {
			return
		}
		in := input{source: source, path: at.String(), value: value, rename: func(any) *strings.Replacer { return nil }}
		if s != nil {
			in.options = s.Options
		}
		put(&in, at, doc)
		in.at = doc.At(in.path)
		in.vary = func(other any) (spec.Documents, bool) {
			varied := *doc
			changed, err := json.Marshal(replaced(root, at, other))
			if err != nil || json.Unmarshal(changed, zero(&varied.Value)) != nil {
				return spec.Documents{}, false
			}
			again := in
			return put(&again, at, &varied), true
		}
		out = append(out, in)
	})
	return out
}

func zero[T any](v *T) *T {
	var none T
	*v = none
	return v
}

func (r *renderer) inTenancy(_ *input, _ path, doc *spec.Document[schema.Tenancy]) spec.Documents {
	d := r.documents
	d.Tenancy = doc
	return d
}

func (r *renderer) inClass(_ *input, _ path, doc *spec.Document[schema.TenantClass]) spec.Documents {
	d := r.documents
	d.Classes = []*spec.Document[schema.TenantClass]{doc}
	return d
}

// inSite takes a tenant's cluster along when the site has another name.
func (r *renderer) inSite(in *input, at path, doc *spec.Document[schema.Site]) spec.Documents {
	d := r.documents
	d.Sites = []*spec.Document[schema.Site]{doc}
	if at.String() != "metadata.name" {
		return d
	}
	now := doc.Value.Metadata.Name
	in.rename = r.siteBack
	if len(d.Tenants) == 1 && d.Tenants[0].Value.Spec.Clusters[0].Site != "" {
		moved := only(d.Tenants[0], 0)
		moved.Value.Spec.Clusters = slices.Clone(moved.Value.Spec.Clusters)
		moved.Value.Spec.Clusters[0].Site = now
		d.Tenants = []*spec.Document[schema.Tenant]{moved}
	}
	return d
}

// inTenant names paths as in the whole document, which has other clusters, too.
func (r *renderer) inTenant(in *input, at path, doc *spec.Document[schema.Tenant]) spec.Documents {
	d := r.documents
	d.Tenants = []*spec.Document[schema.Tenant]{doc}
	const first = "spec.clusters[0]"
	in.path = at.String()
	if rest, ofCluster := strings.CutPrefix(in.path, first); ofCluster {
		in.path = fmt.Sprintf("spec.clusters[%d]%s", r.cluster, rest)
	}
	was := r.documents.Tenants[0].Value
	tenant, cluster := was.Metadata.Name, was.Spec.Clusters[0].Name
	switch at.String() {
	case "metadata.name":
		in.rename = func(other any) *strings.Replacer { return names(fmt.Sprint(other), cluster, tenant, cluster) }
	case first + ".site":
		in.rename = r.siteBack
	case first + ".name":
		in.rename = func(other any) *strings.Replacer { return names(tenant, fmt.Sprint(other), tenant, cluster) }
	}
	return d
}

// siteBack puts the site's own name back into paths.
func (r *renderer) siteBack(other any) *strings.Replacer {
	return strings.NewReplacer(tree.SiteFolder(fmt.Sprint(other))+"/", tree.SiteFolder(r.documents.Sites[0].Value.Metadata.Name)+"/")
}

func names(newTenant, newCluster, tenant, cluster string) *strings.Replacer {
	return strings.NewReplacer(
		"/"+newTenant+"/"+newCluster+"/", "/"+tenant+"/"+cluster+"/",
		resolve.NamespaceOf(newTenant, newCluster), resolve.NamespaceOf(tenant, cluster),
		"-"+newCluster+".yaml", "-"+cluster+".yaml")
}

// everywhere is all documents with one word in the place of another.
func (r *renderer) everywhere(word string, other any) (spec.Documents, bool) {
	d, ok := r.documents, true
	if d.Tenancy != nil {
		d.Tenancy = reworded(d.Tenancy, word, other, &ok)
	}
	d.Sites, d.Classes, d.Tenants = rewordedAll(d.Sites, word, other, &ok), rewordedAll(d.Classes, word, other, &ok), rewordedAll(d.Tenants, word, other, &ok)
	return d, ok
}

func rewordedAll[T any](docs []*spec.Document[T], word string, other any, ok *bool) []*spec.Document[T] {
	out := make([]*spec.Document[T], len(docs))
	for i, doc := range docs {
		out[i] = reworded(doc, word, other, ok)
	}
	return out
}

// reworded is a document with one word in the place of another; ok becomes
// false where the other does not fit.
func reworded[T any](doc *spec.Document[T], word string, other any, ok *bool) *spec.Document[T] {
	var root any
	data, err := json.Marshal(doc.Value)
	if err != nil || json.Unmarshal(data, &root) != nil {
		*ok = false
		return doc
	}
	changed := root
	scalars(root, nil, nil, func(at path, value any, _ *schema.Shape) {
		if value == word {
			changed = replaced(changed, at, other)
		}
	})
	out := *doc
	if data, err = json.Marshal(changed); err != nil || json.Unmarshal(data, zero(&out.Value)) != nil {
		*ok = false
	}
	return &out
}

// scalars visits every scalar with its path and shape, in order.
func scalars(v any, at path, s *schema.Shape, visit func(path, any, *schema.Shape)) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			scalars(v[key], at.child(key), below(s, key), visit)
		}
	case []any:
		for i, item := range v {
			scalars(item, at.child(i), below(s, ""), visit)
		}
	case nil:
	default:
		visit(at, v, s)
	}
}

func below(s *schema.Shape, key string) *schema.Shape {
	if s == nil {
		return nil
	}
	if f, found := s.Field(key); found {
		return f.Shape
	}
	return s.Elem
}

// replaced is a copy of a value with another one at a path.
func replaced(v any, at path, other any) any {
	if len(at) == 0 {
		return other
	}
	switch v := v.(type) {
	case map[string]any:
		out := maps.Clone(v)
		key, _ := at[0].(string)
		out[key] = replaced(v[key], at[1:], other)
		return out
	case []any:
		out := slices.Clone(v)
		i, _ := at[0].(int)
		out[i] = replaced(v[i], at[1:], other)
		return out
	}
	return v
}

var digits = regexp.MustCompile(`[0-9]+`)

// alternatives are other values of the same kind, the likeliest to be valid
// first: the other words that a field takes, a number more, another name.
func (in input) alternatives() []any {
	switch v := in.value.(type) {
	case bool:
		return []any{!v}
	case float64:
		return []any{v + 1, v + 2, v * 2}
	case string:
		var out []any
		for _, word := range in.options {
			if word != v {
				out = append(out, word)
			}
		}
		if len(out) > 0 {
			return out
		}
		runs := digits.FindAllStringIndex(v, -1)
		for _, n := range []int{1, 2, 50} {
			for i := range runs {
				out = append(out, raised(v, runs[len(runs)-1-i], n))
			}
		}
		return append(out, v+"x", "x"+v)
	}
	return nil
}

// raised is a text with the number in it so much larger.
func raised(s string, run []int, by int) string {
	n, err := strconv.Atoi(s[run[0]:run[1]])
	if err != nil {
		return s
	}
	return s[:run[0]] + strconv.Itoa(n+by) + s[run[1]:]
}
