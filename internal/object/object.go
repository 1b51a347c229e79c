// Package object holds the Kubernetes objects that tenantc plans: their
// identity, their labels and their one canonical form on disk. What an object
// says is decided in package generators, where it is written in package overlay.
package object

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tenantc/tenantc/internal/plainyaml"
)

// ID says which object of a site is meant. The API version is left out on
// purpose: the same object in two versions is one object.
type ID struct {
	Group     string `json:"group,omitempty"` // empty for the core group
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"` // empty for cluster-scoped kinds
	Name      string `json:"name"`
}

func (id ID) String() string {
	kind := id.Kind
	if id.Group != "" {
		kind += "." + id.Group
	}
	if id.Namespace == "" {
		return kind + " " + id.Name
	}
	return kind + " " + id.Namespace + "/" + id.Name
}

// Compare orders identities by group, kind, namespace and name.
func Compare(a, b ID) int {
	return cmp.Or(
		cmp.Compare(a.Group, b.Group),
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Namespace, b.Namespace),
		cmp.Compare(a.Name, b.Name),
	)
}

// Object is one planned object. Value holds only what tenantc wants to own
// under server-side apply: no status, no nulls.
type Object struct {
	ID    ID
	Value map[string]any
}

// From makes an Object of a typed Kubernetes API struct, or of a map of the
// same shape. It drops what typed structs emit without being asked (status,
// nulls, an empty spec), because Flux would own those fields. A value that is
// no Kubernetes object is a fault of the program: From panics.
func From(v any) Object {
	value, err := runtime.DefaultUnstructuredConverter.ToUnstructured(pointerTo(v))
	if err != nil {
		panic(fmt.Sprintf("object: %T: %v", v, err))
	}
	delete(value, "status")
	prune(value)
	id, err := Identify(value)
	if err != nil {
		panic(fmt.Sprintf("object: %T: %v", v, err))
	}
	return Object{ID: id, Value: value}
}

// pointerTo is what the converter takes: a pointer to a struct or to a map.
func pointerTo(v any) any {
	if reflect.TypeOf(v).Kind() == reflect.Pointer {
		return v
	}
	p := reflect.New(reflect.TypeOf(v))
	p.Elem().Set(reflect.ValueOf(v))
	return p.Interface()
}

// prune drops nulls at any depth and the empty spec that some typed structs
// emit.
func prune(m map[string]any) {
	for k, v := range m {
		if v == nil {
			delete(m, k)
			continue
		}
		pruneBelow(v)
	}
	if spec, ok := m["spec"].(map[string]any); ok && len(spec) == 0 {
		delete(m, "spec")
	}
}

func pruneBelow(v any) {
	switch v := v.(type) {
	case map[string]any:
		prune(v)
	case []any:
		for _, item := range v {
			pruneBelow(item)
		}
	}
}

// Identify reads the identity of an object in its decoded form.
func Identify(value map[string]any) (ID, error) {
	apiVersion, _ := value["apiVersion"].(string)
	kind, _ := value["kind"].(string)
	meta, _ := value["metadata"].(map[string]any)
	name, _ := meta["name"].(string)
	namespace, _ := meta["namespace"].(string)
	if apiVersion == "" || kind == "" || name == "" {
		return ID{}, fmt.Errorf("not a Kubernetes object: apiVersion %q, kind %q, name %q", apiVersion, kind, name)
	}
	group, _, found := strings.Cut(apiVersion, "/")
	if !found {
		group = ""
	}
	return ID{Group: group, Kind: kind, Namespace: namespace, Name: name}, nil
}

// Label adds labels to the object's metadata; one that is there already keeps its value.
func (o Object) Label(labels map[string]string) Object {
	meta, _ := o.Value["metadata"].(map[string]any)
	have, _ := meta["labels"].(map[string]any)
	merged := make(map[string]any, len(have)+len(labels))
	for k, v := range labels {
		merged[k] = v
	}
	maps.Copy(merged, have)
	meta["labels"] = merged
	return o
}

// Get returns the value below a path of field names, or nil where there is none.
func (o Object) Get(path ...string) any {
	var v any = o.Value
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

// Text is Get for strings: empty where there is none.
func (o Object) Text(path ...string) string {
	s, _ := o.Get(path...).(string)
	return s
}

// Tenant is whose object it is, by its label; empty for the site's own.
func (o Object) Tenant() string { return o.Text("metadata", "labels", LabelTenant) }

// BelowMark stands between a tenant cluster's namespace and the name of one below
// it. No tenant's name ends in a hyphen, so no cluster's namespace has two before
// its last part.
const BelowMark = "--"

// FileName is the object's file within its folder: kind and name, one object a
// file. What is in a namespace below the cluster's own says in which.
func (o Object) FileName() string {
	name := o.ID.Name
	if _, below, is := strings.Cut(o.ID.Namespace, BelowMark); is {
		name = below + BelowMark + name
	}
	return strings.ToLower(o.ID.Kind) + "-" + name + ".yaml"
}

// YAML is the object's canonical form: keys sorted, indented by two, no
// comments, so that the same object has the same bytes everywhere.
func (o Object) YAML() []byte { return o.AppendYAML(make([]byte, 0, 1024)) }

// AppendYAML adds the canonical form to what is there.
func (o Object) AppendYAML(to []byte) []byte {
	data, err := plainyaml.Append(to, o.Value)
	if err != nil {
		panic(fmt.Sprintf("object: %s: %v", o.ID, err))
	}
	return data
}

// Sort orders objects by identity.
func Sort(objects []Object) {
	slices.SortFunc(objects, func(a, b Object) int { return Compare(a.ID, b.ID) })
}
