package diff

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// valuesPath is where the fields of a chart's values start.
const valuesPath = chartValues + "."

// backing is what a VCluster's values say about where its state is: the fields
// that a running control plane cannot change, or only one way.
type backing struct {
	distro, version string
	store           string
	volumes         map[string]any // what the StatefulSets' claims are made of, by path
	namespaces      any            // sync.toHost.namespaces
}

// vclusterEffects holds two versions of a VCluster against the chart's rules:
// pkg/setup/config and config.ValidateStoreChanges of vCluster 0.30, and the
// API's rules for StatefulSets.
func vclusterEffects(before, after map[string]any, found []Field) []Effect {
	b, okB := backingOf(before)
	a, okA := backingOf(after)
	if !okB || !okA {
		return nil
	}
	var effects []Effect
	if !onlyNotes(found) {
		effects = append(effects, Effect{Interrupts, chartValues, "the control plane's pods restart; the tenant's own pods go on"})
	}
	effects = append(effects, distroEffect(b, a)...)
	effects = append(effects, storeEffect(b.store, a.store)...)
	if b.store == a.store {
		effects = append(effects, volumeEffects(b.volumes, a.volumes)...)
	}
	if b.distro == a.distro {
		path := valuesPath + "controlPlane.distro." + a.distro + ".image.tag"
		effects = append(effects, kubernetesStep(path, b.version, a.version, "the control plane restarts")...)
	}
	if !reflect.DeepEqual(b.namespaces, a.namespaces) {
		effects = append(effects, Effect{Refused, valuesPath + "sync.toHost.namespaces", "the control plane refuses to start: how namespaces are synced is fixed once it has run"})
	}
	return append(effects, chartEffect(found)...)
}

// onlyNotes tells whether nothing is different to the chart.
func onlyNotes(found []Field) bool {
	return !slices.ContainsFunc(found, func(f Field) bool {
		return below(f.Path, "spec.helmRelease") && f.Note != sameValues
	})
}

func backingOf(vcluster map[string]any) (backing, bool) {
	text, _ := dig(vcluster, "spec", "helmRelease", "values").(string)
	var values map[string]any
	if yaml.Unmarshal([]byte(text), &values) != nil {
		return backing{}, false
	}
	values, _ = plain(values).(map[string]any)
	plane, _ := values["controlPlane"].(map[string]any)
	b := backing{distro: "k8s", store: storeOf(plane), volumes: map[string]any{}, namespaces: dig(values, "sync", "toHost", "namespaces")}
	for _, name := range []string{"k3s", "k0s"} {
		if dig(plane, "distro", name, "enabled") == true {
			b.distro = name
		}
	}
	b.version, _ = dig(plane, "distro", b.distro, "image", "tag").(string)
	for _, set := range [][]string{{"statefulSet"}, {"backingStore", "etcd", "deploy", "statefulSet"}} {
		path := append(slices.Clone(set), "persistence", "volumeClaim")
		for _, field := range []string{"size", "storageClass", "accessModes"} {
			b.volumes[strings.Join(append(path, field), ".")] = dig(plane, append(slices.Clip(path), field)...)
		}
		path = append(slices.Clone(set), "scheduling", "podManagementPolicy")
		b.volumes[strings.Join(path, ".")] = dig(plane, path...)
	}
	return b, true
}

// stores are the keys below controlPlane.backingStore, in the words of specs.
var stores = []struct{ group, key, name string }{
	{"etcd", "deploy", "etcd"}, {"etcd", "embedded", "embedded-etcd"}, {"etcd", "external", "an external etcd"},
	{"database", "external", "an external database"}, {"database", "embedded", "sqlite"},
}

// storeOf: where nothing is enabled, vCluster keeps its state in SQLite.
func storeOf(plane map[string]any) string {
	for _, s := range stores {
		if dig(plane, "backingStore", s.group, s.key, "enabled") == true {
			return s.name
		}
	}
	return "sqlite"
}

func distroEffect(b, a backing) []Effect {
	path := valuesPath + "controlPlane.distro"
	switch {
	case b.distro == a.distro:
		return nil
	case b.distro == "k3s" && a.distro == "k8s":
		return []Effect{{OneWay, path, "the control plane moves from k3s to k8s in place, and cannot go back"}}
	}
	return []Effect{{Refused, path, fmt.Sprintf("a control plane that ran as %s refuses to start as %s: the tenant's API is down until this is taken back", b.distro, a.distro)}}
}

// accepted are the changes of the store that a control plane starts with.
var accepted = map[[2]string]bool{
	{"sqlite", "etcd"}: true, {"sqlite", "embedded-etcd"}: true, {"sqlite", "an external database"}: true,
	{"etcd", "embedded-etcd"}: true, {"an external etcd", "etcd"}: true, {"an external etcd", "embedded-etcd"}: true,
}

func storeEffect(before, after string) []Effect {
	path := valuesPath + "controlPlane.backingStore"
	switch {
	case before == after:
		return nil
	case accepted[[2]string{before, after}]:
		return []Effect{{Replaced, path, fmt.Sprintf("the control plane starts on %s instead of %s and cannot go back; unless its state is migrated, it starts empty and the old volumes are deleted", after, before)}}
	}
	return []Effect{{Refused, path, fmt.Sprintf("a control plane that keeps its state in %s refuses to start on %s: the tenant's API is down until this is taken back", before, after)}}
}

func volumeEffects(before, after map[string]any) []Effect {
	var effects []Effect
	for _, path := range slices.Sorted(maps.Keys(after)) {
		b, a := before[path], after[path]
		if b == nil || a == nil || reflect.DeepEqual(b, a) || equalQuantities(fmt.Sprint(b), fmt.Sprint(a)) {
			continue
		}
		effects = append(effects, Effect{Refused, valuesPath + "controlPlane." + path,
			"a StatefulSet's volumes cannot change: the chart's upgrade fails, and the control plane stays as it was, with no later change applied"})
	}
	return effects
}

func chartEffect(found []Field) []Effect {
	for _, f := range found {
		before, _ := f.Before.(string)
		after, _ := f.After.(string)
		b, okB := releaseOf(before)
		a, okA := releaseOf(after)
		if f.Path != "spec.helmRelease.chart.version" || !okB || !okA {
			continue
		}
		if a.less(b) {
			return []Effect{{Unsupported, f.Path, "vCluster goes back from " + b.String() + " to " + a.String()}}
		}
		return []Effect{{OneWay, f.Path, "vCluster goes from " + b.String() + " to " + a.String() + "; going back is not supported"}}
	}
	return nil
}

// release is a version of Kubernetes or of a chart.
type release struct{ major, minor, patch int }

func (r release) less(other release) bool {
	return slices.Compare([]int{r.major, r.minor, r.patch}, []int{other.major, other.minor, other.patch}) < 0
}

func (r release) String() string { return fmt.Sprintf("%d.%d.%d", r.major, r.minor, r.patch) }

// releaseOf reads a version, as in v1.34.0, 0.30.0 or v1.33.4-k3s1.
func releaseOf(text string) (release, bool) {
	text, _, _ = strings.Cut(strings.TrimPrefix(text, "v"), "-")
	text, _, _ = strings.Cut(text, "+")
	var numbers [3]int
	for i, part := range strings.SplitN(text, ".", 3) {
		n, err := strconv.Atoi(part)
		if err != nil {
			return release{}, false
		}
		numbers[i] = n
	}
	return release{numbers[0], numbers[1], numbers[2]}, true
}

// dig follows keys through maps; nil where one is absent.
func dig(v any, keys ...string) any {
	for _, key := range keys {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[key]
	}
	return v
}
