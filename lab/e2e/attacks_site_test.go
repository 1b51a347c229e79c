package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tenantc/tenantc/lab/internal/kube"
	"github.com/tenantc/tenantc/lab/internal/site"
)

func service(spec string) *kube.Object {
	return kube.Must("{apiVersion: v1, kind: Service, metadata: {generateName: attack-, namespace: %s}, spec: %s}", victim, spec)
}

func networkAttacks(who attackers) []attack {
	ingress := func(host, path string) *kube.Object {
		return kube.Must(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {generateName: attack-, namespace: %s}
spec:
  ingressClassName: nginx
  rules: [{host: %q, http: {paths: [{path: %q, pathType: ImplementationSpecific, backend: {service: {name: x, port: {number: 80}}}}]}}]
`, victim, host, path)
	}
	claim := func(class string) *kube.Object {
		return kube.Must(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {generateName: attack-, namespace: %s}
spec: {storageClassName: %q, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`, victim, class)
	}
	return []attack{
		{"exposed", "service: node port", create(who.syncer, service("{type: NodePort, ports: [{port: 80}]}")), "opens no port on the nodes"},
		{"exposed", "service: chosen node port", create(who.syncer, service("{type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 80, nodePort: 30080}]}")), "does not choose node ports"},
		{"quota", "service: beyond the load balancers bought", create(who.syncer, service("{type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 80}]}")), "exceeded quota"},
		{"chart-makes", "service: external name", create(who.syncer, service("{type: ExternalName, externalName: kubernetes.default.svc}")), "stays inside the tenant cluster"},
		{"chart-makes", "service: external address", create(who.syncer, service("{externalIPs: [192.168.10.10], ports: [{port: 443}]}")), "does not choose external addresses"},
		{"chart-makes", "service: the address of the site's API server, by kube-vip", create(who.syncer, annotated(service("{ports: [{port: 6443}]}"),
			"kube-vip.io/loadbalancerIPs", "192.168.10.10")), "does not tell the load balancer"},
		{"chart-makes", "endpoints: by hand", create(who.admin, kube.Must("{apiVersion: v1, kind: Endpoints, metadata: {generateName: attack-, namespace: %s}}", victim)), "written by the site"},
		{"exposed", "ingress: another tenant's name", create(who.admin, ingress("shop.acme.example", "/")), "names its hosts"},
		{"exposed", "ingress: configuration in the path", create(who.admin, ingress("test.acme.turin-1.k8s.alpine-telecom.example", `/x" {} location /y {`)), "no spaces, quotes, braces"},
		{"storage", "storage: another tenant's class", create(who.syncer, claim("acme-prod-nvme")), "names one of these storage classes"},
		{"storage", "storage: another tenant's class, in an annotation", create(who.syncer, annotated(claim("acme-test-nvme"),
			"volume.beta.kubernetes.io/storage-class", "acme-prod-nvme")), "not in an annotation"},
		{"storage", "storage: a local disk of another tenant's node", create(who.syncer, annotated(claim("acme-test-nvme"),
			"volume.kubernetes.io/selected-node", "turin-1-general-0")), "does not name its node"},
		{"storage", "storage: the site's class", create(who.syncer, claim("nvme")), "names one of these storage classes"},
	}
}

func annotated(o *kube.Object, key, value string) *kube.Object {
	set(map[string]any{key: value}, "metadata", "annotations")(o)
	return o
}

func vcluster(name string) *kube.Object {
	return kube.Must(`
apiVersion: infrastructure.cluster.x-k8s.io/v1alpha1
kind: VCluster
metadata: {name: %s, namespace: %s}
spec: {helmRelease: {chart: {name: vcluster, repo: "https://charts.loft.sh", version: 0.30.0}}}
`, name, victim)
}

// chartAttacks change what the provider, who is cluster admin, would install.
func chartAttacks(ctx context.Context, t *testing.T, at *site.Site, who attackers) []attack {
	ref := kube.RefOf(vcluster(victimCluster))
	current, err := at.Admin.Get(ctx, ref)
	require.NoError(t, err)
	values := kube.Text(current, "spec", "helmRelease", "values")
	chart := func(field, value string) string {
		return fmt.Sprintf(`{"spec":{"helmRelease":{"chart":{%q:%q}}}}`, field, value)
	}
	extended := func(text string) string {
		return fmt.Sprintf(`{"spec":{"helmRelease":{"values":%q}}}`, values+text)
	}
	by := func(client *kube.Client, patch string) func(context.Context) error {
		return func(ctx context.Context) error { return client.Merge(ctx, ref, patch) }
	}
	return []attack{
		{"pinned", "chart: another name", by(who.cluster, chart("name", "evil")), "is not the one of"},
		{"pinned", "chart: another repository", by(who.cluster, chart("repo", "https://example.org")), "is not the one of"},
		{"pinned", "chart: another version", by(who.cluster, chart("version", "0.29.0")), "is not the one of"},
		{"chart-closed", "chart: roles overwritten", by(who.cluster, extended("\nrbac: {clusterRole: {overwriteRules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]}}\n")), "reach beyond"},
		{"chart-closed", "chart: roles extended", by(who.cluster, extended("\nrbac: {role: {extraRules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]}}\n")), "reach beyond"},
		{"chart-closed", "chart: objects on the site", by(who.cluster, extended("\nexperimental:\n  deploy:\n    host:\n      manifests: x\n")), "reach beyond"},
		{"chart-closed", "chart: key in disguise", by(who.cluster, extended("\nrbac: {clusterRole: {\"overwrite\\u0052ules\": []}}\n")), "not plain YAML"},
		{"pinned", "chart: by an administrator", by(who.admin, chart("version", "0.30.0-evil")), "is not the one of"},
		{"quota", "chart: a second VCluster", create(who.cluster, vcluster("second")), "exceeded quota"},
	}
}

