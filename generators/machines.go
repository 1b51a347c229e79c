package generators

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// What the stacks have in common whose nodes are virtual machines, made by
// Cluster API with kubeadm.

const (
	kubevirtCluster  = "KubevirtCluster"
	kubevirtTemplate = "KubevirtMachineTemplate"
	kubeadmTemplate  = "KubeadmConfigTemplate"
	portKubeAPI      = 6443
	poolLabel        = "tenantc.dev/machines" // of a machine: control-plane, or its pool
	controlPlanePool = "control-plane"
)

// fluxPrune keeps an object on the site when it is no longer in the fleet.
const fluxPrune = "kustomize.toolkit.fluxcd.io/prune"

// kept leaves an object to Cluster API. A template is immutable: another
// content is another name, and machines of a roll-out may still be made of the
// one before, which compile, not reading the fleet, does not know. And of a
// cluster that is retired only the Cluster is deleted by Flux; it takes the
// rest with it, in the order that the providers need.
func kept(o object.Object) object.Object {
	metadata := o.Value["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	if annotations == nil {
		annotations = map[string]any{}
	}
	annotations[fluxPrune] = "disabled"
	metadata["annotations"] = annotations
	return o
}

// template makes a machine's template with its name: of what it is for, and a
// digest of all that it says.
func (a capi) template(apiVersion, kind, use string, spec map[string]any) object.Object {
	sum := sha256.Sum256(object.Object{Value: spec}.YAML())
	return kept(a.object(apiVersion, kind, a.cluster.Name+"-"+use+"-"+hex.EncodeToString(sum[:4]), spec))
}

// workers are, for each pool, the machines' template, how they join, and the
// deployment that makes as many as there are to be.
func (a capi) workers(s resolve.Site) []object.Object {
	var objects []object.Object
	for _, w := range a.cluster.Workers {
		machine := a.machine(s, w.Name, w.Machines)
		join := a.template(a.api(bootGroup), kubeadmTemplate, w.Name, map[string]any{"template": map[string]any{"spec": a.joining(s)}})
		objects = append(objects, machine, join, a.deployment(w, join.ID.Name, machine.ID.Name))
	}
	return objects
}

// machine is the template of the machines of one pool.
func (a capi) machine(s resolve.Site, use string, m catalogue.Machines) object.Object {
	return a.template(infraGroup+"/"+a.by.version, a.by.template, use, a.by.machine(s, a.cluster, use, m))
}

// joining is how any machine joins the cluster (KubeadmConfigSpec).
func (a capi) joining(s resolve.Site) map[string]any {
	spec := map[string]any{}
	if a.by.prepared != nil {
		spec = a.by.prepared(s)
	}
	spec["joinConfiguration"] = a.nodeRegistration()
	return spec
}

func (a capi) nodeRegistration() map[string]any {
	node := map[string]any{}
	if a.by.node != nil {
		node = a.by.node(a)
	}
	node["criSocket"] = kubeadmSocket
	return map[string]any{"nodeRegistration": node}
}

// deployment replaces machines one by one, the new one first: the quota has
// room for one.
func (a capi) deployment(w resolve.Workers, join, machine string) object.Object {
	c := a.cluster
	name := c.Name + "-" + w.Name
	labels := map[string]any{clusterGroup + "/cluster-name": c.Name, clusterGroup + "/deployment-name": name}
	strategy := map[string]any{"type": "RollingUpdate", "rollingUpdate": map[string]any{"maxSurge": 1, "maxUnavailable": 0}}
	spec := map[string]any{
		"clusterName": c.Name,
		"replicas":    w.Count,
		"selector":    map[string]any{"matchLabels": labels},
		"template": map[string]any{
			"metadata": map[string]any{"labels": labels},
			"spec": map[string]any{
				"clusterName":       c.Name,
				"version":           "v" + c.Version,
				"bootstrap":         map[string]any{"configRef": a.kubeadm(bootGroup, kubeadmTemplate, join)},
				"infrastructureRef": a.infra(a.by.template, machine),
			},
		},
	}
	if a.v1beta2 {
		spec["rollout"] = map[string]any{"strategy": strategy}
	} else {
		spec["strategy"] = strategy
	}
	return a.object(a.api(clusterGroup), "MachineDeployment", name, spec)
}

