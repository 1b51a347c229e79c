package prove

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
)

// Every object, field, item and value that is removed or changed in what was
// compiled makes the proof fail, unless a table says why it does not matter.
func TestEveryMutantIsCaught(t *testing.T) {
	tally := newTally(t)
	all := sites(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		built := all[name]
		require.Empty(t, said(JudgeSite(built.site)), name)
		if slices.Contains([]string{"genoa-1", "genoa-2", "trieste-1"}, name) { // they differ in all that a platform depends on
			tally.site(built.site)
		}
		for _, c := range built.clusters {
			require.Empty(t, said(JudgeCluster(c)), c.Plan.Namespace)
			if slices.Contains(representative, c.Plan.Namespace) {
				tally.cluster(c)
			}
		}
	}
	tally.report(t)
}

// Of a site whose folder was judged before, those who are shown its nodes are
// judged still; what is applied by hand is, by the mutants above.
func TestBesideIsWhatTheFleetDoesNotHold(t *testing.T) {
	site := sites(t)["genoa-1"].site
	require.Empty(t, said(JudgeBeside(site)))
	site.Clusters = []resolve.Cluster{{Tenant: "acme", Nodes: resolve.Nodes{Sync: true}}, {Tenant: "globex"}}
	require.NotEmpty(t, said(JudgeBeside(site)))
}

// representative clusters: of every stack, in every state, with every store, on
// both CNIs, in both of Cluster API's versions, with and without a sandbox, nodes,
// hosts and an identity provider of their own.
var representative = []string{
	"acme-prod", "adige-agri-sensors", "banca-lago-ledger", "museo-alto-archive", "retail-nova-shop", "uni-trento-course",
	"globex-prod", "globex-paused", "globex-gone",
	"cantiere-blu-design", "cantiere-blu-plant", "porto-vecchio-apps", "porto-vecchio-office", "porto-vecchio-site",
	"initech-plant", "initech-hosted", "initech-teams", "initech-page", "hooli-front", "hooli-rear", "umbrella-mill",
}

func said(faults []Fault) []string {
	var out []string
	for _, f := range faults {
		out = append(out, f.Invariant.ID+": "+f.text())
	}
	return out
}

// tally counts mutants by kind of object.
type tally struct {
	rows     map[string]*row
	reasons  []equivalent
	used     map[string]bool
	survived map[string]string // by kind, path and change: the last object
}

var index = regexp.MustCompile(`\[\d+\]`)

type row struct{ mutants, caught, equivalent int }

func newTally(testing.TB) *tally {
	return &tally{rows: map[string]*row{}, reasons: equivalents, used: map[string]bool{}, survived: map[string]string{}}
}

func (t *tally) cluster(c Cluster) {
	v := newView(c)
	for _, o := range c.Boundary {
		for _, m := range mutants(o) {
			t.count(m, caught(v.withBoundary(m.in(c.Boundary)).judge()))
		}
	}
	for _, o := range c.Layer {
		for _, m := range mutants(o) {
			t.count(m, caught(v.withLayer(m.in(c.Layer)).judge()))
		}
	}
}

func (t *tally) site(s Site) {
	for _, part := range []struct {
		list  func(*Site) *[]object.Object
		judge func(Site) []Fault // the least that is asked about a mutant
	}{
		{func(s *Site) *[]object.Object { return &s.Platform }, JudgeSite},
		{func(s *Site) *[]object.Object { return &s.Flux }, JudgeSite},
		{func(s *Site) *[]object.Object { return &s.Bootstrap }, JudgeBeside},
	} {
		for _, o := range *part.list(&s) {
			for _, m := range mutants(o) {
				with := s
				*part.list(&with) = m.in(*part.list(&s))
				t.count(m, caught(part.judge(with)))
			}
		}
	}
}

func caught(faults []Fault) bool {
	return slices.ContainsFunc(faults, func(f Fault) bool { return !f.Assumed })
}

