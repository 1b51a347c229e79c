package platform_test

import (
	"bytes"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/platform"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/templates"
)

// tenancy has its Flux in a namespace that no template writes out.
func tenancy() resolve.Tenancy {
	return resolve.Tenancy{Name: "test", Flux: resolve.Flux{Namespace: "gitops", Interval: time.Minute}}
}

// site offers every sandbox, of Kata 4.
func site(t testing.TB, name string) resolve.Site {
	s := resolve.Site{Name: name, Network: resolve.SiteNetwork{IngressClass: "public"}, Namespaces: resolve.Namespaces{Capsule: "capsule-system"}}
	for _, stack := range catalogue.Studied() {
		s.Stacks = append(s.Stacks, stack.Name)
	}
	for _, name := range catalogue.SandboxNames() {
		sandbox, known := catalogue.SandboxFor(name, "4.1")
		require.True(t, known)
		s.Sandboxes = append(s.Sandboxes, sandbox)
	}
	return s
}

func build(t testing.TB, own templates.Files) []object.Object {
	objects, faults := platform.Objects(tenancy(), site(t, "s1"), own)
	require.Empty(t, faults)
	return objects
}

func text(objects []object.Object) []byte {
	var buf bytes.Buffer
	for _, o := range objects {
		buf.WriteString("---\n")
		buf.Write(o.YAML())
	}
	return buf.Bytes()
}

func TestObjectsOfASite(t *testing.T) {
	golden.Check(t, "testdata/platform.yaml", text(build(t, nil)))
}

// A site gets the sandboxes that it offers, and no others.
func TestObjectsFollowTheSandboxes(t *testing.T) {
	s := site(t, "s1")
	s.Sandboxes = s.Sandboxes[:2]
	objects, faults := platform.Objects(tenancy(), s, nil)
	require.Empty(t, faults)
	require.Equal(t, []string{"gvisor", "kata-clh"}, names(objects, "RuntimeClass"))
}

func names(objects []object.Object, kind string) []string {
	var out []string
	for _, o := range objects {
		if o.ID.Kind == kind {
			out = append(out, o.ID.Name)
		}
	}
	return out
}

// What others refer to by name is there under that name.
func TestNamesThatOthersRelyOn(t *testing.T) {
	objects := build(t, nil)
	require.Equal(t, site(t, "s1").Roles(), names(objects, "ClusterRole"))
	require.Equal(t, []string{resolve.ControlPlanePriority, resolve.WorkloadPriority}, names(objects, "PriorityClass"))
	require.Equal(t, []string{resolve.PriorityLevelName}, names(objects, "PriorityLevelConfiguration"))
	require.Equal(t, names(objects, "ValidatingAdmissionPolicy"), names(objects, "ValidatingAdmissionPolicyBinding"),
		"a policy without a binding does nothing")
}

// Policies speak of the accounts, names and annotations that the compiler
// writes, which have their one place in resolve and object.
func TestTemplatesUseTheCompilersNames(t *testing.T) {
	got := text(build(t, nil))
	for _, name := range []string{
		resolve.SiteAccount, resolve.PlatformAccount, resolve.BoundaryAccount, resolve.ControlPlanePriority, resolve.WorkloadPriority,
		`'` + resolve.SourceName + `'`, `'` + resolve.PlatformName + `'`,
		object.AnnotationState, object.AnnotationRuntimeClass, object.AnnotationControlPlane, object.AnnotationMakers, object.AnnotationChart,
		object.AnnotationStorageClasses, object.AnnotationHosts, object.AnnotationNodeSelector, object.AnnotationTolerations,
		object.LabelCluster, object.LabelTenant, object.LabelSite,
	} {
		require.Contains(t, string(got), name)
	}
	c := resolve.Cluster{Tenant: "acme", Name: "prod", Namespace: resolve.NamespaceOf("acme", "prod")}
	require.Equal(t, "boundary-acme-prod", c.BoundaryName(), "as tenantc-flux computes it")
	require.Equal(t, "cluster-acme-prod", c.LayerName(), "as tenantc-flux computes it")
	require.Equal(t, c.LayerName(), c.Account(), "as tenantc-flux and tenantc-chart compute it")
}

