package prove

import (
	"maps"
	"path"
	"reflect"
	"slices"
	"time"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/tree"
)

// fluxClosed: every Flux Kustomization has all that it needs to be safe, and
// nothing that would let it substitute, rewrite, or reach another cluster.
func fluxClosed(s Site) []Fault {
	var faults []Fault
	for _, k := range s.Flux {
		if k.ID.Kind != "Kustomization" || k.ID.Group != fluxGroup || k.ID.Namespace != s.Tenancy.Flux.Namespace {
			faults = append(faults, broken(k.ID, "kind", "it is no Kustomization in Flux's namespace")...)
			continue
		}
		faults = append(faults, fluxFields(k)...)
		faults = append(faults, fluxTimes(s, k)...)
		faults = append(faults, fluxSource(k)...)
		faults = append(faults, cleanObject(k)...)
		if k.Text("metadata", "labels", object.LabelSite) != s.Site.Name {
			faults = append(faults, broken(k.ID, "metadata.labels."+object.LabelSite, "it is not the site's")...)
		}
	}
	return faults
}

const fluxGroup = "kustomize.toolkit.fluxcd.io"

func fluxFields(k object.Object) []Fault {
	spec, _ := k.Get("spec").(map[string]any)
	var faults []Fault
	for _, name := range []string{"interval", "retryInterval", "timeout", "path", "deletionPolicy", "serviceAccountName", "sourceRef"} {
		if _, found := spec[name]; !found {
			faults = append(faults, broken(k.ID, "spec."+name, "it is missing")...)
		}
	}
	if spec["prune"] != true {
		faults = append(faults, broken(k.ID, "spec.prune", "what leaves the fleet would stay on the site")...)
	}
	for _, name := range slices.Sorted(maps.Keys(spec)) {
		if !slices.Contains(fluxAllowed, name) {
			faults = append(faults, broken(k.ID, "spec."+name, "it substitutes, rewrites, or reaches further than its folder")...)
		}
	}
	return faults
}

var fluxAllowed = []string{
	"interval", "retryInterval", "timeout", "path", "prune", "deletionPolicy", "serviceAccountName", "sourceRef",
	"dependsOn", "wait", "healthChecks", "healthCheckExprs",
}

// fluxTimes: no Kustomization takes more of the controller's time than was set
// for all, so that none starves the others.
func fluxTimes(s Site, k object.Object) []Fault {
	var faults []Fault
	for field, want := range map[string]time.Duration{
		"interval": s.Tenancy.Flux.Interval, "retryInterval": s.Tenancy.Flux.RetryInterval, "timeout": s.Tenancy.Flux.Timeout,
	} {
		if got, err := time.ParseDuration(k.Text("spec", field)); err != nil || got != want {
			faults = append(faults, broken(k.ID, "spec."+field, "it is %q instead of %s", k.Text("spec", field), want)...)
		}
	}
	return faults
}

// fluxSource: everything comes from the fleet repository, by a local reference.
func fluxSource(k object.Object) []Fault {
	want := map[string]any{"kind": "GitRepository", "name": resolve.SourceName}
	return differs(k.ID, "spec.sourceRef", any(want), k.Get("spec", "sourceRef"), "it is another source than the local GitRepository "+resolve.SourceName)
}

// layersApart: each layer is applied out of its own folder with the account of
// that layer. A cluster's account is named like its Kustomization, and so can be
// no other's. The platform comes first, then a boundary, then what runs in it.
func layersApart(s Site) []Fault {
	want := map[string]layer{resolve.PlatformName: {folder: s.Site.Folder() + "/" + tree.PlatformFolder, account: resolve.PlatformAccount, wait: true}}
	for _, c := range s.Clusters {
		boundary := layer{folder: c.Folder() + "/" + tree.BoundaryFolder, account: resolve.BoundaryAccount, wait: true, after: resolve.PlatformName, cluster: &c}
		inside := layer{folder: c.Folder() + "/" + tree.ClusterFolder, account: c.Account(), after: c.BoundaryName(), cluster: &c}
		if c.State == resolve.Purged {
			boundary.after, inside.after = c.LayerName(), resolve.PlatformName
		}
		want[c.BoundaryName()], want[c.LayerName()] = boundary, inside
	}
	var faults []Fault
	for _, k := range s.Flux {
		l, known := want[k.ID.Name]
		if !known {
			faults = append(faults, broken(k.ID, "metadata.name", "no layer of the site is called so")...)
			continue
		}
		delete(want, k.ID.Name)
		faults = append(faults, l.applied(s, k)...)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		faults = append(faults, missing(object.ID{Group: fluxGroup, Kind: "Kustomization", Namespace: s.Tenancy.Flux.Namespace, Name: name})...)
	}
	return faults
}

