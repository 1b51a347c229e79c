package kustomize

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
)

// SiteFacts is the one object that may ask kustomize to leave it out of the
// result: a ConfigMap of that name, annotated
// config.kubernetes.io/local-config, is what replacements in templates read a
// site's facts from.
const SiteFacts = "tenantc-site-facts"

const localConfig = "config.kubernetes.io/local-config"

// manifest is one object of a resource file.
type manifest struct {
	id object.ID
	at diag.Position
}

// dropped tells whether kustomize leaves the object out, as it may for the facts alone.
func (m manifest) dropped() bool {
	return m.id.Kind == "ConfigMap" && m.id.Group == "" && m.id.Name == SiteFacts
}

// manifests reads a resource file and refuses what would vanish or multiply in a build.
func manifests(file string, data []byte) ([]manifest, diag.List) {
	docs, faults := documents(file, data)
	var out []manifest
	for _, doc := range docs {
		m := manifest{id: identity(doc), at: position(file, doc)}
		switch {
		case m.id.Kind == "" || m.id.Name == "":
			faults = append(faults, at(m.at, diag.KustomizeManifest, "not a Kubernetes object: it needs apiVersion, kind and metadata.name", ""))
			continue
		case strings.HasSuffix(m.id.Kind, "List"):
			faults = append(faults, at(m.at, diag.KustomizeManifest, fmt.Sprintf("kind %q: kustomize takes a list apart into its items", m.id.Kind), "write each object as a document of its own"))
		}
		faults = append(faults, obeyed(file, doc, m.dropped())...)
		out = append(out, m)
	}
	return out, faults
}

func identity(doc *yaml.Node) object.ID {
	group, _, found := strings.Cut(text(doc, "apiVersion"), "/")
	if !found {
		group = ""
	}
	id := object.ID{
		Group:     group,
		Kind:      text(doc, "kind"),
		Namespace: text(doc, "metadata", "namespace"),
		Name:      text(doc, "metadata", "name"),
	}
	if text(doc, "apiVersion") == "" {
		return object.ID{}
	}
	return id
}

// obeyed finds keys, at any depth, that kustomize would take as instructions.
// At any depth, because a replacement may copy a whole mapping to where it counts.
func obeyed(file string, n *yaml.Node, facts bool) diag.List {
	var faults diag.List
	for i, child := range n.Content {
		isKey := n.Kind == yaml.MappingNode && i%2 == 0
		if isKey && instructs(child.Value) && !(facts && child.Value == localConfig) {
			faults = append(faults, at(position(file, child), diag.KustomizeInstruction, fmt.Sprintf("%q is an instruction to kustomize", child.Value), "leave it out"))
		}
		faults = append(faults, obeyed(file, child, facts)...)
	}
	return faults
}

// checkPatch reads the text of a patch. A JSON patch has field names in its
// values, so none may contain an instruction.
func checkPatch(file string, data []byte) diag.List {
	docs, faults := documents(file, data)
	for _, doc := range docs {
		faults = append(faults, instructions(file, doc)...)
	}
	return faults
}

func instructions(file string, n *yaml.Node) diag.List {
	var faults diag.List
	if n.Kind == yaml.ScalarNode && instructs(n.Value) {
		faults = append(faults, at(position(file, n), diag.KustomizeInstruction, fmt.Sprintf("%q contains an instruction to kustomize", n.Value), "leave it out"))
	}
	for _, child := range n.Content {
		faults = append(faults, instructions(file, child)...)
	}
	return faults
}

// instructs tells whether a text names a domain whose keys kustomize and kyaml
// obey: one makes an object vanish, others run functions or move objects
// between files.
func instructs(s string) bool {
	return strings.Contains(s, "config.kubernetes.io") || strings.Contains(s, "config.k8s.io")
}
