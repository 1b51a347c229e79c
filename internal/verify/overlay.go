// Package verify judges what was compiled, never what it was compiled from: it
// builds every layer as Flux will and compares the result with the plan, and
// checks what must hold between the layers of a site.
//
// What does not belong here: how objects are made (package generators) or laid
// out (package overlay), what the specs may say (package resolve), and whether
// what was built isolates (package prove).
package verify

import (
	"fmt"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/kustomize"
	"github.com/tenantc/tenantc/internal/object"
)

// Overlay builds the kustomization in dir, with no other file than those given,
// and compares the objects with the planned ones: the same identities, each
// once whatever its API version, and the same value in every field. It returns
// what was built.
func Overlay(files map[string][]byte, dir string, planned []object.Object) ([]object.Object, diag.List) {
	built, faults := kustomize.BuildCompiled(files, dir)
	if len(faults) > 0 {
		return nil, faults
	}
	return built, compare(dir, planned, built)
}

func compare(dir string, planned, built []object.Object) diag.List {
	var faults diag.List
	fault := func(o object.Object, format string, args ...any) {
		faults = append(faults, failed(diag.NotAsPlanned, o.Tenant(), dir+": "+format, args...))
	}
	left := make(map[object.ID]object.Object, len(planned))
	for _, o := range planned {
		if _, twice := left[o.ID]; twice {
			fault(o, "%s is planned twice", o.ID)
		}
		left[o.ID] = o
	}
	for _, o := range built {
		plan, found := left[o.ID]
		if !found {
			fault(o, "%s is built, but not planned, or twice", o.ID)
			continue
		}
		delete(left, o.ID)
		if !equal(plan.Value, o.Value) {
			fault(o, "%s differs from the plan in %s", o.ID, difference("", plan.Value, o.Value))
		}
	}
	for _, o := range planned {
		if _, missing := left[o.ID]; missing {
			fault(o, "%s is planned, but not built", o.ID)
		}
	}
	return faults
}

func failed(code diag.Code, tenant, format string, args ...any) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: code, Tenant: tenant, Message: fmt.Sprintf(format, args...)}
}
