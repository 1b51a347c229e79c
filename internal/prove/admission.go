package prove

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/templates"
)

const admissionGroup = "admissionregistration.k8s.io"

// guard is an admission policy that other invariants rest on, with the
// resources that it has to be asked about, as in pods/CREATE.
type guard struct {
	name string
	asks []string
}

// policyGuards are the policies without which a tenant gets out at run time.
var policyGuards = []guard{
	{"tenantc-sandbox", []string{"pods/CREATE", "pods/UPDATE", "pods/ephemeralcontainers/UPDATE"}},
	{"tenantc-workloads", []string{"deployments/CREATE", "deployments/UPDATE", "statefulsets/CREATE", "statefulsets/UPDATE", "replicasets/UPDATE", "daemonsets/CREATE", "controllerrevisions/UPDATE", "jobs/CREATE", "cronjobs/CREATE", "replicationcontrollers/CREATE"}},
	{"tenantc-host", []string{"pods/CREATE", "pods/UPDATE", "pods/status/UPDATE", "pods/ephemeralcontainers/UPDATE"}},
	{"tenantc-nodes", []string{"pods/CREATE", "pods/UPDATE"}},
	{"tenantc-services", []string{"services/CREATE", "services/UPDATE"}},
	{"tenantc-endpoints", []string{"endpoints/CREATE", "endpoints/UPDATE", "endpointslices/CREATE", "endpointslices/UPDATE"}},
	{"tenantc-ingress", []string{"ingresses/CREATE", "ingresses/UPDATE"}},
	{"tenantc-storage", []string{"persistentvolumeclaims/CREATE"}},
	{"tenantc-chart", []string{"vclusters/CREATE", "vclusters/UPDATE"}},
	{"tenantc-release", []string{"secrets/CREATE", "secrets/UPDATE", "configmaps/CREATE", "configmaps/UPDATE"}},
	{"tenantc-machines", []string{"kubevirtmachinetemplates/CREATE", "kubevirtmachines/CREATE", "virtualmachines/CREATE", "virtualmachines/UPDATE", "virtualmachineinstances/CREATE"}},
	{"tenantc-virtink", []string{"virtinkclusters/CREATE", "virtinkclusters/UPDATE", "virtinkmachinetemplates/CREATE", "virtinkmachines/CREATE", "virtualmachines/CREATE", "virtualmachines/UPDATE"}},
	{"tenantc-launchers", []string{"pods/CREATE", "pods/UPDATE", "pods/ephemeralcontainers/UPDATE"}},
	{"tenantc-hosted", []string{"kamajicontrolplanes/CREATE", "kamajicontrolplanes/UPDATE", "tenantcontrolplanes/CREATE", "tenantcontrolplanes/UPDATE"}},
	{"tenantc-offload", []string{"namespaceoffloadings/CREATE", "namespaceoffloadings/UPDATE"}},
	{"tenantc-keep-namespace", []string{"namespaces/DELETE"}},
	{"tenantc-keep-cluster", []string{"clusters/DELETE", "vclusters/DELETE"}},
	{"tenantc-guard-namespace", []string{"namespaces/CREATE", "namespaces/UPDATE", "namespaces/status/UPDATE", "namespaces/finalize/UPDATE"}},
	{"tenantc-flux", []string{"kustomizations/CREATE", "kustomizations/UPDATE"}},
	{"tenantc-boundary-namespaced", []string{"resourcequotas/CREATE", "networkpolicies/UPDATE", "rolebindings/CREATE", "serviceaccounts/CREATE"}},
	{"tenantc-boundary-cluster", []string{"namespaces/CREATE", "namespaces/DELETE", "storageclasses/UPDATE", "flowschemas/CREATE"}},
}

// admitted: every admission policy is emitted as it was proven, and bound so
// that it refuses. Proven is the text of the built-in templates, which the tests
// of package platform ask with requests, and of which no validation can be left
// out there. A tenancy's own template may add to it; what it changes is the
// tenancy's word, and said to be so.
func admitted(s Site) []Fault {
	var faults []Fault
	for _, g := range policyGuards {
		id := object.ID{Group: admissionGroup, Kind: "ValidatingAdmissionPolicy", Name: g.name}
		policy, found := find(s.Platform, id)
		if !found {
			faults = append(faults, missing(id)...)
			continue
		}
		faults = append(faults, asked(policy, g)...)
	}
	proven := provenPolicies()
	for _, name := range slices.Sorted(maps.Keys(proven)) {
		id := object.ID{Group: admissionGroup, Kind: "ValidatingAdmissionPolicy", Name: name}
		if policy, found := find(s.Platform, id); found {
			faults = append(faults, asProven(s, policy, proven[name])...)
		}
		faults = append(faults, bindingDenies(s, name)...)
	}
	return faults
}

// asked: the policy has no condition under which it is not asked, refuses when
// it fails, and matches what it has to.
func asked(policy object.Object, g guard) []Fault {
	var faults []Fault
	if policy.Text("spec", "failurePolicy") != "Fail" {
		faults = append(faults, broken(policy.ID, "spec.failurePolicy", "a request would pass when the policy fails")...)
	}
	for _, field := range []string{"matchConditions", "paramKind"} {
		if policy.Get("spec", field) != nil {
			faults = append(faults, broken(policy.ID, "spec."+field, "there would be requests that it is not asked about")...)
		}
	}
	if policy.Get("spec", "matchConstraints", "excludeResourceRules") != nil {
		faults = append(faults, broken(policy.ID, "spec.matchConstraints.excludeResourceRules", "there would be requests that it is not asked about")...)
	}
	rules, _ := policy.Get("spec", "matchConstraints", "resourceRules").([]any)
	for _, ask := range g.asks {
		i := strings.LastIndex(ask, "/")
		if !slices.ContainsFunc(rules, func(r any) bool { return matches(r, ask[:i], ask[i+1:]) }) {
			faults = append(faults, broken(policy.ID, "spec.matchConstraints.resourceRules", "it is not asked about %s of %s", ask[i+1:], ask[:i])...)
		}
	}
	return faults
}

