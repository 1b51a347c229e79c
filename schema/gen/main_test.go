package main

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/spec"
)

// What is derived from the CUE is current.
func TestOutputsAreCurrent(t *testing.T) {
	for _, out := range outputs() {
		data, err := generate(out)
		require.NoError(t, err)
		golden.Check(t, "../"+out.file, data)
	}
}

// Editors do not complain about a tenancy that is valid, and do about one that is not.
func TestJSONSchemaTakesTheReferenceTenancy(t *testing.T) {
	data, err := os.ReadFile("../tenantc.schema.json")
	require.NoError(t, err)
	var doc any
	require.NoError(t, json.Unmarshal(data, &doc))
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("tenantc.schema.json", doc))
	compiled, err := compiler.Compile("tenantc.schema.json")
	require.NoError(t, err)

	files, _, err := spec.ReadDir(context.Background(), "../..")
	require.NoError(t, err)
	checked := 0
	for _, f := range files {
		if !spec.IsSpec(f.Path) {
			continue
		}
		var v map[string]any
		require.NoError(t, yaml.Unmarshal(f.Data, &v))
		require.NoError(t, compiled.Validate(v), f.Path)
		v["spec"].(map[string]any)["bogus"] = "x"
		require.Error(t, compiled.Validate(v), f.Path)
		checked++
	}
	require.NotZero(t, checked)
}
