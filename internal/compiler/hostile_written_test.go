package compiler_test

import (
	"fmt"
	"strings"
)

// written are the attacks that no replacement of one value makes.
func written() []attack {
	var out []attack
	add := func(group string, attacks map[string]attack) {
		for name, a := range attacks {
			a.name = group + ": " + name
			if a.file == "" {
				a.file = "tenants/evil.yaml"
			}
			out = append(out, a)
		}
	}
	add("parsers", parserAttacks())
	add("bomb", bombs())
	add("name", nameAttacks())
	add("reach", reachAttacks())
	add("template", templateAttacks())
	return out
}

// evil is a tenant of the sound tenancy with parts of one's choice.
func evil(name, cluster, more string) string {
	return fmt.Sprintf(`apiVersion: tenantc.dev/v1alpha1
kind: Tenant
metadata: {name: %s}
spec:
  class: standard
  clusters:
    - name: %s
      site: site-1
      quota: {cpu: "1", memory: 1Gi, storage: 10Gi, pods: "10"}
      storage: {classes: [local]}
%s`, name, cluster, more)
}

func tenantWith(more string) attack { return attack{data: evil("evil", "main", more)} }

// edited is the sound tenant with one piece of its text replaced.
func acmeWith(old, replacement string) attack {
	data := strings.Replace(soundTenant, old, replacement, 1)
	if data == soundTenant {
		panic("nothing to replace: " + old)
	}
	return attack{file: "tenants/acme.yaml", data: data}
}

