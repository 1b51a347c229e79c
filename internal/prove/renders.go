package prove

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
)

// chartRenders are what helm makes of each supported chart with the values that
// tenantc gives it, for the cluster prod in the namespace globex-prod: `make
// renders`. A test keeps them in step with the values.
//
//go:embed renders/*/manifests.yaml
var chartRenders embed.FS

const (
	renderedName      = "prod"
	renderedNamespace = "globex-prod"
)

// chartMakes: what the site's chart makes besides a control plane is judged on
// what helm renders of it: kinds, rights, pods, and the labels and names by which
// network policies and admission policies know them.
func chartMakes(s Site) []Fault {
	version := s.Site.Components.VCluster.Version
	if version == "" {
		return nil // no stack of the site uses it
	}
	judge, supported := judgedCharts[version]
	if !supported {
		return broken(chartID(version), "", "nothing is known of what it makes")
	}
	return slices.Clone(judge())
}

// judgedCharts judges each supported chart once, when it is asked for.
var judgedCharts = func() map[string]func() []Fault {
	out := map[string]func() []Fault{}
	for _, version := range catalogue.Versions() {
		out[version] = sync.OnceValue(func() []Fault {
			chart, _ := catalogue.Lookup(version)
			objects, err := rendered(version)
			if err != nil {
				return broken(chartID(version), "", "what it makes cannot be read: %v", err)
			}
			return judgeRender(chart, objects)
		})
	}
	return out
}()

func chartID(version string) object.ID { return object.ID{Kind: "Chart", Name: "vcluster-" + version} }

// rendered are the objects of a chart, read as helm reads them: a key that a
// chart writes twice has its last value.
func rendered(version string) ([]object.Object, error) {
	data, err := chartRenders.ReadFile("renders/" + version + "/manifests.yaml")
	if err != nil {
		return nil, err
	}
	var objects []object.Object
	for _, document := range strings.Split(string(data), "\n---\n") {
		var value map[string]any
		if err := yaml.Unmarshal([]byte(document), &value); err != nil {
			return nil, err
		}
		if len(value) > 0 {
			objects = append(objects, object.From(value))
		}
	}
	return objects, nil
}

// judgeRender judges what a chart makes.
func judgeRender(chart catalogue.Chart, objects []object.Object) []Fault {
	var faults []Fault
	account := serviceAccount(renderedNamespace, "vc-"+renderedName)
	for _, right := range rightsOf(objects).beyond(account, renderedNamespace, syncerAllowances()) {
		faults = append(faults, broken(chartID(chart.Version), "", "its control plane could %s", right)...)
	}
	for _, o := range objects {
		switch o.ID.Kind {
		case "Deployment", "StatefulSet":
			faults = append(faults, chartPods(chart, o)...)
		case "ClusterRole", "ClusterRoleBinding":
			if o.ID.Name != chartRole(object.ID{Name: renderedName, Namespace: renderedNamespace}) {
				faults = append(faults, broken(o.ID, "metadata.name", "it is not the name that is known to be the chart's")...)
			}
		case "Service":
			if kind := o.Text("spec", "type"); kind != "" && kind != "ClusterIP" {
				faults = append(faults, broken(o.ID, "spec.type", "it is a %s, where the values ask for none", kind)...)
			}
		case "ServiceAccount", "Secret", "ConfigMap", "Role", "RoleBinding", "Ingress":
		default:
			faults = append(faults, broken(o.ID, "kind", "nobody has judged what a chart does with such a kind")...)
		}
		if strings.HasSuffix(o.ID.Kind, "Binding") {
			faults = append(faults, boundToSyncer(o)...)
		}
	}
	return faults
}

// boundToSyncer: the chart's rights are the control plane's alone.
func boundToSyncer(o object.Object) []Fault {
	want := []any{map[string]any{"kind": "ServiceAccount", "name": "vc-" + renderedName, "namespace": renderedNamespace}}
	return differs(o.ID, "subjects", any(want), o.Get("subjects"), "it binds others than the control plane's account")
}

