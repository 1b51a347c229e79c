package site

import (
	"context"
	"net/netip"
	"strings"

	"k8s.io/client-go/rest"

	"github.com/tenantc/tenantc/lab/internal/kube"
	"github.com/tenantc/tenantc/lab/internal/standin"
)

// startStandins starts what plays the hardware and the virtual clusters.
func (s *Site) startStandins(ctx context.Context) error {
	go standin.ProvideVolumes(ctx, s.Admin)
	if err := s.startLoadBalancer(ctx); err != nil {
		return err
	}
	url, err := s.runAPIServer(ctx, "tenant-api", "/tenants/"+s.Spec.Name, "10.255.0.0/16")
	if err != nil {
		return err
	}
	// <cluster>.<namespace> and <cluster>.<namespace>.svc lead there, as the Service would.
	address := strings.TrimPrefix(url, "https://")
	s.lab.Proxy.Add(func(name string) (string, bool) {
		return address, s.isService(ctx, name) || s.isLoadBalanced(name)
	})
	pair, err := s.lab.Authority.Client("kubernetes-admin", "system:masters")
	if err != nil {
		return err
	}
	tenants, err := kube.NewClient(&rest.Config{Host: url, TLSClientConfig: rest.TLSClientConfig{
		CAData: s.lab.Authority.PEM, CertData: pair.Cert, KeyData: pair.Key,
	}})
	if err != nil {
		return err
	}
	if err := tenants.Apply(ctx, kube.Must("{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: default}}")); err != nil {
		return err
	}
	go standin.TenantAPI{Host: s.Admin, Authority: s.lab.Authority.PEM, Admin: pair, ProxyURL: s.lab.Proxy.URL(), Silent: &s.silent}.Run(ctx)
	return nil
}

// isService says whether the name is of a Service of this site.
func (s *Site) isService(ctx context.Context, name string) bool {
	service, namespace, found := strings.Cut(strings.TrimSuffix(name, ".svc"), ".")
	if !found || strings.Contains(namespace, ".") {
		return false
	}
	_, err := s.Admin.Get(ctx, kube.Ref{APIVersion: "v1", Kind: "Service", Namespace: namespace, Name: service})
	return err == nil
}

// isLoadBalanced says whether the name is an address out of the site's pool.
func (s *Site) isLoadBalanced(name string) bool {
	address, err := netip.ParseAddr(name)
	return err == nil && s.balanced.Contains(address)
}

// startLoadBalancer gives addresses out of the site's pool, if it has one.
func (s *Site) startLoadBalancer(ctx context.Context) error {
	if s.Spec.Network.LoadBalancerPool == "" {
		return nil
	}
	pool, err := netip.ParsePrefix(s.Spec.Network.LoadBalancerPool)
	if err != nil {
		return err
	}
	s.balanced = pool
	go standin.BalanceLoad(ctx, s.Admin, pool)
	return nil
}

// Silence makes the control planes in a namespace never answer.
func (s *Site) Silence(namespace string) { s.silent.Store(namespace, true) }
