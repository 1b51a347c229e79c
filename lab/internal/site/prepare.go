package site

import (
	"context"
	"fmt"
	"time"

	"github.com/tenantc/tenantc/lab/internal/build"
	"github.com/tenantc/tenantc/lab/internal/kube"
)

// prepare installs what docs/site.md says a site has: namespaces, the kinds of
// Flux, Cluster API, the provider and the network plugin, and the controllers' roles.
func (s *Site) prepare(ctx context.Context) error {
	for _, name := range s.namespaces() {
		if err := s.Admin.Apply(ctx, kube.Must("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}", name)); err != nil {
			return err
		}
	}
	crds, err := s.crds()
	if err != nil {
		return err
	}
	for _, crd := range crds {
		if err := s.Admin.Apply(ctx, crd); err != nil {
			return fmt.Errorf("%s: %w", crd.GetName(), err)
		}
	}
	if err := s.applyRoles(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for _, crd := range crds {
		if err := s.awaitCondition(ctx, kube.RefOf(crd), "Established"); err != nil {
			return err
		}
	}
	return nil
}

// awaitCondition waits until the object's condition is True.
func (s *Site) awaitCondition(ctx context.Context, ref kube.Ref, condition string) error {
	return kube.Until(ctx, func() error {
		o, err := s.Admin.Get(ctx, ref)
		if err != nil {
			return err
		}
		if status, message := kube.Condition(o, condition); status != "True" {
			return fmt.Errorf("%s is not %s: %s", ref, condition, message)
		}
		return nil
	})
}

func (s *Site) namespaces() []string {
	names := []string{FluxNamespace, s.Spec.Namespaces.ClusterAPI, s.Spec.Namespaces.VclusterProvider, s.Spec.Namespaces.Metrics}
	if ingress := s.Spec.Network.Ingress.Namespace; ingress != "" {
		names = append(names, ingress)
	}
	return names
}

// applyRoles gives the controllers the rights that their projects' manifests
// give them.
func (s *Site) applyRoles(ctx context.Context) error {
	for account, role := range map[string]string{
		fluxAccount("source-controller"): s.source(build.SourceController, "config/rbac/role.yaml"),
		clusterAPIAccount(s.Spec):        s.source(s.Spec.clusterAPI().source, "config/rbac/role.yaml"),
	} {
		if err := s.applyRole(ctx, account, role); err != nil {
			return err
		}
	}
	for _, account := range []string{fluxAccount("kustomize-controller"), providerAccount(s.Spec)} {
		if err := s.bind(ctx, account, "cluster-admin"); err != nil {
			return err
		}
	}
	return nil
}

// applyRole applies the ClusterRole in the file, under a name of its own, and binds it.
func (s *Site) applyRole(ctx context.Context, account, file string) error {
	objects, err := kube.ReadFile(file)
	if err != nil {
		return err
	}
	for _, o := range objects {
		if o.GetKind() != "ClusterRole" {
			continue
		}
		o.SetName(account)
		if err := s.Admin.Apply(ctx, o); err != nil {
			return err
		}
		return s.bind(ctx, account, o.GetName())
	}
	return fmt.Errorf("no ClusterRole in %s", file)
}

func (s *Site) bind(ctx context.Context, user, role string) error {
	return s.Admin.Apply(ctx, kube.Must(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: %[1]q}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %[2]q}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: %[1]q}]
`, user, role))
}
