// Package prove judges whether what was built isolates: a table of named
// invariants, each a pure function of the objects that kustomize made of a
// site's overlays and of what the specs promise. It never asks how the objects
// were generated; a rule that the generators know, too, is said here a second
// time, on purpose.
//
// What does not belong here: that what is written is what was planned and is
// applied once (package verify), what specs may say (package resolve), and what
// an admission policy answers to requests (the tests of package platform).
package prove

import (
	"slices"

	"go.yaml.in/yaml/v3"
	netv1 "k8s.io/api/networking/v1"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/templates"
)

// Cluster is one tenant cluster as it was built, beside what its specs promise.
type Cluster struct {
	Tenancy  resolve.Tenancy
	Site     resolve.Site
	Plan     resolve.Cluster
	Boundary []object.Object
	Layer    []object.Object
}

// Site is what a site has besides its tenant clusters. Own are the tenancy's
// own templates, for which the tenancy answers; Bootstrap is what was applied by
// hand, and may be empty where it cannot be known.
type Site struct {
	Tenancy   resolve.Tenancy
	Site      resolve.Site
	Own       templates.Files
	Platform  []object.Object
	Flux      []object.Object
	Bootstrap []object.Object
	Clusters  []resolve.Cluster
}

// Fault is a counterexample: the object of the output that breaks an invariant,
// and the field in it, as in spec.egress[0].to. An object that is missing has
// its identity here all the same.
type Fault struct {
	Invariant *Invariant
	Object    object.ID
	Path      string
	Message   string
	Assumed   bool // not broken, but resting on the tenancy's own word
}

// JudgeCluster judges one tenant cluster by all invariants of clusters. It knows
// nothing of other tenants, and needs not: what is not its own is foreign.
func JudgeCluster(c Cluster) []Fault { return newView(c).judge() }

func (v view) judge() []Fault {
	var faults []Fault
	for _, invariant := range clusterInvariants {
		if invariant.cluster != nil {
			faults = append(faults, named(invariant, invariant.cluster(v))...)
			if invariant.everywhere {
				for _, below := range v.below() {
					faults = append(faults, named(invariant, invariant.cluster(below))...)
				}
			}
		}
	}
	return faults
}

// JudgeSite judges what a site has besides its tenant clusters.
func JudgeSite(s Site) []Fault {
	var faults []Fault
	for _, invariant := range siteInvariants {
		faults = append(faults, named(invariant, invariant.site(s))...)
	}
	return faults
}

// JudgeBeside judges of a site what is not in the fleet: what was applied by
// hand, and what a chart makes. It is enough for a site whose folder is, to the
// byte, one that was judged, and of whose templates none is the tenancy's own:
// such a template need not say what the specs do, so they can change alone.
func JudgeBeside(s Site) []Fault {
	var faults []Fault
	for _, invariant := range siteInvariants {
		if invariant.beside {
			faults = append(faults, named(invariant, invariant.site(s))...)
		}
	}
	return faults
}

func named(invariant *Invariant, faults []Fault) []Fault {
	for i := range faults {
		faults[i].Invariant = invariant
	}
	return faults
}

// view is a cluster with what several invariants look at.
type view struct {
	Cluster
	stack     catalogue.Stack
	namespace object.Object  // the zero Object where there is none
	vcluster  object.Object  // the same
	values    map[string]any // of the chart, nil where they cannot be read
	policies  []netv1.NetworkPolicy
	malformed []Fault // policies that are none
}

func newView(c Cluster) view {
	v := view{Cluster: c}
	v.stack, _ = catalogue.StackFor(c.Plan.Stack)
	return v.withLayer(c.Layer).withBoundary(c.Boundary)
}

func (v view) withBoundary(objects []object.Object) view {
	v.Boundary = objects
	v.namespace, _ = find(objects, object.ID{Kind: "Namespace", Name: v.Plan.Namespace})
	v.policies, v.malformed = networkPolicies(objects)
	return v
}

func (v view) withLayer(objects []object.Object) view {
	v.Layer, v.values = objects, nil
	v.vcluster, _ = find(objects, object.ID{Group: vclusterGroup, Kind: "VCluster", Namespace: v.Plan.Namespace, Name: v.Plan.Name})
	if yaml.Unmarshal([]byte(v.vcluster.Text("spec", "helmRelease", "values")), &v.values) != nil {
		v.values = nil
	}
	return v
}

const vclusterGroup = "infrastructure.cluster.x-k8s.io"

// runs tells whether there is something of the cluster on the site.
func (v view) runs() bool {
	return v.Plan.State == resolve.Active || v.Plan.State == resolve.Suspended
}

// virtual tells whether there is a vcluster of it on the site.
func (v view) virtual() bool { return v.runs() && v.Plan.Stack == catalogue.VCluster }

// fenced tells whether the cluster has a boundary.
func (v view) fenced() bool { return v.Plan.State != resolve.Purged }

// annotation of the cluster's namespace; empty where there is none.
func (v view) annotation(name string) string {
	return v.namespace.Text("metadata", "annotations", name)
}

func find(objects []object.Object, id object.ID) (object.Object, bool) {
	i := slices.IndexFunc(objects, func(o object.Object) bool { return o.ID == id })
	if i < 0 {
		return object.Object{}, false
	}
	return objects[i], true
}

// ofKind are the objects of a kind.
func ofKind(objects []object.Object, group, kind string) []object.Object {
	var found []object.Object
	for _, o := range objects {
		if o.ID.Group == group && o.ID.Kind == kind {
			found = append(found, o)
		}
	}
	return found
}
