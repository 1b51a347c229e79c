package generators

import (
	"net/url"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/resolve"
)

// backingStore enables exactly one store.
func backingStore(s resolve.Site, c resolve.Cluster) values {
	switch c.ControlPlane.Store.Type {
	case catalogue.Etcd:
		return values{"etcd": values{"deploy": deployedEtcd(c)}}
	case catalogue.EmbeddedEtcd:
		return values{"etcd": values{"embedded": on()}}
	case catalogue.MySQL, catalogue.Postgres:
		return values{"database": values{"external": externalDatabase(c.ControlPlane.Store)}}
	}
	return values{"database": values{"embedded": on()}}
}

// deployedEtcd is a StatefulSet of as many members as the control plane has
// replicas, with the same class and size of volume.
func deployedEtcd(c resolve.Cluster) values {
	scheduling := scheduling(c)
	if _, spreads := scheduling["topologySpreadConstraints"]; spreads {
		scheduling["topologySpreadConstraints"] = spread("vcluster-etcd", c)
	}
	return values{
		"enabled": true,
		"statefulSet": values{
			"highAvailability":   values{"replicas": c.ControlPlane.Replicas},
			"persistence":        values{"volumeClaim": volumeClaim(c)},
			"resources":          resources(catalogue.EtcdMember()),
			"scheduling":         scheduling,
			"enableServiceLinks": false,
			"security": values{"containerSecurityContext": values{
				"allowPrivilegeEscalation": false,
				"capabilities":             values{"drop": []any{"ALL"}},
				"seccompProfile":           values{"type": "RuntimeDefault"},
			}},
		},
	}
}

// storeFolder is where the client certificate is mounted.
const storeFolder = "/etc/tenantc/store"

// externalDatabase is opened with a client certificate: a password would be in
// git, in the chart's Secret and in the provider's log. The files are those of
// a Secret of type kubernetes.io/tls with ca.crt, which is put into the
// cluster's namespace by other means.
//
// kine, which speaks to the database, turns them into a TLS configuration that
// verifies the server's certificate and its name: for MySQL whenever they are
// given, for PostgreSQL as sslmode verify-full (pkg/drivers of k3s-io/kine).
func externalDatabase(store resolve.Store) values {
	return values{
		"enabled":    true,
		"dataSource": dataSource(store),
		"caFile":     storeFolder + "/ca.crt",
		"certFile":   storeFolder + "/tls.crt",
		"keyFile":    storeFolder + "/tls.key",
	}
}

// dataSource is kine's address of a database, without a password.
func dataSource(store resolve.Store) string {
	if store.Type == catalogue.MySQL {
		return "mysql://" + store.User + "@tcp(" + store.Endpoint + ")/" + store.Database
	}
	u := url.URL{Scheme: "postgres", User: url.User(store.User), Host: store.Endpoint, Path: "/" + store.Database, RawQuery: "sslmode=verify-full"}
	return u.String()
}

// storeSecret mounts the client certificate, readable for the control plane only.
func storeSecret(c resolve.Cluster) (volumes, mounts []any) {
	const name, readable = "store", 0o400
	volumes = []any{values{
		"name":   name,
		"secret": values{"secretName": c.ControlPlane.Store.Secret, "defaultMode": readable},
	}}
	mounts = []any{values{"name": name, "mountPath": storeFolder, "readOnly": true}}
	return volumes, mounts
}