// parserAttacks mean one thing to one parser and another to the next.
func parserAttacks() map[string]attack {
	ok := evil("evil", "main", "")
	return map[string]attack{
		"key twice":                   {data: ok + "  class: gold\n"},
		"key twice, quoted":           {data: ok + "  \"class\": gold\n"},
		"key twice, escaped":          {data: ok + "  \"cl\\x61ss\": gold\n"},
		"key in other letters":        {data: ok + "  Class: gold\n"},
		"merge key":                   {data: "x: &x {class: gold}\n" + strings.Replace(ok, "spec:\n", "spec:\n  <<: *x\n", 1)},
		"merge key inline":            {data: strings.Replace(ok, "spec:\n", "spec:\n  <<: {class: gold}\n", 1)},
		"anchor at the root":          {data: "&a\n" + ok},
		"tag at the root":             {data: "!!map\n" + ok},
		"directive":                   {data: "%YAML 1.1\n---\n" + ok},
		"tag directive":               {data: "%TAG ! tag:example.net,2026:\n---\n" + ok},
		"byte order mark":             {data: "\ufeff" + ok},
		"UTF-16":                      {data: "\xff\xfea\x00:\x00"},
		"NUL":                         {data: ok + "\x00"},
		"bare carriage returns":       {data: strings.ReplaceAll(ok, "\n", "\r")},
		"next lines":                  {data: strings.ReplaceAll(ok, "\n", "\u0085")},
		"line separators":             {data: strings.ReplaceAll(ok, "\n", "\u2028")},
		"tabs":                        {data: strings.ReplaceAll(ok, "  ", "\t")},
		"comment that turns":          {data: ok + "# \u202e\n"},
		"zero width":                  {data: strings.Replace(ok, "evil", "ev\u200bil", 1)},
		"key of a number":             {data: ok + "  1: a\n"},
		"key of null":                 {data: ok + "  ~: a\n"},
		"key of a list":               {data: ok + "  ? [a]\n  : b\n"},
		"key yes":                     {data: ok + "  yes: a\n"},
		"second document, bad":        {data: ok + "---\nkind: Site\n"},
		"second document, scalar":     {data: ok + "---\nhello\n"},
		"document end and more":       {data: ok + "...\nclass: gold\n"},
		"only a scalar":               {data: "evil\n"},
		"only a list":                 {data: "- a\n"},
		"only an alias":               {data: "*a\n"},
		"not closed":                  {data: ok + "  owners: [{name: \"x\n"},
		"JSON with keys twice":        {data: `{"apiVersion":"tenantc.dev/v1alpha1","kind":"Tenant","kind":"Site"}`},
		"site among tenants":          {data: sound()["sites/site-1.yaml"]},
		"class among tenants":         {data: strings.Replace(sound()["classes/standard.yaml"], "standard", "gold", 1)},
		"tenancy among tenants":       {data: sound()["tenancy.yaml"]},
		"list of objects":             {data: "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(ok), "\n", "\n  ") + "\n"},
		"a Kubernetes object":         {data: "apiVersion: v1\nkind: Namespace\nmetadata: {name: kube-system}\n"},
		"another version":             {data: strings.Replace(ok, "v1alpha1", "v1", 1)},
		"another group":               {data: strings.Replace(ok, "tenantc.dev", "evil.example", 1)},
		"kustomize's own annotations": {data: strings.Replace(ok, "{name: evil}", "{name: evil, annotations: {config.kubernetes.io/local-config: \"true\"}}", 1)},
		"Flux's own annotations":      {data: strings.Replace(ok, "{name: evil}", "{name: evil, annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}}", 1)},
		"metadata of a namespace":     {data: strings.Replace(ok, "{name: evil}", "{name: evil, namespace: kube-system}", 1)},
		"finalizers":                  {data: strings.Replace(ok, "{name: evil}", "{name: evil, finalizers: [x]}", 1)},
	}
}

// bombs are small files that cost much, or large ones.
func bombs() map[string]attack {
	head := "apiVersion: tenantc.dev/v1alpha1\nkind: Tenant\nmetadata: {name: evil}\nspec:\n  class: standard\n"
	cluster := func(more string) string {
		return head + "  clusters:\n    - {name: main, site: site-1, quota: {cpu: \"1\", memory: 1Gi}, " + more + "}\n"
	}
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	fill := func(s string) string { return strings.Repeat(s, (1<<20-4096)/len(s)) }
	return map[string]attack{
		"laughs":                {data: "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + laughs(30)},
		"laughs in flow":        {data: "{a: &a [x], b: &b [*a,*a,*a,*a,*a,*a,*a,*a], c: &c [*b,*b,*b,*b,*b,*b,*b,*b]}"},
		"an alias of itself":    {data: "a: &a [*a]\n"},
		"deep flow":             {data: fill("[")},
		"deep maps":             {data: fill("{a: ")},
		"deep block":            {data: deep(2000)},
		"deep in a known field": {data: head + "  clusters: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "\n"},
		"many documents":        {data: fill("---\na: b\n")},
		"many keys":             {data: many(50_000, "k%d: v\n")},
		"many labels":           {data: strings.Replace(head, "{name: evil}", "{name: evil, labels: {"+many(5000, "k%d: v, ")+"}}", 1)},
		"many clusters":         {data: head + "  clusters:\n" + many(3000, "  - {name: c%d, site: site-1, quota: {cpu: \"1\", memory: 1Gi}}\n")},
		"many bad clusters":     {data: head + "  clusters:\n" + many(1900, "  - {name: c-%d, site: nowhere, quota: {cpu: no, memory: 1Gi}}\n")},
		"many hosts":            {data: cluster("network: {hosts: [" + many(3000, "h%d.evil.example, ") + "]}")},
		"hosts all the same":    {data: cluster("network: {hosts: [" + strings.Repeat("a.evil.example, ", 1999) + "]}")},
		"many peers":            {data: cluster("network: {allowTo: [" + many(2500, "{cidr: 198.51.100.%d/32, ports: [1]}, ") + "]}")},
		"long host":             {data: cluster("network: {hosts: [" + strings.Repeat("a.", 200_000) + "example]}")},
		"long host that fails":  {data: cluster("network: {hosts: [" + strings.Repeat("a-", 200_000) + "!]}")},
		"long issuer":           {data: cluster("access: {oidc: {issuer: \"https://" + strings.Repeat("a.", 200_000) + "/\", clientID: x}}")},
		"long name":             {data: strings.Replace(head, "evil", fill("a"), 1)},
		"long unknown field":    {data: cluster(strings.Repeat("q", 500_000) + ": 1")},
		"many unknown fields":   {data: cluster(many(250, strings.Repeat("quota", 20)+"%d: 1, "))},
		"long number":           {data: cluster("nodes: {mode: shared}, kubernetes: \"1." + strings.Repeat("3", 300_000) + "\"")},
		"quantity of exponents": {data: strings.Replace(cluster("nodes: {mode: shared}"), `cpu: "1"`, `cpu: "1e2147483647"`, 1)},
		"quantity below zero":   {data: strings.Replace(cluster("nodes: {mode: shared}"), `cpu: "1"`, `cpu: "1e-2147483647"`, 1)},
		"quantity beyond all":   {data: strings.Replace(cluster("nodes: {mode: shared}"), "1Gi", "99999999999999Ei", 1)},
		"all pods there are":    {data: strings.Replace(cluster("nodes: {mode: shared}"), "memory: 1Gi", "memory: 1Gi, pods: \"9223372036854775807\"", 1)},
		"too large":             {data: evil("evil", "main", "") + strings.Repeat("#", 1<<20)},
		"comments":              {data: fill("a: b #c\n")},
		"escapes":               {data: "a: \"" + fill(`\U0001F600`) + "\"\n"},
		"tags":                  {data: fill("!a ")},
		"lines of nothing":      {data: "kind: [" + fill("\n")},
		"tags in keys":          {data: many(10_000, "? !a%d x\n: y\n")},
	}
}

func laughs(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), ","))
	}
	return b.String()
}

