package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"

	"cuelang.org/go/cue"
	"cuelang.org/go/encoding/jsonschema"

	"github.com/tenantc/tenantc/schema"
)

// jsonSchema is one JSON Schema for all kinds of documents: which definition
// holds is chosen by kind, so that an editor names the fault and not four ways
// in which a document is not something else.
func jsonSchema(v cue.Value) ([]byte, error) {
	defs := map[string]any{}
	var byKind []any
	for _, kind := range schema.Kinds() {
		def, err := kindSchema(v, kind, defs)
		if err != nil {
			return nil, err
		}
		defs[kind] = def
		byKind = append(byKind, map[string]any{
			"if":   map[string]any{"properties": map[string]any{"kind": map[string]any{"const": kind}}},
			"then": map[string]any{"$ref": "#/$defs/" + kind},
		})
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(map[string]any{
		"$schema":    "https://json-schema.org/draft/2020-12/schema",
		"title":      "tenantc specs, " + schema.APIVersion,
		"type":       "object",
		"required":   []string{"apiVersion", "kind", "metadata", "spec"},
		"properties": map[string]any{"kind": map[string]any{"enum": schema.Kinds()}},
		"allOf":      byKind,
		"$defs":      defs,
	})
	return out.Bytes(), err
}

// kindSchema makes one kind's schema and moves what it refers to into defs.
func kindSchema(v cue.Value, kind string, defs map[string]any) (map[string]any, error) {
	expr, err := jsonschema.Generate(v.LookupPath(cue.ParsePath("#"+kind)), nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	data, err := v.Context().BuildExpr(expr).MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	var def map[string]any
	if err := json.Unmarshal(data, &def); err != nil {
		return nil, err
	}
	if own, ok := def["$defs"].(map[string]any); ok {
		maps.Copy(defs, own)
	}
	delete(def, "$defs")
	delete(def, "$schema")
	return def, nil
}
