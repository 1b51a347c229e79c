package compiler_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/scaffold"
)

// The corpus of security.md, 'The bar' 1: specs by people who mean harm. Most
// are made from a sound tenancy in which nearly every field is set, by putting
// something hostile in the place of one value; the others are written by hand.

// attack is a tenancy of which one file is hostile.
type attack struct {
	name, file string
	data       string
	others     map[string]string // further files that go with it
}

const soundTenant = `apiVersion: tenantc.dev/v1alpha1
kind: Tenant
metadata:
  name: acme
  labels: {contract: "4711"}
spec:
  class: standard
  clusters:
    - name: prod
      site: site-1
      stack: vcluster
      isolation: hard
      autonomy: virtual-cluster
      sandbox: kata-clh
      kubernetes: "1.34"
      controlPlane:
        distro: k8s
        replicas: 3
        store: {type: etcd}
        resources: {cpu: "1", memory: 2Gi}
        persistence: {size: 5Gi, storageClass: local}
        expose: ingress
        metricsServer: host
      quota:
        cpu: "4"
        memory: 8Gi
        storage: 100Gi
        pods: "50"
        loadBalancers: 0
        objects: {configmaps: 100}
      nodes: {mode: shared}
      network:
        hosts: ["*.acme.example"]
        allowTo:
          - cidr: 198.51.100.0/24
            ports: [443]
      storage: {classes: [local]}
      access:
        oidc:
          issuer: https://login.acme.example
          clientID: kubernetes
          usernameClaim: email
          groupsClaim: groups
          addresses: [198.51.100.7/32]
        admins: {groups: [acme-admins], users: [jane]}
      lifecycle: {state: active}
`

// sound is the tenancy that the attacks are made from; it compiles.
func sound() map[string]string {
	files := map[string]string{}
	for path, data := range scaffold.Init(scaffold.Options{Name: "sound"}) {
		files[path] = string(data)
	}
	files["tenants/acme.yaml"] = soundTenant
	return files
}

// everywhere are values that no field takes: what YAML parsers read in more ways
// than one, what hides, what stands for something else, and what is of no type
// that the field has.
func everywhere() map[string]string {
	return map[string]string{
		"alias": "*x", "anchor": "&x y", "tag": "!!str y", "own tag": "!y z", "binary": "!!binary aGk=",
		"word no": "no", "word y": "y", "word off": "off", "null": "~", "nothing": "", "octal": "010", "new octal": "0o17", "sexagesimal": "1:30",
		"date": "2026-01-01", "hexadecimal": "0x1F", "not a number": ".nan", "infinite": ".inf", "underscores": "1_000",
		"turned text": `"a\u202eb"`, "NUL": `"a\u0000b"`, "escape": `"a\u001b[31mb"`, "line end": `"a\nb"`, "next line": `"a\u0085b"`, "no-break space": `"a\u00a0b"`,
		"bidi raw": "\"a\u202eb\"", "BOM inside": "\"a\ufeffb\"", "not UTF-8": "\"a\xffb\"", "tab": "\"a\tb\"",
		"mapping": "{a: b}", "list of lists": "[[a]]", "merge": "{<<: {a: b}}", "mapping with a list as key": "{[a]: b}",
		"substitution": `"${HOME}"`, "substitution inside": `"a${HOME}b"`, "escaped substitution": `"a\x24{HOME}b"`,
		"way out": `"../../etc/passwd"`, "way out inside": `"a/../../b"`, "absolute": `"/etc/passwd"`, "shell": `"$(id)"`, "shell too": "\"a;`id`\"",
		"template": `"{{ .Values.x }}"`, "markup": `"<img src=x onerror=alert(1)>"`, "workflow command": `"::error::x"`, "mention": `"@everyone"`,
		"large exponent": "1e999999999", "large quantity": `"1e999999999"`, "negative": "-1", "negative quantity": `"-1Gi"`, "beyond 64 bits": "99999999999999999999999",
		"many digits": `"` + strings.Repeat("9", 5000) + `"`, "long": strings.Repeat("a", 100_000), "many dots": strings.Repeat("a.", 50_000) + "a",
		"many hyphens": "a" + strings.Repeat("-", 50_000) + "!", "whole IPv4": "0.0.0.0/0", "whole IPv6": `"::/0"`,
		"kata annotation": `"io.katacontainers.config.hypervisor.path=/bin/sh"`, "git": ".git", "dots": "..",
	}
}