// siteAttacks reach for the site from the fleet's folders, or are slips of its administrator.
func siteAttacks(ctx context.Context, t *testing.T, at *site.Site, who attackers) []attack {
	boundary, err := at.Admin.AsAccount(site.FluxNamespace, "tenantc-boundary")
	require.NoError(t, err)
	platform, err := at.Admin.AsAccount(site.FluxNamespace, "tenantc-platform")
	require.NoError(t, err)
	namespace := kube.Ref{APIVersion: "v1", Kind: "Namespace", Name: victim}
	cluster := clusterOf(at, victim, victimCluster)
	remove := func(ref kube.Ref) func(context.Context) error {
		return func(ctx context.Context) error { return who.admin.Delete(ctx, ref) }
	}
	change := func(client *kube.Client, ref kube.Ref, patch string) func(context.Context) error {
		return func(ctx context.Context) error { return client.Merge(ctx, ref, patch) }
	}
	layer := site.Kustomization("cluster-" + victim)
	admins := kube.Must(`
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {generateName: attack-, namespace: %s}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: vc-%s, namespace: %s}]
`, victim, victimCluster, victim)
	role := kube.Must(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {generateName: attack-}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
`)
	return []attack{
		{"state", "delete: a namespace that is not retired", remove(namespace), "not retired"},
		{"state", "delete: a Cluster that is not retired", remove(cluster), "not retired"},
		{"state", "delete: a VCluster that is not retired", remove(kube.RefOf(vcluster(victimCluster))), "not retired"},
		{"state", "namespace: declared retired by hand", change(who.admin, namespace, `{"metadata":{"annotations":{"tenantc.dev/state":"retired"}}}`), "only tenantc-boundary"},
		{"namespace-says", "namespace: Pod Security lowered", change(who.admin, namespace, `{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"privileged"}}}`), "only tenantc-boundary"},
		{"namespace-says", "namespace: taken out of the fence", change(who.admin, namespace, `{"metadata":{"labels":{"tenantc.dev/cluster":null}}}`), "only tenantc-boundary"},
		{"layers", "flux: another account", change(who.root, layer, `{"spec":{"serviceAccountName":"kustomize-controller"}}`), "runs as"},
		{"layers", "flux: another folder", change(who.root, layer, `{"spec":{"path":"./sites/turin-1/platform"}}`), "applies"},
		{"flux", "flux: another cluster's kubeconfig", change(who.root, layer, `{"spec":{"kubeConfig":{"secretRef":{"name":"x"}}}}`), "applies what is committed"},
		{"flux", "flux: deletes with the Kustomization", change(who.root, layer, `{"spec":{"deletionPolicy":"Delete"}}`), "deletionPolicy"},
		{"accounts", "boundary: binds cluster-admin", create(boundary, admins), "attempting to grant RBAC permissions"},
		{"accounts", "platform: makes a role of its own", create(platform, role), "attempting to grant RBAC permissions"},
		{"role", "cluster layer: reads secrets", func(ctx context.Context) error {
			_, err := who.cluster.List(ctx, kube.Ref{APIVersion: "v1", Kind: "Secret", Namespace: victim}, "")
			return err
		}, "forbidden"},
	}
}

// testOverhead: a pod that takes all that is left of the quota is refused,
// because its sandbox takes something, too; without that much it is not.
func testOverhead(ctx context.Context, t *testing.T, who attackers) {
	quota, err := who.admin.Get(ctx, kube.Ref{APIVersion: "v1", Kind: "ResourceQuota", Namespace: victim, Name: "tenantc"})
	require.NoError(t, err)
	class, err := who.admin.Get(ctx, kube.Ref{APIVersion: "node.k8s.io/v1", Kind: "RuntimeClass", Name: victimSandbox})
	require.NoError(t, err)
	left := quantity(t, quota, "spec", "hard", "requests.cpu")
	before := quantity(t, quota, "status", "used", "requests.cpu")
	left.Sub(before)
	request := func(cpu resource.Quantity) *kube.Object {
		return pod(container(map[string]any{
			"requests": map[string]any{"cpu": cpu.String(), "memory": "16Mi"},
			"limits":   map[string]any{"cpu": cpu.String(), "memory": "16Mi"},
		}, "resources"))
	}
	require.ErrorContains(t, createAndDelete(ctx, who.syncer, request(left)), "exceeded quota")
	left.Sub(quantity(t, class, "overhead", "podFixed", "cpu"))
	require.NoError(t, createAndDelete(ctx, who.syncer, request(left)))
	eventually(ctx, t, func() error {
		quota, err := who.admin.Get(ctx, kube.RefOf(quota))
		if used := quantity(t, quota, "status", "used", "requests.cpu"); err == nil && used.Cmp(before) != 0 {
			err = fmt.Errorf("%s of CPU are still used", used.String())
		}
		return err
	})
}

func quantity(t *testing.T, o *kube.Object, path ...string) resource.Quantity {
	text, found, err := unstructured.NestedString(o.Object, path...)
	require.NoError(t, err)
	require.True(t, found, strings.Join(path, "."))
	return resource.MustParse(text)
}
