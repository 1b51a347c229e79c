package platform

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/kustomize"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/templates"
)

// folder is where the templates are in a tenancy repository, and where the
// kustomization is thought to be that includes a site's choice of them.
const folder = "templates"

// factsFile is where the kustomization reads the site's facts from.
const factsFile = "facts.yaml"

// sandboxPrefix names the component that makes a sandbox's RuntimeClass.
const sandboxPrefix = "sandbox-"

// stackPrefix names the component with the role of a stack's accounts,
// tenantsComponent the one with the role of tenants' people.
const (
	stackPrefix      = "stack-"
	tenantsComponent = "tenants"
)

// always are the components that every site gets.
func always() []string {
	return []string{
		"access",
		"admission-boundary",
		"admission-chart",
		"admission-flux",
		"admission-guard",
		"admission-host",
		"admission-ingress",
		"admission-keep",
		"admission-machines",
		"admission-nodes",
		"admission-offload",
		"admission-sandbox",
		"admission-services",
		"admission-storage",
		"admission-workloads",
		"priority",
	}
}

// components are all that there are, in order.
func components() []string {
	names := append(always(), tenantsComponent)
	for _, stack := range catalogue.Stacks() {
		if hasRole(stack) {
			names = append(names, stackPrefix+stack.Name)
		}
	}
	for _, name := range catalogue.SandboxNames() {
		if name != catalogue.None {
			names = append(names, sandboxPrefix+name)
		}
	}
	slices.Sort(names)
	return names
}

// sandboxes are the components of the sandboxes that a site offers.
func sandboxes(offered []catalogue.Sandbox) []string {
	var names []string
	for _, sandbox := range offered {
		if sandbox.Name != catalogue.None {
			names = append(names, sandboxPrefix+sandbox.Name)
		}
	}
	return names
}

// hasRole tells whether accounts of a stack's clusters have a role of their
// own. That of virtual clusters is in access, which every site has.
func hasRole(stack catalogue.Stack) bool {
	return len(stack.Kinds) > 0 && stack.Name != catalogue.VCluster
}

// stacks are the components of the stacks that a site offers.
func stacks(offered []string) []string {
	var names []string
	for _, name := range offered {
		stack, made := catalogue.StackFor(name)
		if hasRole(stack) {
			names = append(names, stackPrefix+name)
		}
		if made && stack.Plane == catalogue.PlaneShared && !slices.Contains(names, tenantsComponent) {
			names = append(names, tenantsComponent)
		}
	}
	slices.Sort(names)
	return names
}

// sources are the files that a site's platform is built of: a kustomization,
// the site's facts, and the components that the site gets. The site's name is
// in none of them, so that sites which are alike have the same.
func sources(t resolve.Tenancy, s resolve.Site, own templates.Files) map[string][]byte {
	chosen := slices.Concat(always(), sandboxes(s.Sandboxes), stacks(s.Stacks))
	files := map[string][]byte{
		path.Join(folder, kustomize.FileName): kustomization(chosen),
		path.Join(folder, factsFile):          facts(t, s),
	}
	builtIn := templates.Default()
	for _, name := range chosen {
		from := own
		if !contains(own, name) {
			from = builtIn
		}
		copyFolder(files, from, name)
	}
	return files
}

func kustomization(chosen []string) []byte {
	return object.Object{Value: map[string]any{
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind":       "Kustomization",
		"resources":  []string{factsFile},
		"components": chosen,
	}}.YAML()
}

// facts are what components may read of a site, by replacements. The object is
// none for the site, and kustomize leaves it out of what it builds.
func facts(t resolve.Tenancy, s resolve.Site) []byte {
	data := map[string]any{
		"fluxNamespace":    t.Flux.Namespace,
		"celFluxNamespace": strconv.Quote(t.Flux.Namespace),
		"ingressClass":     s.Network.IngressClass,
		"celIngressClass":  strconv.Quote(s.Network.IngressClass),

		"celCapsuleAccount": strconv.Quote(capsuleAccount(s)),
	}
	for _, sandbox := range s.Sandboxes {
		data[sandbox.Name] = map[string]any{
			"handler":      sandbox.Handler,
			"overhead":     map[string]string{"cpu": sandbox.CPU.String(), "memory": sandbox.Memory.String()},
			"nodeSelector": sandbox.NodeSelector,
		}
	}
	return object.Object{Value: map[string]any{
		"apiVersion": "v1",
		"kind":       "ConfigMap",
		"metadata": map[string]any{
			"name":        kustomize.SiteFacts,
			"annotations": map[string]string{"config.kubernetes.io/local-config": "true"},
		},
		"data": data,
	}}.YAML()
}

// capsuleAccount is the user that Capsule is on a site that has it.
func capsuleAccount(s resolve.Site) string {
	if !slices.Contains(s.Stacks, catalogue.Capsule) {
		return ""
	}
	return "system:serviceaccount:" + s.Namespaces.Capsule + ":capsule"
}

// contains tells whether files have a folder of that name.
func contains(files templates.Files, name string) bool {
	for file := range files {
		if strings.HasPrefix(file, name+"/") {
			return true
		}
	}
	return false
}

func copyFolder(to map[string][]byte, from templates.Files, name string) {
	for file, data := range from {
		if strings.HasPrefix(file, name+"/") {
			to[path.Join(folder, file)] = data
		}
	}
}

// folders lists the folders at the top of files, in order.
func folders(files templates.Files) []string {
	names := map[string]bool{}
	for file := range files {
		if name, _, below := strings.Cut(file, "/"); below {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}
