package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
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
		if err := define(v, kind, defs); err != nil {
			return nil, err
		}
		byKind = append(byKind, map[string]any{
			"if":   map[string]any{"properties": map[string]any{"kind": map[string]any{"const": kind}}},
			"then": map[string]any{"$ref": "#/$defs/" + kind},
		})
	}
	if err := addRules(v, defs); err != nil {
		return nil, err
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

// addRules makes structs refer to the rules that hold for them as a whole.
func addRules(v cue.Value, defs map[string]any) error {
	shapes, err := schema.Shapes(v)
	if err != nil {
		return err
	}
	for _, s := range shapes {
		for _, rule := range s.Rules {
			if err := define(v, rule, defs); err != nil {
				return err
			}
			def := defs[s.Name].(map[string]any)
			refs, _ := def["allOf"].([]any)
			def["allOf"] = append(refs, map[string]any{"$ref": "#/$defs/" + rule})
		}
	}
	return nil
}

// define adds the JSON Schema of a definition, and of what it refers to, to defs.
func define(v cue.Value, name string, defs map[string]any) error {
	expr, err := jsonschema.Generate(v.LookupPath(cue.ParsePath("#"+name)), nil)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	data, err := cuecontext.New().BuildExpr(expr).MarshalJSON()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	var def map[string]any
	if err := json.Unmarshal(data, &def); err != nil {
		return err
	}
	if own, ok := def["$defs"].(map[string]any); ok {
		maps.Copy(defs, own)
	}
	delete(def, "$defs")
	delete(def, "$schema")
	defs[name] = def
	return nil
}
