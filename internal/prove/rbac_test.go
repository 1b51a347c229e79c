package prove

import (
	"testing"

	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/object"
)

// One rule against one request, as Kubernetes decides it.
func TestRuleAllows(t *testing.T) {
	secrets := rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"get"}}
	named := secrets
	named.ResourceNames = []string{"a"}
	ask := request{Verb: "get", Resource: "secrets", Namespace: "n", Name: "a"}
	for name, c := range map[string]struct {
		rule rbacv1.PolicyRule
		ask  request
		want bool
	}{
		"as it says":                       {secrets, ask, true},
		"another verb":                     {secrets, request{Verb: "list", Resource: "secrets"}, false},
		"another group":                    {secrets, request{Verb: "get", Group: "apps", Resource: "secrets"}, false},
		"a subresource is another":         {secrets, request{Verb: "get", Resource: "secrets", Subresource: "x"}, false},
		"by name":                          {named, ask, true},
		"another name":                     {named, request{Verb: "get", Resource: "secrets", Name: "b"}, false},
		"no name where names are":          {named, request{Verb: "get", Resource: "secrets"}, false},
		"every verb":                       {rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"*"}}, ask, true},
		"every group":                      {rbacv1.PolicyRule{APIGroups: []string{"*"}, Resources: []string{"secrets"}, Verbs: []string{"get"}}, ask, true},
		"every resource":                   {rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"*"}, Verbs: []string{"get"}}, ask, true},
		"every resource and subresource":   {rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"*"}, Verbs: []string{"get"}}, request{Verb: "get", Resource: "pods", Subresource: "log"}, true},
		"a subresource of every resource":  {rbacv1.PolicyRule{APIGroups: []string{"apps"}, Resources: []string{"*/scale"}, Verbs: []string{"get"}}, request{Verb: "get", Group: "apps", Resource: "deployments", Subresource: "scale"}, true},
		"that is not the resource itself":  {rbacv1.PolicyRule{APIGroups: []string{"apps"}, Resources: []string{"*/scale"}, Verbs: []string{"get"}}, request{Verb: "get", Group: "apps", Resource: "deployments"}, false},
		"a part is no wildcard":            {rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"secret*"}, Verbs: []string{"get"}}, ask, false},
		"a path":                           {rbacv1.PolicyRule{NonResourceURLs: []string{"/metrics"}, Verbs: []string{"get"}}, request{Verb: "get", Path: "/metrics"}, true},
		"below a path":                     {rbacv1.PolicyRule{NonResourceURLs: []string{"/debug/*"}, Verbs: []string{"get"}}, request{Verb: "get", Path: "/debug/pprof"}, true},
		"a path is not below itself":       {rbacv1.PolicyRule{NonResourceURLs: []string{"/metrics"}, Verbs: []string{"get"}}, request{Verb: "get", Path: "/metrics/x"}, false},
		"every path":                       {rbacv1.PolicyRule{NonResourceURLs: []string{"*"}, Verbs: []string{"get"}}, request{Verb: "get", Path: "/x"}, true},
		"a rule of paths has no resources": {rbacv1.PolicyRule{NonResourceURLs: []string{"*"}, Verbs: []string{"*"}}, ask, false},
		"a rule of resources has no paths": {rbacv1.PolicyRule{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"*"}}, request{Verb: "get", Path: "/metrics"}, false},
	} {
		require.Equal(t, c.want, ruleAllows(c.rule, c.ask), name)
	}
}

// Who is meant by a binding, and where it holds.
func TestBindings(t *testing.T) {
	role := rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"get"}}
	all := func(values ...any) rights {
		var objects []object.Object
		for _, v := range values {
			objects = append(objects, object.From(v))
		}
		return rightsOf(objects)
	}
	clusterRole := rbacv1.ClusterRole{TypeMeta: kindOfRBAC("ClusterRole"), ObjectMeta: metav1.ObjectMeta{Name: "r", Labels: map[string]string{"in": "sum"}}, Rules: []rbacv1.PolicyRule{role}}
	sum := rbacv1.ClusterRole{TypeMeta: kindOfRBAC("ClusterRole"), ObjectMeta: metav1.ObjectMeta{Name: "sum"}, AggregationRule: &rbacv1.AggregationRule{
		ClusterRoleSelectors: []metav1.LabelSelector{{MatchLabels: map[string]string{"in": "sum"}}},
	}}
	binding := func(role string, s rbacv1.Subject) rbacv1.RoleBinding {
		return rbacv1.RoleBinding{TypeMeta: kindOfRBAC("RoleBinding"), ObjectMeta: metav1.ObjectMeta{Name: "b", Namespace: "home"},
			RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role}, Subjects: []rbacv1.Subject{s}}
	}
	who := serviceAccount("home", "x")
	at := func(namespace string) request {
		return request{Verb: "get", Resource: "secrets", Namespace: namespace, Name: "a"}
	}
	account := rbacv1.Subject{Kind: "ServiceAccount", Namespace: "home", Name: "x"}
	require.True(t, all(clusterRole, binding("r", account)).allows(who, at("home")))
	require.False(t, all(clusterRole, binding("r", account)).allows(who, at("away")), "a RoleBinding holds in its namespace")
	require.False(t, all(clusterRole, binding("r", account)).allows(who, at("")), "and not across the site")
	require.False(t, all(binding("r", account)).allows(who, at("home")), "a role that is not there")
	require.True(t, all(clusterRole, binding("r", rbacv1.Subject{Kind: "ServiceAccount", Name: "x"})).allows(who, at("home")), "an account without a namespace is the binding's")
	require.False(t, all(clusterRole, binding("r", rbacv1.Subject{Kind: "ServiceAccount", Namespace: "away", Name: "x"})).allows(who, at("home")))
	require.True(t, all(clusterRole, binding("r", rbacv1.Subject{Kind: "User", Name: "system:serviceaccount:home:x"})).allows(who, at("home")))
	for _, group := range []string{"system:serviceaccounts", "system:serviceaccounts:home", "system:authenticated"} {
		require.True(t, all(clusterRole, binding("r", rbacv1.Subject{Kind: "Group", Name: group})).allows(who, at("home")), group)
	}
	require.True(t, all(clusterRole, sum, binding("sum", account)).allows(who, at("home")), "aggregated")
	everywhere := rbacv1.ClusterRoleBinding{TypeMeta: kindOfRBAC("ClusterRoleBinding"), ObjectMeta: metav1.ObjectMeta{Name: "b"},
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "r"}, Subjects: []rbacv1.Subject{account}}
	require.True(t, all(clusterRole, everywhere).allows(who, at("away")))
	require.Equal(t, []string{"get secrets in its namespace", "get secrets in every namespace", "get secrets across the site"},
		all(clusterRole, everywhere).beyond(who, "home", nil))
}

func kindOfRBAC(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: "rbac.authorization.k8s.io/v1", Kind: kind}
}

// allows tells whether a subject may do what it asks.
func (r rights) allows(who subject, ask request) bool {
	return anyAllows(r.rulesOf(who, ask.Namespace), ask)
}
