package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tenantc/tenantc/lab/internal/kube"
	"github.com/tenantc/tenantc/lab/internal/site"
)

// bootstrap does what an operator does once, at all sites: each applies all of
// its folder, layer by layer.
func (s *stage) bootstrap(ctx context.Context, t *testing.T) {
	for _, name := range sites() {
		manifests, err := s.tenancy.Run(ctx, "bootstrap", name)
		require.NoError(t, err)
		start := time.Now()
		login := site.Login{Secret: s.fleet.SecretRef.Name, User: s.git.User, Password: s.git.Password}
		require.NoError(t, s.sites[name].Bootstrap(ctx, login, manifests))
		ready := s.awaitReady(ctx, t, s.sites[name])
		s.report.add("site "+name+": Kustomizations Ready after the bootstrap, in order",
			fmt.Sprintf("%d in %s", len(ready), time.Since(start).Round(100*time.Millisecond)))
		requireOrder(t, ready)
	}
}

// awaitReady waits until every Kustomization of the site is Ready, and returns
// them: in Trieste only those that need no controller of a stack.
func (s *stage) awaitReady(ctx context.Context, t *testing.T, at *site.Site) []kube.Object {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var ready []kube.Object
	err := kube.Until(ctx, func() error {
		list, err := at.Admin.List(ctx, site.Kustomization(""), "")
		if err != nil {
			return err
		}
		if len(list) < s.expected(ctx, t, at) {
			return fmt.Errorf("%d Kustomizations so far", len(list))
		}
		ready = ready[:0]
		for _, k := range list {
			if at.Spec.Name == trieste && strings.HasPrefix(k.GetName(), "cluster-") && k.GetName() != "cluster-porto-vecchio-site" {
				continue
			}
			if status, message := kube.Condition(&k, "Ready"); status != "True" {
				return fmt.Errorf("%s is not Ready: %s", k.GetName(), message)
			}
			ready = append(ready, k)
		}
		return nil
	})
	require.NoError(t, err)
	return ready
}

// expected is how many Kustomizations the site has: those in its folder of the
// fleet, and the one of the bootstrap.
func (s *stage) expected(ctx context.Context, t *testing.T, at *site.Site) int {
	return len(s.layer(ctx, t, "sites/"+at.Spec.Name+"/flux/")) + 1
}

// requireOrder: a boundary is not Ready before the platform, nor a cluster
// before its boundary.
func requireOrder(t *testing.T, ready []kube.Object) {
	since := map[string]string{}
	for _, k := range ready {
		since[k.GetName()] = lastTransition(&k, "Ready")
	}
	for name, at := range since {
		if rest, isBoundary := strings.CutPrefix(name, "boundary-"); isBoundary {
			require.GreaterOrEqual(t, at, since["platform"], name)
			if cluster, ok := since["cluster-"+rest]; ok {
				require.GreaterOrEqual(t, cluster, at, "cluster-"+rest)
			}
		}
	}
}

func lastTransition(o *kube.Object, condition string) string {
	conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, c := range conditions {
		if c := c.(map[string]any); c["type"] == condition {
			return fmt.Sprint(c["lastTransitionTime"])
		}
	}
	return ""
}
