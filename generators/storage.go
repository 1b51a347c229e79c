package generators

import (
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// fluxForce lets Flux replace an object whose immutable fields change: a storage
// class's provisioner and parameters are, and volumes that exist keep theirs.
const fluxForce = "kustomize.toolkit.fluxcd.io/force"

// storageClasses are the cluster's own, made from those of the site. Delete as
// the reclaim policy keeps a tenant's data from outliving its claim and from
// being bound by another. None is the site's default: a default of the site
// would be everybody's.
func storageClasses(c resolve.Cluster) []object.Object {
	reclaim := corev1.PersistentVolumeReclaimDelete
	var objects []object.Object
	for _, own := range c.Storage {
		binding := storagev1.VolumeBindingMode(own.Class.VolumeBindingMode)
		expansion := own.Class.AllowVolumeExpansion
		objects = append(objects, object.From(&storagev1.StorageClass{
			TypeMeta: metav1.TypeMeta{APIVersion: storagev1.SchemeGroupVersion.String(), Kind: "StorageClass"},
			ObjectMeta: metav1.ObjectMeta{
				Name:        own.Name,
				Annotations: map[string]string{fluxForce: "enabled"},
			},
			Provisioner:          own.Class.Provisioner,
			Parameters:           own.Class.Parameters,
			ReclaimPolicy:        &reclaim,
			VolumeBindingMode:    &binding,
			AllowVolumeExpansion: &expansion,
		}))
	}
	return objects
}

func storageClassNames(c resolve.Cluster) []string {
	var names []string
	for _, own := range c.Storage {
		names = append(names, own.Name)
	}
	return names
}
