package prove

import "strings"

// reference is a place in an object that names a namespace.
type reference struct {
	path      string
	namespace string
}

// every stands for a selector that selects namespaces by something else than their name.
const every = "*"

// references finds every field called namespace, and every selector of
// namespaces, in the forms of Kubernetes, Cilium and Calico.
func references(path string, v any) []reference {
	var refs []reference
	switch v := v.(type) {
	case map[string]any:
		if isNamespaceLabel(v["key"]) {
			for _, value := range texts(v["values"]) {
				refs = append(refs, reference{path, value})
			}
		}
		for name, value := range v {
			refs = append(refs, field(path+"."+name, name, value)...)
		}
	case []any:
		for _, item := range v {
			refs = append(refs, references(path, item)...)
		}
	}
	return refs
}

func field(path, name string, value any) []reference {
	path = strings.TrimPrefix(path, ".")
	text, isText := value.(string)
	switch {
	case isText && (name == "namespace" || isNamespaceLabel(name)):
		return []reference{{path, text}}
	case name == "namespaceSelector" && isText:
		return inExpression(path, text)
	case name == "namespaceSelector":
		if refs := references(path, value); len(refs) > 0 {
			return refs
		}
		return []reference{{path, every}}
	}
	return references(path, value)
}

// isNamespaceLabel: the label that every namespace has with its name, and what
// Cilium calls a pod's namespace.
func isNamespaceLabel(name any) bool {
	return name == "kubernetes.io/metadata.name" || name == "k8s:io.kubernetes.pod.namespace" ||
		name == "io.kubernetes.pod.namespace" || name == "projectcalico.org/name" || name == capsuleGroup+"/tenant"
}

// inExpression finds the names in a selector of Calico, which stand in quotes.
func inExpression(path, expression string) []reference {
	parts := strings.Split(strings.ReplaceAll(expression, `"`, `'`), "'")
	if len(parts) < 3 {
		return []reference{{path, every}}
	}
	var refs []reference
	for i := 1; i < len(parts); i += 2 {
		refs = append(refs, reference{path, parts[i]})
	}
	return refs
}

func texts(v any) []string {
	items, _ := v.([]any)
	var out []string
	for _, item := range items {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
