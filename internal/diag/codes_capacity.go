package diag

// Codes of package capacity.
const (
	Oversold         Code = "TC6001"
	NearlyFull       Code = "TC6002"
	NoPoolForCluster Code = "TC6003"
	PodTooLarge      Code = "TC6004"
	TooFewNodes      Code = "TC6005"
	PodMayWait       Code = "TC6006"
)

func capacityEntries() []Entry {
	return []Entry{
		{
			Code: Oversold, Title: "site oversold",
			Cause:  "The quotas of a site's tenant clusters, with what their stacks and sandboxes take on top, promise more of a resource than the site's nodes, storage classes or load balancer addresses have. The reserve (`reserve.nodes`) is not sold, CPU is sold `overcommit.cpu` times, and `policy.capacity.refuse` may leave more free. Two changes that each fit can do this together.",
			Remedy: "Lower a quota, choose another site for a cluster that is not published yet, or add nodes. `tenantc capacity` shows what is left where.",
		},
		{
			Code: NearlyFull, Title: "site nearly full",
			Cause:  "More of a resource is promised than the share that `policy.capacity.warn` names (85% unless it says otherwise). Every promise can be kept.",
			Remedy: "Plan more capacity before the next sale.",
		},
		{
			Code: NoPoolForCluster, Title: "no pool for a cluster",
			Cause:  "A cluster with shared nodes names no pool, and every pool of its site that offers its sandbox is kept for dedicated use by a taint. Its pods would wait for ever.",
			Remedy: "Name a pool with `nodes: {mode: dedicated, pool: …}`, or choose another sandbox or site.",
		},
		{
			Code: PodTooLarge, Title: "promised pod larger than a node",
			Cause:  "The largest pod that a cluster was promised (`quota.largestPod`), with its sandbox's overhead, or a pod or virtual machine of its stack, is larger than any node that may run it.",
			Remedy: "Promise a smaller pod, or choose a site or pool with larger nodes.",
		},
		{
			Code: TooFewNodes, Title: "too few nodes for the replicas",
			Cause:  "The replicas of a control plane keep to different nodes, so that it survives the loss of one. The pools that may run them have fewer nodes.",
			Remedy: "Lower `controlPlane.replicas`, or choose a site or pool with more nodes.",
		},
		{
			Code: PodMayWait, Title: "promised pod may find no node",
			Cause:  "The sums fit, but the largest promised pod needs room on one single node. While less than nodes × (node − pod) of memory is in use there is always such a node; beyond that it depends on how the other pods lie.",
			Remedy: "Add a node, or promise a smaller `quota.largestPod`.",
		},
	}
}
