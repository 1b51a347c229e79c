package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/scaffold"
	"github.com/tenantc/tenantc/internal/spec"
)

func newNew(s *settings) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Write a spec from flags, valid or not at all",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newTenant(s), newSite(s))
	return cmd
}

func newTenant(s *settings) *cobra.Command {
	o := scaffold.DefaultTenant()
	cmd := &cobra.Command{
		Use:   "tenant NAME",
		Short: "Write the spec of a tenant with one cluster",
		Example: `  tenantc new tenant acme --class gold --cluster prod --site turin-1 \
    --cpu 16 --memory 32Gi --storage 200Gi --storage-class nvme`,
		Args: exactArgs("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Name = args[0]
			return s.write(cmd, o.Missing(), scaffold.TenantPath(o.Name), scaffold.Tenant(o))
		},
	}
	f := cmd.Flags()
	f.StringToStringVar(&o.Labels, "label", o.Labels, "labels of the tenant, as key=value")
	f.StringVar(&o.Class, "class", o.Class, "the class bought")
	f.StringVar(&o.Owner, "owner", o.Owner, "whom to ask")
	f.StringVar(&o.Email, "email", o.Email, "the owner's address")
	f.StringVar(&o.Cluster, "cluster", o.Cluster, "name of the cluster, without a hyphen")
	f.StringVar(&o.Site, "site", o.Site, "the site it runs on")
	f.StringToStringVar(&o.Placement, "placement", o.Placement, "or labels that its site must have, as key=value")
	f.StringVar(&o.Stack, "stack", o.Stack, "how the cluster is made")
	f.StringVar(&o.Isolation, "isolation", o.Isolation, "soft, hard or hard+")
	f.StringVar(&o.Sandbox, "sandbox", o.Sandbox, "how its pods are isolated")
	f.StringVar(&o.Kubernetes, "kubernetes", o.Kubernetes, "minor version, as in 1.34")
	f.StringVar(&o.CPU, "cpu", o.CPU, "what the tenant may use")
	f.StringVar(&o.Memory, "memory", o.Memory, "what the tenant may use")
	f.StringVar(&o.Storage, "storage", o.Storage, "sum of all volumes")
	f.StringVar(&o.Pods, "pods", o.Pods, "number of pods")
	f.StringSliceVar(&o.StorageClasses, "storage-class", o.StorageClasses, "storage classes of the site")
	f.StringSliceVar(&o.Hosts, "host", o.Hosts, "names to claim at the site's ingress")
	f.StringVar(&o.Issuer, "oidc-issuer", o.Issuer, "the tenant's identity provider")
	f.StringVar(&o.ClientID, "oidc-client-id", o.ClientID, "client ID there")
	f.StringVar(&o.GroupsClaim, "oidc-groups-claim", o.GroupsClaim, "claim with the user's groups")
	f.StringSliceVar(&o.AdminGroups, "admin-group", o.AdminGroups, "groups that administer the cluster")
	return cmd
}

