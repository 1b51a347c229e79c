package standin

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tenantc/tenantc/lab/internal/kube"
)

// ProvideVolumes plays every provisioner of a site until the context ends: a
// claim that waits gets a volume, and a released volume goes.
func ProvideVolumes(ctx context.Context, host *kube.Client) {
	every(ctx, round, func() {
		claims, err := host.List(ctx, kube.Ref{APIVersion: "v1", Kind: "PersistentVolumeClaim"}, "")
		if err != nil {
			return
		}
		for _, claim := range claims {
			if waits(&claim) {
				_, _ = host.Create(ctx, volumeFor(&claim)) // there already: it will be bound
			}
		}
		deleteReleased(ctx, host)
	})
}

// waits says whether kube-controller-manager has handed the claim to a
// provisioner; with WaitForFirstConsumer that takes a node.
func waits(claim *kube.Object) bool {
	_, handedOver := claim.GetAnnotations()["volume.kubernetes.io/storage-provisioner"]
	return handedOver && kube.Text(claim, "status", "phase") == "Pending" && kube.Text(claim, "spec", "volumeName") == ""
}

func volumeFor(claim *kube.Object) *kube.Object {
	size := kube.Text(claim, "spec", "resources", "requests", "storage")
	modes, _, _ := unstructured.NestedSlice(claim.Object, "spec", "accessModes")
	volume := kube.Must(`
apiVersion: v1
kind: PersistentVolume
metadata:
  name: pvc-%[1]s
  annotations: {pv.kubernetes.io/provisioned-by: tenantc-lab}
spec:
  capacity: {storage: %[2]q}
  persistentVolumeReclaimPolicy: Delete
  storageClassName: %[3]q
  hostPath: {path: /nowhere}
  claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: %[4]s, name: %[5]q, uid: %[1]s}
`, claim.GetUID(), size, kube.Text(claim, "spec", "storageClassName"), claim.GetNamespace(), claim.GetName())
	_ = unstructured.SetNestedSlice(volume.Object, modes, "spec", "accessModes")
	return volume
}

func deleteReleased(ctx context.Context, host *kube.Client) {
	volumes, err := host.List(ctx, kube.Ref{APIVersion: "v1", Kind: "PersistentVolume"}, "")
	if err != nil {
		return
	}
	for _, volume := range volumes {
		if kube.Text(&volume, "status", "phase") == "Released" {
			_ = host.Delete(ctx, kube.RefOf(&volume))
		}
	}
}
