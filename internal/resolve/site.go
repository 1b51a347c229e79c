package resolve

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	utilversion "k8s.io/apimachinery/pkg/util/version"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/schema"
)

// siteResolver makes one Site of its document and collects what is wrong with it.
type siteResolver struct {
	doc   *spec.Document[schema.Site]
	spec  schema.SiteSpec
	site  Site
	diags diag.List
}

func resolveSite(doc *spec.Document[schema.Site]) (Site, diag.List) {
	r := &siteResolver{doc: doc, spec: doc.Value.Spec}
	r.site = Site{
		Name:           doc.Value.Metadata.Name,
		Labels:         doc.Value.Metadata.Labels,
		Kubernetes:     r.spec.Kubernetes,
		APIDomain:      r.spec.APIDomain,
		Pools:          r.pools(),
		StorageClasses: r.storageClasses(),
		Stacks:         r.spec.Stacks,
		Components:     r.components(),
		Network:        r.network(),
		Namespaces:     namespaces(orZero(r.spec.Namespaces)),
		OvercommitCPU:  cmp.Or(orZero(orZero(r.spec.Overcommit).CPU), defaultOvercommit),
		ReserveNodes:   orZero(r.spec.Reserve).Nodes,
		Cost:           or(r.spec.Cost, defaultCost),
		ChartRepo:      cmp.Or(orZero(r.spec.Charts).Repository, defaultChartRepo),
		ImageRegistry:  orZero(r.spec.Images).Registry,
		Machines:       machineImages(orZero(r.spec.Images)),
		Virtink:        virtinkImages(orZero(r.spec.Images)),
		DataStore:      cmp.Or(orZero(r.spec.Kamaji).DataStore, defaultDataStore),
	}
	r.site.LiqoID, r.site.LiqoPeers = orZero(r.spec.Liqo).ClusterID, r.peers()
	r.site.Sandboxes = r.sandboxes()
	r.checkVersions()
	r.checkOvercommit()
	r.checkRanges()
	r.checkResolvers()
	return r.site, r.diags
}

func (r *siteResolver) fault(code diag.Code, path, message, hint string) {
	r.diags = append(r.diags, diag.Diagnostic{
		Severity: diag.Error, Code: code, Path: path, Message: message, Hint: hint, Position: r.doc.At(path),
	})
}

func (r *siteResolver) pools() []Pool {
	var out []Pool
	for _, p := range distinct(r.fault, "spec.pools", "pool", r.spec.Pools, func(p schema.Pool) string { return p.Name }) {
		pool := Pool{
			Name: p.Name, Nodes: p.Nodes,
			CPU: quantity(p.Allocatable.CPU), Memory: quantity(p.Allocatable.Memory),
			Pods: integer(p.Allocatable.Pods), Labels: p.Labels, Sandboxes: p.Sandboxes,
		}
		for _, t := range p.Taints {
			pool.Taints = append(pool.Taints, corev1.Taint{Key: t.Key, Value: t.Value, Effect: corev1.TaintEffect(t.Effect)})
		}
		out = append(out, pool)
	}
	return out
}

func (r *siteResolver) storageClasses() []StorageClass {
	var out []StorageClass
	for _, c := range distinct(r.fault, "spec.storageClasses", "storage class", r.spec.StorageClasses, func(c schema.StorageClass) string { return c.Name }) {
		out = append(out, StorageClass{
			Name: c.Name, Provisioner: c.Provisioner, Parameters: c.Parameters, Capacity: quantity(c.Capacity),
			VolumeBindingMode: cmp.Or(c.VolumeBindingMode, defaultBindingMode), AllowVolumeExpansion: or(c.AllowVolumeExpansion, true),
		})
	}
	return out
}

func (r *siteResolver) components() Components {
	c := r.spec.Components
	chart, known := catalogue.Lookup(c.VCluster)
	if c.VCluster != "" && !known {
		r.fault(diag.ChartUnknown, "spec.components.vcluster",
			fmt.Sprintf("tenantc does not know vcluster chart %s", c.VCluster),
			"install one it knows: "+strings.Join(catalogue.Versions(), ", "))
	}
	return Components{
		Flux: c.Flux, ClusterAPI: c.ClusterAPI, VCluster: chart,
		VClusterPro: orZero(c.VClusterPro), Kata: c.Kata, GVisor: c.GVisor, KamajiProvider: c.KamajiProvider,
	}
}

