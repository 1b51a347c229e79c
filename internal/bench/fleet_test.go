package bench

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
)

// sourceOf is a fleet as the compiler takes it.
func sourceOf(fleet map[string][]byte) compiler.Source {
	var files []spec.File
	for _, path := range slices.Sorted(maps.Keys(fleet)) {
		files = append(files, spec.File{Path: path, Data: fleet[path]})
	}
	return compiler.NewSource(files)
}

// changedTenant is the file of the tenant that changes, and firstPods what its
// first cluster has bought before.
const (
	changedTenant = "tenants/tenant-00001.yaml"
	firstPods     = 100
)

var podsLine = regexp.MustCompile(`(?m)^( +pods: )"[0-9]+"$`)

// buyPods gives the spec's first tenant cluster another quota of pods.
func buyPods(tenant []byte, pods int) []byte {
	at := podsLine.FindSubmatchIndex(tenant)
	return fmt.Appendf(nil, "%s\"%d\"%s", tenant[:at[3]], pods, tenant[at[1]:])
}

// A fleet is measured only while tenantc has nothing to say against it.
func TestFleetCompiles(t *testing.T) {
	result, faults := compiler.Compile(t.Context(), sourceOf(Fleet(20)), compiler.Options{})
	require.Empty(t, faults)
	require.Len(t, result.Plan.Clusters, 20)
	require.Len(t, result.Plan.Sites, 2)
	require.NotEmpty(t, result.Tree.Files)
}

// What a user sells is what is measured: all kinds of sites, isolation and
// stores, tenants on several sites, never more than ten clusters a site.
func TestFleetIsVaried(t *testing.T) {
	result, faults := compiler.Check(t.Context(), sourceOf(Fleet(200)), compiler.Options{})
	require.Empty(t, faults)
	seen := map[string]map[string]bool{"sandbox": {}, "store": {}, "distro": {}, "isolation": {}, "state": {}}
	perSite, sitesOf := map[string]int{}, map[string]map[string]bool{}
	for _, c := range result.Plan.Clusters {
		seen["sandbox"][c.Sandbox.Name] = true
		seen["store"][c.ControlPlane.Store.Type] = true
		seen["distro"][c.ControlPlane.Distro] = true
		seen["isolation"][c.Isolation] = true
		seen["state"][string(c.State)] = true
		perSite[c.Site]++
		if sitesOf[c.Tenant] == nil {
			sitesOf[c.Tenant] = map[string]bool{}
		}
		require.False(t, sitesOf[c.Tenant][c.Site], "%s has two clusters on %s", c.Tenant, c.Site)
		sitesOf[c.Tenant][c.Site] = true
	}
	require.Len(t, seen["sandbox"], 6)
	require.Len(t, seen["store"], 4)
	require.Len(t, seen["distro"], 3)
	require.Len(t, seen["isolation"], 2)
	require.Len(t, seen["state"], 2)
	for site, clusters := range perSite {
		require.Equal(t, clustersPerSite, clusters, site)
	}
}

func TestFleetIsTheSameEveryTime(t *testing.T) {
	require.Equal(t, Fleet(50), Fleet(50))
}

// A spec of about 1 kB a cluster is what the targets speak of.
func TestFleetSize(t *testing.T) {
	bytes := 0
	for path, data := range Fleet(300) {
		if strings.HasPrefix(path, spec.TenantsFolder+"/") {
			bytes += len(data)
		}
	}
	require.InDelta(t, 1000, bytes/300, 200)
}

// The change that is measured changes one quota of a tenant, and is valid.
func TestBuyPods(t *testing.T) {
	fleet := Fleet(20)
	before, _ := compiler.Check(t.Context(), sourceOf(fleet), compiler.Options{})
	fleet[changedTenant] = buyPods(fleet[changedTenant], 117)
	after, faults := compiler.Check(t.Context(), sourceOf(fleet), compiler.Options{})
	require.Empty(t, faults)
	var changed []resolve.Cluster
	for i, c := range after.Plan.Clusters {
		if c.Bought.Pods != before.Plan.Clusters[i].Bought.Pods {
			changed = append(changed, c)
		}
	}
	require.Len(t, changed, 1)
	require.EqualValues(t, 117, changed[0].Bought.Pods)
}