// slot is the place of one value in a file.
type slot struct {
	path     string
	from, to int // bytes of the file
}

// slots finds the values in a file of plain and double-quoted scalars.
func slots(t testing.TB, data string) []slot {
	var root yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(data), &root))
	lines := []int{0}
	for i := range data {
		if data[i] == '\n' {
			lines = append(lines, i+1)
		}
	}
	var out []slot
	var walk func(n *yaml.Node, path string)
	walk = func(n *yaml.Node, path string) {
		switch n.Kind {
		case yaml.DocumentNode:
			walk(n.Content[0], path)
		case yaml.SequenceNode:
			for i, item := range n.Content {
				walk(item, fmt.Sprintf("%s[%d]", path, i))
			}
		case yaml.MappingNode:
			for i := 0; i < len(n.Content); i += 2 {
				walk(n.Content[i+1], path+"."+n.Content[i].Value)
			}
		case yaml.ScalarNode:
			text := n.Value
			if n.Style == yaml.DoubleQuotedStyle {
				text = `"` + text + `"`
			}
			from := lines[n.Line-1] + n.Column - 1
			require.Equal(t, text, data[from:from+len(text)], path)
			out = append(out, slot{path, from, from + len(text)})
		}
	}
	walk(&root, "")
	return out
}

// takes are the fields in which one of the values above is what people may mean.
func takes(path, kind string) bool {
	last := path[strings.LastIndex(path, ".")+1:]
	item := strings.HasSuffix(path, "]")
	switch name, _, _ := strings.Cut(last, "["); name {
	case "repository": // a path, which only diff and publish look at
		return slices.Contains([]string{"absolute", "way out", "way out inside", "git", "dots", "large quantity", "whole IPv4"}, kind)
	case "liftedBy", "clientID", "usernameClaim", "groupsClaim", "groups", "users": // what somebody else calls people; printed, never obeyed
		texts := []string{
			"absolute", "dots", "git", "kata annotation", "large quantity", "markup", "mention", "negative quantity", "shell", "shell too",
			"template", "way out", "way out inside", "whole IPv4", "whole IPv6", "workflow command",
		}
		return slices.Contains(texts, kind) || kind == "nothing" && item
	case "name", "region", "contract", "namespace", "class": // 1e999999999 is a name like another
		return kind == "large quantity" && !strings.Contains(path, "clusters") && path != ".metadata.name" || kind == "large quantity" && strings.HasPrefix(path, ".metadata")
	case "branch", "provisioner":
		return kind == "large quantity" || kind == "whole IPv4"
	}
	return kind == "nothing" && item // a list of one item less
}

// generated are the attacks that put one hostile value in the place of a sound
// one: every nth of them.
func generated(t testing.TB, nth int) []attack {
	files := sound()
	var all []attack
	for _, file := range []string{"tenancy.yaml", "classes/standard.yaml", "sites/site-1.yaml", "tenants/acme.yaml"} {
		data := files[file]
		for _, s := range slots(t, data) {
			for _, kind := range slices.Sorted(maps.Keys(everywhere())) {
				if !takes(s.path, kind) {
					all = append(all, attack{name: file + s.path + ": " + kind, file: file, data: data[:s.from] + everywhere()[kind] + data[s.to:]})
				}
			}
		}
	}
	var out []attack
	for i := 0; i < len(all); i += nth {
		out = append(out, all[i])
	}
	return out
}
