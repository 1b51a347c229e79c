package prove

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
)

// machinesBare: a machine has nothing of the node and no more of it than was
// sold, boots the site's image, and asks the site's resolvers. It is the
// sandbox, so what is in it does not matter.
func machinesBare(v view) []Fault {
	if !v.machines() || !v.runs() {
		return nil
	}
	var faults []Fault
	sold := map[string]catalogue.Machines{}
	for _, w := range v.Plan.Workers {
		sold[w.Name] = w.Machines
	}
	if cp := v.Plan.ControlPlane; v.stack.Plane == catalogue.PlaneMachines {
		sold["control-plane"] = catalogue.Machines{Count: int64(cp.Replicas), CPU: cp.CPU.Value(), Memory: cp.Memory, Disk: cp.Size}
	}
	for _, o := range ofKind(v.Layer, vclusterGroup, "KubevirtMachineTemplate") {
		use, _ := at(o.Value, "spec.template.spec.virtualMachineTemplate.spec.template.metadata.labels").(map[string]any)
		pool, _ := use["tenantc.dev/machines"].(string)
		size, known := sold[pool]
		if !known {
			faults = append(faults, broken(o.ID, "spec", "it is for machines %q, of which none were sold", pool)...)
		}
		delete(sold, pool)
		faults = append(faults, machineBare(v, o, size)...)
	}
	for pool := range sold {
		faults = append(faults, broken(object.ID{Group: vclusterGroup, Kind: "KubevirtMachineTemplate", Namespace: v.Plan.Namespace}, "", "there is none for the machines %q", pool)...)
	}
	return append(faults, deploymentsSold(v)...)
}

// machineFields are all that a template may say, but for what is judged below.
func machineBare(v view, o object.Object, size catalogue.Machines) []Fault {
	const machine, guest = "spec.template.spec.virtualMachineTemplate.spec", "spec.template.spec.virtualMachineTemplate.spec.template.spec"
	var faults []Fault
	fault := func(path, format string, args ...any) {
		faults = append(faults, broken(o.ID, path, format, args...)...)
	}
	for path := range leaves("", o.Value["spec"].(map[string]any)) {
		if !slices.ContainsFunc(machineFields, func(k string) bool { return strings.HasPrefix("spec."+path, k) }) {
			fault("spec."+path, "it is not among what is proven")
		}
	}
	if got := at(o.Value, "spec.template.spec.virtualMachineTemplate.metadata.namespace"); got != v.Plan.Namespace {
		fault("spec.template.spec.virtualMachineTemplate.metadata.namespace", "it is %v", got)
	}
	want := []struct {
		path string
		want any
	}{
		{guest + ".networks", []any{map[string]any{"name": "default", "pod": map[string]any{}}}},
		{guest + ".domain.devices.interfaces", []any{map[string]any{"name": "default", "bridge": map[string]any{}}}},
		{guest + ".dnsPolicy", "None"},
		{guest + ".dnsConfig.nameservers", list(v.Site.Network.Resolvers)},
		{guest + ".domain.cpu.cores", size.CPU},
	}
	for _, w := range want {
		faults = append(faults, differs(o.ID, w.path, w.want, at(o.Value, w.path), "it is not "+fmt.Sprint(w.want))...)
	}
	for _, path := range []string{".domain.memory.guest", ".domain.resources.limits.memory", ".domain.resources.requests.memory"} {
		if q, ok := quantityOf(at(o.Value, guest+path)); !ok || q.Cmp(size.Memory) != 0 {
			fault(guest+path, "it is not the %s that were sold", &size.Memory)
		}
	}
	if q, ok := quantityOf(at(o.Value, guest+".domain.resources.limits.cpu")); !ok || q.Cmp(*resource.NewQuantity(size.CPU, resource.DecimalSI)) != 0 {
		fault(guest+".domain.resources.limits.cpu", "it is not the %d that were sold", size.CPU)
	}
	return append(faults, machineDisk(v, o, machine, guest, size)...)
}

// machineFields are the beginnings of all fields that a template may have.
var machineFields = func() []string {
	const t = "spec.template.spec."
	const vm = t + "virtualMachineTemplate.spec."
	const guest = vm + "template.spec."
	out := []string{t + "virtualMachineBootstrapCheck.checkStrategy", t + "virtualMachineTemplate.metadata.namespace", vm + "runStrategy", vm + "dataVolumeTemplates", vm + "template.metadata.labels"}
	for _, f := range []string{"evictionStrategy", "networks", "volumes", "dnsPolicy", "dnsConfig.nameservers", "priorityClassName", "topologySpreadConstraints", "nodeSelector", "tolerations",
		"domain.cpu.cores", "domain.cpu.dedicatedCpuPlacement", "domain.memory.guest", "domain.resources.requests", "domain.resources.limits",
		"domain.devices.autoattachGraphicsDevice", "domain.devices.networkInterfaceMultiqueue", "domain.devices.disks", "domain.devices.interfaces"} {
		out = append(out, guest+f)
	}
	return out
}()

