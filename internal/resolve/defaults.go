package resolve

import "time"

// Every default of tenantc, in one place. The schema says what may be written,
// a class or a site may say what holds instead; what neither says stands here.
const (
	defaultBranch           = "main"
	defaultFluxNamespace    = "flux-system"
	defaultInterval         = 5 * time.Minute
	defaultRetryInterval    = time.Minute
	defaultTimeout          = 3 * time.Minute
	defaultMinimumIsolation = "soft"

	defaultClusterAPINamespace = "capi-system"
	defaultProviderNamespace   = "cluster-api-provider-vcluster-system"
	defaultMetricsNamespace    = "kube-system"
	defaultBootstrapNamespace  = "capi-kubeadm-bootstrap-system"
	defaultKubeadmNamespace    = "capi-kubeadm-control-plane-system"
	defaultKubeVirtNamespace   = "kubevirt"
	defaultCAPKNamespace       = "capk-system"
	defaultImporterNamespace   = "cdi"
	defaultKamajiNamespace     = "kamaji-system"
	defaultCapsuleNamespace    = "capsule-system"
	defaultVirtinkNamespace    = "virtink-system"
	defaultCAPCHNamespace      = "capch-system"
	defaultDataStore           = "default"
	defaultAPIServerPort       = 6443
	defaultChartRepo           = "https://charts.loft.sh"
	defaultBindingMode         = "WaitForFirstConsumer" // so that a volume is made where its pod runs
	defaultOvercommit          = 1.0
	defaultCost                = 1.0
	defaultWarnPercent         = 85
	defaultRefusePercent       = 100

	defaultSandbox       = "none"
	defaultDistro        = "k8s"
	defaultReplicas      = 1
	defaultStore         = "sqlite"
	defaultControlPlane  = "1"   // CPU of one control plane replica
	defaultControlMemory = "2Gi" // memory of one control plane replica
	defaultControlVolume = "5Gi" // volume of one control plane or etcd replica
	defaultPods          = "50"
	defaultStorage       = "0"
	defaultUsernameClaim = "email"
	defaultState         = "active"
	portsPerLoadBalancer = 10  // node ports that the API server may allocate for one of a tenant's load balancers
	controlPlaneObjects  = 20  // Secrets and ConfigMaps that the chart, the provider and the site keep in the namespace
	controlPlaneServices = 10  // Services of the control plane, its store and the tenant's DNS
	finishedPods         = 500 // pods that have ended and are still listed, such as those of Jobs: the site forgets the oldest, whosever, at 12,500 only
	sharedPlaneObjects   = 5   // what the site itself puts into a namespace, such as kube-root-ca.crt
)

// The defaults of stacks with machines. The largest worker is what a server of
// the model case holds ten of; a control plane's size is Cluster API's own for
// KubeVirt (templates/cluster-template.yaml).
const (
	defaultMachineCPU      = "8"
	defaultMachineMemory   = "32Gi"
	defaultMachineDisk     = "40Gi"
	defaultCPUPlacement    = "shared"
	defaultPlaneMachineCPU = "2"
	defaultPlaneMemory     = "4Gi"
	defaultPlaneDisk       = "20Gi"
	leastMachineMemory     = "2Gi" // kubeadm's own minimum
	objectsOfMachine       = 3     // Secrets and ConfigMaps that one machine has: its bootstrap data, its user data
	defaultHostedReplicas  = 2     // Kamaji's own
	leastFleetingReplicas  = 3     // and the default: with one machine lost, most of etcd is still there
)

// Ranges inside of clusters of machines, of which the first is taken that
// shares nothing with the site: those that Cluster API's templates for KubeVirt
// have, kubeadm's, and others of the private ones.
var (
	innerPodRanges     = []string{"10.243.0.0/16", "10.244.0.0/16", "172.24.0.0/16", "192.168.128.0/17"}
	innerServiceRanges = []string{"10.95.0.0/16", "10.96.0.0/16", "172.25.0.0/16", "192.168.64.0/18"}
)

// defaultObjects bounds what a tenant may store in the site's API server where
// its spec does not: a namespace without such bounds can fill etcd.
var defaultObjects = map[string]int64{
	"configmaps":                      200,
	"secrets":                         200,
	"services":                        100,
	"persistentvolumeclaims":          100,
	"endpointslices.discovery.k8s.io": 200,
	"ingresses.networking.k8s.io":     50,
}

// defaultWorkloads bounds besides what a tenant's people may make where they use
// the site's own API server. A Deployment keeps ten ReplicaSets of before, and
// StatefulSets and DaemonSets as many ControllerRevisions.
var defaultWorkloads = map[string]int64{
	"serviceaccounts":                      50,
	"deployments.apps":                     50,
	"replicasets.apps":                     50 * 11,
	"statefulsets.apps":                    25,
	"daemonsets.apps":                      10,
	"controllerrevisions.apps":             (25 + 10) * 11,
	"jobs.batch":                           200,
	"cronjobs.batch":                       50,
	"horizontalpodautoscalers.autoscaling": 50,
	"poddisruptionbudgets.policy":          50,
}