func deep(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i%500) + "a:\n")
	}
	return b.String()
}

// nameAttacks are names that would be somebody else's, or no name at all.
func nameAttacks() map[string]attack {
	out := map[string]attack{
		"namespace of Kubernetes":    {data: evil("kube", "system", "")},
		"namespace of Flux":          {data: evil("flux", "system", "")},
		"namespace of the ingress":   {data: evil("ingress", "nginx", "")},
		"same cluster twice":         {data: evil("evil", "main", "") + evil("evil", "main", "")[strings.Index(evil("evil", "main", ""), "    - name"):]},
		"same tenant twice":          {data: evil("acme", "main", "")},
		"same tenant in a file":      {data: evil("evil", "main", "") + "---\n" + evil("evil", "other", "")},
		"same tenant, other letters": {data: evil("Acme", "prod", "")},
		"storage class of another": {
			file: "sites/site-1.yaml",
			data: strings.Replace(sound()["sites/site-1.yaml"], "- {name: local,", "- {name: d-e, provisioner: topolvm.io, capacity: 1Ti}\n    - {name: c-d-e, provisioner: topolvm.io, capacity: 1Ti}\n    - {name: local,", 1),
			others: map[string]string{
				"tenants/one.yaml": strings.Replace(evil("a", "b", ""), "[local]", "[local, c-d-e]", 1),
				"tenants/two.yaml": strings.Replace(evil("a-b", "c", ""), "[local]", "[local, d-e]", 1),
			},
		},
	}
	for _, name := range []string{
		"kube-system", "kube-public", "kube-node-lease", "default", "flux-system", "capi-system", "openshift-x", "a_b", "A", "a.b", "a/b", "..", ".", "-a", "a-", "1a",
		"a--", "é", "аcme", "ａ", "a b", `"a\tb"`, `""`, `" a"`, strings.Repeat("a", 26), strings.Repeat("a", 64), `"a\u200d"`, ".git", "con.yaml", "a:b", "a@b",
	} {
		out["tenant "+name] = attack{data: evil(name, "main", "")}
	}
	for _, name := range []string{"a-b", "A", "1", "a.b", "..", "/", "system-x", "é", strings.Repeat("a", 16), `""`, "a_b", "*", "cafe\u0301"} {
		out["cluster "+name] = attack{data: evil("evil", name, "")}
	}
	return out
}