// machineDisk: the one disk is the site's image, in the pod or on a volume of a
// class of the cluster's own.
func machineDisk(v view, o object.Object, machine, guest string, size catalogue.Machines) []Fault {
	image := v.Site.Machines.Repository + ":v" + v.Plan.Version
	volumes, _ := at(o.Value, guest+".volumes").([]any)
	if slices.Equal(renders(volumes), renders([]any{map[string]any{"name": "root", "containerDisk": map[string]any{"image": image}}})) && at(o.Value, machine+".dataVolumeTemplates") == nil {
		return nil
	}
	faults := differs(o.ID, guest+".volumes", any([]any{map[string]any{"name": "root", "dataVolume": map[string]any{"name": "root"}}}), any(volumes), "it is not the root disk alone")
	disks, _ := at(o.Value, machine+".dataVolumeTemplates").([]any)
	if len(disks) != 1 {
		return append(faults, broken(o.ID, machine+".dataVolumeTemplates", "it is not the root disk alone")...)
	}
	disk, _ := disks[0].(map[string]any)
	class, _ := at(disk, "spec.pvc.storageClassName").(string)
	if !slices.Contains(storageNames(v), class) {
		faults = append(faults, broken(o.ID, machine+".dataVolumeTemplates", "the class %q is not the cluster's own", class)...)
	}
	return append(faults, differs(o.ID, machine+".dataVolumeTemplates", any(map[string]any{
		"metadata": map[string]any{"name": "root"},
		"spec": map[string]any{
			"source": map[string]any{"registry": map[string]any{"url": "docker://" + image, "pullMethod": "node"}},
			"pvc": map[string]any{
				"accessModes": []any{"ReadWriteOnce"}, "storageClassName": class,
				"resources": map[string]any{"requests": map[string]any{"storage": size.Disk.String()}},
			},
		},
	}), any(disk), "it is not the site's image at the size that was sold")...)
}

func renders(items []any) []string {
	var out []string
	for _, item := range items {
		out = append(out, fmt.Sprint(item))
	}
	return out
}

func list(items []string) []any {
	var out []any
	for _, item := range items {
		out = append(out, item)
	}
	return out
}

// deploymentsSold: there are as many machines as were sold, of the templates
// that are there, and Cluster API puts nothing but what is proven into the
// tenant's cluster, and that into no other.
func deploymentsSold(v view) []Fault {
	var faults []Fault
	for _, w := range v.Plan.Workers {
		id := object.ID{Group: "cluster.x-k8s.io", Kind: "MachineDeployment", Namespace: v.Plan.Namespace, Name: v.Plan.Name + "-" + w.Name}
		o, found := find(v.Layer, id)
		if !found {
			faults = append(faults, missing(id)...)
			continue
		}
		if got := o.Get("spec", "replicas"); got != w.Count {
			faults = append(faults, broken(id, "spec.replicas", "it is %v instead of the %d that were sold", got, w.Count)...)
		}
		for _, path := range []string{"spec.clusterName", "spec.template.spec.clusterName"} {
			if at(o.Value, path) != v.Plan.Name {
				faults = append(faults, broken(id, path, "it is not %s", v.Plan.Name)...)
			}
		}
	}
	for _, o := range ofKind(v.Layer, "addons.cluster.x-k8s.io", "ClusterResourceSet") {
		name := v.Plan.Name + "-network"
		faults = append(faults, differs(o.ID, "spec.clusterSelector", any(map[string]any{"matchLabels": map[string]any{object.LabelCluster: v.Plan.Name}}), o.Get("spec", "clusterSelector"), "it selects another cluster")...)
		faults = append(faults, differs(o.ID, "spec.resources", any([]any{map[string]any{"kind": "ConfigMap", "name": name}}), o.Get("spec", "resources"), "it applies something else")...)
	}
	return faults
}

// hostedPlain: pods of a hosted control plane may run outside of the sandbox, so
// they are what Kamaji starts itself, and in the sandbox where there is one.
func hostedPlain(v view) []Fault {
	if v.stack.Plane != catalogue.PlaneHosted || !v.runs() {
		return nil
	}
	id := object.ID{Group: "controlplane.cluster.x-k8s.io", Kind: "KamajiControlPlane", Namespace: v.Plan.Namespace, Name: v.Plan.Name}
	plane, found := find(v.Layer, id)
	if !found {
		return missing(id)
	}
	var faults []Fault
	spec, _ := plane.Get("spec").(map[string]any)
	for name := range spec {
		if !slices.Contains([]string{"version", "replicas", "dataStoreName", "apiServer", "controllerManager", "scheduler", "addons", "kubelet", "network", "deployment"}, name) {
			faults = append(faults, broken(id, "spec."+name, "it is not among what is proven")...)
		}
	}
	for _, component := range []string{"apiServer", "controllerManager", "scheduler"} {
		fields, _ := spec[component].(map[string]any)
		for name := range fields {
			if name != "resources" && (name != "extraArgs" || component != "apiServer") {
				faults = append(faults, broken(id, "spec."+component+"."+name, "it is not among what is proven")...)
			}
		}
	}
	deployment, _ := spec["deployment"].(map[string]any)
	for name := range deployment {
		if !slices.Contains([]string{"topologySpreadConstraints", "runtimeClassName", "nodeSelector", "tolerations"}, name) {
			faults = append(faults, broken(id, "spec.deployment."+name, "it is not among what is proven")...)
		}
	}
	var class any
	if v.Plan.Sandbox.Name != catalogue.None {
		class = v.Plan.Sandbox.Name
	}
	return append(faults, differs(id, "spec.deployment.runtimeClassName", class, deployment["runtimeClassName"], fmt.Sprintf("it is not %v", class))...)
}
