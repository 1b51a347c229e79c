package verify

import (
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
)

// Layer is what the checks across a site need of one layer. It is small, so
// that a site is checked without holding its objects, and plain data, so that
// it can be kept for a tenant cluster that is not compiled again.
type Layer struct {
	Folder  string      `json:"folder"` // in the fleet tree
	Objects []object.ID `json:"objects"`
	Caused  []object.ID `json:"caused,omitempty"` // what others make of the objects
}

// LayerOf summarizes the objects of a folder.
func LayerOf(folder string, objects []object.Object) Layer {
	l := Layer{Folder: folder, Objects: make([]object.ID, len(objects))}
	for i, o := range objects {
		l.Objects[i] = o.ID
		if o.ID.Kind == "VCluster" {
			l.Caused = append(l.Caused, chartRoles(o.ID)...)
		}
	}
	return l
}

// chartRoles are the cluster-scoped objects that the vcluster chart makes. It
// cuts their name at 63 characters without a word (chart, vcluster.clusterRoleName).
func chartRoles(vcluster object.ID) []object.ID {
	name := "vc-" + vcluster.Name + "-v-" + vcluster.Namespace
	if len(name) > 63 {
		name = strings.TrimSuffix(name[:63], "-")
	}
	const group = "rbac.authorization.k8s.io"
	return []object.ID{{Group: group, Kind: "ClusterRole", Name: name}, {Group: group, Kind: "ClusterRoleBinding", Name: name}}
}

// Site checks what must hold between the layers of a site: flux are its Flux
// Kustomizations, layers all layers but those, each once.
func Site(s resolve.Site, flux []object.Object, layers []Layer) diag.List {
	checked := site{name: s, flux: flux, layers: append(slices.Clone(layers), LayerOf(s.Folder()+"/"+tree.FluxFolder, flux))}
	var faults diag.List
	for _, check := range []func(site) diag.List{
		objectsOnce,
		fluxFolders,
		fluxOrder,
	} {
		faults = append(faults, check(checked)...)
	}
	return faults
}

// site is what the checks look at.
type site struct {
	name   resolve.Site
	flux   []object.Object
	layers []Layer
}

// objectsOnce: no two layers of a site have the same object. Flux would apply
// both, each undoing the other, and prune it with the first that goes.
func objectsOnce(s site) diag.List {
	first := map[object.ID]string{}
	var faults diag.List
	for _, l := range s.layers {
		for _, id := range slices.Concat(l.Objects, l.Caused) {
			if other, twice := first[id]; twice {
				faults = append(faults, failed(diag.ObjectTwice, "", "%s is in %s and in %s", id, other, l.Folder))
				continue
			}
			first[id] = l.Folder
		}
	}
	return faults
}
