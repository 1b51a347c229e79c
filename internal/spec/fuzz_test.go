package spec_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	sigs "sigs.k8s.io/yaml"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/spec"
)

// What passes the gate means the same to yaml.v3 and to the parser of
// Kubernetes' tools, and nothing makes the parser panic.
func FuzzParse(f *testing.F) {
	for _, files := range corpus(f) {
		for _, file := range files {
			f.Add(file.Data)
		}
	}
	for _, file := range reference(f) {
		f.Add(file.Data)
	}
	for _, s := range []string{"a: 1.10", "a: -0.0", "a: 'x\n  y'", "a: |\n  x\n", "? a\n: b", "a: !!binary eA==", "a: 1e400", "- ~\n", "a: ::1", "a: 2001:10:20:30:40:50:1:1", "a: 00:00", "\"a\\u0000\": b"} {
		f.Add([]byte(s))
	}
	p := spec.NewParser()
	f.Fuzz(func(t *testing.T, data []byte) {
		_, faults := p.ParseFile(spec.File{Path: "tenants/a.yaml", Data: data})
		for _, d := range faults {
			if strings.HasPrefix(string(d.Code), "TC10") {
				return
			}
		}
		compareParsers(t, data)
	})
}

func compareParsers(t *testing.T, data []byte) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var one any
	if err := dec.Decode(&one); errors.Is(err, io.EOF) || err == nil && one == nil {
		return // an empty document is none
	} else if err != nil {
		t.Fatalf("passed the gate, but yaml.v3: %v", err)
	}
	var second any
	if !errors.Is(dec.Decode(&second), io.EOF) {
		return // the other parser reads the first document only
	}
	want, err := json.Marshal(one)
	require.NoError(t, err)
	got, err := sigs.YAMLToJSON(data)
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(got))
}

// Small files that cost a lot: each ends long before the bound of the run (5 s
// and 512 MB; the deadline here is for slow machines).
func TestBombs(t *testing.T) {
	head := "apiVersion: tenantc.dev/v1alpha1\nkind: Tenant\nmetadata: {name: acme}\nspec:\n  class: gold\n"
	fill := func(s string) string { return strings.Repeat(s, (1<<20-4096)/len(s)) }
	many := func(n int, line string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, line, i)
		}
		return b.String()
	}
	bombs := map[string]string{
		"laughs":   "a: &a [x]\n" + many(30, "b%d: &a [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"),
		"brackets": fill("["), "lines of brackets": fill("[\n"), "maps": fill("{a: "), "hyphens": fill("- "), "questions": fill("?\n"),
		"comments": fill("a: b #c\n"), "commas": "[" + fill("a,"), "documents": fill("---\n"), "quotes": "\"" + fill("\\U0001F600"),
		"tags": fill("!a "), "tabs": fill("\t"), "nul": fill("\x00"), "bidi": fill("\u202e"), "percent": fill("%\n"), "invalid": fill("\xff"),
		"keys": many(50_000, "k%d: v\n"), "keys of a label": head + "  labels: {" + many(50_000, "k%d: v, ") + "}\n",
		"owners":   head + "  owners:\n" + many(2000, "    - {name: o%d}\n") + "  clusters: []\n",
		"hosts":    head + "  clusters:\n  - {name: a, site: b, quota: {cpu: \"1\", memory: 1Gi}, network: {hosts: [" + many(2000, "h%d.acme.example, ") + "]}}\n",
		"clusters": head + "  clusters:\n" + many(2000, "  - {name: c%d, site: b, quota: {cpu: \"1\", memory: 1Gi}, nodes: {mode: shared}}\n"),
		"long":     head + "  clusters: [{name: " + fill("a") + "}]\n",
		"regexp":   head + "  clusters: [{name: a, site: b, network: {hosts: [" + strings.Repeat("a.", 200_000) + "]}}]\n",
	}
	for name, data := range bombs {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
			defer cancel()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, faults := spec.Parse(ctx, []spec.File{{Path: "tenants/a.yaml", Data: []byte(data)}}, 1)
			runtime.ReadMemStats(&after)
			require.True(t, faults.HasErrors())
			require.LessOrEqual(t, len(faults), 102)
			require.NoError(t, ctx.Err())
			t.Logf("%.2f s, %d MiB allocated in all", time.Since(start).Seconds(), (after.TotalAlloc-before.TotalAlloc)>>20)
			_ = diag.Print(io.Discard, faults, diag.Text)
		})
	}
}