// layer is how one has to be applied.
type layer struct {
	folder, account string
	wait            bool
	after           string
	cluster         *resolve.Cluster // nil for the platform
}

func (l layer) applied(s Site, k object.Object) []Fault {
	var faults []Fault
	if got := k.Text("spec", "path"); path.Clean(got) != l.folder {
		faults = append(faults, broken(k.ID, "spec.path", "it is %q instead of ./%s", got, l.folder)...)
	}
	if got := k.Text("spec", "serviceAccountName"); got != l.account {
		faults = append(faults, broken(k.ID, "spec.serviceAccountName", "it is %q instead of %q", got, l.account)...)
	}
	if wait, _ := k.Get("spec", "wait").(bool); wait != l.wait {
		faults = append(faults, broken(k.ID, "spec.wait", "what comes after it would not wait for it, or its health checks are ignored")...)
	}
	var after any
	if l.after != "" {
		after = []any{map[string]any{"name": l.after}}
	}
	faults = append(faults, differs(k.ID, "spec.dependsOn", after, k.Get("spec", "dependsOn"), "it does not come after "+l.after+" alone")...)
	deletion := "Orphan"
	if l.cluster != nil && (l.cluster.State == resolve.Retired || l.cluster.State == resolve.Purged) {
		deletion = "WaitForTermination"
	}
	if got := k.Text("spec", "deletionPolicy"); got != deletion {
		faults = append(faults, broken(k.ID, "spec.deletionPolicy", "it is %q instead of %q: whatever removes the Kustomization would remove the tenant's objects, or leave them", got, deletion)...)
	}
	if l.cluster != nil {
		faults = append(faults, l.labelled(k)...)
		faults = append(faults, l.checked(k)...)
	}
	return faults
}

// labelled: the site's policy finds a Kustomization's account and folder by its labels.
func (l layer) labelled(k object.Object) []Fault {
	var faults []Fault
	want := l.cluster.Labels()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got := k.Text("metadata", "labels", name); got != want[name] {
			faults = append(faults, broken(k.ID, "metadata.labels."+name, "it is %q instead of %q", got, want[name])...)
		}
	}
	return faults
}

// checked: health is read in the cluster's own namespace; and what ends a
// cluster waits until the quota counts none of what goes last any more.
func (l layer) checked(k object.Object) []Fault {
	var faults []Fault
	checks, _ := k.Get("spec", "healthChecks").([]any)
	for _, item := range checks {
		check, _ := item.(map[string]any)
		if check["namespace"] != l.cluster.Namespace {
			faults = append(faults, broken(k.ID, "spec.healthChecks", "it reads in the namespace %v", check["namespace"])...)
		}
	}
	stack, _ := catalogue.StackFor(l.cluster.Stack)
	last, counted := stack.Last()
	if l.wait || !counted || l.cluster.State == resolve.Active || l.cluster.State == resolve.Suspended {
		return faults
	}
	quota := map[string]any{"apiVersion": "v1", "kind": "ResourceQuota", "name": resolve.QuotaName, "namespace": l.cluster.Namespace}
	exprs := []any{map[string]any{"apiVersion": "v1", "kind": "ResourceQuota", "current": goneExpression(last)}}
	if !reflect.DeepEqual(checks, []any{quota}) || !reflect.DeepEqual(k.Get("spec", "healthCheckExprs"), any(exprs)) {
		faults = append(faults, broken(k.ID, "spec.healthChecks", "it does not wait until the cluster is gone")...)
	}
	return faults
}

// goneExpression: absence cannot be asked of an object itself, but the quota of
// its namespace counts it until its finalizer is done.
func goneExpression(last catalogue.Kind) string {
	count := "'" + last.Counted() + "'"
	return "has(status.used) && " + count + " in status.used && status.used[" + count + "] == '0'"
}
