package prove

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tenantc/tenantc/internal/object"
)

// request is what an account asks of the API server, as in a
// SubjectAccessReview. Path is that of a non-resource request; Namespace is
// empty for one across the site, Name for lists and creations.
type request struct {
	Verb, Group, Resource, Subresource, Namespace, Name string
	Path                                                string
}

// subject is who asks, with all groups that the API server puts it into.
type subject struct {
	name   string
	groups []string
}

// serviceAccount is one as the API server authenticates it.
func serviceAccount(namespace, name string) subject {
	return subject{
		name:   "system:serviceaccount:" + namespace + ":" + name,
		groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"},
	}
}

// rights are all roles and bindings of a site that are known.
type rights struct {
	roles           map[object.ID][]rbacv1.PolicyRule
	bindings        []rbacv1.RoleBinding
	clusterBindings []rbacv1.ClusterRoleBinding
}

// rightsOf reads roles and bindings out of objects, and fills in roles that
// aggregate others.
func rightsOf(objects []object.Object) rights {
	r := rights{roles: map[object.ID][]rbacv1.PolicyRule{}}
	var clusterRoles []rbacv1.ClusterRole
	for _, o := range objects {
		if o.ID.Group != rbacv1.GroupName {
			continue
		}
		switch o.ID.Kind {
		case "Role":
			r.roles[o.ID] = typed[rbacv1.Role](o).Rules
		case "ClusterRole":
			role := typed[rbacv1.ClusterRole](o)
			r.roles[o.ID] = role.Rules
			clusterRoles = append(clusterRoles, role)
		case "RoleBinding":
			r.bindings = append(r.bindings, typed[rbacv1.RoleBinding](o))
		case "ClusterRoleBinding":
			r.clusterBindings = append(r.clusterBindings, typed[rbacv1.ClusterRoleBinding](o))
		}
	}
	r.aggregate(clusterRoles)
	return r
}

// typed reads an object into its API's type; what is of another form is left empty.
func typed[T any](o object.Object) T {
	var out T
	if runtime.DefaultUnstructuredConverter.FromUnstructured(o.Value, &out) != nil {
		var empty T
		return empty
	}
	return out
}

// aggregate gives a role with an aggregation rule the rules of all roles whose
// labels it selects; its own are overwritten, as the controller does.
func (r *rights) aggregate(all []rbacv1.ClusterRole) {
	for _, role := range all {
		if role.AggregationRule == nil {
			continue
		}
		var rules []rbacv1.PolicyRule
		for _, s := range role.AggregationRule.ClusterRoleSelectors {
			selector, err := metav1.LabelSelectorAsSelector(&s)
			if err != nil {
				continue
			}
			for _, other := range all {
				if other.Name != role.Name && selector.Matches(labels.Set(other.Labels)) {
					rules = append(rules, other.Rules...)
				}
			}
		}
		r.roles[clusterRoleID(role.Name)] = rules
	}
}

func clusterRoleID(name string) object.ID {
	return object.ID{Group: rbacv1.GroupName, Kind: "ClusterRole", Name: name}
}

// rulesOf are the rules that hold for a subject in a namespace, or across the
// site where it is empty, by Kubernetes' own
// (k8s.io/kubernetes, plugin/pkg/auth/authorizer/rbac).
func (r rights) rulesOf(who subject, namespace string) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for _, b := range r.clusterBindings {
		if bindsTo(b.Subjects, who, "") {
			rules = append(rules, r.roles[roleID(b.RoleRef, "")]...)
		}
	}
	for _, b := range r.bindings {
		if namespace != "" && b.Namespace == namespace && bindsTo(b.Subjects, who, namespace) {
			rules = append(rules, r.roles[roleID(b.RoleRef, namespace)]...)
		}
	}
	return rules
}

func roleID(ref rbacv1.RoleRef, namespace string) object.ID {
	if ref.Kind == "ClusterRole" {
		namespace = ""
	}
	return object.ID{Group: ref.APIGroup, Kind: ref.Kind, Namespace: namespace, Name: ref.Name}
}

// bindsTo: a service account without a namespace is in the binding's own.
func bindsTo(subjects []rbacv1.Subject, who subject, namespace string) bool {
	return slices.ContainsFunc(subjects, func(s rbacv1.Subject) bool {
		switch s.Kind {
		case rbacv1.UserKind:
			return s.Name == who.name
		case rbacv1.GroupKind:
			return slices.Contains(who.groups, s.Name)
		case rbacv1.ServiceAccountKind:
			if s.Namespace != "" {
				namespace = s.Namespace
			}
			return "system:serviceaccount:"+namespace+":"+s.Name == who.name
		}
		return false
	})
}

func anyAllows(rules []rbacv1.PolicyRule, ask request) bool {
	return slices.ContainsFunc(rules, func(rule rbacv1.PolicyRule) bool { return ruleAllows(rule, ask) })
}

func ruleAllows(rule rbacv1.PolicyRule, ask request) bool {
	if !hasOrAll(rule.Verbs, ask.Verb) {
		return false
	}
	if ask.Path != "" {
		return slices.ContainsFunc(rule.NonResourceURLs, func(url string) bool {
			prefix, open := strings.CutSuffix(url, "*")
			return url == ask.Path || open && strings.HasPrefix(ask.Path, prefix)
		})
	}
	named := len(rule.ResourceNames) == 0 || slices.Contains(rule.ResourceNames, ask.Name)
	return named && hasOrAll(rule.APIGroups, ask.Group) && namesResource(rule.Resources, ask)
}

func hasOrAll(list []string, item string) bool {
	return slices.Contains(list, item) || slices.Contains(list, rbacv1.VerbAll)
}

// namesResource: a subresource is named with its resource, or with any.
func namesResource(resources []string, ask request) bool {
	full := ask.Resource
	if ask.Subresource != "" {
		full += "/" + ask.Subresource
	}
	return slices.ContainsFunc(resources, func(r string) bool {
		return r == rbacv1.ResourceAll || r == full || ask.Subresource != "" && r == "*/"+ask.Subresource
	})
}
