package verify

import (
	"maps"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// Cluster checks that the objects of one tenant cluster stay at home: each in
// the cluster's namespace or under a name of the cluster's own, and naming no
// namespace but that and those of the site's own controllers. It knows nothing
// of other tenants, and needs not: what is not listed is foreign.
func Cluster(t resolve.Tenancy, s resolve.Site, c resolve.Cluster, boundary, cluster []object.Object) diag.List {
	stack, _ := catalogue.StackFor(c.Stack)
	var faults diag.List
	for _, o := range boundary {
		faults = append(faults, placed(t, stack, c, o, true)...)
		faults = append(faults, foreign(t, s, c, o)...)
	}
	for _, o := range cluster {
		faults = append(faults, placed(t, stack, c, o, false)...)
		faults = append(faults, foreign(t, s, c, o)...)
	}
	return faults
}

// placed checks where an object stands. Only the boundary, which is applied
// with the site's rights, has anything outside of the namespace.
func placed(t resolve.Tenancy, stack catalogue.Stack, c resolve.Cluster, o object.Object, boundary bool) diag.List {
	namespaced, known := scope(stack, o.ID)
	switch {
	case !known:
		return misplaced(c, "%s is of a kind that no layer of a tenant cluster has", o.ID)
	case namespaced && o.ID.Namespace == "":
		return misplaced(c, "%s has no namespace, and would land wherever it is applied", o.ID)
	case !namespaced && o.ID.Namespace != "":
		return misplaced(c, "%s has a namespace, which its kind does not have", o.ID)
	case o.ID.Namespace == c.Namespace:
		return nil
	case boundary && !namespaced && ownName(c, o.ID):
		return nil
	case boundary && o.ID == (object.ID{Kind: "ServiceAccount", Namespace: t.Flux.Namespace, Name: c.Account()}):
		return nil
	}
	return misplaced(c, "%s does not belong to tenant cluster %s/%s", o.ID, c.Tenant, c.Name)
}

// scope tells whether a kind has namespaces, of the kinds that a tenant
// cluster's layers have: those of every boundary, and those of its stack. kustomize does not know it for half of them.
func scope(stack catalogue.Stack, id object.ID) (namespaced, known bool) {
	switch id.Group + "/" + id.Kind {
	case "/Namespace", "storage.k8s.io/StorageClass", "flowcontrol.apiserver.k8s.io/FlowSchema":
		return false, true
	case "/ResourceQuota", "/LimitRange", "/ServiceAccount", "/Secret",
		"rbac.authorization.k8s.io/RoleBinding", "networking.k8s.io/NetworkPolicy",
		"cilium.io/CiliumNetworkPolicy", "projectcalico.org/NetworkPolicy":
		return true, true
	}
	made := slices.ContainsFunc(stack.Kinds, func(k catalogue.Kind) bool { return k.Group == id.Group && k.Kind == id.Kind })
	return made, made
}

// ownName tells whether a cluster-scoped object has a name that only this
// tenant cluster can have.
func ownName(c resolve.Cluster, id object.ID) bool {
	switch id.Kind {
	case "Namespace":
		return id.Name == c.Namespace
	case "FlowSchema":
		return id.Name == c.FlowSchemaName()
	case "StorageClass":
		return slices.ContainsFunc(c.Storage, func(own resolve.ClusterStorage) bool { return own.Name == id.Name })
	}
	return false
}

// foreign finds references to namespaces of others in an object. Its own
// namespace is placed's concern.
func foreign(t resolve.Tenancy, s resolve.Site, c resolve.Cluster, o object.Object) diag.List {
	var faults diag.List
	body := maps.Clone(o.Value)
	delete(body, "metadata")
	for _, ref := range references("", body) {
		switch ref.namespace {
		case c.Namespace, t.Flux.Namespace, hostDNS, s.Namespaces.ClusterAPI,
			s.Namespaces.VClusterProvider, s.Namespaces.Metrics, s.Network.IngressNamespace:
		case every:
			faults = append(faults, misplaced(c, "%s: %s selects namespaces that it does not name", o.ID, ref.path)...)
		default:
			faults = append(faults, misplaced(c, "%s: %s names the namespace %q", o.ID, ref.path, ref.namespace)...)
		}
	}
	return faults
}

// hostDNS is where a site's own DNS runs, which control planes look names up in.
const hostDNS = "kube-system"

func misplaced(c resolve.Cluster, format string, args ...any) diag.List {
	return diag.List{failed(diag.ForeignNamespace, c.Tenant, format, args...)}
}

// reference is a place in an object that names a namespace.
type reference struct {
	path      string
	namespace string
}

// every stands for a selector that selects namespaces by something else than their name.
const every = "*"

// references finds every field called namespace, and every selector of
// namespaces, in the forms of Kubernetes, Cilium and Calico.
func references(path string, v any) []reference {
	var refs []reference
	switch v := v.(type) {
	case map[string]any:
		if isNamespaceLabel(v["key"]) {
			for _, value := range texts(v["values"]) {
				refs = append(refs, reference{path, value})
			}
		}
		for name, value := range v {
			refs = append(refs, field(path+"."+name, name, value)...)
		}
	case []any:
		for _, item := range v {
			refs = append(refs, references(path, item)...)
		}
	}
	return refs
}

func field(path, name string, value any) []reference {
	path = strings.TrimPrefix(path, ".")
	text, isText := value.(string)
	switch {
	case isText && (name == "namespace" || isNamespaceLabel(name)):
		return []reference{{path, text}}
	case name == "namespaceSelector" && isText:
		return inExpression(path, text)
	case name == "namespaceSelector":
		if refs := references(path, value); len(refs) > 0 {
			return refs
		}
		return []reference{{path, every}}
	}
	return references(path, value)
}

// isNamespaceLabel: the label that every namespace has with its name, and what
// Cilium calls a pod's namespace.
func isNamespaceLabel(name any) bool {
	return name == "kubernetes.io/metadata.name" || name == "k8s:io.kubernetes.pod.namespace" ||
		name == "io.kubernetes.pod.namespace" || name == "projectcalico.org/name"
}

// inExpression finds the names in a selector of Calico, which stand in quotes.
func inExpression(path, expression string) []reference {
	parts := strings.Split(strings.ReplaceAll(expression, `"`, `'`), "'")
	if len(parts) < 3 {
		return []reference{{path, every}}
	}
	var refs []reference
	for i := 1; i < len(parts); i += 2 {
		refs = append(refs, reference{path, parts[i]})
	}
	return refs
}

func texts(v any) []string {
	items, _ := v.([]any)
	var out []string
	for _, item := range items {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
