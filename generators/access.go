package generators

import (
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// serviceAccount is whom Flux impersonates to apply the cluster layer. It lives
// in the Flux namespace, because Flux looks for it beside its Kustomization,
// and is the one object of a tenant outside of the tenant's namespace. No pod
// runs as it.
func serviceAccount(t resolve.Tenancy, c resolve.Cluster) object.Object {
	no := false
	return object.From(&corev1.ServiceAccount{
		TypeMeta:                     metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta:                   metav1.ObjectMeta{Name: c.Account(), Namespace: t.Flux.Namespace},
		AutomountServiceAccountToken: &no,
	})
}

// roleBindings give that account the platform's role in the tenant's namespace,
// and nowhere else. A stack without a cluster layer needs none.
func roleBindings(t resolve.Tenancy, c resolve.Cluster) []object.Object {
	if made, _ := catalogue.StackFor(c.Stack); len(made.Kinds) == 0 {
		return nil
	}
	role := resolve.RoleOf(c.Stack)
	return []object.Object{object.From(&rbacv1.RoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "RoleBinding"},
		ObjectMeta: meta(c, role),
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: c.Account(), Namespace: t.Flux.Namespace}},
	})}
}
