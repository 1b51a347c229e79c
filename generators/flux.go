package generators

import (
	"time"

	fluxv1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
)

// Flux makes a site's Flux Kustomizations: the platform, then for each tenant
// cluster its boundary and the cluster. The order in which Flux applies them is
// in their dependsOn.
func Flux(t resolve.Tenancy, s resolve.Site, clusters []resolve.Cluster) []object.Object {
	objects := []object.Object{platformKustomization(t, s)}
	for _, c := range clusters {
		objects = append(objects,
			object.From(boundaryKustomization(t.Flux, c)).Label(c.Labels()),
			object.From(clusterKustomization(t.Flux, s, c)).Label(c.Labels()))
	}
	return objects
}

func platformKustomization(t resolve.Tenancy, s resolve.Site) object.Object {
	k := fluxKustomization(t.Flux, resolve.PlatformName, s.Folder()+"/"+tree.PlatformFolder, resolve.PlatformAccount)
	k.Spec.Wait = true
	return object.From(k).Label(siteLabels(s))
}

// boundaryKustomization waits for all of the boundary, so that nothing of a
// tenant runs before the fence is closed. Purged, it goes after the cluster.
func boundaryKustomization(f resolve.Flux, c resolve.Cluster) fluxv1.Kustomization {
	k := fluxKustomization(f, c.BoundaryName(), c.Folder()+"/"+tree.BoundaryFolder, resolve.BoundaryAccount)
	k.Spec.Wait = true
	k.Spec.DeletionPolicy = deletionPolicy(c.State)
	k.Spec.DependsOn = dependsOn(resolve.PlatformName)
	if c.State == resolve.Purged {
		k.Spec.DependsOn = dependsOn(c.LayerName())
	}
	return k
}

// clusterKustomization does not wait for all that it applies, because Flux
// would then ignore the health checks, which say whether the tenant can use the
// cluster.
func clusterKustomization(f resolve.Flux, s resolve.Site, c resolve.Cluster) fluxv1.Kustomization {
	k := fluxKustomization(f, c.LayerName(), c.Folder()+"/"+tree.ClusterFolder, c.Account())
	k.Spec.DeletionPolicy = deletionPolicy(c.State)
	k.Spec.DependsOn = dependsOn(c.BoundaryName())
	checks := gone(c)
	switch c.State {
	case resolve.Active, resolve.Suspended:
		checks = stackOf(c).usable(s, c)
	case resolve.Purged:
		k.Spec.DependsOn = dependsOn(resolve.PlatformName)
	}
	k.Spec.HealthChecks, k.Spec.HealthCheckExprs = healthChecks(c, checks)
	return k
}

// fluxKustomization is what all of them have in common. Orphan: a Kustomization
// that disappears from the fleet leaves everything in place.
func fluxKustomization(f resolve.Flux, name, folder, account string) fluxv1.Kustomization {
	return fluxv1.Kustomization{
		TypeMeta:   metav1.TypeMeta{APIVersion: fluxv1.GroupVersion.String(), Kind: fluxv1.KustomizationKind},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: f.Namespace},
		Spec: fluxv1.KustomizationSpec{
			Interval:           metav1.Duration{Duration: f.Interval},
			RetryInterval:      duration(f.RetryInterval),
			Timeout:            duration(f.Timeout),
			Path:               "./" + folder,
			Prune:              true,
			DeletionPolicy:     fluxv1.DeletionPolicyOrphan,
			ServiceAccountName: account,
			SourceRef: fluxv1.CrossNamespaceSourceReference{
				Kind: sourcev1.GitRepositoryKind,
				Name: resolve.SourceName,
			},
		},
	}
}

func duration(d time.Duration) *metav1.Duration { return &metav1.Duration{Duration: d} }

func dependsOn(name string) []fluxv1.DependencyReference {
	return []fluxv1.DependencyReference{{Name: name}}
}

// deletionPolicy is what happens to a tenant cluster when its Kustomizations
// are deleted: nothing, unless it was retired before. Retired, Flux waits for
// the end of what it prunes, so that the layers go one after the other.
func deletionPolicy(state resolve.State) string {
	if state == resolve.Retired || state == resolve.Purged {
		return fluxv1.DeletionPolicyWaitForTermination
	}
	return fluxv1.DeletionPolicyOrphan
}

func siteLabels(s resolve.Site) map[string]string {
	return map[string]string{object.LabelSite: s.Name}
}
