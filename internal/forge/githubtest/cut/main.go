// Command cut takes from GitHub's OpenAPI description the operations that
// package forge uses, with all that they refer to, and leaves out what is only
// for reading. `make github-api` runs it.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// operations are what package forge asks of GitHub, by path.
var operations = map[string][]string{
	"/repos/{owner}/{repo}/pulls/{pull_number}":                 {"get"},
	"/repos/{owner}/{repo}/issues/{issue_number}/comments":      {"get", "post"},
	"/repos/{owner}/{repo}/issues/comments/{comment_id}":        {"patch", "delete"},
	"/repos/{owner}/{repo}/issues/{issue_number}/labels":        {"get", "post"},
	"/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}": {"delete"},
	"/repos/{owner}/{repo}/check-runs":                          {"post"},
	"/repos/{owner}/{repo}/check-runs/{check_run_id}":           {"patch"},
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: cut api.github.com.json EXCERPT")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "cut:", err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var whole map[string]any
	if err := json.Unmarshal(data, &whole); err != nil {
		return err
	}
	excerpt := map[string]any{"openapi": whole["openapi"], "info": whole["info"], "servers": whole["servers"]}
	paths, components := map[string]any{}, map[string]any{}
	for path, methods := range operations {
		item := map[string]any{}
		for _, method := range methods {
			operation := dig(whole, "paths", path, method)
			if operation == nil {
				return fmt.Errorf("there is no %s %s", method, path)
			}
			item[method] = bare(operation)
		}
		paths[path] = item
		follow(whole, item, components)
	}
	for _, response := range entries(components["responses"]) {
		response["description"] = ""
	}
	excerpt["paths"], excerpt["components"] = paths, components
	out, err := json.MarshalIndent(excerpt, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(to, append(out, '\n'), 0o644)
}

// reading are the keys that validate nothing.
var reading = []string{"description", "title", "summary", "example", "examples", "externalDocs", "x-github", "x-octokit"}

// bare is a value without what is only for reading. Under properties the same
// words are names, and their values are no text.
func bare(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, value := range v {
			out[key] = bare(value)
		}
		for _, key := range reading {
			if _, schema := v[key].(map[string]any); !schema || strings.HasPrefix(key, "ex") || strings.HasPrefix(key, "x-") {
				delete(out, key)
			}
		}
		for _, response := range entries(out["responses"]) {
			response["description"] = "" // a response must have one
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = bare(v[i])
		}
		return out
	}
	return v
}

func entries(v any) (all []map[string]any) {
	m, _ := v.(map[string]any)
	for _, value := range m {
		if entry, is := value.(map[string]any); is && entry["$ref"] == nil {
			all = append(all, entry)
		}
	}
	return all
}

// follow adds to components whatever a value refers to.
func follow(whole map[string]any, v any, components map[string]any) {
	switch v := v.(type) {
	case map[string]any:
		if ref, is := v["$ref"].(string); is {
			parts := strings.Split(ref, "/") // #/components/KIND/NAME
			kind, _ := components[parts[2]].(map[string]any)
			if kind == nil {
				kind = map[string]any{}
				components[parts[2]] = kind
			}
			if _, have := kind[parts[3]]; !have {
				kind[parts[3]] = bare(dig(whole, parts[1], parts[2], parts[3]))
				follow(whole, kind[parts[3]], components)
			}
		}
		for _, value := range v {
			follow(whole, value, components)
		}
	case []any:
		for _, value := range v {
			follow(whole, value, components)
		}
	}
}

func dig(v any, keys ...string) any {
	for _, key := range keys {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}
