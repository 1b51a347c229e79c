package resolve_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
)

// What is wrong with a document by itself does not hide what is wrong with the
// rest of it; and it is told once, without what only follows from it. The golden
// file has all that a user reads.
func TestFaultyDocuments(t *testing.T) {
	in := func(pairs ...string) (edits []edit) {
		for i := 0; i < len(pairs); i += 2 {
			edits = append(edits, edit{acme, pairs[i], pairs[i+1]})
		}
		return edits
	}
	const beside = `
    - {name: second, site: nowhere, quota: {cpu: "1", memory: 1Gi}}
    - {name: third, site: alpha, nodes: {mode: dedicated, pool: none}, storage: {classes: [slow]}, quota: {cpu: "900", memory: 1Gi}}`
	var out bytes.Buffer
	for _, test := range []fault{
		{"names that nobody has, beside a bad value", in("class: gold", "class: silver", "site: alpha", "site: gamma", `cpu: "8"`, "cpu: many")},
		{"names that the site does not have", in("replicas: 3", "replicas: three",
			"site: alpha", "site: alpha\n      stack: kamaji\n      sandbox: kata-fc", "{mode: shared}", "{mode: dedicated, pool: none}", "classes: [nvme]", "classes: [7, slow]")},
		{"sound clusters beside a faulty one", in("replicas: 3", "replicas: three", "classes: [nvme]}", "classes: [nvme]}"+beside)},
		{"names that are themselves wrong", in("class: gold", "class: Gold!", "site: alpha", "site: Alpha!")},
		{"names given twice", in("class: gold", "class: gold\n  class: silver", "site: alpha", "site: alpha\n      site: gamma")},
		{"a tenant without a name", in("{name: acme}", "{name: 7}", "site: alpha", "site: gamma")},
		{"fields in another case", in("site: alpha", "Site: gamma")},
		{"a hidden character in the file", in("site: alpha", "site: alp\u200bha")},
		{"a file that ends in no YAML", in("class: gold", "class: silver", "classes: [nvme]}", "classes: [nvme}")},
		{"a document behind a faulty one", append(in("apiVersion", "apiVersion: tenantc.dev/v1alpha1\nkind: Tenant\nmetadata: {name: first}\nspec: {}\n---\napiVersion"), in("site: alpha", "site: gamma")...)},
		{"a host of a sound cluster", append(in("replicas: 3", "replicas: three", "classes: [nvme]}", "classes: [nvme]}"+`
    - {name: web, site: alpha, quota: {cpu: "1", memory: 1Gi}, storage: {classes: [nvme]}, network: {hosts: [shop.example]}}`),
			more("third", "alpha", "      network: {hosts: [shop.example]}\n"+volumes))},
		{"a class of no kind", []edit{{"classes/gold.yaml", "kind: TenantClass", "kind: TenantClas"}}},
		{"a class in no YAML", []edit{{"classes/gold.yaml", "isolation: hard", "isolation: {hard"}}},
		{"a site without a name", []edit{{site, "name: alpha", "name: 7"}}},
		{"a tenant in no YAML, and its line of the lock", append(in("classes: [nvme]}", "classes: [nvme}"), edit{spec.LockFile, "", "acme/prod: {site: alpha}\n"})},
		{"a tenancy that cannot be read", append(stack("virtink"), edit{"tenancy.yaml", "fleet.git}", "fleet.git}\n  policy: {allowStaleStack: true}"})},
	} {
		documents, list := spec.Parse(t.Context(), base(t, test.edits...), 1)
		require.True(t, list.HasErrors(), test.name)
		_, more := resolve.Resolve(documents)
		fmt.Fprintf(&out, "== %s\n", test.name)
		require.NoError(t, diag.Print(&out, append(list, more...), diag.Text))
	}
	golden.Check(t, filepath.Join("testdata", "faulty.txt"), out.Bytes())
}