// infrastructure is the provider's own part of the cluster.
func (a capi) infrastructure(annotations map[string]any, spec map[string]any) object.Object {
	o := a.object(infraGroup+"/"+a.by.version, a.by.cluster, a.cluster.Name, spec)
	if annotations != nil {
		o.Value["metadata"].(map[string]any)["annotations"] = annotations
	}
	return kept(o)
}

// serviceType of the API server: an ingress controller, too, reaches it inside
// of the site.
func serviceType(c resolve.Cluster) string {
	if c.ControlPlane.Expose == exposeLoadBalancer {
		return "LoadBalancer"
	}
	return "ClusterIP"
}

// network installs the network of the cluster's pods: Cluster API applies what
// the ConfigMap says to the cluster with the label that it has from tenantc.
func (a capi) network() []object.Object {
	c := a.cluster
	name := c.Name + "-network"
	manifests := object.From(map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta(c, name),
		"data": insideData(c),
	})
	set := a.object(a.api(addonsGroup), "ClusterResourceSet", name, map[string]any{
		"clusterSelector": map[string]any{"matchLabels": map[string]any{object.LabelCluster: c.Name}},
		"resources":       []any{map[string]any{"kind": "ConfigMap", "name": name}},
		"strategy":        "Reconcile",
	})
	return []object.Object{manifests, set}
}

// insideData is what the cluster begins with: its network, and its tenant as
// its administrator.
func insideData(c resolve.Cluster) map[string]any {
	data := map[string]any{"flannel.yaml": flannel(c.Inside.PodCIDR)}
	if admins := adminManifests(c); admins != "" {
		data["admins.yaml"] = admins
	}
	return data
}

// apiIngress leads the tenant's people to the Service of their API server,
// which ends TLS itself.
func (a capi) apiIngress(s resolve.Site, service string) []object.Object {
	c := a.cluster
	if c.ControlPlane.Expose != exposeIngress {
		return nil
	}
	backend := map[string]any{"service": map[string]any{"name": service, "port": map[string]any{"number": portKubeAPI}}}
	o := a.object("networking.k8s.io/v1", "Ingress", c.Name, map[string]any{
		"ingressClassName": s.Network.IngressClass,
		"rules": []any{map[string]any{"host": c.APIHost, "http": map[string]any{"paths": []any{
			map[string]any{"path": "/", "pathType": "ImplementationSpecific", "backend": backend},
		}}}},
	})
	o.Value["metadata"].(map[string]any)["annotations"] = map[string]any{
		"nginx.ingress.kubernetes.io/backend-protocol": "HTTPS",
		"nginx.ingress.kubernetes.io/ssl-passthrough":  "true",
		"nginx.ingress.kubernetes.io/ssl-redirect":     "true",
	}
	return []object.Object{o}
}

// planeArguments of the API server: the tenant's identity provider.
func planeArguments(c resolve.Cluster) [][2]string {
	oidc := c.Access.OIDC
	if oidc == nil {
		return nil
	}
	args := [][2]string{
		{"oidc-client-id", oidc.ClientID},
		{"oidc-issuer-url", oidc.Issuer},
		{"oidc-username-claim", oidc.UsernameClaim},
		{"oidc-username-prefix", resolve.Prefix},
	}
	if oidc.GroupsClaim != "" {
		args = append(args, [2]string{"oidc-groups-claim", oidc.GroupsClaim}, [2]string{"oidc-groups-prefix", resolve.Prefix})
	}
	return args
}

// planeMachines are the control plane as machines.
func planeMachines(c resolve.Cluster) catalogue.Machines {
	cp := c.ControlPlane
	return catalogue.Machines{Count: int64(cp.Replicas), CPU: cp.CPU.Value(), Memory: cp.Memory, Disk: cp.Size}
}
