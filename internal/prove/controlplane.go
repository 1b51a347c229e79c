package prove

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/resolve"
)

// programPinned: the control plane runs outside the sandbox, so the values say
// exactly which programs it runs, with which arguments, volumes and privileges.
func programPinned(v view) []Fault {
	if !v.virtual() {
		return nil
	}
	cp, site := v.Plan.ControlPlane, v.Site
	image := "loft-sh/vcluster-oss"
	if site.Components.VClusterPro {
		image = "loft-sh/vcluster-pro"
	}
	faults := v.value("controlPlane.statefulSet.image.repository", image)
	var registry any
	if site.ImageRegistry != "" {
		registry = site.ImageRegistry
	}
	faults = append(faults, v.value("controlPlane.advanced.defaultImageRegistry", registry)...)
	distros, _ := at(v.values, "controlPlane.distro").(map[string]any)
	if len(distros) != 1 || distros[cp.Distro] == nil {
		return append(faults, broken(v.vcluster.ID, valuesPath, "controlPlane.distro is not %s alone", cp.Distro)...)
	}
	distro, _ := distros[cp.Distro].(map[string]any)
	tag := at(distro, "image.tag")
	if tag == nil {
		tag = distro["version"]
	}
	if tag != cp.Image {
		faults = append(faults, broken(v.vcluster.ID, valuesPath, "controlPlane.distro.%s runs %v instead of %s", cp.Distro, tag, cp.Image)...)
	}
	for path := range leaves("", distro) {
		if !slices.ContainsFunc([]string{"enabled", "image.tag", "version", "resources.", "apiServer.extraArgs", "extraArgs"}, func(k string) bool { return strings.HasPrefix(path, k) }) {
			faults = append(faults, broken(v.vcluster.ID, valuesPath, "controlPlane.distro.%s.%s is not among the values that are proven", cp.Distro, path)...)
		}
	}
	if distro["enabled"] != true {
		faults = append(faults, broken(v.vcluster.ID, valuesPath, "controlPlane.distro.%s is not enabled: the chart would run its default", cp.Distro)...)
	}
	faults = append(faults, programVolumes(v)...)
	return append(faults, storePinned(v)...)
}

// programVolumes: besides what the chart itself mounts, the Secret of an
// external store at most.
func programVolumes(v view) []Fault {
	persistence, _ := at(v.values, "controlPlane.statefulSet.persistence").(map[string]any)
	var faults []Fault
	for path := range leaves("", persistence) {
		switch {
		case strings.HasPrefix(path, "volumeClaim."):
		case path == "addVolumes" && catalogue.External(v.Plan.ControlPlane.Store.Type):
			faults = append(faults, storeVolumes(v, persistence["addVolumes"])...)
		case path == "addVolumeMounts" && catalogue.External(v.Plan.ControlPlane.Store.Type):
			faults = append(faults, storeMounts(v, persistence["addVolumeMounts"])...)
		default:
			faults = append(faults, broken(v.vcluster.ID, valuesPath, "controlPlane.statefulSet.persistence.%s is not among the values that are proven", path)...)
		}
	}
	return faults
}

func storeVolumes(v view, volumes any) []Fault {
	items, _ := volumes.([]any)
	for _, item := range items {
		volume, _ := item.(map[string]any)
		secret, _ := volume["secret"].(map[string]any)
		if len(volume) != 2 || secret["secretName"] != v.Plan.ControlPlane.Store.Secret {
			return broken(v.vcluster.ID, valuesPath, "controlPlane.statefulSet.persistence.addVolumes mounts something else than the store's Secret")
		}
	}
	return nil
}

// mountFolder is where nothing of the program's own is.
const mountFolder = "/etc/tenantc/"

func storeMounts(v view, mounts any) []Fault {
	items, _ := mounts.([]any)
	for _, item := range items {
		mount, _ := item.(map[string]any)
		path, _ := mount["mountPath"].(string)
		if len(mount) != 3 || mount["readOnly"] != true || mount["name"] == nil || !strings.HasPrefix(path, mountFolder) {
			return broken(v.vcluster.ID, valuesPath, "controlPlane.statefulSet.persistence.addVolumeMounts mounts something writable, or over the program")
		}
	}
	return nil
}

// storePinned: one store, the one that was resolved; a chart's own etcd without
// privileges; an external one by a verified connection.
func storePinned(v view) []Fault {
	const etcd = "controlPlane.backingStore.etcd.deploy"
	switch cp := v.Plan.ControlPlane; {
	case cp.Store.Type == catalogue.Etcd:
		context := etcd + ".statefulSet.security.containerSecurityContext"
		faults := v.value(etcd+".enabled", true)
		faults = append(faults, v.value(context+".allowPrivilegeEscalation", false)...)
		faults = append(faults, v.value(context+".seccompProfile.type", "RuntimeDefault")...)
		faults = append(faults, v.value(etcd+".statefulSet.enableServiceLinks", false)...)
		faults = append(faults, v.value(etcd+".statefulSet.scheduling.priorityClassName", resolve.ControlPlanePriority)...)
		drop, _ := at(v.values, context+".capabilities.drop").([]any)
		if !slices.Contains(texts(drop), "ALL") {
			faults = append(faults, broken(v.vcluster.ID, valuesPath, "%s.capabilities.drop lacks ALL", context)...)
		}
		return faults
	case catalogue.External(cp.Store.Type):
		const path = "controlPlane.backingStore.database.external"
		faults := v.value(path+".enabled", true)
		source, _ := at(v.values, path+".dataSource").(string)
		if !strings.Contains(source, cp.Store.Endpoint) || (cp.Store.Type == catalogue.Postgres && !strings.HasSuffix(source, "sslmode=verify-full")) {
			faults = append(faults, broken(v.vcluster.ID, valuesPath, "%s.dataSource is not a verified connection to %s", path, cp.Store.Endpoint)...)
		}
		for _, file := range []string{"caFile", "certFile", "keyFile"} {
			if name, _ := at(v.values, path+"."+file).(string); !strings.HasPrefix(name, mountFolder) {
				faults = append(faults, broken(v.vcluster.ID, valuesPath, "%s.%s is not set: the server or the client would not be verified", path, file)...)
			}
		}
		return faults
	case cp.Store.Type == catalogue.EmbeddedEtcd:
		return v.value("controlPlane.backingStore.etcd.embedded.enabled", true)
	}
	return v.value("controlPlane.backingStore.database.embedded.enabled", true)
}

// dnsDiscreet: the tenant's DNS asks the site's resolvers and nobody else, and
// no pod of the tenant reaches the site's own, which knows every tenant's names.
// The second half is flowsAllowed's.
func dnsDiscreet(v view) []Fault {
	if !v.virtual() {
		return nil
	}
	config, _ := at(v.values, "controlPlane.coredns.overwriteConfig").(string)
	want := "forward . " + strings.Join(v.Site.Network.Resolvers, " ")
	var faults []Fault
	forwards := 0
	for _, line := range strings.Split(config, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "forward ") {
			forwards++
			if strings.TrimSpace(line) != want {
				faults = append(faults, broken(v.vcluster.ID, valuesPath, "the tenant's DNS has %q instead of %q", strings.TrimSpace(line), want)...)
			}
		}
	}
	if forwards != 1 {
		faults = append(faults, broken(v.vcluster.ID, valuesPath, "controlPlane.coredns.overwriteConfig forwards %s", fmt.Sprintf("%d times: the chart's own would read the node's resolv.conf", forwards))...)
	}
	return append(faults, v.value("networking.advanced.fallbackHostCluster", false)...)
}