func (t *tally) count(m mutant, caught bool) {
	kind := strings.TrimSuffix(m.of.Kind+"."+m.of.Group, ".")
	if t.rows[kind] == nil {
		t.rows[kind] = &row{}
	}
	t.rows[kind].mutants++
	if caught {
		t.rows[kind].caught++
		return
	}
	for _, e := range t.reasons {
		if e.matches(kind, m) {
			t.rows[kind].equivalent++
			t.used[e.reason] = true
			return
		}
	}
	t.survived[fmt.Sprintf("%s %s %s", kind, index.ReplaceAllString(m.path, "[]"), m.change)] = m.of.String()
}

// report prints the table, and fails for every mutant that lives without a reason
// and every reason that no mutant needs.
func (t *tally) report(tt *testing.T) {
	var b strings.Builder
	b.WriteString("| kind | mutants | caught | equivalent |\n|---|---:|---:|---:|\n")
	kinds := make([]string, 0, len(t.rows))
	for kind := range t.rows {
		kinds = append(kinds, kind)
	}
	slices.SortFunc(kinds, cmp.Compare[string])
	var all row
	for _, kind := range kinds {
		r := t.rows[kind]
		fmt.Fprintf(&b, "| %s | %d | %d | %d |\n", kind, r.mutants, r.caught, r.equivalent)
		all.mutants, all.caught, all.equivalent = all.mutants+r.mutants, all.caught+r.caught, all.equivalent+r.equivalent
	}
	fmt.Fprintf(&b, "| **all** | %d | %d | %d |\n\nEquivalent, because:\n\n", all.mutants, all.caught, all.equivalent)
	for _, e := range t.reasons {
		fmt.Fprintf(&b, "- %s `%s`: %s\n", e.kind, e.path, e.reason)
	}
	golden.Check(tt, "testdata/mutants.md", []byte(b.String()))
	for _, lives := range slices.Sorted(maps.Keys(t.survived)) {
		tt.Errorf("a mutant lives: %s (%s)", lives, t.survived[lives])
	}
	for _, e := range t.reasons {
		if !t.used[e.reason] {
			tt.Errorf("no mutant needs: %s %s", e.kind, e.path)
		}
	}
}

// equivalent says why some mutants do not weaken anything.
type equivalent struct {
	kind   string // as in NetworkPolicy.networking.k8s.io
	path   string // a regular expression of the whole path
	change string // the same; empty for any
	reason string
}

func (e equivalent) matches(kind string, m mutant) bool {
	return (e.kind == "" || e.kind == kind) && full(e.path, m.path) && (e.change == "" || full(e.change, m.change))
}

func full(pattern, text string) bool {
	return regexp.MustCompile("^(?:" + pattern + ")$").MatchString(text)
}

// Reasons that several have in common.
const (
	less        = "less is allowed; default-deny closes both directions without it"
	unavailable = "the tenant's own trouble: nothing more is allowed to anybody"
	forPeople   = "it is for people to read"
	needless    = "the site could not apply something; nothing more is allowed"
	inOwn       = "pods with those labels in the namespace itself are reached anyhow"
	asDefault   = "it is the API's default"
	fewerRights = "an account could do less: " + needless
	inside      = "it is what the tenant's own cluster begins with, which its people administer: " + unavailable
)

