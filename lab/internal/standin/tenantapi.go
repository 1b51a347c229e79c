// Package standin plays what a laptop does not have: storage that makes
// volumes, and the programs inside a tenant's control plane. What that leaves
// untested is in docs/lab.md.
package standin

import (
	"context"
	"encoding/base64"
	"fmt"
	"sync"
	"time"

	"github.com/tenantc/tenantc/lab/internal/kube"
	"github.com/tenantc/tenantc/lab/internal/pki"
)

// TenantServerName is in the certificate of every tenant API server of the lab.
const TenantServerName = "tenant-api.lab"

// round is how often the stand-ins look for work.
const round = 500 * time.Millisecond

// TenantAPI does what a started vcluster does at its site: it leaves the
// administrator's kubeconfig in the Secret vc-<name>. The API server behind it
// is one kube-apiserver for all tenant clusters of a site.
type TenantAPI struct {
	Host      *kube.Client // of the site
	Authority []byte       // PEM, of the tenants' API server
	Admin     pki.Pair     // its administrator
	ProxyURL  string       // by which <name>.<namespace>.svc is reached
	Silent    *sync.Map    // namespaces whose control planes never answer, as keys
}

// Run works until the context ends.
func (t TenantAPI) Run(ctx context.Context) {
	every(ctx, round, func() {
		pods, err := t.Host.List(ctx, kube.Ref{APIVersion: "v1", Kind: "Pod"}, "app=vcluster")
		if err != nil {
			return
		}
		for _, pod := range pods {
			if _, silent := t.Silent.Load(pod.GetNamespace()); silent {
				continue
			}
			if status, _ := kube.Condition(&pod, "Ready"); status == "True" && pod.GetDeletionTimestamp() == nil {
				_ = t.export(ctx, pod.GetNamespace(), pod.GetLabels()["release"])
			}
		}
	})
}

// export writes the Secret when there is none; the next round tries again.
func (t TenantAPI) export(ctx context.Context, namespace, name string) error {
	secret := kube.Ref{APIVersion: "v1", Kind: "Secret", Namespace: namespace, Name: "vc-" + name}
	if _, err := t.Host.Get(ctx, secret); err == nil {
		return nil
	}
	encode := base64.StdEncoding.EncodeToString
	kubeconfig := fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: %[1]s
contexts: [{name: %[1]s, context: {cluster: %[1]s, user: %[1]s}}]
clusters: [{name: %[1]s, cluster: {server: "https://localhost:8443", tls-server-name: %[2]s, proxy-url: %[3]q, certificate-authority-data: %[4]s}}]
users: [{name: %[1]s, user: {client-certificate-data: %[5]s, client-key-data: %[6]s}}]
`, name, TenantServerName, t.ProxyURL, encode(t.Authority), encode(t.Admin.Cert), encode(t.Admin.Key))
	_, err := t.Host.Create(ctx, kube.Must(`
apiVersion: v1
kind: Secret
metadata: {name: vc-%s, namespace: %s}
data: {config: %s, certificate-authority: %s, client-certificate: %s, client-key: %s}
`, name, namespace, encode([]byte(kubeconfig)), encode(t.Authority), encode(t.Admin.Cert), encode(t.Admin.Key)))
	return err
}

func every(ctx context.Context, interval time.Duration, do func()) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			do()
		}
	}
}