// Sites that are alike are built once, and each keeps its own name.
func TestCacheAgreesWithObjects(t *testing.T) {
	var cache platform.Cache
	smaller := site(t, "s3")
	smaller.Sandboxes = nil
	for _, s := range []resolve.Site{site(t, "s1"), site(t, "s2"), smaller} {
		want, faults := platform.Objects(tenancy(), s, nil)
		require.Empty(t, faults)
		got, faults := cache.Objects(tenancy(), s, nil)
		require.Empty(t, faults)
		require.Equal(t, string(text(want)), string(text(got)))
		require.Equal(t, s.Name, labelsOf(got[0].Value)[object.LabelSite])
	}
}

// The templates that init copies out are the built-in ones, and change nothing.
func TestCopiedTemplatesChangeNothing(t *testing.T) {
	require.Equal(t, string(text(build(t, nil))), string(text(build(t, templates.Default()))))
}

func TestOwnTemplateReplacesTheBuiltInOne(t *testing.T) {
	own := templates.Files{
		"priority/kustomization.yaml": []byte("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [all.yaml]\n"),
		"priority/all.yaml": slices.Concat(
			templates.Default()["priority/priorityclasses.yaml"], []byte("---\n"), templates.Default()["priority/prioritylevel.yaml"],
			[]byte("---\napiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: billing}\nvalue: 7\n"),
		),
	}
	require.Equal(t, []string{"billing", resolve.ControlPlanePriority, resolve.WorkloadPriority}, names(build(t, own), "PriorityClass"))
}

func TestFaultsOfOwnTemplates(t *testing.T) {
	with := func(file, data string) templates.Files {
		files := templates.Files(maps.Clone(templates.Default()))
		files[file] = []byte(data)
		return files
	}
	object := func(s string) templates.Files {
		return with("access/clusterrole.yaml", string(templates.Default()["access/clusterrole.yaml"])+"---\n"+s)
	}
	tests := map[string]struct {
		own  templates.Files
		code diag.Code
		at   diag.Position
	}{
		"a folder of another name": {
			with("monitoring/kustomization.yaml", "kind: Component\n"),
			diag.PlatformTemplate, diag.Position{File: "templates/monitoring"},
		},
		"a kind that is not the platform's": {
			object("apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n"),
			diag.PlatformObject, diag.Position{File: "templates/access/clusterrole.yaml", Line: 29, Column: 1},
		},
		"the right kind of another group": {
			object("apiVersion: example.net/v1\nkind: RuntimeClass\nmetadata: {name: x}\n"),
			diag.PlatformObject, diag.Position{File: "templates/access/clusterrole.yaml", Line: 29, Column: 1},
		},
		"another ClusterRole": {
			object("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: cluster-admin}\n"),
			diag.PlatformObject, diag.Position{File: "templates/access/clusterrole.yaml", Line: 29, Column: 1},
		},
		"an object in a namespace": {
			object("apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: x, namespace: acme-prod}\nhandler: x\n"),
			diag.PlatformObject, diag.Position{File: "templates/access/clusterrole.yaml", Line: 29, Column: 1},
		},
		"a policy left out": {
			with("admission-keep/policy.yaml", "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: x}\nhandler: x\n"),
			diag.PlatformMissing, diag.Position{File: "templates/admission-keep/kustomization.yaml"},
		},
		"a folder without a kustomization": {
			templates.Files{"access/clusterrole.yaml": templates.Default()["access/clusterrole.yaml"]},
			diag.KustomizeName, diag.Position{File: "templates/access"},
		},
		"a remote resource": {
			with("access/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources:\n  - https://example.net/x.yaml\n"),
			diag.KustomizeName, diag.Position{File: "templates/access/kustomization.yaml", Line: 4, Column: 5},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			objects, faults := platform.Objects(tenancy(), site(t, "s1"), test.own)
			require.NotEmpty(t, faults)
			require.Empty(t, objects)
			require.Equal(t, test.code, faults[0].Code, faults[0].Message)
			require.Equal(t, test.at, faults[0].Position, faults[0].Message)
		})
	}
}

func BenchmarkObjects(b *testing.B) {
	s := site(b, "s1")
	for b.Loop() {
		platform.Objects(tenancy(), s, nil)
	}
}

func BenchmarkCache(b *testing.B) {
	var cache platform.Cache
	s := site(b, "s1")
	for b.Loop() {
		cache.Objects(tenancy(), s, nil)
	}
}
