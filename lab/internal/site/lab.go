// Package site starts the control planes of bare-metal sites as plain processes
// on this machine: the real API server and controllers, fake nodes, and the
// stand-ins of package standin for what takes hardware. Sites know what a site
// knows: nothing here speaks of tenants.
package site

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"syscall"

	"github.com/tenantc/tenantc/lab/internal/build"
	"github.com/tenantc/tenantc/lab/internal/network"
	"github.com/tenantc/tenantc/lab/internal/pki"
	"github.com/tenantc/tenantc/lab/internal/process"
)

// Lab is what the sites on this machine share.
type Lab struct {
	Kit       build.Kit
	Dir       string // a folder a site, and the logs
	Authority *pki.Authority
	Processes *process.Group
	Proxy     *network.Proxy
	trust     string // file: the authority's certificate
	memory    string // folder for temporary files, in memory where there is room
	etcd      string // client URL
}

// tmpfs is where Linux keeps files in memory for whoever asks; a container may
// have next to none of it.
const (
	tmpfs     = "/dev/shm"
	tmpfsRoom = 1 << 30 // bytes: twenty Kustomizations of each site unpack its folder
)

// NewLab starts what sites share: etcd, and the names of the lab's network.
// Stop must be called, whatever happens after.
func NewLab(ctx context.Context, kit build.Kit, dir string) (*Lab, error) {
	authority, err := pki.NewAuthority("tenantc lab")
	if err != nil {
		return nil, err
	}
	lab := &Lab{Kit: kit, Dir: dir, Authority: authority, trust: filepath.Join(dir, "ca.pem")}
	if err := writeFiles(dir, map[string][]byte{"ca.pem": authority.PEM}); err != nil {
		return nil, err
	}
	logs := filepath.Join(dir, "logs")
	if err := os.MkdirAll(logs, 0o755); err != nil {
		return nil, err
	}
	if lab.Proxy, err = network.NewProxy(); err != nil {
		return nil, err
	}
	lab.Processes = process.NewGroup(logs)
	if lab.memory, err = os.MkdirTemp(temporary(dir), "tenantc-lab-"); err == nil {
		err = lab.startEtcd(ctx)
	}
	if err != nil {
		lab.Stop()
		return nil, err
	}
	return lab, nil
}

// temporary is memory, or the lab's own folder where memory has no room.
func temporary(dir string) string {
	var memory syscall.Statfs_t
	if err := syscall.Statfs(tmpfs, &memory); err != nil || memory.Bavail*uint64(memory.Bsize) < tmpfsRoom {
		return dir
	}
	return tmpfs
}

// Stop ends everything that was started, by its process id.
func (l *Lab) Stop() {
	l.Processes.Stop()
	_ = l.Proxy.Close()
	_ = os.RemoveAll(l.memory)
}

// Connect lets a name lead to an address on this machine, host:port.
func (l *Lab) Connect(name, address string) {
	l.Proxy.Add(func(asked string) (string, bool) { return address, asked == name })
}

func (l *Lab) startEtcd(ctx context.Context) error {
	ports, err := process.FreePorts(2)
	if err != nil {
		return err
	}
	l.etcd = fmt.Sprintf("http://127.0.0.1:%d", ports[0])
	peer := fmt.Sprintf("http://127.0.0.1:%d", ports[1])
	p, err := l.Processes.Start(process.Command{
		Name: "etcd", Path: l.Kit.Binaries["etcd"],
		Args: []string{
			"--data-dir=" + filepath.Join(l.Dir, "etcd"), "--unsafe-no-fsync", "--log-level=warn",
			"--listen-client-urls=" + l.etcd, "--advertise-client-urls=" + l.etcd,
			"--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer, "--initial-cluster=default=" + peer,
		},
	})
	if err != nil {
		return err
	}
	return p.Await(ctx, answers(http.DefaultClient, l.etcd+"/health"))
}

// answers returns a check that the URL says 200.
func answers(client *http.Client, url string) func(context.Context) error {
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return errors.New(response.Status)
		}
		return nil
	}
}

// writeFiles writes them below the folder, for this user's eyes only.
func writeFiles(dir string, files map[string][]byte) error {
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return err
		}
	}
	return nil
}
