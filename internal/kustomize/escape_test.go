package kustomize

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// trap notices a connection to its address and a run of git, helm or a plugin.
type trap struct {
	host        string // 127.0.0.1:port
	connections atomic.Int64
	programs    string // a folder where every program that ran leaves a file
}

// setTrap makes the test's PATH hold nothing but programs that tell that they ran.
func setTrap(t *testing.T) *trap {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	trapped := &trap{host: listener.Addr().String(), programs: t.TempDir()}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			trapped.connections.Add(1)
			_ = conn.Close()
		}
	}()
	bin := t.TempDir()
	for _, program := range []string{"git", "helm", "ssh", "sh", "docker", "plugin"} {
		script := "#!/bin/sh\necho \"$@\" >>" + trapped.programs + "/" + program + "\nexit 1\n"
		require.NoError(t, os.WriteFile(filepath.Join(bin, program), []byte(script), 0o755))
	}
	t.Setenv("PATH", bin)
	t.Setenv("HTTP_PROXY", "")
	t.Setenv("HTTPS_PROXY", "")
	return trapped
}

func (c *trap) ran(t *testing.T) []string {
	entries, err := os.ReadDir(c.programs)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// escapes are kustomizations that make kustomize fetch or run something, look
// outside of its folder, or build other objects than it was given. ADDR stands
// for the address of the trap.
func escapes() map[string]map[string]string {
	only := func(body string) map[string]string {
		return map[string]string{"kustomization.yaml": header + body, "a.yaml": configMap("a"), "sub/kustomization.yaml": header + "resources: []\n"}
	}
	with := func(body, file, data string) map[string]string {
		files := only(body)
		files[file] = data
		return files
	}
	return map[string]map[string]string{
		"resource by http":            only("resources: [\"http://ADDR/x.yaml\"]\n"),
		"git reference runs program":  only("resources: [\"http://ADDR/a/b?ref=--upload-pack=/bin/true\"]\n"),
		"git over ssh":                only("resources: [\"ssh://git@ADDR/a/b.git\"]\n"),
		"git by scp name":             only("resources: [\"git@ADDR:a/b.git\"]\n"),
		"git by host name":            only("resources: [\"github.com/a/b\"]\n"),
		"git from a file":             only("resources: [\"file:///tmp/x.git\"]\n"),
		"git prefix":                  only("resources: [\"git::http://ADDR/a/b\"]\n"),
		"existing folder like a host": with("resources: [github.com/a/b]\n", "github.com/a/b/kustomization.yaml", header+"resources: []\n"),
		"component by git":            only("components: [\"http://ADDR/a/b\"]\n"),
		"patch by http":               only("resources: [a.yaml]\npatches:\n- path: \"http://ADDR/p.yaml\"\n"),
		"patch by http with a file like it": {
			"kustomization.yaml": header + "resources: [a.yaml]\npatches:\n- path: \"http://ADDR/p.yaml\"\n", "a.yaml": configMap("a"), "http:/ADDR/p.yaml": configMap("a"),
		},
		"openapi by http":           only("resources: [a.yaml]\nopenapi: {path: \"http://ADDR/o.json\"}\n"),
		"crds by http":              only("resources: [a.yaml]\ncrds: [\"http://ADDR/c.json\"]\n"),
		"configurations by http":    only("resources: [a.yaml]\nconfigurations: [\"http://ADDR/c.yaml\"]\n"),
		"replacements by http":      only("resources: [a.yaml]\nreplacements:\n- path: \"http://ADDR/r.yaml\"\n"),
		"bases by git":              only("bases: [\"http://ADDR/a/b\"]\n"),
		"field in other letters":    only("Resources: [\"http://ADDR/x.yaml\"]\n"),
		"field twice":               only("resources: [a.yaml]\nresources: [\"http://ADDR/x.yaml\"]\n"),
		"alias":                     only("labels: [{pairs: &x {a: b}}, {pairs: *x}]\nresources: [a.yaml]\n"),
		"merge key":                 only("<<: {resources: [\"http://ADDR/x.yaml\"]}\n"),
		"tag":                       only("resources: !!seq [a.yaml]\n"),
		"second document":           only("resources: [a.yaml]\n---\nresources: [\"http://ADDR/x.yaml\"]\n"),
		"helm chart":                only("helmCharts: [{name: x, repo: \"http://ADDR/\"}]\n"),
		"exec transformer":          with("resources: [a.yaml]\ntransformers: [t.yaml]\n", "t.yaml", "apiVersion: x/v1\nkind: T\nmetadata:\n  name: t\n  annotations:\n    config.kubernetes.io/function: \"exec: {path: plugin}\"\n"),
		"inline exec generator":     only("generators:\n- |-\n  apiVersion: x/v1\n  kind: T\n  metadata:\n    name: t\n    annotations: {config.kubernetes.io/function: \"exec: {path: plugin}\"}\n"),
		"validator":                 only("resources: [a.yaml]\nvalidators: [a.yaml]\n"),
		"file generator":            only("configMapGenerator: [{name: x, files: [/etc/passwd]}]\n"),
		"parent folder":             only("resources: [../x]\n"),
		"absolute path":             only("resources: [/etc]\n"),
		"path through a dot":        only("resources: [./a.yaml]\n"),
		"path with a parent inside": only("resources: [sub/../sub]\n"),
		"file of another folder":    with("resources: [sub/x.yaml]\n", "sub/x.yaml", configMap("x")),
		"patch of a parent folder":  only("resources: [a.yaml]\npatches: [{path: ../p.yaml}]\n"),
		"folder without file":       only("resources: [elsewhere]\n"),
		"itself":                    only("resources: [kustomization.yaml]\n"),
		"namespace for all":         only("namespace: kube-system\nresources: [a.yaml]\n"),
		"name prefix":               only("namePrefix: x-\nresources: [a.yaml]\n"),
		"labels in selectors":       only("resources: [a.yaml]\nlabels: [{pairs: {a: b}, includeSelectors: true}]\n"),
		"build metadata":            only("buildMetadata: [originAnnotations]\nresources: [a.yaml]\n"),
		"another file name":         {"Kustomization": header + "resources: [\"http://ADDR/x.yaml\"]\n"},
		"no kind":                   {"kustomization.yaml": "resources: []\n"},
		"hostile in a sub folder":   with("resources: [sub]\n", "sub/kustomization.yaml", header+"resources: [\"http://ADDR/x.yaml\"]\n"),
		"vanishing object":          with("resources: [b.yaml]\n", "b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n  annotations: {config.kubernetes.io/local-config: \"true\"}\n"),
		"vanishing by escapes":      with("resources: [b.yaml]\n", "b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n  annotations: {\"config.kubernetes.io\\x2Flocal-config\": \"true\"}\n"),
		"vanishing by patch":        only("resources: [a.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |\n    - op: add\n      path: /metadata/annotations\n      value: {config.kubernetes.io/local-config: \"true\"}\n"),
		"vanishing by inline patch": only("resources: [a.yaml]\npatches:\n- patch: |\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: a, namespace: acme-prod, annotations: {\"config.kubernetes\\x2Eio/local-config\": \"true\"}}\n"),
		"vanishing by patch file":   with("resources: [a.yaml]\npatches: [{path: p.yaml}]\n", "p.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: acme-prod\n  annotations: {\"config.kubernetes\\x2Eio/local-config\": \"true\"}\n"),
		"vanishing by replacement":  only("resources: [a.yaml]\nreplacements:\n- sourceValue: \"true\"\n  targets: [{select: {name: a}, fieldPaths: [\"metadata.annotations.[config.kubernetes.io/local-config]\"], options: {create: true}}]\n"),
		"vanishing by label":        only("resources: [a.yaml]\nlabels: [{pairs: {config.kubernetes.io/local-config: \"true\"}}]\n"),
		"list smuggles objects":     with("resources: [l.yaml]\n", "l.yaml", "apiVersion: v1\nkind: ConfigMapList\nmetadata: {name: l}\nitems:\n- {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: admin}}\n"),
		"twice in two versions":     with("resources: [b.yaml, c.yaml]\n", "b.yaml", "apiVersion: x.io/v1\nkind: X\nmetadata: {name: x}\n---\napiVersion: x.io/v2\nkind: X\nmetadata: {name: x}\n"),
		"document after its end":    with("resources: [b.yaml]\n", "b.yaml", configMap("b")+"...\n---\n"+configMap("c")),
		"carriage returns":          with("resources: [b.yaml]\n", "b.yaml", strings.ReplaceAll(configMap("b")+"---\n"+configMap("c"), "\n", "\r")),
		"alias in a manifest":       with("resources: [b.yaml]\n", "b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: b}\nx: *m\n"),
		"key twice in a manifest":   with("resources: [b.yaml]\n", "b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\nmetadata: {name: c}\n"),
		"words of YAML 1.1":         with("resources: [b.yaml]\n", "b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {a: yes}\n"),
	}
}

func arm(files map[string]string, host string) map[string][]byte {
	out := map[string][]byte{}
	for name, data := range files {
		out[strings.ReplaceAll(name, "ADDR", host)] = []byte(strings.ReplaceAll(data, "ADDR", host))
	}
	return out
}

// The trap works: kustomize alone, with the very options used here, opens
// connections and runs git for these kustomizations.
func TestKustomizeAloneEscapes(t *testing.T) {
	trapped := setTrap(t)
	for _, name := range []string{"resource by http", "patch by http", "openapi by http", "git reference runs program"} {
		before := trapped.connections.Load()
		fs := filesys.MakeFsInMemory()
		for file, data := range arm(escapes()[name], trapped.host) {
			require.NoError(t, fs.WriteFile("/build/"+file, data))
		}
		_, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(fs, "/build")
		require.Error(t, err)
		require.Greater(t, trapped.connections.Load(), before, name)
	}
	require.Contains(t, trapped.ran(t), "git")
}

// Every escape is refused before kustomize is called, and no way in runs a
// program or opens a connection.
func TestEscapesAreRefused(t *testing.T) {
	trapped := setTrap(t)
	for name, files := range escapes() {
		armed := arm(files, trapped.host)
		built, faults := Build(armed, ".")
		require.True(t, faults.HasErrors(), name)
		require.Empty(t, built, name)
		_, _ = BuildCompiled(armed, ".")
	}
	require.Zero(t, trapped.connections.Load())
	require.Empty(t, trapped.ran(t))
}

// A dir that looks like an address is only ever a folder of the set.
func TestBuildDirIsNoAddress(t *testing.T) {
	trapped := setTrap(t)
	for _, dir := range []string{"http:/" + trapped.host + "/a/b", "github.com/a/b", "git@" + trapped.host + ":a/b"} {
		built, faults := Build(set(map[string]string{dir + "/kustomization.yaml": header + "resources: [a.yaml]\n", dir + "/a.yaml": configMap("a")}), dir)
		require.Empty(t, faults, dir)
		require.Len(t, built, 1)
	}
	require.Zero(t, trapped.connections.Load())
	require.Empty(t, trapped.ran(t))
}