// syncerAllowances are what a control plane may do on the site, and why that
// leads nowhere: all but the last two are in its own namespace, where the
// boundary and the site's policies judge every object that it writes.
func syncerAllowances() []allowance {
	const write = "create delete patch update get list watch"
	return []allowance{
		{resource: "pods", verbs: write},                                                // tenantc-sandbox, -host, -nodes
		{resource: "pods/status", verbs: "patch update"},                                // tenantc-host: annotations come with it
		{resource: "pods/ephemeralcontainers", verbs: "patch update"},                   // tenantc-sandbox
		{resource: "pods/attach", verbs: write},                                         // of its own pods
		{resource: "pods/exec", verbs: write},                                           // the same
		{resource: "pods/portforward", verbs: write},                                    // the same
		{resource: "pods/log", verbs: "get list watch"},                                 // the same
		{resource: "services", verbs: write},                                            // tenantc-services
		{resource: "endpoints", verbs: write},                                           // tenantc-endpoints
		{group: "discovery.k8s.io", resource: "endpointslices", verbs: write},           // the same
		{resource: "configmaps", verbs: write},                                          // the quota's count
		{resource: "secrets", verbs: write},                                             // the same
		{resource: "persistentvolumeclaims", verbs: write},                              // tenantc-storage
		{resource: "events", verbs: "create get list watch"},                            // of its own namespace
		{group: "networking.k8s.io", resource: "ingresses", verbs: write},               // tenantc-ingress
		{group: "apps", resource: "statefulsets", verbs: "get list watch patch update"}, // tenantc-workloads
		{group: "apps", resource: "deployments", verbs: "get list watch patch update"},
		{group: "apps", resource: "replicasets", verbs: "get list watch patch update"},
		{group: "coordination.k8s.io", resource: "leases", verbs: write},                           // its own election
		{group: "metrics.k8s.io", resource: "pods", verbs: "get list"},                             // of its own namespace
		{group: storageGroup, resource: "storageclasses", verbs: "get list watch", sitewide: true}, // names of other tenants' classes, should the control plane be broken into
	}
}

// chartPods: the pods of a control plane are known by their labels and their
// account, ask for nothing of the node, and cannot gain privileges.
func chartPods(chart catalogue.Chart, o object.Object) []Fault {
	labels := chart.ControlPlaneLabels(renderedName)
	if strings.HasSuffix(o.ID.Name, "-etcd") {
		labels = chart.EtcdLabels(renderedName)
	}
	var faults []Fault
	if !hasLabels(o.Get("spec", "template", "metadata", "labels"), labels) {
		faults = append(faults, broken(o.ID, "spec.template.metadata.labels", "they are not those by which network policies know it")...)
	}
	pod, _ := o.Get("spec", "template", "spec").(map[string]any)
	const at = "spec.template.spec."
	if pod["serviceAccountName"] != "vc-"+renderedName {
		faults = append(faults, broken(o.ID, at+"serviceAccountName", "it is not the account that the site's policies exempt from the sandbox")...)
	}
	for _, field := range []string{"hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"} {
		if pod[field] == true {
			faults = append(faults, broken(o.ID, at+field, "it shares with the node, or between containers")...)
		}
	}
	volumes, _ := pod["volumes"].([]any)
	for i, item := range volumes {
		if volume, _ := item.(map[string]any); !restrictedVolume(volume) {
			faults = append(faults, broken(o.ID, fmt.Sprintf("%svolumes[%d]", at, i), "restricted allows no such volume")...)
		}
	}
	for _, list := range []string{"containers", "initContainers"} {
		containers, _ := pod[list].([]any)
		for i, item := range containers {
			container, _ := item.(map[string]any)
			faults = append(faults, chartContainer(o.ID, fmt.Sprintf("%s%s[%d]", at, list, i), container)...)
		}
	}
	return faults
}

func restrictedVolume(volume map[string]any) bool {
	for kind := range volume {
		switch kind {
		case "name", "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret":
		default:
			return false
		}
	}
	return true
}

func chartContainer(id object.ID, path string, container map[string]any) []Fault {
	security, _ := container["securityContext"].(map[string]any)
	var faults []Fault
	if security["privileged"] == true || security["procMount"] != nil {
		faults = append(faults, broken(id, path+".securityContext", "it is privileged")...)
	}
	if capabilities, _ := security["capabilities"].(map[string]any); capabilities["add"] != nil {
		faults = append(faults, broken(id, path+".securityContext.capabilities.add", "it adds capabilities")...)
	}
	if strings.Contains(path, ".containers[") && security["allowPrivilegeEscalation"] != false {
		faults = append(faults, broken(id, path+".securityContext.allowPrivilegeEscalation", "it may gain privileges")...)
	}
	ports, _ := container["ports"].([]any)
	for _, item := range ports {
		if port, _ := item.(map[string]any); port["hostPort"] != nil {
			faults = append(faults, broken(id, path+".ports", "it takes a port of the node")...)
		}
	}
	return faults
}

// nodesAlone: nodes are shown to a tenant only where no other tenant is: for it
// the chart gives the control plane the right to read every pod of the site, and
// older ones, to reach every kubelet.
func nodesAlone(s Site) []Fault {
	var faults []Fault
	for _, c := range s.Clusters {
		if !c.Nodes.Sync {
			continue
		}
		id := object.ID{Group: vclusterGroup, Kind: "VCluster", Namespace: c.Namespace, Name: c.Name}
		for _, other := range s.Clusters {
			if other.Tenant != c.Tenant {
				faults = append(faults, broken(id, valuesPath, "nodes are shown to %s, where %s lives, too", c.Tenant, other.Tenant)...)
				break
			}
		}
		if s.Site.Components.VCluster.ReachesKubelets {
			faults = append(faults, broken(id, valuesPath, "with nodes, the chart lets the control plane reach every kubelet")...)
		}
	}
	return faults
}
