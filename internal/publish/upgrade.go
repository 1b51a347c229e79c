package publish

import (
	"fmt"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
)

// upgrade refuses what cannot be done to a tenant cluster that is in the fleet:
// another stack, which would be another cluster in its place, an older
// Kubernetes, one that leaves a minor version out, and one namespace fewer. What
// was published says so in its namespaces, which change with it: only changed
// files are read.
func upgrade(clusters []resolve.Cluster, changes tree.Delta) diag.List {
	planned := map[tree.Place]resolve.Cluster{}
	for _, c := range clusters {
		planned[c.Place()] = c
	}
	var faults diag.List
	for change := range changes.All() {
		p, rest, is := tree.PlaceOf(change.Path)
		c, kept := planned[p]
		name, isNamespace := strings.CutPrefix(rest, path.Join(tree.BoundaryFolder, "namespace-"))
		if !is || !kept || !isNamespace || change.Before == nil {
			continue
		}
		judge := refuseUpgrade
		if name != c.Namespace+".yaml" {
			judge = refuseDrop(name, change.After == nil)
		}
		if why, refused := judge(annotationsOf(change.Before), c); refused {
			faults = append(faults, diag.Diagnostic{
				Severity: diag.Error, Code: why.code, Tenant: p.Tenant, Path: "spec.clusters", Position: c.Origin.Cluster(),
				Message: fmt.Sprintf("tenant cluster %s/%s of site %s %s", p.Tenant, p.Cluster, p.Site, why.message), Hint: why.hint,
			})
		}
	}
	return faults
}

func annotationsOf(namespace []byte) map[string]string {
	var n struct {
		Metadata struct {
			Annotations map[string]string `yaml:"annotations"`
		} `yaml:"metadata"`
	}
	_ = yaml.Unmarshal(namespace, &n) // a damaged one says nothing: the lifecycle judges it
	return n.Metadata.Annotations
}

// refuseUpgrade judges one cluster. What was published before tenantc wrote down
// stack and version says nothing of them, and of a cluster of which nothing runs
// the version does not matter. With a shared API server it is the site's.
func refuseUpgrade(before map[string]string, c resolve.Cluster) (refusal, bool) {
	if c.State == resolve.Purged {
		return refusal{}, false
	}
	if was := before[object.AnnotationStack]; was != "" && was != c.Stack {
		return refusal{
			diag.StackChanged, fmt.Sprintf("is %s in the fleet, and would become %s", was, c.Stack),
			"write stack: " + was + "; for another stack, add a cluster of another name and retire this one",
		}, true
	}
	stack, _ := catalogue.StackFor(c.Stack)
	was, now := minorOf(before[object.AnnotationKubernetes]), minorOf(c.Kubernetes)
	if was == nil || now == nil || c.State == resolve.Retired || stack.Plane == catalogue.PlaneShared {
		return refusal{}, false
	}
	switch {
	case now.LessThan(was):
		return refusal{
			diag.VersionDowngrade, fmt.Sprintf("has Kubernetes %s in the fleet, and would go back to %s", was, now),
			fmt.Sprintf("write kubernetes: %q, or a newer one: Kubernetes does not read what a newer one has stored", was),
		}, true
	case now.Major() != was.Major() || now.Minor() > was.Minor()+1:
		next := version.MajorMinor(was.Major(), was.Minor()+1)
		return refusal{
			diag.VersionSkipped, fmt.Sprintf("has Kubernetes %s in the fleet, and would go to %s at once", was, now),
			fmt.Sprintf("write kubernetes: %q first, publish, and wait until the cluster is ready", next),
		}, true
	}
	return refusal{}, false
}

// refuseDrop judges a further namespace of a cluster, as stack hnc has them, by
// the name of its file. The site's policy tenantc-keep-namespace keeps it while it is
// not annotated as retired, but Flux would prune the fence around it.
func refuseDrop(file string, gone bool) func(map[string]string, resolve.Cluster) (refusal, bool) {
	return func(before map[string]string, c resolve.Cluster) (refusal, bool) {
		if !gone || c.State == resolve.Purged || resolve.State(before[object.AnnotationState]) == resolve.Retired {
			return refusal{}, false
		}
		return refusal{
			diag.NamespaceDropped, fmt.Sprintf("has the namespace %s in the fleet, but its spec has it no more", strings.TrimSuffix(file, ".yaml")),
			"put its name back in namespaces: the site keeps the namespace of a cluster that is not retired, but would take the fence around it away",
		}, true
	}
}

// minorOf reads a minor version, as in 1.34; nil for none.
func minorOf(s string) *version.Version {
	v, err := version.ParseGeneric(strings.TrimSpace(s))
	if err != nil {
		return nil
	}
	return v
}