// reachAttacks reach for what is not the tenant's.
func reachAttacks() map[string]attack {
	out := map[string]attack{
		"no sandbox in a hard class":    tenantWith("      sandbox: none\n"),
		"less isolation than the class": tenantWith("      isolation: soft\n      sandbox: none\n"),
		"a sandbox the site lacks":      tenantWith("      sandbox: gvisor\n"),
		"a stack the site lacks":        tenantWith("      stack: kubevirt\n"),
		"more than the class":           acmeWith(`cpu: "4"`, `cpu: "4000"`),
		"a pool that is not there":      tenantWith("      nodes: {mode: dedicated, pool: control-plane}\n"),
		"a storage class not there":     acmeWith("classes: [local]", "classes: [local, acme-prod-local]"),
		"another's host":                tenantWith("      network: {hosts: [\"*.acme.example\"]}\n"),
		"another's host by name":        tenantWith("      network: {hosts: [www.acme.example]}\n"),
		"every host":                    tenantWith("      network: {hosts: [\"*\"]}\n"),
		"a host in the middle":          tenantWith("      network: {hosts: [\"a.*.example\"]}\n"),
		"the site's API servers":        tenantWith("      network: {hosts: [\"prod.acme.site-1.k8s.example.net\"]}\n"),
		"the site's API domain":         tenantWith("      network: {hosts: [\"*.acme.site-1.k8s.example.net\"]}\n"),
		"runtime class by annotation":   tenantWith("      annotations: {io.katacontainers.config.hypervisor.path: /bin/sh}\n"),
		"tenantc's label":               {data: strings.Replace(evil("evil", "main", ""), "{name: evil}", "{name: evil, labels: {tenantc.dev/tenant: acme}}", 1)},
		"pod security by label":         {data: strings.Replace(evil("evil", "main", ""), "{name: evil}", "{name: evil, labels: {pod-security.kubernetes.io/enforce: privileged}}", 1)},
		"values of the chart":           tenantWith("      values: {rbac: {clusterRole: {overwriteRules: []}}}\n"),
		"a chart of one's own":          tenantWith("      controlPlane: {chart: {repo: https://evil.example}}\n"),
		"an image of one's own":         tenantWith("      controlPlane: {image: evil/evil}\n"),
		"arguments of the API server":   tenantWith("      controlPlane: {extraArgs: [--anonymous-auth]}\n"),
		"a database with a password":    tenantWith("      controlPlane: {store: {type: postgres, endpoint: \"db:5432\", database: a, user: a, password: hunter2}}\n"),
		"a secret of another":           tenantWith("      controlPlane: {store: {type: postgres, endpoint: \"db.example:5432\", database: a, user: a, secretRef: {name: a, namespace: acme-prod}, addresses: [198.51.100.1/32]}}\n"),
		"issuer without TLS":            acmeWith("https://login", "http://login"),
		"issuer with a password":        acmeWith("https://login", "https://me:hunter2@login"),
		"quota of all objects":          acmeWith("configmaps: 100", "\"*\": 100"),
		"quota of what is not counted":  acmeWith("configmaps: 100", "clusterroles.rbac.authorization.k8s.io: 100"),
		"purged by the way":             acmeWith("state: active", "state: deleted"),
		"suspended and unknown":         acmeWith("state: active", "state: active, force: true"),
	}
	for _, group := range []string{"system:masters", "system:nodes", "system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated", "system:anonymous"} {
		out["admins "+group] = acmeWith("acme-admins", `"`+group+`"`)
		out["admin user "+group] = acmeWith("jane", `"`+group+`"`)
	}
	for name, cidr := range map[string]string{
		"everything": "0.0.0.0/0", "half of everything": "0.0.0.0/1", "the pods": "10.0.0.0/16", "a pod": "10.0.3.4/32", "the services": "10.1.0.0/16",
		"the nodes": "192.168.10.0/24", "the API server": "192.168.10.10/32", "all that is private": "10.0.0.0/8", "IPv6 of everything": "\"::/0\"",
		"the nodes as IPv6": "\"::ffff:192.168.10.0/120\"", "the nodes as IPv6, in hexadecimals": "\"::ffff:c0a8:a00/120\"", "the nodes through a translator": "\"64:ff9b::c0a8:a00/120\"",
		"not a network": "198.51.100.1/24", "octal": "0198.51.100.0/24", "loopback": "127.0.0.0/8", "the cloud's metadata": "169.254.169.254/32",
	} {
		out["network to "+name] = acmeWith("198.51.100.0/24", cidr)
		out["issuer at "+name] = acmeWith("198.51.100.7/32", cidr)
		out["network from "+name] = acmeWith("allowTo:", "allowFrom: [{cidr: "+cidr+", ports: [443]}]\n        allowTo:")
	}
	for name, data := range map[string]string{
		"not a lock": "hello\n", "a way out": "../x/y site-1\n", "no such site": "evil/main nowhere\n", "binary": "\x00\xff", "large": strings.Repeat("a/b site-1\n", 200_000),
	} {
		out["placements, "+name] = attack{file: "placements.lock.yaml", data: data}
	}
	return out
}

