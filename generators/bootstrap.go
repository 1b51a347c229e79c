package generators

import (
	"fmt"
	"strings"

	fluxmeta "github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// Bootstrap makes what an administrator applies once on a site that runs Flux:
// an account with its rights for each layer, the fleet repository, and the
// Kustomization of the site's folder. Everything else comes from the fleet.
func Bootstrap(t resolve.Tenancy, s resolve.Site) ([]object.Object, diag.List) {
	if faults := checkPullURL(t.Fleet.PullURL); len(faults) > 0 {
		return nil, faults
	}
	namespace := t.Flux.Namespace
	values := []any{
		siteAccount(namespace, resolve.SiteAccount),
		siteAccount(namespace, resolve.PlatformAccount),
		siteAccount(namespace, resolve.BoundaryAccount),
		role(namespace, resolve.SiteAccount, applied("kustomize.toolkit.fluxcd.io", "kustomizations")),
		bindRole(namespace, resolve.SiteAccount),
		clusterRole(resolve.PlatformAccount, platformRules(s)...),
		bindClusterRole(namespace, resolve.PlatformAccount),
		clusterRole(resolve.BoundaryAccount, boundaryRules(s)...),
		bindClusterRole(namespace, resolve.BoundaryAccount),
		role(namespace, resolve.BoundaryAccount, applied("", "serviceaccounts")),
		bindRole(namespace, resolve.BoundaryAccount),
		gitRepository(t, s),
		fluxKustomization(t.Flux, s.RootName(), s.Folder(), resolve.SiteAccount),
	}
	objects := make([]object.Object, len(values))
	for i, v := range values {
		objects[i] = object.From(v).Label(siteLabels(s))
	}
	return objects, nil
}

// checkPullURL refuses what the GitRepository's schema would: Flux pulls over
// the network only.
func checkPullURL(url string) diag.List {
	for _, scheme := range []string{"https://", "http://", "ssh://"} {
		if strings.HasPrefix(url, scheme) {
			return nil
		}
	}
	return diag.List{{
		Severity: diag.Error,
		Code:     diag.PullURL,
		Path:     "spec.fleet.pullURL",
		Message:  fmt.Sprintf("no site can pull the fleet from %q", url),
		Hint:     "set fleet.pullURL in the tenancy to the https, http or ssh URL of the fleet repository as the sites see it",
	}}
}

// platformRules are for the kinds of templates/. The account may give the
// platform's ClusterRoles more than it holds itself, and no others.
func platformRules(s resolve.Site) []rbacv1.PolicyRule {
	return []rbacv1.PolicyRule{
		applied("node.k8s.io", "runtimeclasses"),
		applied("scheduling.k8s.io", "priorityclasses"),
		applied("storage.k8s.io", "storageclasses"),
		applied("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations"),
		applied("admissionregistration.k8s.io", "validatingadmissionpolicies", "validatingadmissionpolicybindings"),
		applied("rbac.authorization.k8s.io", "clusterroles"),
		onClusterRoles(s, "escalate"),
	}
}

// boundaryRules are for the kinds of a boundary outside of the Flux namespace.
// The account may bind the platform's ClusterRoles, and no others.
func boundaryRules(s resolve.Site) []rbacv1.PolicyRule {
	rules := []rbacv1.PolicyRule{
		applied("", "namespaces", "resourcequotas", "limitranges"),
		applied("networking.k8s.io", "networkpolicies"),
		applied("storage.k8s.io", "storageclasses"),
		applied("flowcontrol.apiserver.k8s.io", "flowschemas"),
		applied("rbac.authorization.k8s.io", "rolebindings"),
		onClusterRoles(s, "bind"),
	}
	for _, name := range s.Stacks {
		stack, _ := catalogue.StackFor(name)
		for _, kind := range stack.Fence {
			rules = append(rules, applied(kind.Group, kind.Resource))
		}
	}
	switch s.Network.CNI {
	case "cilium":
		rules = append(rules, applied("cilium.io", "ciliumnetworkpolicies"))
	case "calico":
		rules = append(rules, applied("projectcalico.org", "networkpolicies"))
		rules = append(rules, inDefaultTier()...)
	}
	return rules
}

// inDefaultTier: Calico asks besides for the right to the tier of a policy, and
// for the policies of that tier (Calico, 'Configure RBAC for tiered policies').
func inDefaultTier() []rbacv1.PolicyRule {
	policies := applied("projectcalico.org", "tier.networkpolicies")
	policies.ResourceNames = []string{"default.*"}
	return []rbacv1.PolicyRule{
		{APIGroups: []string{"projectcalico.org"}, Resources: []string{"tiers"}, ResourceNames: []string{"default"}, Verbs: []string{"get"}},
		policies,
	}
}

// applied are the verbs that Flux needs to apply and prune: it was tried
// without any other.
func applied(group string, resources ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{
		APIGroups: []string{group},
		Resources: resources,
		Verbs:     []string{"get", "create", "patch", "delete"},
	}
}

func onClusterRoles(s resolve.Site, verb string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{
		APIGroups:     []string{rbacv1.GroupName},
		Resources:     []string{"clusterroles"},
		ResourceNames: s.Roles(),
		Verbs:         []string{verb},
	}
}

func gitRepository(t resolve.Tenancy, s resolve.Site) sourcev1.GitRepository {
	spec := sourcev1.GitRepositorySpec{
		URL:            t.Fleet.PullURL,
		Interval:       metav1.Duration{Duration: t.Fleet.PullInterval},
		Reference:      &sourcev1.GitRepositoryRef{Branch: t.Fleet.Branch},
		SparseCheckout: []string{s.Folder()},
	}
	if t.Fleet.PullSecret != "" {
		spec.SecretRef = &fluxmeta.LocalObjectReference{Name: t.Fleet.PullSecret}
	}
	if t.Fleet.Verify.Secret != "" {
		spec.Verification = &sourcev1.GitRepositoryVerification{
			Mode:      sourcev1.ModeGitHEAD,
			SecretRef: fluxmeta.LocalObjectReference{Name: t.Fleet.Verify.Secret},
		}
	}
	return sourcev1.GitRepository{
		TypeMeta:   metav1.TypeMeta{APIVersion: sourcev1.GroupVersion.String(), Kind: sourcev1.GitRepositoryKind},
		ObjectMeta: metav1.ObjectMeta{Name: resolve.SourceName, Namespace: t.Flux.Namespace},
		Spec:       spec,
	}
}

func siteAccount(namespace, name string) corev1.ServiceAccount {
	return corev1.ServiceAccount{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
	}
}

func role(namespace, name string, rules ...rbacv1.PolicyRule) rbacv1.Role {
	return rbacv1.Role{
		TypeMeta:   rbacType("Role"),
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		Rules:      rules,
	}
}

func clusterRole(name string, rules ...rbacv1.PolicyRule) rbacv1.ClusterRole {
	return rbacv1.ClusterRole{TypeMeta: rbacType("ClusterRole"), ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: rules}
}

// bindRole gives an account of the Flux namespace the Role of its own name.
func bindRole(namespace, name string) rbacv1.RoleBinding {
	return rbacv1.RoleBinding{
		TypeMeta:   rbacType("RoleBinding"),
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
		Subjects:   fluxAccount(namespace, name),
	}
}

func bindClusterRole(namespace, name string) rbacv1.ClusterRoleBinding {
	return rbacv1.ClusterRoleBinding{
		TypeMeta:   rbacType("ClusterRoleBinding"),
		ObjectMeta: metav1.ObjectMeta{Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
		Subjects:   fluxAccount(namespace, name),
	}
}

func fluxAccount(namespace, name string) []rbacv1.Subject {
	return []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: name, Namespace: namespace}}
}

func rbacType(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: kind}
}
