package overlay

import (
	"fmt"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/kustomize"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
)

// Format is the number of the output's format, in every site.yaml. It is
// raised by hand when tenantc writes the same objects differently.
const Format = 1

// ClusterFolder makes the folder of one tenant cluster, by path below it.
func ClusterFolder(boundary, cluster []object.Object) (map[string][]byte, diag.List) {
	files := map[string][]byte{}
	faults := add(files, tree.BoundaryFolder, boundary)
	return files, append(faults, add(files, tree.ClusterFolder, cluster)...)
}

// SiteFolder makes what a site's folder holds besides its tenant clusters, by
// path below it.
func SiteFolder(site string, flux, platform []object.Object) (map[string][]byte, diag.List) {
	files := map[string][]byte{
		kustomize.FileName: kustomization([]string{tree.FluxFolder}),
		tree.SiteFile:      fmt.Appendf(nil, "%sapiVersion: tenantc.dev/v1alpha1\nkind: FleetSite\nmetadata:\n  name: %s\nspec:\n  format: %d\n", Marker, site, Format),
	}
	faults := add(files, tree.FluxFolder, flux)
	return files, append(faults, add(files, tree.PlatformFolder, platform)...)
}

func add(files map[string][]byte, folder string, objects []object.Object) diag.List {
	layer, faults := Layer(objects)
	for name, data := range layer {
		files[path.Join(folder, name)] = data
	}
	return faults
}

// Owned tells whether tenantc wrote a file of a fleet tree, in this version or
// an earlier one. What lies outside of sites/ never is.
func Owned(file string, data []byte) bool {
	return strings.HasPrefix(file, tree.SitesFolder+"/") && strings.HasPrefix(string(data), "# Written by tenantc.")
}

// StateOf reads in which state a tenant cluster's folder was written, from the
// folder's files by path below it: the two kustomizations and the boundary's
// Namespace are enough. The second value is false for a folder that tenantc
// did not write, or not whole: nothing is concluded from what is missing.
func StateOf(files map[string][]byte) (resolve.State, bool) {
	boundary, whole := entries(files[path.Join(tree.BoundaryFolder, kustomize.FileName)])
	cluster, alsoWhole := entries(files[path.Join(tree.ClusterFolder, kustomize.FileName)])
	if !whole || !alsoWhole {
		return "", false
	}
	if len(boundary) == 0 {
		return resolve.Purged, len(cluster) == 0
	}
	for _, name := range boundary {
		if strings.HasPrefix(name, namespacePrefix) {
			return stateOfNamespace(files[path.Join(tree.BoundaryFolder, name)])
		}
	}
	return "", false
}

// TellsState tells whether a file of a layer's folder, by its name, is one that
// StateOf wants.
func TellsState(name string) bool {
	return name == kustomize.FileName || strings.HasPrefix(name, namespacePrefix)
}

// namespacePrefix begins the name of a Namespace's file.
const namespacePrefix = "namespace-"

func stateOfNamespace(data []byte) (resolve.State, bool) {
	var namespace struct {
		Metadata struct {
			Annotations map[string]string `yaml:"annotations"`
		} `yaml:"metadata"`
	}
	if err := yaml.Unmarshal(data, &namespace); err != nil {
		return "", false
	}
	state := resolve.State(namespace.Metadata.Annotations[object.AnnotationState])
	switch state {
	case resolve.Active, resolve.Suspended, resolve.Retired:
		return state, true
	}
	return "", false
}

// entries lists what a kustomization names; false for one that does not say.
func entries(data []byte) ([]string, bool) {
	var k struct {
		Resources []string `yaml:"resources"`
	}
	err := yaml.Unmarshal(data, &k)
	return k.Resources, err == nil && k.Resources != nil
}