// templateAttacks are templates of the tenancy's own that reach out of theirs.
func templateAttacks() map[string]attack {
	head := "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
	role := sound()["templates/access/clusterrole.yaml"]
	out := map[string]attack{
		"cluster-admin":     {file: "templates/access/clusterrole.yaml", data: strings.Replace(role, "tenantc-cluster", "cluster-admin", 1)},
		"a second object":   {file: "templates/access/clusterrole.yaml", data: role + "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: x}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}\n"},
		"a workload":        {file: "templates/access/clusterrole.yaml", data: role + "---\napiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: kube-system}\n"},
		"a list":            {file: "templates/access/clusterrole.yaml", data: "apiVersion: v1\nkind: List\nitems: []\n"},
		"nothing":           {file: "templates/access/clusterrole.yaml", data: ""},
		"vanishing":         {file: "templates/access/clusterrole.yaml", data: strings.Replace(role, "metadata:", "metadata:\n  annotations: {config.kubernetes.io/local-config: \"true\"}", 1)},
		"substitution":      {file: "templates/access/clusterrole.yaml", data: strings.Replace(role, "metadata:", "metadata:\n  annotations: {a.example/x: \"${HOME}\"}", 1)},
		"laughs":            {file: "templates/access/clusterrole.yaml", data: role + "---\na0: &a0 [x]\n" + laughs(20)},
		"deep":              {file: "templates/access/clusterrole.yaml", data: strings.Repeat("[", 100_000)},
		"no policy":         {file: "templates/admission-sandbox/kustomization.yaml", data: head + "resources: []\n"},
		"unknown folder":    {file: "templates/evil/kustomization.yaml", data: head},
		"a folder like git": {file: "templates/x.git/kustomization.yaml", data: head},
	}
	for name, body := range map[string]string{
		"by http": "resources: [\"http://127.0.0.1:1/x.yaml\"]\n", "by git": "resources: [\"https://127.0.0.1:1/a/b?ref=--upload-pack=/bin/true\"]\n",
		"out of its folder": "resources: [../priority/priorityclasses.yaml]\n", "absolute": "resources: [/etc/passwd]\n", "component elsewhere": "components: [\"github.com/a/b\"]\n",
		"generator": "configMapGenerator: [{name: x, files: [/etc/passwd]}]\n", "chart": "helmCharts: [{name: x, repo: \"http://127.0.0.1:1/\"}]\n",
		"function": "transformers: [clusterrole.yaml]\n", "prefix": "resources: [clusterrole.yaml]\nnamePrefix: x-\n", "openapi": "resources: [clusterrole.yaml]\nopenapi: {path: \"http://127.0.0.1:1/o.json\"}\n",
		"patched away": "resources: [clusterrole.yaml]\npatches: [{target: {kind: ClusterRole}, patch: \"$patch: delete\\napiVersion: rbac.authorization.k8s.io/v1\\nkind: ClusterRole\\nmetadata: {name: tenantc-cluster}\\n\"}]\n",
		"alias":        "resources: &x [clusterrole.yaml]\ncomponents: *x\n", "twice": "resources: [clusterrole.yaml, clusterrole.yaml]\n",
	} {
		out["kustomization "+name] = attack{file: "templates/access/kustomization.yaml", data: head + body}
	}
	return out
}
