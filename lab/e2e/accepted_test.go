package e2e

import (
	"context"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/lab/internal/kube"
	"github.com/tenantc/tenantc/lab/internal/site"
)

// testAccepted: the API server accepts every object of every site in a strict
// dry run, from the account that applies it.
func testAccepted(ctx context.Context, t *testing.T, s *stage) {
	kinds, count := map[string]bool{}, 0
	for name, at := range s.sites {
		for account, objects := range s.byAccount(ctx, t, name) {
			client, err := at.Admin.AsAccount(site.FluxNamespace, account)
			require.NoError(t, err)
			for _, o := range objects {
				if err := client.DryRun(ctx, o); err != nil {
					t.Errorf("%s, as %s: %v", kube.RefOf(o), account, err)
				}
				kinds[o.GetAPIVersion()+" "+o.GetKind()] = true
				count++
			}
		}
	}
	s.report.add("objects accepted in a strict server-side dry run", fmt.Sprintf("%d, of %d kinds:", count, len(kinds)))
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		s.report.add("  "+kind, "accepted")
	}
}

// byAccount are the objects in the site's folder, by the account that applies them.
func (s *stage) byAccount(ctx context.Context, t *testing.T, name string) map[string][]*kube.Object {
	folder := "sites/" + name + "/"
	accounts := map[string][]*kube.Object{
		"tenantc-site":     s.layer(ctx, t, folder+"flux/"),
		"tenantc-platform": s.layer(ctx, t, folder+"platform/"),
	}
	for _, k := range s.layer(ctx, t, folder+"flux/") {
		path := strings.TrimPrefix(kube.Text(k, "spec", "path"), "./") + "/"
		account := kube.Text(k, "spec", "serviceAccountName")
		if strings.Contains(path, "/tenants/") {
			accounts[account] = append(accounts[account], s.layer(ctx, t, path)...)
		}
	}
	return accounts
}

// layer are the objects below a folder of the published fleet.
func (s *stage) layer(ctx context.Context, t *testing.T, folder string) []*kube.Object {
	t.Helper()
	var objects []*kube.Object
	for _, path := range strings.Fields(s.gitFleet(ctx, t, "ls-tree", "-r", "--name-only", s.fleet.Branch, folder)) {
		if strings.HasSuffix(path, "/kustomization.yaml") {
			continue
		}
		parsed, err := kube.Read([]byte(s.gitFleet(ctx, t, "show", s.fleet.Branch+":"+path)))
		require.NoError(t, err, path)
		objects = append(objects, parsed...)
	}
	return objects
}

// gitFleet runs git on the fleet repository.
func (s *stage) gitFleet(ctx context.Context, t *testing.T, arguments ...string) string {
	t.Helper()
	out, err := exec.CommandContext(ctx, "git", append([]string{"--git-dir", s.fleet.Repository}, arguments...)...).Output()
	require.NoError(t, err)
	return string(out)
}
