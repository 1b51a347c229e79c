package site

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/netip"
	"path/filepath"
	"sync"
	"time"

	"k8s.io/client-go/rest"

	"github.com/tenantc/tenantc/lab/internal/kube"
	"github.com/tenantc/tenantc/lab/internal/pki"
	"github.com/tenantc/tenantc/lab/internal/process"
	"github.com/tenantc/tenantc/lab/internal/standin"
)

// Site is one site's control plane.
type Site struct {
	Spec       Spec
	Admin      *kube.Client
	Kubeconfig string // file: the administrator's login
	Started    time.Duration

	lab      *Lab
	dir      string
	url      string            // of the API server
	tokens   map[string]string // by user
	silent   sync.Map          // see Silence
	balanced netip.Prefix      // addresses of load balancers
}

// FluxNamespace is where the lab installs Flux.
const FluxNamespace = "flux-system"

// Start starts a site and returns once all of it is ready.
func (l *Lab) Start(ctx context.Context, spec Spec) (*Site, error) {
	start := time.Now()
	s := &Site{Spec: spec, lab: l, dir: filepath.Join(l.Dir, spec.Name), tokens: map[string]string{}}
	for _, step := range []func(context.Context) error{
		s.startAPIServer, s.startControllers, s.prepare, s.startNodes, s.startFlux, s.startClusterAPI, s.startStandins,
	} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("site %s: %w", spec.Name, err)
		}
	}
	s.Started = time.Since(start)
	return s, nil
}

// Process returns a process of the site by its role, such as kustomize-controller.
func (s *Site) Process(role string) *process.Process {
	return s.lab.Processes.Find(s.Spec.Name + "-" + role)
}

func (s *Site) start(role string, c process.Command) (*process.Process, error) {
	c.Name = s.Spec.Name + "-" + role
	return s.lab.Processes.Start(c)
}

func (s *Site) startAPIServer(ctx context.Context) error {
	private, public, err := pki.SigningKeys()
	if err != nil {
		return err
	}
	for _, user := range users(s.Spec) {
		s.tokens[user.name] = pki.Token()
	}
	if err := writeFiles(s.dir, map[string][]byte{"sa.key": private, "sa.pub": public, "tokens.csv": s.tokenFile()}); err != nil {
		return err
	}
	cidr := "10.96.0.0/16"
	if len(s.Spec.Network.ServiceCIDRs) > 0 {
		cidr = s.Spec.Network.ServiceCIDRs[0]
	}
	server, err := s.runAPIServer(ctx, "kube-apiserver", "/sites/"+s.Spec.Name, cidr)
	if err != nil {
		return err
	}
	s.url = server
	s.Kubeconfig, err = s.kubeconfig(admin)
	if err != nil {
		return err
	}
	s.Admin, err = kube.NewClient(&rest.Config{
		Host: s.url, BearerToken: s.tokens[admin], TLSClientConfig: rest.TLSClientConfig{CAData: s.lab.Authority.PEM},
	})
	return err
}

// runAPIServer starts a kube-apiserver whose keys in etcd have the prefix, and returns its URL.
func (s *Site) runAPIServer(ctx context.Context, role, prefix, serviceCIDR string) (string, error) {
	ports, err := process.FreePorts(1)
	if err != nil {
		return "", err
	}
	pair, err := s.lab.Authority.Server("127.0.0.1", standin.TenantServerName)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(s.dir, role)
	if err := writeFiles(dir, map[string][]byte{"tls.crt": pair.Cert, "tls.key": pair.Key}); err != nil {
		return "", err
	}
	p, err := s.start(role, process.Command{Path: s.lab.Kit.Binaries["kube-apiserver"], Args: []string{
		"--etcd-servers=" + s.lab.etcd, "--etcd-prefix=" + prefix,
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", ports[0]),
		"--tls-cert-file=" + filepath.Join(dir, "tls.crt"), "--tls-private-key-file=" + filepath.Join(dir, "tls.key"),
		"--cert-dir=" + dir, "--client-ca-file=" + s.lab.trust, "--token-auth-file=" + filepath.Join(s.dir, "tokens.csv"),
		"--authorization-mode=RBAC", "--allow-privileged=true", "--endpoint-reconciler-type=none",
		"--service-account-issuer=https://kubernetes.default.svc", "--service-cluster-ip-range=" + serviceCIDR,
		"--service-account-key-file=" + filepath.Join(s.dir, "sa.pub"),
		"--service-account-signing-key-file=" + filepath.Join(s.dir, "sa.key"),
	}})
	if err != nil {
		return "", err
	}
	url := fmt.Sprintf("https://127.0.0.1:%d", ports[0])
	return url, p.Await(ctx, answers(s.insecure(), url+"/readyz"))
}

// insecure is for questions whose answer is no secret: is it up?
func (s *Site) insecure() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // see above
}

// startControllers starts what Kubernetes itself runs.
func (s *Site) startControllers(context.Context) error {
	manager, err := s.kubeconfig(controllerManager)
	if err != nil {
		return err
	}
	// Each controller under its own account, as kubeadm and k3s have it: the
	// fleet's admission policies look at who asks.
	_, err = s.start("kube-controller-manager", process.Command{
		Path: s.lab.Kit.Binaries["kube-controller-manager"],
		Args: []string{
			"--kubeconfig=" + manager, "--use-service-account-credentials=true", "--leader-elect=false", "--secure-port=0",
			"--service-account-private-key-file=" + filepath.Join(s.dir, "sa.key"), "--root-ca-file=" + s.lab.trust,
		},
	})
	if err != nil {
		return err
	}
	login, err := s.kubeconfig(scheduler)
	if err != nil {
		return err
	}
	_, err = s.start("kube-scheduler", process.Command{
		Path: s.lab.Kit.Binaries["kube-scheduler"],
		Args: []string{"--kubeconfig=" + login, "--leader-elect=false", "--secure-port=0"},
	})
	return err
}
