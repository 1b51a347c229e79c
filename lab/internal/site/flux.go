package site

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/tenantc/tenantc/lab/internal/process"
)

// startFlux starts Flux as docs/site.md wants it.
func (s *Site) startFlux(ctx context.Context) error {
	storage, err := process.FreePorts(1)
	if err != nil {
		return err
	}
	artifacts := fmt.Sprintf("127.0.0.1:%d", storage[0])
	if err := s.startFluxController(ctx, "source-controller",
		"--storage-path="+filepath.Join(s.dir, "artifacts"), "--storage-addr="+artifacts, "--storage-adv-addr="+artifacts,
	); err != nil {
		return err
	}
	return s.startFluxController(ctx, "kustomize-controller",
		"--no-cross-namespace-refs=true", "--no-remote-bases=true", "--default-service-account=default",
		"--feature-gates=CancelHealthCheckOnNewRevision=true", "--concurrent=20", "--requeue-dependency=500ms",
	)
}

// startFluxController starts it with its temporary files in memory.
func (s *Site) startFluxController(ctx context.Context, name string, arguments ...string) error {
	login, err := s.kubeconfig(fluxAccount(name))
	if err != nil {
		return err
	}
	ports, err := process.FreePorts(1)
	if err != nil {
		return err
	}
	temporary := filepath.Join(s.lab.memory, s.Spec.Name, name)
	for _, dir := range []string{temporary, filepath.Join(s.dir, "artifacts")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	health := fmt.Sprintf("127.0.0.1:%d", ports[0])
	p, err := s.start(name, process.Command{
		Path: s.lab.Kit.Binaries[name],
		Args: append(arguments, "--health-addr="+health, "--metrics-addr=0", "--events-addr=", "--log-level=info",
			"--enable-leader-election=false", "--watch-all-namespaces=true", "--interval-jitter-percentage=0"),
		Env: append(s.lab.Proxy.Env(), "RUNTIME_NAMESPACE="+FluxNamespace, "KUBECONFIG="+login, "TMPDIR="+temporary,
			"SSL_CERT_FILE="+s.lab.trust),
	})
	if err != nil {
		return err
	}
	return p.Await(ctx, answers(http.DefaultClient, "http://"+health+"/readyz"))
}
