package site

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tenantc/tenantc/lab/internal/kube"
	"github.com/tenantc/tenantc/lab/internal/process"
)

// startClusterAPI starts Cluster API core with its webhooks, and the vCluster
// provider with its charts.
func (s *Site) startClusterAPI(ctx context.Context) error {
	ports, err := process.FreePorts(2)
	if err != nil {
		return err
	}
	if err := s.startCore(ctx, ports[0], ports[1]); err != nil {
		return err
	}
	return s.startProvider(ctx)
}

func (s *Site) startCore(ctx context.Context, webhookPort, healthPort int) error {
	login, err := s.kubeconfig(clusterAPIAccount(s.Spec))
	if err != nil {
		return err
	}
	pair, err := s.lab.Authority.Server("127.0.0.1")
	if err != nil {
		return err
	}
	dir := filepath.Join(s.dir, "cluster-api")
	if err := writeFiles(dir, map[string][]byte{"tls.crt": pair.Cert, "tls.key": pair.Key}); err != nil {
		return err
	}
	health := fmt.Sprintf("127.0.0.1:%d", healthPort)
	p, err := s.start("cluster-api", process.Command{
		Path: s.lab.Kit.Binaries[s.Spec.clusterAPI().binary],
		Args: []string{
			"--kubeconfig=" + login, "--leader-elect=false", "--webhook-cert-dir=" + dir, fmt.Sprintf("--webhook-port=%d", webhookPort),
			"--diagnostics-address=127.0.0.1:0", "--insecure-diagnostics=true", "--health-addr=" + health,
		},
		Env: append(s.lab.Proxy.Env(), "POD_NAMESPACE="+s.Spec.Namespaces.ClusterAPI),
	})
	if err != nil {
		return err
	}
	if err := p.Await(ctx, answers(http.DefaultClient, "http://"+health+"/readyz")); err != nil {
		return err
	}
	return s.applyWebhooks(ctx, webhookPort)
}

// applyWebhooks points Cluster API's webhooks at its process instead of a Service.
func (s *Site) applyWebhooks(ctx context.Context, port int) error {
	configurations, err := kube.ReadFile(s.source(s.Spec.clusterAPI().source, "config/webhook/manifests.yaml"))
	if err != nil {
		return err
	}
	for _, c := range configurations {
		webhooks, _, err := unstructured.NestedSlice(c.Object, "webhooks")
		if err != nil {
			return err
		}
		for _, w := range webhooks {
			webhook := w.(map[string]any)
			path, _, _ := unstructured.NestedString(webhook, "clientConfig", "service", "path")
			webhook["clientConfig"] = map[string]any{
				"url":      fmt.Sprintf("https://127.0.0.1:%d%s", port, path),
				"caBundle": base64.StdEncoding.EncodeToString(s.lab.Authority.PEM),
			}
		}
		if err := unstructured.SetNestedSlice(c.Object, webhooks, "webhooks"); err != nil {
			return err
		}
		if err := s.Admin.Apply(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (s *Site) startProvider(ctx context.Context) error {
	login, err := s.kubeconfig(providerAccount(s.Spec))
	if err != nil {
		return err
	}
	ports, err := process.FreePorts(1)
	if err != nil {
		return err
	}
	dir := filepath.Join(s.dir, "vcluster-provider")
	if err := s.linkProviderFiles(dir); err != nil {
		return err
	}
	health := fmt.Sprintf("127.0.0.1:%d", ports[0])
	p, err := s.start("vcluster-provider", process.Command{
		Path: s.lab.Kit.Binaries["vcluster-provider"], Dir: dir,
		Args: []string{"--metrics-bind-address=0", "--health-probe-bind-address=" + health},
		Env: append(s.lab.Proxy.Env(), "KUBECONFIG="+login, "TMPDIR="+filepath.Join(dir, "tmp"), "HOME="+dir,
			"HELM_CACHE_HOME="+dir, "HELM_CONFIG_HOME="+dir, "HELM_DATA_HOME="+dir),
	})
	if err != nil {
		return err
	}
	return p.Await(ctx, answers(http.DefaultClient, "http://"+health+"/readyz"))
}

// linkProviderFiles puts helm and the charts where the provider looks for them:
// its working directory.
func (s *Site) linkProviderFiles(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "tmp"), 0o755); err != nil {
		return err
	}
	if err := os.Symlink(s.lab.Kit.Binaries["helm"], filepath.Join(dir, "helm")); err != nil {
		return err
	}
	for version, chart := range s.lab.Kit.Charts {
		if err := os.Symlink(chart, filepath.Join(dir, "vcluster-"+version+".tgz")); err != nil {
			return err
		}
	}
	return nil
}
