package site

import (
	"context"
	"fmt"
	"time"

	"github.com/tenantc/tenantc/lab/internal/kube"
)

// Login is what a site needs to read the fleet repository.
type Login struct{ Secret, User, Password string }

// Bootstrap does once what an operator does: the login, and what `tenantc
// bootstrap` prints.
func (s *Site) Bootstrap(ctx context.Context, login Login, manifests []byte) error {
	objects, err := kube.Read(manifests)
	if err != nil {
		return fmt.Errorf("tenantc bootstrap: %w", err)
	}
	if login.Secret != "" {
		objects = append([]*kube.Object{kube.Must(`
apiVersion: v1
kind: Secret
metadata: {name: %s, namespace: %s}
stringData: {username: %q, password: %q}
`, login.Secret, FluxNamespace, login.User, login.Password)}, objects...)
	}
	for _, o := range objects {
		if err := s.Admin.Apply(ctx, o); err != nil {
			return fmt.Errorf("%s: %w", kube.RefOf(o), err)
		}
	}
	return nil
}

// Notify tells the site's Flux that there is something to pull, as a git host's
// webhook does.
func (s *Site) Notify(ctx context.Context) error {
	patch := fmt.Sprintf(`{"metadata":{"annotations":{"reconcile.fluxcd.io/requestedAt":%q}}}`, time.Now().Format(time.RFC3339Nano))
	return s.Admin.Merge(ctx, Source(), patch)
}

// Source is the GitRepository that bootstrap makes.
func Source() kube.Ref {
	return kube.Ref{APIVersion: "source.toolkit.fluxcd.io/v1", Kind: "GitRepository", Namespace: FluxNamespace, Name: "fleet"}
}

// Kustomization is a Flux Kustomization of the site's.
func Kustomization(name string) kube.Ref {
	return kube.Ref{APIVersion: "kustomize.toolkit.fluxcd.io/v1", Kind: "Kustomization", Namespace: FluxNamespace, Name: name}
}
