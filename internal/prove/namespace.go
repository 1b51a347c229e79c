package prove

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// differs is a fault where a value is not the one that it has to be.
func differs(id object.ID, path string, want, got any, message string) []Fault {
	if reflect.DeepEqual(want, got) {
		return nil
	}
	return broken(id, path, "%s", message)
}

const podSecurityDomain = "pod-security.kubernetes.io/"

// podSecurity are the levels that do, the weakest first. In a namespace where the
// tenant's own pods are on the node's kernel, and nothing else is, there is no
// reason for less than restricted. The pods of Virtink's machines are refused by
// all levels but the one that asks nothing: tenantc-launchers judges them.
func (v view) podSecurity() []string {
	if v.virtink() {
		return []string{"privileged"}
	}
	if v.shared() && v.Plan.Sandbox.Name == catalogue.None {
		return []string{"restricted"}
	}
	return []string{"baseline", "restricted"}
}

// podSecure: the namespace enforces Pod Security at the level that its pods can
// keep to, in the site's own version, and records what restricted would refuse.
func podSecure(v view) []Fault {
	if !v.fenced() {
		return nil
	}
	if v.namespace.Value == nil {
		return missing(object.ID{Kind: "Namespace", Name: v.Plan.Namespace})
	}
	version := "v" + v.Site.Kubernetes
	var faults []Fault
	for _, want := range []struct {
		label  string
		values []string
	}{
		{"enforce", v.podSecurity()}, {"enforce-version", []string{version}},
		{"audit", []string{"restricted"}}, {"audit-version", []string{version}},
		{"warn", []string{"restricted"}}, {"warn-version", []string{version}},
	} {
		if got := v.namespace.Text("metadata", "labels", podSecurityDomain+want.label); !slices.Contains(want.values, got) {
			faults = append(faults, broken(v.namespace.ID, "metadata.labels."+podSecurityDomain+want.label, "it is %q instead of %s", got, strings.Join(want.values, " or "))...)
		}
	}
	return faults
}

// toldTruly: what the namespace tells the admission policies is what the specs
// say, and no more: each annotation allows something.
func toldTruly(v view) []Fault {
	if !v.fenced() {
		return nil
	}
	want := annotations(v)
	var faults []Fault
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got := v.annotation(name); got != want[name] {
			faults = append(faults, broken(v.namespace.ID, "metadata.annotations."+name, "it is %q, where the specs come to %q", got, want[name])...)
		}
	}
	have, _ := v.namespace.Get("metadata", "annotations").(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(have)) {
		if _, known := want[name]; !known {
			faults = append(faults, broken(v.namespace.ID, "metadata.annotations."+name, "nothing asks for it")...)
		}
	}
	return faults
}

// annotations are the parameters of the site's policies for this cluster. An
// empty one is absent, and allows nothing.
func annotations(v view) map[string]string {
	c := v.Plan
	names := slices.Clone(c.Network.Hosts)
	if c.ControlPlane.Expose == "ingress" {
		names = append(names, c.APIHost)
	}
	slices.Sort(names)
	out := map[string]string{
		object.AnnotationState:          string(c.State),
		object.AnnotationStack:          c.Stack,
		object.AnnotationKubernetes:     c.Kubernetes,
		object.AnnotationRuntimeClass:   v.runtimeClass(),
		object.AnnotationStorageClasses: strings.Join(storageNames(v), ","),
		object.AnnotationHosts:          strings.Join(names, ","),
		object.AnnotationNodeSelector:   "",
		object.AnnotationTolerations:    strings.Join(tolerated(c), ","),
	}
	maps.Copy(out, v.exempted())
	if c.Nodes.Dedicated {
		out[object.AnnotationNodeSelector] = strings.Join(selected(c), ",")
	}
	return out
}

func pinnedChart(v view) string {
	return "vcluster " + v.Site.Components.VCluster.Version + " " + v.Site.ChartRepo
}

// selected are the labels of a cluster's nodes, as key=value.
func selected(c resolve.Cluster) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(c.Nodes.Selector)) {
		out = append(out, key+"="+c.Nodes.Selector[key])
	}
	return out
}

// tolerated are a cluster's taints as the site's policy reads them.
func tolerated(c resolve.Cluster) []string {
	var out []string
	for _, t := range c.Nodes.Tolerations {
		key := t.Key
		if t.Operator != "Exists" {
			key += "=" + t.Value
		}
		out = append(out, fmt.Sprintf("%s:%s", key, t.Effect))
	}
	slices.Sort(out)
	return out
}

// sandboxed: every way for a pod to run ends in the sandbox: the syncer puts the
// tenant's pods into it, the namespace tells the site's policy the same name,
// and the specs ask for no less. Plain containers are never called hard.
func sandboxed(v view) []Fault {
	if !v.fenced() {
		return nil
	}
	var faults []Fault
	want := v.runtimeClass()
	if !v.machines() && want == catalogue.None && v.Plan.Isolation != catalogue.Soft {
		faults = append(faults, broken(v.namespace.ID, "", "plain containers isolate softly, the specs promise %s", v.Plan.Isolation)...)
	}
	if want != catalogue.None && want != "" && !slices.ContainsFunc(v.Site.Sandboxes, func(s catalogue.Sandbox) bool { return s.Name == want }) {
		faults = append(faults, broken(v.namespace.ID, "metadata.annotations."+object.AnnotationRuntimeClass, "site %s has no RuntimeClass %s", v.Site.Name, want)...)
	}
	if got := v.annotation(object.AnnotationRuntimeClass); got != want {
		faults = append(faults, broken(v.namespace.ID, "metadata.annotations."+object.AnnotationRuntimeClass, "the site would force pods into %q instead of %q", got, want)...)
	}
	if !v.virtual() || !v.Site.Components.VCluster.ForcesRuntimeClass {
		return faults
	}
	if want == catalogue.None {
		want = ""
	}
	return append(faults, v.value("sync.toHost.pods.runtimeClassName", want)...)
}
