package platform

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/kustomize"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/templates"
)

// misplaced reports folders that are no component, which no site would ever
// get, and components without a kustomization.
func misplaced(own templates.Files) diag.List {
	known := components()
	var faults diag.List
	for _, name := range folders(own) {
		d := diag.Diagnostic{Severity: diag.Error, Position: diag.Position{File: path.Join(folder, name)}}
		switch {
		case !slices.Contains(known, name):
			d.Code = diag.PlatformTemplate
			d.Message = fmt.Sprintf("no site gets a template called %q", name)
			d.Hint = "put the objects into the template that they go with, or rename the folder to one of " + strings.Join(known, ", ")
		case own[path.Join(name, kustomize.FileName)] == nil:
			d.Code = diag.KustomizeName
			d.Message = "the folder has no " + kustomize.FileName
			d.Hint = "the folder replaces the built-in template as a whole: begin with a copy of it"
		default:
			continue
		}
		faults = append(faults, d)
	}
	return faults
}

// allowed tells whether a platform may hold an object. These are the kinds that
// the platform's account on the site may apply; all are cluster-scoped.
func allowed(id object.ID) bool {
	if id.Namespace != "" {
		return false
	}
	switch id.Group + "/" + id.Kind {
	case "node.k8s.io/RuntimeClass",
		"scheduling.k8s.io/PriorityClass",
		"storage.k8s.io/StorageClass",
		"flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
		"admissionregistration.k8s.io/ValidatingAdmissionPolicy",
		"admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding":
		return true
	case "rbac.authorization.k8s.io/ClusterRole":
		return slices.Contains(roles(), id.Name)
	}
	return false
}

// roles are the ClusterRoles that a platform may hold.
func roles() []string {
	names := []string{resolve.ClusterRoleName, resolve.TenantRoleName}
	for _, stack := range catalogue.Stacks() {
		if hasRole(stack) {
			names = append(names, resolve.RoleOf(stack.Name))
		}
	}
	return names
}

// forbidden reports objects that do not belong into a platform.
func forbidden(files map[string][]byte, objects []object.Object) diag.List {
	objects = slices.DeleteFunc(slices.Clone(objects), func(o object.Object) bool { return allowed(o.ID) })
	if len(objects) == 0 {
		return nil
	}
	places := locate(files)
	var faults diag.List
	for _, o := range objects {
		d := diag.Diagnostic{
			Severity: diag.Error,
			Code:     diag.PlatformObject,
			Message:  fmt.Sprintf("a site's platform has no %s", o.ID),
			Hint: "templates may hold RuntimeClass, PriorityClass, StorageClass, PriorityLevelConfiguration, ValidatingAdmissionPolicy " +
				"and its binding, without a namespace, and the ClusterRoles " + strings.Join(roles(), ", "),
			Position: diag.Position{File: folder},
		}
		if at, found := places[o.ID]; found {
			d.Position = at
		}
		faults = append(faults, d)
	}
	return faults
}

// missing reports objects of the built-in templates that the tenancy's version
// of the template no longer has: other parts of the fleet rely on each.
func missing(files map[string][]byte, objects []object.Object) diag.List {
	built := make(map[object.ID]bool, len(objects))
	for _, o := range objects {
		built[o.ID] = true
	}
	builtIn := templates.Default()
	var faults diag.List
	for _, file := range slices.Sorted(maps.Keys(builtIn)) {
		name, _, below := strings.Cut(file, "/")
		own := files[path.Join(folder, file)]
		inUse := files[path.Join(folder, name, kustomize.FileName)] != nil
		if !below || !inUse || bytes.Equal(own, builtIn[file]) {
			continue
		}
		for _, m := range manifests(builtIn[file]) {
			if !built[m.id] {
				faults = append(faults, diag.Diagnostic{
					Severity: diag.Error,
					Code:     diag.PlatformMissing,
					Message:  fmt.Sprintf("the tenancy's own template %s has no %s", name, m.id),
					Hint:     "the rest of the fleet relies on it: change what it says, but keep it",
					Position: diag.Position{File: path.Join(folder, name, kustomize.FileName)},
				})
			}
		}
	}
	return faults
}

// manifest is an object as it stands in a file.
type manifest struct {
	id   object.ID
	line int
}

// manifests finds the objects of a file, and passes over what is none.
func manifests(data []byte) []manifest {
	var found []manifest
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc yaml.Node
		if dec.Decode(&doc) != nil {
			return found
		}
		var value map[string]any
		if doc.Decode(&value) != nil {
			continue
		}
		if id, err := object.Identify(value); err == nil {
			found = append(found, manifest{id: id, line: doc.Line})
		}
	}
}

// locate finds where each object was written.
func locate(files map[string][]byte) map[object.ID]diag.Position {
	places := map[object.ID]diag.Position{}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		for _, m := range manifests(files[file]) {
			if _, before := places[m.id]; !before {
				places[m.id] = diag.Position{File: file, Line: m.line, Column: 1}
			}
		}
	}
	return places
}
