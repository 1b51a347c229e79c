package prove

import (
	"fmt"
	"strings"

	"github.com/tenantc/tenantc/internal/object"
)

// JudgeFleet judges what no tenant cluster can know of itself: clusters are all
// of the fleet.
func JudgeFleet(clusters []Cluster) []Judgement {
	var out []Judgement
	for _, invariant := range fleetInvariants {
		for _, j := range invariant.fleet(clusters) {
			j.Invariant = invariant
			out = append(out, j)
		}
	}
	return out
}

// Judgement is a fault with the cluster that it was found in.
type Judgement struct {
	Fault
	In Cluster
}

// claimedOnce: no two tenant clusters of a site claim the same namespace, name,
// label, account or host, and none has a namespace that another may make; and no
// two tenants of the fleet the same host or name of an API server.
func claimedOnce(clusters []Cluster) []Judgement {
	claims := map[string]*Cluster{}
	hosts := map[string][]claimedHost{}
	makers := makersOf(clusters)
	var out []Judgement
	for i := range clusters {
		c := &clusters[i]
		out = append(out, madeByOthers(*c, makers)...)
		for _, claim := range claimsOf(*c) {
			if other, taken := claims[claim.key]; taken {
				out = append(out, second(*c, *other, claim.id, claim.path, claim.what))
				continue
			}
			claims[claim.key] = c
		}
		for _, host := range hostsOf(*c) {
			_, parent, _ := strings.Cut(host, ".")
			for _, other := range hosts[parent] {
				apart := other.of.Plan.Tenant == c.Plan.Tenant && (other.of.Plan.Site != c.Plan.Site || other.of.Plan.Namespace == c.Plan.Namespace)
				if !apart && covers(other.host, host) {
					out = append(out, second(*c, *other.of, namespaceID(*c), "metadata.annotations."+object.AnnotationHosts, "host "+host))
				}
			}
			hosts[parent] = append(hosts[parent], claimedHost{host, c})
		}
	}
	return out
}

// makersOf are the tenant clusters that make namespaces themselves, by the site
// and what the names begin with: Capsule sees to it that it is the Tenant's name.
func makersOf(clusters []Cluster) map[string]*Cluster {
	out := map[string]*Cluster{}
	for i := range clusters {
		c := &clusters[i]
		for _, o := range c.Boundary {
			if o.ID.Group == "capsule.clastix.io" && o.ID.Kind == "Tenant" {
				out[c.Plan.Site+" "+o.ID.Name+"-"] = c
			}
		}
	}
	return out
}

// madeByOthers are namespaces of a cluster that another may make.
func madeByOthers(c Cluster, makers map[string]*Cluster) []Judgement {
	var out []Judgement
	for _, o := range c.Boundary {
		for i := 0; o.ID.Kind == "Namespace" && len(makers) > 0 && i < len(o.ID.Name); i++ {
			if maker, made := makers[c.Plan.Site+" "+o.ID.Name[:i]]; made && maker.Plan.Namespace != c.Plan.Namespace {
				out = append(out, second(c, *maker, o.ID, "metadata.name", "the namespace "+o.ID.Name))
			}
		}
	}
	return out
}

type claimedHost struct {
	host string
	of   *Cluster
}

// covers tells whether two hosts of one parent domain answer for one name.
func covers(a, b string) bool {
	return a == b || strings.HasPrefix(a, "*.") || strings.HasPrefix(b, "*.")
}

func second(c, other Cluster, id object.ID, path, what string) Judgement {
	message := fmt.Sprintf("%s is claimed by %s/%s on %s, too", what, other.Plan.Tenant, other.Plan.Name, other.Plan.Site)
	return Judgement{Fault: Fault{Object: id, Path: path, Message: message}, In: c}
}

// claim is something that only one may have.
type claim struct {
	key  string
	what string
	id   object.ID
	path string
}

func claimsOf(c Cluster) []claim {
	site := c.Plan.Site + " "
	var out []claim
	for _, objects := range [][]object.Object{c.Boundary, c.Layer} {
		for _, o := range objects {
			out = append(out, claim{site + o.ID.String(), o.ID.String(), o.ID, "metadata.name"})
			if o.ID.Kind == "VCluster" {
				role := "ClusterRole " + chartRole(o.ID)
				out = append(out, claim{site + role, role, o.ID, "metadata.name"})
			}
		}
	}
	if namespace, found := find(c.Boundary, namespaceID(c)); found {
		labels := namespace.Text("metadata", "labels", object.LabelTenant) + "/" + namespace.Text("metadata", "labels", object.LabelCluster)
		out = append(out, claim{site + "labels " + labels, "the labels of " + labels, namespace.ID, "metadata.labels"})
	}
	if c.Plan.APIHost != "" && len(c.Layer) > 0 {
		out = append(out, claim{"api " + c.Plan.APIHost, "the API server's name " + c.Plan.APIHost, namespaceID(c), ""})
	}
	return out
}

func namespaceID(c Cluster) object.ID { return object.ID{Kind: "Namespace", Name: c.Plan.Namespace} }

// chartRole is the cluster-scoped role that the vcluster chart makes, under a
// name that it cuts at 63 characters without a word.
func chartRole(vcluster object.ID) string {
	name := "vc-" + vcluster.Name + "-v-" + vcluster.Namespace
	if len(name) > 63 {
		name = strings.TrimSuffix(name[:63], "-")
	}
	return name
}

// hostsOf are the names that the site lets a cluster's Ingresses claim.
func hostsOf(c Cluster) []string {
	namespace, _ := find(c.Boundary, namespaceID(c))
	return strings.FieldsFunc(namespace.Text("metadata", "annotations", object.AnnotationHosts), func(r rune) bool { return r == ',' })
}