func newSite(s *settings) *cobra.Command {
	o := scaffold.DefaultSite()
	var classes []string
	cmd := &cobra.Command{
		Use:   "site NAME",
		Short: "Write the spec of a site with one pool",
		Example: `  tenantc new site turin-2 --api-domain turin-2.k8s.example.net --cpu 92 --memory 360Gi \
    --pod-cidr 10.0.0.0/16 --service-cidr 10.1.0.0/16 --node-cidr 192.168.10.0/24 \
    --api-server 192.168.10.10 --resolver 192.168.10.53 --storage-class nvme:topolvm.io:40Ti`,
		Args: exactArgs("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Name = args[0]
			for _, text := range classes {
				class, err := scaffold.ParseStorageClass(text)
				if err != nil {
					return usageError{err}
				}
				o.StorageClasses = append(o.StorageClasses, class)
			}
			return s.write(cmd, o.Missing(), scaffold.SitePath(o.Name), scaffold.Site(o))
		},
	}
	f := cmd.Flags()
	f.StringToStringVar(&o.Labels, "label", o.Labels, "labels of the site, as key=value")
	f.StringVar(&o.Kubernetes, "kubernetes", o.Kubernetes, "minor version")
	f.StringVar(&o.APIDomain, "api-domain", o.APIDomain, "domain of the tenants' API servers")
	f.StringVar(&o.Pool, "pool", o.Pool, "name of the pool")
	f.IntVar(&o.Nodes, "nodes", o.Nodes, "number of nodes")
	f.StringVar(&o.CPU, "cpu", o.CPU, "allocatable of one node")
	f.StringVar(&o.Memory, "memory", o.Memory, "allocatable of one node")
	f.StringVar(&o.Pods, "pods", o.Pods, "allocatable of one node")
	f.StringSliceVar(&o.Sandboxes, "sandbox", o.Sandboxes, "what runs on the nodes")
	f.IntVar(&o.Reserve, "reserve", o.Reserve, "nodes that may be down")
	f.StringSliceVar(&classes, "storage-class", nil, "as name:provisioner:capacity")
	f.StringVar(&o.Flux, "flux", o.Flux, "installed version")
	f.StringVar(&o.ClusterAPI, "cluster-api", o.ClusterAPI, "installed version")
	f.StringVar(&o.VCluster, "vcluster", o.VCluster, "version of the vcluster chart")
	f.StringVar(&o.Kata, "kata", o.Kata, "installed version")
	f.StringVar(&o.GVisor, "gvisor", o.GVisor, "installed version")
	f.StringVar(&o.CNI, "cni", o.CNI, "cilium or calico")
	f.StringSliceVar(&o.PodCIDRs, "pod-cidr", o.PodCIDRs, "ranges of the pods")
	f.StringSliceVar(&o.ServiceCIDRs, "service-cidr", o.ServiceCIDRs, "ranges of the services")
	f.StringSliceVar(&o.NodeCIDRs, "node-cidr", o.NodeCIDRs, "ranges of the nodes")
	f.StringSliceVar(&o.APIServers, "api-server", o.APIServers, "addresses of the site's API server")
	f.IntVar(&o.APIServerPort, "api-server-port", o.APIServerPort, "its port")
	f.StringSliceVar(&o.Resolvers, "resolver", o.Resolvers, "DNS resolvers that tenants may use")
	f.StringVar(&o.IngressClass, "ingress-class", o.IngressClass, "the ingress controller's class")
	f.StringVar(&o.IngressNamespace, "ingress-namespace", o.IngressNamespace, "where it runs")
	f.StringVar(&o.LoadBalancerPool, "load-balancer-pool", o.LoadBalancerPool, "range of the load balancers")
	return cmd
}

// write adds a spec to the tenancy if the tenancy with it is without faults.
func (s *settings) write(cmd *cobra.Command, missing []string, path string, data []byte) error {
	if len(missing) > 0 {
		return usageError{fmt.Errorf("missing: --%s", strings.Join(missing, ", --"))}
	}
	source, faults, err := compiler.Load(cmd.Context(), s.dir)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(source.Specs, func(f spec.File) bool { return f.Path == path }) {
		fmt.Fprintf(cmd.ErrOrStderr(), "tenantc: %s is there already: edit it, or choose another name\n", path)
		return errNo
	}
	source.Specs = append(source.Specs, spec.File{Path: path, Data: data})
	_, more := compiler.Check(cmd.Context(), source, compiler.Options{Workers: s.workers})
	if err := cmd.Context().Err(); err != nil {
		return err
	}
	if err := s.verdict(cmd.ErrOrStderr(), append(faults, more...), &enum{value: "text"}); err != nil {
		return err
	}
	if err := create(cmd, s.dir, map[string][]byte{path: data}); err != nil {
		return err
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), path)
	return err
}
