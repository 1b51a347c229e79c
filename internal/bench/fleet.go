// Package bench measures tenantc as a user runs it, on fleets of its own making,
// beside what a user would run instead (`make bench`). What belongs here: the
// synthetic tenancy, the measurements and their table. What does not: targets
// that fail a build, because a figure depends on the machine.
package bench

import (
	"bytes"
	"embed"
	"fmt"
	"text/template"
)

//go:embed fleet
var fleetFiles embed.FS

const clustersPerSite = 10

// Fleet is a valid tenancy, by path, with that many tenant clusters, ten a site
// and about 1 kB of spec each; the same bytes for the same number. Three kinds
// of sites take turns (see fleet/site.tmpl), and tenants have one to three
// clusters, on different sites where there are as many. The tenants' classes,
// sandboxes, stores and distributions are what their sites have.
func Fleet(clusters int) map[string][]byte {
	t := template.Must(template.ParseFS(fleetFiles, "fleet/*"))
	files := map[string][]byte{
		"tenancy.yaml":         execute(t, "tenancy.yaml", nil),
		"classes/classes.yaml": execute(t, "classes.yaml", nil),
	}
	sites := make([]site, (clusters+clustersPerSite-1)/clustersPerSite)
	for i := range sites {
		sites[i] = newSite(i)
		files["sites/"+sites[i].Name+".yaml"] = execute(t, sites[i].Kind, sites[i])
	}
	for i, first := 0, 0; first < clusters; i++ {
		tenant := newTenant(i, first, min(1+i%3, clusters-first), sites)
		files[tenantPath(i)] = execute(t, "tenant.tmpl", tenant)
		first += len(tenant.Clusters)
	}
	return files
}

func execute(t *template.Template, name string, data any) []byte {
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, name, data); err != nil {
		panic(err) // the templates are part of the program
	}
	return out.Bytes()
}

// site is one site; Kind is the name of its template.
type site struct {
	Name, Kind string
	Region     int
	Balancers  string // addresses of its load balancers, no other site's
}

func newSite(i int) site {
	kinds := []string{"edge", "metro", "edge", "metro", "cabinet"}
	return site{Name: fmt.Sprintf("site-%04d", i), Kind: kinds[i%len(kinds)], Region: i % 20,
		Balancers: fmt.Sprintf("172.%d.%d.%d/26", 16+i>>10, i>>2&255, i&3<<6)}
}

type tenant struct {
	Name, Class string
	Contract    int
	Clusters    []cluster
}

type cluster struct {
	Name, Site                                 string
	Sandbox, Kubernetes, Distro, Store, Expose string
	CPU, Memory, LoadBalancers                 int
	StorageClasses, State                      string
	OIDC                                       bool
}

func tenantName(i int) string { return fmt.Sprintf("tenant-%05d", i) }

func tenantPath(i int) string { return "tenants/" + tenantName(i) + ".yaml" }

// newTenant has count clusters, the fleet's clusters from first on. Cluster k
// is on site k modulo the number of sites: ten each, and one after the other on
// different ones. A tenant with a cluster on a site without Kata is bronze.
func newTenant(i, first, count int, sites []site) tenant {
	t := tenant{Name: tenantName(i), Class: []string{"gold", "silver", "bronze"}[i/3%3], Contract: 4000 + i}
	on := make([]site, count)
	for k := range on {
		on[k] = sites[(first+k)%len(sites)]
		if on[k].Kind == "cabinet" {
			t.Class = "bronze"
		}
	}
	for k, s := range on {
		c := newCluster(t.Class, s, first+k)
		c.Name = []string{"prod", "test", "batch"}[k]
		t.Clusters = append(t.Clusters, c)
	}
	return t
}

// newCluster is one tenant cluster such as the class and the site allow; n is
// its number in the fleet, by which the choices take turns.
func newCluster(class string, s site, n int) cluster {
	c := cluster{
		Site: s.Name, Kubernetes: "1.33", Distro: "k8s", Expose: "ingress", Store: "sqlite", Sandbox: "none",
		CPU: 4, Memory: 8, StorageClasses: "nvme", State: "active", OIDC: n%2 == 0,
	}
	turn := n / 7
	switch class + " " + s.Kind {
	case "gold edge":
		c.Kubernetes, c.Sandbox, c.Store, c.StorageClasses = "1.34", "kata-clh", "etcd", "bulk, nvme"
	case "gold metro":
		c.Sandbox = []string{"kata-fc", "kata-dragonball", "kata-qemu"}[turn%3]
		c.Store = []string{"etcd", "embedded-etcd", "postgres"}[turn%3]
		c.Expose = []string{"ingress", "loadBalancer"}[turn%2]
	case "silver edge", "silver metro":
		c.Sandbox = "kata-qemu"
	case "bronze edge":
		c.Sandbox = []string{"gvisor", "none"}[turn%2]
		c.Distro = []string{"k3s", "k8s"}[turn%2]
	case "bronze cabinet":
		c.Kubernetes = "1.30"
		c.Distro = []string{"k0s", "k8s"}[turn%2]
		c.OIDC = c.OIDC && c.Distro == "k8s"
	}
	if class != "bronze" {
		c.CPU, c.Memory, c.LoadBalancers = 16, 32, 1
	}
	if n%50 == 49 {
		c.State = "suspended"
	}
	return c
}
