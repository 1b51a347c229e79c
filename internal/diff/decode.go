package diff

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
)

// item is one object of a tree, with where it stands.
type item struct {
	id    object.ID
	value map[string]any
	file  string
	at    place
}

// decode reads the objects of a file. What cannot be read is compared as text,
// so that no difference is lost, and a warning says so.
func decode(file string, at place, data []byte) ([]item, diag.List) {
	values, err := documents(data)
	if err != nil {
		return []item{fileItem(file, at, map[string]any{"content": string(data)})}, diag.List{{
			Severity: diag.Warning,
			Code:     diag.DiffUnreadable,
			Tenant:   at.tenant,
			Message:  "cannot be read as YAML and is compared as text: " + err.Error(),
			Hint:     "only tenantc writes in a fleet; compile and publish again",
			Position: diag.Position{File: file},
		}}
	}
	var items []item
	for _, value := range values {
		if path.Base(file) == listingFile {
			if value = withoutListings(value); len(value) > 0 {
				items = append(items, fileItem(file, at, value))
			}
			continue
		}
		id, err := object.Identify(value)
		if err != nil {
			items = append(items, fileItem(file, at, value))
			continue
		}
		items = append(items, item{id: id, value: value, file: file, at: at.of(value)})
	}
	return items, nil
}

// fileItem stands for a file that holds no Kubernetes object.
func fileItem(file string, at place, value map[string]any) item {
	return item{id: object.ID{Kind: "File", Name: path.Join(at.folder, at.tenant, at.cluster, at.rest)}, value: value, file: file, at: at}
}

// withoutListings drops from a kustomization what only follows from the files
// beside it.
func withoutListings(value map[string]any) map[string]any {
	rest := map[string]any{}
	for key, v := range value {
		switch key {
		case "apiVersion", "kind", "resources", "components":
		default:
			rest[key] = v
		}
	}
	return rest
}

func documents(data []byte) ([]map[string]any, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var all []map[string]any
	for {
		var doc any
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		switch doc := plain(doc).(type) {
		case nil:
		case map[string]any:
			all = append(all, doc)
		default:
			return nil, fmt.Errorf("a %T is no object", doc)
		}
	}
}

// plain reduces what YAML can say to maps with string keys, lists, strings,
// numbers, booleans and nil.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key := range v {
			v[key] = plain(v[key])
		}
	case map[any]any:
		m := make(map[string]any, len(v))
		for key, value := range v {
			m[fmt.Sprint(key)] = plain(value)
		}
		return m
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case time.Time:
		return v.Format(time.RFC3339Nano)
	}
	return v
}
