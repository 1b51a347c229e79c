package prove

import (
	"slices"
	"strings"
)

// Verdicts on a check or a control.
const (
	proven   = "proven"           // of what was built
	enforced = "enforced"         // at run time, by objects that are proven to be emitted
	excepted = "exception"        // for a reason
	ofSite   = "left to the site" // to how its own Kubernetes is set up
)

// Check is one of the Kubernetes multi-tenancy benchmark.
type Check struct {
	ID      string   `json:"id"`
	Level   int      `json:"level"`
	Title   string   `json:"title"`
	Verdict string   `json:"verdict"`
	By      []string `json:"by,omitempty"` // invariants, with the objects that enforce them
	Why     string   `json:"why,omitempty"`
}

// benchmark are the benchmark's checks that are implemented (kubernetes-sigs,
// multi-tenancy, benchmarks). An id in brackets tells apart those that it uses
// twice.
func benchmark(held []Held) []Check {
	const level1, level2 = 1, 2
	checks := []Check{
		{ID: "CC-CPI-1", Level: level1, Title: "no access to cluster resources", Verdict: proven},
		{ID: "BC-CPI-2", Level: level1, Title: "admin-owned resources in the tenant's namespace", Verdict: proven},
		{ID: "BC-CPI-3", Level: level1, Title: "no added capabilities", Verdict: enforced},
		{ID: "BC-CPI-4", Level: level1, Title: "run as non-root", Verdict: excepted, Why: whyRoot},
		{ID: "BC-CPI-5", Level: level1, Title: "no privileged containers", Verdict: enforced},
		{ID: "BC-CPI-6", Level: level1, Title: "no privilege escalation", Verdict: excepted, Why: whyEscalation},
		{ID: "BC-HI-1 (hostPath)", Level: level1, Title: "no hostPath volumes", Verdict: enforced},
		{ID: "BC-HI-1 (node ports)", Level: level1, Title: "no node ports", Verdict: enforced},
		{ID: "BC-HI-3", Level: level1, Title: "no host network and ports", Verdict: enforced},
		{ID: "BC-HI-4", Level: level1, Title: "no host PID", Verdict: enforced},
		{ID: "BC-HI-5", Level: level1, Title: "no host IPC", Verdict: enforced},
		{ID: "CC-TI-1 (changing one's quota)", Level: level1, Title: "no changing of one's quota", Verdict: proven},
		{ID: "CC-TI-2", Level: level1, Title: "no access to other tenants' resources", Verdict: proven},
		{ID: "CC-FNS-1", Level: level1, Title: "resource quotas", Verdict: proven},
		{ID: "CC-FNS-2", Level: level1, Title: "object quotas", Verdict: proven},
		{ID: "CC-DI-1", Level: level1, Title: "images are always pulled", Verdict: ofSite, Why: whyPull},
		{ID: "BC-OPS-3", Level: level2, Title: "self-service role bindings", Verdict: proven, Why: whyOwn},
		{ID: "BC-OPS-4", Level: level2, Title: "self-service network policies", Verdict: proven, Why: whyOwn},
		{ID: "CC-TI-1 (role escalation)", Level: level2, Title: "no role escalation", Verdict: proven},
	}
	for i, check := range checks {
		for _, invariant := range Invariants() {
			if slices.Contains(invariant.Benchmark, check.ID) {
				checks[i].By = append(checks[i].By, invariant.ID)
			}
		}
		if brokenAny(held, checks[i].By) {
			checks[i].Verdict = "broken"
		}
	}
	return checks
}

func brokenAny(held []Held, ids []string) bool {
	return slices.ContainsFunc(held, func(h Held) bool { return len(h.Broken) > 0 && slices.Contains(ids, h.ID) })
}

const (
	whyRoot = "refused by Pod Security restricted for plain containers on the site's own API server. Elsewhere baseline lets root pass: in a sandbox or " +
		"a machine it is the guest's root; and the chart's control plane, in the same namespace, runs as root, whose data folder it is. Where such a " +
		"virtual cluster has no sandbox, root is the node's, inside of a container: 'What is left' names them."
	whyEscalation = "refused by Pod Security restricted for plain containers on the site's own API server, and for what the chart runs by its values; " +
		"elsewhere a tenant's own pods may. 'What is left' names the tenant clusters of which that is on the node's kernel."
	whyPull = "Kubernetes has no object before MutatingAdmissionPolicy (v1 from 1.36) that sets imagePullPolicy, and refusing pods that leave it out would " +
		"refuse nearly all. In machines (kamaji, kubevirt, virtink) it does not matter: a tenant's own kubelets pull, into disks of its own. Elsewhere a private image in a " +
		"node's cache serves whoever knows its name, unless the site's API server runs the admission plugin AlwaysPullImages, or its kubelets " +
		"the feature KubeletEnsureSecretPulledImages (from Kubernetes 1.33, on by default from 1.35). 'What is left' names the tenant clusters of sites before that."
	whyOwn = "inside the tenant cluster, which is the tenant's own. With the site's own API server (namespace, hnc, capsule) there is no self-service: tenants can write neither, " +
		"and ask for them by a change of their spec."
)

// Control is one of Pod Security's restricted, on pods of tenants.
type Control struct {
	Control string `json:"control"`
	Verdict string `json:"verdict"`
	By      string `json:"by"`
}

// controls hold for pods of tenants, and for the control plane where it says so.
func controls() []Control {
	const psa, host = "Namespace (Pod Security)", "ValidatingAdmissionPolicy/tenantc-host"
	const levels = psa + ", or for the pods of Virtink's machines ValidatingAdmissionPolicy/tenantc-launchers"
	const plain = "enforced by restricted for plain containers on the site's own API server; elsewhere "
	return []Control{
		{"Host Namespaces", enforced, psa + ", " + host},
		{"Privileged Containers", enforced, psa + ", " + host},
		{"Capabilities (none added)", enforced, levels + ", which lets three of the hypervisor's pass"},
		{"HostPath Volumes", enforced, psa + ", " + host},
		{"Host Ports", enforced, psa + ", " + host},
		{"AppArmor, SELinux, /proc mount type, sysctls, HostProcess", enforced, levels},
		{"Volume Types", enforced, host + ", which lets the types of restricted pass"},
		{"Seccomp", excepted, plain + "Unconfined is refused, RuntimeDefault not demanded. The chart's etcd has it"},
		{"Privilege Escalation", excepted, whyEscalation},
		{"Running as Non-root", excepted, whyRoot},
		{"Capabilities (all dropped)", excepted, plain + "what adds some is refused. The chart's etcd drops all"},
	}
}

// ids lists invariants, for people.
func ids(list []string) string { return strings.Join(list, ", ") }
