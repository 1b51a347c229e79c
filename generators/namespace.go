package generators

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// namespace carries what the site's admission policies judge its content by.
func namespace(s resolve.Site, c resolve.Cluster) object.Object {
	return namespaceOf(corev1.Namespace{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{
			Name:        c.Namespace,
			Labels:      with(podSecurity(s, c), liqoLabels(c)),
			Annotations: with(guards(s, c), liqoAnnotations(s, c)),
		},
	})
}

// podSecurity enforces restricted where nothing but the tenant's pods is in the
// namespace and no sandbox stands between them and the node's kernel. Elsewhere
// it is baseline: the chart's control plane and machines' pods are what
// restricted refuses (vcluster chart, controlPlane.statefulSet.security), and in
// a sandbox root is the guest's. What restricted would say there is recorded in
// the audit log and shown to whoever asks. Virtink's machines have capabilities
// that baseline refuses: where only they are, the site's policy
// tenantc-launchers stands in for Pod Security.
func podSecurity(s resolve.Site, c resolve.Cluster) map[string]string {
	enforced := "baseline"
	if stack, _ := catalogue.StackFor(c.Stack); stack.Plane == catalogue.PlaneShared && c.Sandbox.Name == catalogue.None {
		enforced = "restricted"
	}
	if c.Stack == catalogue.Virtink {
		enforced = "privileged"
	}
	labels := map[string]string{}
	for mode, level := range map[string]string{"enforce": enforced, "audit": "restricted", "warn": "restricted"} {
		labels["pod-security.kubernetes.io/"+mode] = level
		labels["pod-security.kubernetes.io/"+mode+"-version"] = "v" + s.Kubernetes
	}
	return labels
}

// guards are the parameters of the admission policies. An empty one is left
// out: an absent annotation allows nothing.
func guards(s resolve.Site, c resolve.Cluster) map[string]string {
	all := everyGuard(s, c)
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

// everyGuard has the empty ones, too.
func everyGuard(s resolve.Site, c resolve.Cluster) map[string]string {
	all := map[string]string{
		object.AnnotationState:          string(c.State),
		object.AnnotationStack:          c.Stack,
		object.AnnotationKubernetes:     c.Kubernetes,
		object.AnnotationRuntimeClass:   c.Sandbox.Name,
		object.AnnotationStorageClasses: strings.Join(storageClassNames(c), ","),
		object.AnnotationHosts:          strings.Join(hosts(c), ","),
		object.AnnotationNodeSelector:   nodeSelector(c),
		object.AnnotationTolerations:    strings.Join(tolerations(c), ","),
	}
	maps.Copy(all, stackOf(c).guards(s, c))
	return all
}

// hosts are what an Ingress in the namespace may claim: the tenant's own names
// and, where the chart makes an Ingress for it, the name of its API server.
func hosts(c resolve.Cluster) []string {
	names := slices.Clone(c.Network.Hosts)
	if c.ControlPlane.Expose == exposeIngress {
		names = append(names, c.APIHost)
	}
	slices.Sort(names)
	return names
}

// nodeSelector binds every pod of a cluster with nodes of its own to them. On
// shared nodes a selector is placement only, and no pod is refused for it.
func nodeSelector(c resolve.Cluster) string {
	if !c.Nodes.Dedicated {
		return ""
	}
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(c.Nodes.Selector)) {
		pairs = append(pairs, key+"="+c.Nodes.Selector[key])
	}
	return strings.Join(pairs, ",")
}

// tolerations writes taints as the admission policy and the syncer read them:
// key=value:effect, or key:effect for any value.
func tolerations(c resolve.Cluster) []string {
	var out []string
	for _, t := range c.Nodes.Tolerations {
		if t.Operator == corev1.TolerationOpExists {
			out = append(out, fmt.Sprintf("%s:%s", t.Key, t.Effect))
			continue
		}
		out = append(out, fmt.Sprintf("%s=%s:%s", t.Key, t.Value, t.Effect))
	}
	slices.Sort(out)
	return out
}
