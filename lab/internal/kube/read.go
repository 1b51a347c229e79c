package kube

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// Read parses a stream of YAML documents; empty ones are left out.
func Read(data []byte) ([]*Object, error) {
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096)
	var objects []*Object
	for {
		o := &Object{}
		err := decoder.Decode(&o.Object)
		switch {
		case errors.Is(err, io.EOF):
			return objects, nil
		case err != nil:
			return nil, err
		case len(o.Object) > 0:
			objects = append(objects, o)
		}
	}
}

// ReadFile parses a file of YAML documents.
func ReadFile(path string) ([]*Object, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	objects, err := Read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return objects, nil
}

// Must parses one object that is written in the program.
func Must(format string, args ...any) *Object {
	objects, err := Read(fmt.Appendf(nil, format, args...))
	if err != nil || len(objects) != 1 {
		panic(fmt.Sprintf("not one object: %v\n%s", err, fmt.Sprintf(format, args...)))
	}
	return objects[0]
}

// RefOf is the object's own name.
func RefOf(o *Object) Ref {
	return Ref{o.GetAPIVersion(), o.GetKind(), o.GetNamespace(), o.GetName()}
}

// Condition returns a status condition's status and message.
func Condition(o *Object, kind string) (status, message string) {
	conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, c := range conditions {
		condition, ok := c.(map[string]any)
		if ok && condition["type"] == kind {
			status, _ = condition["status"].(string)
			message, _ = condition["message"].(string)
			return status, message
		}
	}
	return "", ""
}

// Text returns a string field, or nothing.
func Text(o *Object, path ...string) string {
	text, _, _ := unstructured.NestedString(o.Object, path...)
	return text
}
