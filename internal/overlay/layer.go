// Package overlay lays objects out as the files that a site pulls: one object a
// file, one kustomization a layer, the layout of the fleet tree. It also knows
// its own handwriting again: which files of a folder are tenantc's, and in
// which state a tenant cluster's folder was written.
//
// What does not belong here: what the objects say (package generators), and
// whether the files build to them (package verify).
package overlay

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/kustomize"
	"github.com/tenantc/tenantc/internal/object"
)

// Marker is the first line of every file. It holds nothing that could differ
// between two runs over the same input.
const Marker = "# Written by tenantc. Change the tenancy repository instead: edits here are lost.\n"

// Layer lays objects out in one folder: a file for each and the kustomization
// that lists them, by file name. Without objects the kustomization is empty,
// and Flux prunes what it applied from that folder before.
func Layer(objects []object.Object) (map[string][]byte, diag.List) {
	files := make(map[string][]byte, len(objects)+1)
	names := make([]string, 0, len(objects))
	written := make(map[string]object.ID, len(objects))
	var faults diag.List
	var room []byte // one for all, of which each file is cut to its size
	for _, o := range objects {
		name := o.FileName()
		if other, taken := written[name]; taken {
			faults = append(faults, fault(diag.FileCollision, o, fmt.Sprintf("%s and %s would both be written to %s", other, o.ID, name)))
			continue
		}
		room = o.AppendYAML(append(room[:0], Marker...))
		faults = append(faults, expanded(o, room)...)
		written[name], files[name] = o.ID, bytes.Clone(room)
		names = append(names, name)
	}
	slices.Sort(names)
	files[kustomize.FileName] = kustomization(names)
	return files, faults
}

// expanded refuses ${ in an object's file: Flux would expand it if anyone ever
// switched its substitution on, and nothing that tenantc writes needs it.
func expanded(o object.Object, data []byte) diag.List {
	if !bytes.Contains(data, []byte("${")) {
		return nil
	}
	return diag.List{fault(diag.Substitution, o, fmt.Sprintf("%s contains ${", o.ID))}
}

// kustomization lists entries in a closed set of fields.
func kustomization(entries []string) []byte {
	var b strings.Builder
	b.WriteString(Marker)
	b.WriteString("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n")
	if len(entries) == 0 {
		b.WriteString("resources: []\n")
		return []byte(b.String())
	}
	b.WriteString("resources:\n")
	for _, entry := range entries {
		b.WriteString("  - " + entry + "\n")
	}
	return []byte(b.String())
}

func fault(code diag.Code, o object.Object, message string) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: code, Tenant: o.Tenant(), Message: message}
}