func (r *siteResolver) network() SiteNetwork {
	n := r.spec.Network
	ingress := orZero(n.Ingress)
	return SiteNetwork{
		CNI: n.CNI, PodCIDRs: n.PodCIDRs, ServiceCIDRs: n.ServiceCIDRs, NodeCIDRs: n.NodeCIDRs,
		APIServers: n.APIServer.Addresses, APIServerPort: int32(cmp.Or(orZero(n.APIServer.Port), defaultAPIServerPort)),
		Resolvers: n.DNS.Resolvers, IngressClass: ingress.Class, IngressNamespace: ingress.Namespace,
		LoadBalancerPool: n.LoadBalancerPool,
	}
}

func namespaces(n schema.Namespaces) Namespaces {
	return Namespaces{
		ClusterAPI:       cmp.Or(n.ClusterAPI, defaultClusterAPINamespace),
		VClusterProvider: cmp.Or(n.VClusterProvider, defaultProviderNamespace),
		Metrics:          cmp.Or(n.Metrics, defaultMetricsNamespace),

		KubeadmBootstrap:    cmp.Or(n.KubeadmBootstrap, defaultBootstrapNamespace),
		KubeadmControlPlane: cmp.Or(n.KubeadmControlPlane, defaultKubeadmNamespace),
		KubeVirt:            cmp.Or(n.Kubevirt, defaultKubeVirtNamespace),
		KubeVirtProvider:    cmp.Or(n.KubevirtProvider, defaultCAPKNamespace),
		DataImporter:        cmp.Or(n.DataImporter, defaultImporterNamespace),
		Kamaji:              cmp.Or(n.Kamaji, defaultKamajiNamespace),
		Capsule:             cmp.Or(n.Capsule, defaultCapsuleNamespace),
		Virtink:             cmp.Or(n.Virtink, defaultVirtinkNamespace),
		VirtinkProvider:     cmp.Or(n.VirtinkProvider, defaultCAPCHNamespace),
	}
}

// machineImages are upstream's unless the site lists its own.
func machineImages(i schema.Images) MachineImages {
	images := MachineImages{Repository: catalogue.MachineRepository, Versions: catalogue.MachineVersions(), Addresses: i.Addresses}
	if i.Machines != nil {
		images.Repository = cmp.Or(i.Machines.Repository, images.Repository)
		images.Versions = i.Machines.Kubernetes
	}
	return images
}

// virtinkImages are the site's own: the provider's, smartxworks/capch-rootfs,
// are of Kubernetes versions that nobody looks after any more.
func virtinkImages(i schema.Images) MachineImages {
	own := orZero(i.Virtink)
	return MachineImages{Repository: own.Repository, Versions: own.Kubernetes, Kernel: own.Kernel, Addresses: i.Addresses}
}