func matches(rule any, resource, operation string) bool {
	r, _ := rule.(map[string]any)
	resources, operations := texts(r["resources"]), texts(r["operations"])
	return r["resourceNames"] == nil && (slices.Contains(resources, resource) || slices.Contains(resources, "*/*")) &&
		(slices.Contains(operations, operation) || slices.Contains(operations, "*"))
}

// bindingDenies: one binding of the policy's name denies, everywhere that it matches.
func bindingDenies(s Site, name string) []Fault {
	id := object.ID{Group: admissionGroup, Kind: "ValidatingAdmissionPolicyBinding", Name: name}
	binding, found := find(s.Platform, id)
	if !found {
		return missing(id)
	}
	var faults []Fault
	if binding.Text("spec", "policyName") != name {
		faults = append(faults, broken(id, "spec.policyName", "it binds another policy")...)
	}
	actions, _ := binding.Get("spec", "validationActions").([]any)
	unknown := slices.ContainsFunc(actions, func(a any) bool { return a != "Deny" && a != "Audit" && a != "Warn" })
	if unknown || !slices.Contains(actions, any("Deny")) {
		faults = append(faults, broken(id, "spec.validationActions", "what the policy refuses would pass")...)
	}
	for _, field := range []string{"matchResources", "paramRef"} {
		if binding.Get("spec", field) != nil {
			faults = append(faults, broken(id, "spec."+field, "the policy would not hold everywhere")...)
		}
	}
	return faults
}

// provenPolicy is a policy of the built-in templates, and the folder it is in.
type provenPolicy struct {
	template string
	spec     map[string]any
}

var provenPolicies = sync.OnceValue(func() map[string]provenPolicy {
	out := map[string]provenPolicy{}
	for file, data := range templates.Default() {
		for dec := yaml.NewDecoder(bytes.NewReader(data)); path.Ext(file) == ".yaml"; {
			var value map[string]any
			if dec.Decode(&value) != nil {
				break
			}
			if id, err := object.Identify(value); err == nil && id.Kind == "ValidatingAdmissionPolicy" {
				spec, _ := object.From(value).Get("spec").(map[string]any)
				out[id.Name] = provenPolicy{template: path.Dir(file), spec: spec}
			}
		}
	}
	return out
})

// asProven: what is matched is as proven, every variable and every validation is
// there with its expression. More validations only refuse more.
func asProven(s Site, policy object.Object, proven provenPolicy) []Fault {
	var faults []Fault
	own := ownTemplate(s, proven.template)
	fault := func(path, format string, args ...any) {
		f := broken(policy.ID, path, format, args...)
		f[0].Assumed = own
		faults = append(faults, f...)
	}
	if !reflect.DeepEqual(policy.Get("spec", "matchConstraints"), proven.spec["matchConstraints"]) {
		fault("spec.matchConstraints", "it is not what was proven")
	}
	have := expressions(policy.Value["spec"], "variables", "name")
	if have[""] != "" || hasItem(policy.Get("spec", "variables"), map[string]any{}) || hasItem(policy.Get("spec", "validations"), map[string]any{}) {
		fault("spec", "it has a variable or validation that says nothing: the site refuses the policy")
	}
	for name, want := range expressions(proven.spec, "variables", "name") {
		if fact, is := siteFact(s, policy.ID.Name, name); is {
			want = strconv.Quote(fact)
			if have[name] != want {
				faults = append(faults, broken(policy.ID, "spec.variables", "%s is %s instead of %s, the site's", name, have[name], want)...)
			}
			continue
		}
		if have[name] != want {
			fault("spec.variables", "the variable %s is not what was proven", name)
		}
	}
	validations := expressions(policy.Value["spec"], "validations", "expression")
	for expression := range expressions(proven.spec, "validations", "expression") {
		if _, kept := validations[expression]; !kept {
			fault("spec.validations", "it lacks what was proven to refuse: %s", shortened(expression))
		}
	}
	return faults
}

func ownTemplate(s Site, folder string) bool {
	for file := range s.Own {
		if strings.HasPrefix(file, folder+"/") {
			return true
		}
	}
	return false
}

// siteFact is a variable that holds a fact of the site instead of a text of the
// template.
func siteFact(s Site, policy, variable string) (string, bool) {
	switch {
	case variable == "fluxNamespace":
		return s.Tenancy.Flux.Namespace, true
	case policy == "tenantc-guard-namespace" && variable == "capsule":
		if !slices.Contains(s.Site.Stacks, catalogue.Capsule) {
			return "", true
		}
		return "system:serviceaccount:" + s.Site.Namespaces.Capsule + ":capsule", true
	case policy == "tenantc-ingress" && variable == "class":
		return s.Site.Network.IngressClass, true
	}
	return "", false
}

// expressions of a list in a policy, by a field of its items.
func expressions(spec any, list, key string) map[string]string {
	out := map[string]string{}
	m, _ := spec.(map[string]any)
	items, _ := m[list].([]any)
	for _, item := range items {
		fields, _ := item.(map[string]any)
		name, _ := fields[key].(string)
		out[name], _ = fields["expression"].(string)
	}
	return out
}

func shortened(text string) string {
	const most = 90
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= most {
		return text
	}
	return fmt.Sprintf("%s ...", text[:most])
}
