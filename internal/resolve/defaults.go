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
	portsPerLoadBalancer = 10 // node ports that the API server may allocate for one of a tenant's load balancers
	controlPlaneObjects  = 20 // Secrets and ConfigMaps that the chart, the provider and the site keep in the namespace
	controlPlaneServices = 10 // Services of the control plane, its store and the tenant's DNS
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