// sandboxes is the union of what the pools offer, with the overheads of the
// site's Kata version.
func (r *siteResolver) sandboxes() []catalogue.Sandbox {
	found := map[string]bool{}
	var out []catalogue.Sandbox
	for i, p := range r.spec.Pools {
		for j, name := range p.Sandboxes {
			if found[name] {
				continue
			}
			found[name] = true
			if sandbox, ok := r.sandbox(name, fmt.Sprintf("spec.pools[%d].sandboxes[%d]", i, j)); ok {
				out = append(out, sandbox)
			}
		}
	}
	slices.SortFunc(out, func(a, b catalogue.Sandbox) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func (r *siteResolver) sandbox(name, path string) (catalogue.Sandbox, bool) {
	c := r.spec.Components
	switch {
	case catalogue.IsKata(name) && c.Kata == "":
		r.fault(diag.SandboxNotInstalled, path, fmt.Sprintf("a pool offers %s, but the site lists no Kata version", name),
			"write components.kata, or take the sandbox off the pool")
		return catalogue.Sandbox{}, false
	case name == catalogue.GVisor && c.GVisor == "":
		r.fault(diag.SandboxNotInstalled, path, "a pool offers gvisor, but the site lists no gVisor version",
			"write components.gvisor, or take the sandbox off the pool")
		return catalogue.Sandbox{}, false
	}
	sandbox, known := catalogue.SandboxFor(name, c.Kata)
	if !known {
		r.fault(diag.KataUnknown, "spec.components.kata", fmt.Sprintf("tenantc does not know the overhead of %s in Kata %s", name, c.Kata),
			"it knows 3.x and 4.x")
	}
	return sandbox, known
}

func (r *siteResolver) checkOvercommit() {
	if orZero(orZero(r.spec.Overcommit).Memory) <= 1 {
		return
	}
	for _, sandbox := range r.site.Sandboxes {
		if sandbox.VM {
			r.fault(diag.MemoryOvercommit, "spec.overcommit.memory",
				fmt.Sprintf("memory cannot be sold more than once where pods are virtual machines (%s)", sandbox.Name), "write 1.0")
			return
		}
	}
	r.fault(diag.MemoryOvercommit, "spec.overcommit.memory", "memory above 1.0 is not sold by this version of tenantc: requests always equal limits", "write 1.0")
}

// poolPath is where a site says which addresses its load balancers have.
const poolPath = "spec.network.loadBalancerPool"

// checkRanges refuses a site whose pods, services, nodes and load balancers share
// addresses: a rule for one would then hold for another.
func (r *siteResolver) checkRanges() {
	type ranged struct {
		path   string
		prefix netip.Prefix
	}
	var all []ranged
	for _, group := range []struct {
		path  string
		cidrs []string
	}{
		{"spec.network.podCIDRs", r.spec.Network.PodCIDRs},
		{"spec.network.serviceCIDRs", r.spec.Network.ServiceCIDRs},
		{"spec.network.nodeCIDRs", r.spec.Network.NodeCIDRs},
		{poolPath, []string{r.spec.Network.LoadBalancerPool}},
	} {
		for i, cidr := range group.cidrs {
			prefix, err := netip.ParsePrefix(cidr)
			if err != nil {
				continue
			}
			path := fmt.Sprintf("%s[%d]", group.path, i)
			if group.path == poolPath {
				path = poolPath
			}
			for _, other := range all {
				if other.prefix.Overlaps(prefix) {
					r.fault(diag.RangesOverlap, path, fmt.Sprintf("%s shares addresses with %s, %s", cidr, other.path, other.prefix), "give each its own range")
				}
			}
			all = append(all, ranged{path, prefix})
		}
	}
}

// checkResolvers refuses resolvers that would tell tenants of one another, or
// that no tenant may reach. Those on nodes' addresses pass: machines beside the
// cluster have such addresses, too.
func (r *siteResolver) checkResolvers() {
	ranges := append(namedRanges("the pods of the site", r.spec.Network.PodCIDRs), namedRanges("the services of the site", r.spec.Network.ServiceCIDRs)...)
	ranges = append(ranges, neverReachable...)
	for i, address := range r.spec.Network.DNS.Resolvers {
		ip, err := netip.ParseAddr(address)
		if err != nil {
			continue // the schema has said so
		}
		if hit, bad := overlapping(netip.PrefixFrom(ip, ip.BitLen()).String(), ranges); bad {
			r.fault(diag.ResolverGuarded, fmt.Sprintf("spec.network.dns.resolvers[%d]", i),
				fmt.Sprintf("the resolver %s is in %s, %s", address, hit.name, hit.prefix), "name the resolvers that the site's nodes use")
		}
	}
}

// older compares versions such as 1.9 and 1.30.2 by number. The schema has
// checked that they are versions.
func older(have, least string) bool {
	h, err := utilversion.ParseGeneric(have)
	if err != nil {
		return false
	}
	return h.LessThan(utilversion.MustParseGeneric(least))
}

// quantity reads what the schema has checked; an empty one is zero.
func quantity(s string) resource.Quantity {
	q, err := resource.ParseQuantity(s)
	if err != nil {
		return resource.Quantity{}
	}
	return q
}

func integer(s string) int64 {
	q := quantity(s)
	return q.Value()
}
