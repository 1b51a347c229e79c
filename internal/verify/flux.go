package verify

import (
	"maps"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
)

// fluxFolders: every layer is applied by exactly one Kustomization.
func fluxFolders(s site) diag.List {
	left := map[string]bool{}
	for _, l := range s.layers {
		left[l.Folder] = true
	}
	delete(left, s.name.Folder()+"/"+tree.FluxFolder) // the root's
	var faults diag.List
	for _, k := range s.flux {
		folder := strings.TrimPrefix(k.Text("spec", "path"), "./")
		if !left[folder] {
			faults = append(faults, failed(diag.FluxFolder, k.Tenant(), "%s applies %s, which does not exist or is applied already", k.ID, folder))
		}
		delete(left, folder)
	}
	for _, folder := range slices.Sorted(maps.Keys(left)) {
		faults = append(faults, failed(diag.FluxFolder, "", "nothing applies %s", folder))
	}
	return faults
}

// fluxOrder: dependencies exist, and lead to the platform without a circle.
func fluxOrder(s site) diag.List {
	needs := map[string][]string{}
	for _, k := range s.flux {
		needs[k.ID.Name] = dependencies(k)
	}
	var faults diag.List
	for _, k := range s.flux {
		for _, name := range needs[k.ID.Name] {
			if _, found := needs[name]; !found {
				faults = append(faults, failed(diag.FluxOrder, k.Tenant(), "%s depends on %q, which does not exist", k.ID, name))
			}
		}
		if !leads(needs, k.ID.Name, map[string]bool{}) {
			faults = append(faults, failed(diag.FluxOrder, k.Tenant(), "%s never starts: what it depends on goes in a circle, or does not lead to %s", k.ID, resolve.PlatformName))
		}
	}
	return faults
}

func dependencies(k object.Object) []string {
	items, _ := k.Get("spec", "dependsOn").([]any)
	var names []string
	for _, item := range items {
		ref, _ := item.(map[string]any)
		name, _ := ref["name"].(string)
		if len(ref) > 1 {
			name = "" // another namespace, or a condition: neither is ever written
		}
		names = append(names, name)
	}
	return names
}

// leads follows dependencies to the platform; all of them must get there.
func leads(needs map[string][]string, name string, above map[string]bool) bool {
	if name == resolve.PlatformName {
		return len(needs[name]) == 0
	}
	if above[name] || len(needs[name]) == 0 {
		return false
	}
	above[name] = true
	defer delete(above, name)
	for _, next := range needs[name] {
		if !leads(needs, next, above) {
			return false
		}
	}
	return true
}