var equivalents = []equivalent{
	{"NetworkPolicy.networking.k8s.io", "", "removed", less},
	{"NetworkPolicy.networking.k8s.io", `spec|spec\.(egress|ingress)(\[\d+\](\.(to|from|ports)\[\d+\])?)?`, "removed|emptied", less},
	{"NetworkPolicy.networking.k8s.io", `spec\.(egress|ingress)\[\d+\]\.ports\[\d+\]\.protocol`, "removed", asDefault + ", TCP"},
	{"NetworkPolicy.networking.k8s.io", `spec\.(egress|ingress)\[\d+\]\.(to|from)\[\d+\]\.namespaceSelector\.matchExpressions\[\d+\]\.values\[\d+\]`, "removed", "one namespace of the tenant's fewer is reached"},
	{"NetworkPolicy.networking.k8s.io", `spec\.egress\[\d+\]\.to\[\d+\]\.namespaceSelector`, "removed", inOwn},
	{"NetworkPolicy.networking.k8s.io", `spec\.podSelector`, "removed", asDefault + ", every pod, as default-deny says"},
	{"NetworkPolicy.networking.k8s.io", `spec\.policyTypes.*`, "", "default-deny isolates both directions; a policy that isolates fewer, or none, allows less"},
	{"NetworkPolicy.projectcalico.org", `spec\.order`, "0", "it comes before the policies that allow all the same"},
	{"NetworkPolicy.projectcalico.org", `spec\.egress\[\d+\]\.destination\.(nets|notNets)(\[\d+\])?`, "removed|emptied", "the address lies in a range that is denied all the same, or is denied now, too"},
	{"CiliumNetworkPolicy.cilium.io", "", "removed", "the control plane reaches less; the guard has its own"},
	{"CiliumNetworkPolicy.cilium.io", `spec|spec\.egress(\[\d+\])?`, "removed|emptied", "the control plane reaches less; its pods are closed by default-deny"},
	{"CiliumNetworkPolicy.cilium.io", `spec\.egressDeny`, "widened", "more is denied"},
	{"CiliumNetworkPolicy.cilium.io", `spec\.endpointSelector`, "removed", "Cilium refuses a policy that selects nothing: a control plane, or a question to DNS, reaches less"},
	{"ConfigMap", `data(\.flannel\.yaml)?`, "", inside},
	{"ConfigMap", `data\.admins\.yaml`, "removed", inside},
	{"Tenant.capsule.clastix.io", `spec\.networkPolicies\.items(\[\d+\])?`, "removed|widened", less},
	{"Tenant.capsule.clastix.io", `spec\.networkPolicies\.items\[\d+\]\.(egress|ingress)(\[\d+\](\.(to|from|ports)\[\d+\])?)?`, "removed|emptied", less},
	{"Tenant.capsule.clastix.io", `spec\.networkPolicies\.items\[\d+\]\.egress\[\d+\]\.to\[\d+\]\.namespaceSelector`, "removed", inOwn},
	{"Tenant.capsule.clastix.io", `spec\.networkPolicies\.items\[\d+\]\.egress\[\d+\]\.ports\[\d+\]\.protocol`, "removed", asDefault + ", TCP"},
	{"Tenant.capsule.clastix.io", `spec\.networkPolicies\.items\[\d+\]\.podSelector`, "removed", asDefault + ", every pod, as default-deny says"},
	{"Tenant.capsule.clastix.io", `spec\.networkPolicies\.items\[\d+\]\.policyTypes.*`, "", "the Tenant's default-deny isolates both directions; a policy that isolates fewer, or none, allows less"},
	{"Cluster.cluster.x-k8s.io", `spec\.(controlPlane|infrastructure)Ref\.namespace`, "removed", asDefault + ", the Cluster's own"},
	{"ClusterRole.rbac.authorization.k8s.io", `|rules(\[\d+\](\.(apiGroups|resources|verbs)(\[\d+\])?)?)?`, `removed|emptied|"x"`, fewerRights},
	{"Role.rbac.authorization.k8s.io", `|rules(\[\d+\](\.(apiGroups|resources|verbs)(\[\d+\])?)?)?`, `removed|emptied|"x"`, fewerRights},
	{"ClusterRole.rbac.authorization.k8s.io", "rules", "widened", "a rule that is empty gives nothing"},
	{"Role.rbac.authorization.k8s.io", "rules", "widened", "a rule that is empty gives nothing"},
	{"ClusterRole.rbac.authorization.k8s.io", `rules\[\d+\]\.resourceNames\[\d+\]`, "removed", fewerRights + " (of several names)"},
	{"", `metadata\.labels(\.tenantc\.dev/site)?`, "", "a label of what an administrator applies by hand " + forPeople},
	{"ClusterRoleBinding.rbac.authorization.k8s.io", "", "removed", "an account could do nothing: " + needless},
	{"RoleBinding.rbac.authorization.k8s.io", "", "removed", "an account of a layer could do nothing: " + needless},
	{"ServiceAccount", "", "removed", "an account of a layer is missing: " + needless},
	{"GitRepository.source.toolkit.fluxcd.io", `|spec\.(interval|secretRef).*`, "", "the site would pull at other times, or not: " + needless},
	{"Kustomization.kustomize.toolkit.fluxcd.io", "", "removed", "the site's root is missing: " + needless},
	{"Kustomization.kustomize.toolkit.fluxcd.io", `spec\.health.*`, "", "whether a running cluster is called Ready changes nothing of what is applied"},
	{"PriorityClass.scheduling.k8s.io", "description", "", forPeople},
	{"PriorityClass.scheduling.k8s.io", "preemptionPolicy", "", "control planes may preempt by default; they stand below the site either way"},
	{"PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io", `spec\.limited\.(lendablePercent|limitResponse\.queuing\.(queueLengthLimit|queues))`, "", "how long queues are, and what is lent while tenants are quiet, is tuning; their number and the hand keep tenants apart"},
	{"StorageClass.storage.k8s.io", `allowVolumeExpansion|volumeBindingMode|metadata\.annotations.*`, "", unavailable},
	{"ValidatingAdmissionPolicy.admissionregistration.k8s.io", `spec\.validations\[\d+\]\.(message|messageExpression|reason)`, "", forPeople},
	{"VCluster.infrastructure.cluster.x-k8s.io", `spec\.helmRelease\.values:.*(accessModes|topologySpreadConstraints).*`, "", unavailable},
	{"VCluster.infrastructure.cluster.x-k8s.io", `spec\.helmRelease\.values:.*\.resources(\.(requests|limits))?(\..*)?`, "", "what says nothing gets the LimitRange's defaults, requests are counted by the quota, and an init container runs before what is measured"},
	{"VCluster.infrastructure.cluster.x-k8s.io", `spec\.helmRelease\.values:.*\.tolerations\[\d+\]\.operator`, "removed", asDefault + ", Equal"},
	{"VCluster.infrastructure.cluster.x-k8s.io", `spec\.helmRelease\.values:controlPlane\.(proxy|ingress\.(pathType|spec\.tls)).*`, "", "fewer names, or no tenant's API server behind the ingress: " + unavailable},
	{"VCluster.infrastructure.cluster.x-k8s.io", `spec\.helmRelease\.values:controlPlane\.statefulSet\.persistence\.add.*`, "", "the store's Secret is not mounted: " + unavailable},
	{"VCluster.infrastructure.cluster.x-k8s.io", `spec\.helmRelease\.values:.*\.runAs(User|Group)`, "", "root is the chart's default; the image runs as nothing else, or with less"},
	{"VCluster.infrastructure.cluster.x-k8s.io", `spec\.helmRelease\.values:.*\.capabilities\.drop`, "widened", "all are dropped already"},
	{"VCluster.infrastructure.cluster.x-k8s.io", `spec\.helmRelease\.values:(experimental|exportKubeConfig)`, "removed", "nobody is made an administrator, or a kubeconfig names the Service: " + unavailable},
	{"VCluster.infrastructure.cluster.x-k8s.io", `spec\.helmRelease\.values:integrations\.metricsServer\.(enabled|pods|apiService).*`, "", "the tenant has no metrics, and nothing is reached for them: " + unavailable},
	{"VCluster.infrastructure.cluster.x-k8s.io", `spec\.helmRelease\.values:sync\..*`, "removed|emptied|false", "less is synced: " + unavailable},
}
