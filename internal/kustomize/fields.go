package kustomize

import (
	"fmt"
	"maps"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
)

// kustomizationFields is the closed set of what a kustomization may say.
// kustomize has more: fields that fetch (remote resources, openapi.path, crds),
// that run programs (generators, transformers, validators, helmCharts), or that
// rename and rewrite across objects.
func kustomizationFields() fields {
	gvk := fields{"group": nil, "version": nil, "kind": nil, "name": nil, "namespace": nil}
	selector := with(gvk, fields{"labelSelector": nil, "annotationSelector": nil})
	options := fields{"delimiter": nil, "index": nil, "create": nil}
	source := with(gvk, fields{"fieldPath": nil, "options": options})
	target := fields{"select": selector, "reject": list(selector), "fieldPaths": list(nil), "options": options}
	return fields{
		"apiVersion":   nil,
		"kind":         nil,
		"resources":    list(nil),
		"components":   list(nil),
		"patches":      list(fields{"path": nil, "patch": nil, "target": selector}),
		"labels":       list(fields{"pairs": fields{"*": nil}}),
		"replacements": list(fields{"source": source, "sourceValue": nil, "targets": list(target)}),
	}
}

// fields maps a field's name to the shape of its value: nil for a scalar,
// fields for a mapping, repeated for a list. The name * stands for any.
type fields map[string]any

type repeated struct{ of any }

func list(of any) repeated { return repeated{of} }

func with(a, b fields) fields {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// closed checks a node against a shape, and scalars for instructions to kustomize.
func closed(file string, n *yaml.Node, path string, shape any) diag.List {
	switch shape := shape.(type) {
	case fields:
		if n.Kind == yaml.MappingNode {
			return closedFields(file, n, path, shape)
		}
	case repeated:
		if n.Kind == yaml.SequenceNode {
			var faults diag.List
			for i, item := range n.Content {
				faults = append(faults, closed(file, item, fmt.Sprintf("%s[%d]", path, i), shape.of)...)
			}
			return faults
		}
	case nil:
		if n.Kind == yaml.ScalarNode {
			return closedScalar(file, n, path)
		}
	}
	return diag.List{at(position(file, n), diag.KustomizeField, fmt.Sprintf("%s has the wrong form", path), "")}
}

func closedFields(file string, n *yaml.Node, path string, shape fields) diag.List {
	var faults diag.List
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		value, known := shape[key.Value]
		if _, open := shape["*"]; !known && !open {
			faults = append(faults, at(position(file, key), diag.KustomizeField,
				fmt.Sprintf("field %q is not allowed in a kustomization", key.Value),
				"a kustomization may have resources, components, patches, replacements and labels, all of local files"))
			continue
		}
		faults = append(faults, closed(file, n.Content[i+1], strings.TrimPrefix(path+"."+key.Value, "."), value)...)
		faults = append(faults, closedScalar(file, key, path)...)
	}
	return faults
}

func closedScalar(file string, n *yaml.Node, path string) diag.List {
	isVersion := n.Value == kustomizationVersion || n.Value == componentVersion
	if instructs(n.Value) && !isVersion {
		return diag.List{at(position(file, n), diag.KustomizeInstruction, fmt.Sprintf("%s contains an instruction to kustomize", path), "leave it out")}
	}
	return nil
}

// The kinds of kustomizations, each in its only version that is not deprecated.
const (
	kustomization        = "Kustomization"
	kustomizationVersion = "kustomize.config.k8s.io/v1beta1"
	component            = "Component"
	componentVersion     = "kustomize.config.k8s.io/v1alpha1"
)

func checkKind(file string, root *yaml.Node) diag.List {
	kind, version := text(root, "kind"), text(root, "apiVersion")
	if kind == kustomization && version == kustomizationVersion || kind == component && version == componentVersion {
		return nil
	}
	return diag.List{at(position(file, root), diag.KustomizeField,
		fmt.Sprintf("kind %q of %q is no kustomization", kind, version),
		"write kind: Kustomization with apiVersion: "+kustomizationVersion+", or kind: Component with apiVersion: "+componentVersion)}
}

// Local names only. A folder's segments have no dot, so that none can be taken
// for a host; a file is in the folder itself.
var (
	folderName = regexp.MustCompile(`^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:/[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$`)
	fileName   = regexp.MustCompile(`^[A-Za-z0-9](?:[-_A-Za-z0-9]|\.[-_A-Za-z0-9])*\.ya?ml$`)
)
