package verify

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
)

// fluxFields: every Flux Kustomization has all that it needs to be safe, and
// nothing that would let it substitute, rewrite, or reach another cluster.
func fluxFields(s site) diag.List {
	var faults diag.List
	for _, k := range s.flux {
		if k.ID.Kind != "Kustomization" || k.ID.Namespace != s.tenancy.Flux.Namespace {
			faults = append(faults, failed(diag.FluxField, k.Tenant(), "%s is no Kustomization in Flux's namespace", k.ID))
			continue
		}
		spec, _ := k.Get("spec").(map[string]any)
		for _, name := range []string{"interval", "retryInterval", "timeout", "path", "prune", "deletionPolicy", "serviceAccountName", "sourceRef"} {
			if _, found := spec[name]; !found {
				faults = append(faults, failed(diag.FluxField, k.Tenant(), "%s has no %s", k.ID, name))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(spec)) {
			if !fluxAllows(name) {
				faults = append(faults, failed(diag.FluxField, k.Tenant(), "%s has %s", k.ID, name))
			}
		}
		faults = append(faults, fluxSource(k)...)
	}
	return faults
}

func fluxAllows(field string) bool {
	switch field {
	case "interval", "retryInterval", "timeout", "path", "prune", "deletionPolicy", "serviceAccountName", "sourceRef",
		"dependsOn", "wait", "healthChecks", "healthCheckExprs":
		return true
	}
	return false
}

// fluxSource: everything comes from the fleet repository, by a local reference.
func fluxSource(k object.Object) diag.List {
	source, _ := k.Get("spec", "sourceRef").(map[string]any)
	if len(source) == 2 && source["kind"] == "GitRepository" && source["name"] == resolve.SourceName {
		return nil
	}
	return diag.List{failed(diag.FluxField, k.Tenant(), "%s has another source than the local GitRepository %s", k.ID, resolve.SourceName)}
}

// fluxAccounts: each layer is applied with the account of that layer. A
// cluster's account is named like its Kustomization, and so can be no other's.
func fluxAccounts(s site) diag.List {
	var faults diag.List
	for _, k := range s.flux {
		var want string
		switch path.Base(k.Text("spec", "path")) {
		case tree.PlatformFolder:
			want = resolve.PlatformAccount
		case tree.BoundaryFolder:
			want = resolve.BoundaryAccount
		case tree.ClusterFolder:
			want = k.ID.Name
		}
		if got := k.Text("spec", "serviceAccountName"); got != want {
			faults = append(faults, failed(diag.FluxField, k.Tenant(), "%s applies %s as %q instead of %q", k.ID, k.Text("spec", "path"), got, want))
		}
	}
	return faults
}

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
