package object

// Labels that every object carries where they apply.
const (
	LabelTenant  = "tenantc.dev/tenant"
	LabelCluster = "tenantc.dev/cluster"
	LabelSite    = "tenantc.dev/site"
)

// Annotations of a tenant cluster's namespace. They are the parameters of the
// admission policies in templates/, which judge every such namespace by what
// it says of itself; only the boundary's account may change them. Lists are
// separated by commas, without spaces; an absent annotation allows nothing.
const (
	AnnotationStack          = "tenantc.dev/stack"                 // how the cluster is made; publish holds it against the next version
	AnnotationKubernetes     = "tenantc.dev/kubernetes"            // its minor version, likewise
	AnnotationState          = "tenantc.dev/state"                 // active, suspended, retired
	AnnotationRuntimeClass   = "tenantc.dev/runtime-class"         // what tenant pods must run in; "none" for plain containers
	AnnotationControlPlane   = "tenantc.dev/control-plane-account" // service account whose pods are exempt from the sandbox
	AnnotationMakers         = "tenantc.dev/machine-makers"        // users that make the pods of virtual machines, exempt from the sandbox
	AnnotationChart          = "tenantc.dev/chart"                 // name, version and repository, separated by spaces
	AnnotationStorageClasses = "tenantc.dev/storage-classes"       // what a volume claim may name
	AnnotationHosts          = "tenantc.dev/hosts"                 // what an Ingress may claim: a name or *.name
	AnnotationNodeSelector   = "tenantc.dev/node-selector"         // key=value that every pod must select, for dedicated nodes
	AnnotationOffload        = "tenantc.dev/offload"               // what Liqo calls the peer and the namespace there, with a slash between
	AnnotationTolerations    = "tenantc.dev/tolerations"           // key=value:effect that pods may tolerate
)
