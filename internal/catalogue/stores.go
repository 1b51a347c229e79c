package catalogue

// Stores that a control plane may keep its state in.
const (
	SQLite       = "sqlite"
	Etcd         = "etcd" // as pods of their own, made by the chart
	EmbeddedEtcd = "embedded-etcd"
	MySQL        = "mysql"
	Postgres     = "postgres"
)

// Edition of vCluster that an option needs.
type Edition string

const (
	OSS Edition = "oss"
	Pro Edition = "pro" // a licence: the site says vclusterPro
)

// Store tells which edition a distribution needs for a store; false where it
// cannot have it in a way that tenantc emits.
//
// Sources: Config.IsProFeatureEnabled and pkg/k3s of each chart. k3s is the one
// distribution that opens an external database in the open edition. k0s would
// get a data source without the client certificate (pkg/k0s), so that only a
// password in the values could open it: refused.
func (c Chart) Store(distro, store string) (Edition, bool) {
	if len(c.Distros[distro]) == 0 {
		return "", false
	}
	switch store {
	case SQLite, Etcd:
		return OSS, true
	case EmbeddedEtcd:
		return Pro, true
	case MySQL, Postgres:
		switch distro {
		case K3s:
			return OSS, true
		case K8s:
			return Pro, true
		}
	}
	return "", false
}

// External tells whether a store is a database outside of the site.
func External(store string) bool {
	return store == MySQL || store == Postgres
}

// ControlPlaneKind is the kind of workload that the chart makes for the control
// plane: a StatefulSet where it has a volume of its own, else a Deployment
// (chart/templates/_backingstore.tpl, vcluster.kind).
func ControlPlaneKind(store string) string {
	if store == SQLite || store == EmbeddedEtcd {
		return "StatefulSet"
	}
	return "Deployment"
}

// ControlPlaneSurge is how many pods a roll-out of the control plane adds for a
// while: a Deployment of the chart has maxSurge 1 and, with one replica,
// maxUnavailable 0, so that it hangs for ever in a quota without that room
// (chart/templates/statefulset.yaml).
func ControlPlaneSurge(store string) int {
	if ControlPlaneKind(store) == "Deployment" {
		return 1
	}
	return 0
}
