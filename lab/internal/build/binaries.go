package build

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// Binary says how one program is built.
type Binary struct {
	Name    string
	Module  string // folder below lab/modules
	Modfile string // go.mod, or another of that folder
	Package string
}

// Binaries are the programs of a site. Their versions are in the go.mod files;
// which of them go together was found by trying.
func Binaries() []Binary {
	return []Binary{
		{"kube-apiserver", "controlplane", "go.mod", "k8s.io/kubernetes/cmd/kube-apiserver"},
		{"kube-controller-manager", "controlplane", "go.mod", "k8s.io/kubernetes/cmd/kube-controller-manager"},
		{"kube-scheduler", "controlplane", "go.mod", "k8s.io/kubernetes/cmd/kube-scheduler"},
		{"etcd", "controlplane", "go.mod", "go.etcd.io/etcd/server/v3"},
		{"kwok", "controlplane", "go.mod", "sigs.k8s.io/kwok/cmd/kwok"},
		{"kustomize-controller", "controlplane", "go.mod", "github.com/fluxcd/kustomize-controller"},
		{"source-controller", "controlplane", "source.mod", "github.com/fluxcd/source-controller"},
		{"cluster-api", "capi", "go.mod", "sigs.k8s.io/cluster-api"},
		{"cluster-api-v1beta2", "capi-v1beta2", "go.mod", "sigs.k8s.io/cluster-api"},
		{"vcluster-provider", "capi", "go.mod", "github.com/loft-sh/cluster-api-provider-vcluster"},
		{"helm", "helm", "go.mod", "helm.sh/helm/v4/cmd/helm"},
	}
}

// kubernetesVersion is stamped into everything: kubectl and helm cannot parse
// the version of an API server that was built without.
const kubernetesVersion = "v1.36.3"

func ldflags() string {
	flags := "-s -w"
	for _, pkg := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
		flags += fmt.Sprintf(" -X %[1]s.gitVersion=%[2]s -X %[1]s.gitMajor=1 -X %[1]s.gitMinor=36 -X %[1]s.gitCommit=0"+
			" -X %[1]s.gitTreeState=clean -X %[1]s.buildDate=2026-01-01T00:00:00Z", pkg, kubernetesVersion)
	}
	return flags
}

// The same flags for every binary, or Go's build cache is of no use to the next.
// Without cgo no C compiler is needed.
func (b Binary) arguments(out string) []string {
	return []string{"build", "-trimpath", "-modfile=" + b.Modfile, "-ldflags", ldflags(), "-o", out, b.Package}
}

// key changes whenever the binary would.
func (b Binary) key(dir string) (string, error) {
	hash := sha256.New()
	sums := b.Modfile[:len(b.Modfile)-len(".mod")] + ".sum"
	for _, name := range []string{b.Modfile, sums} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return "", err
		}
		hash.Write(data)
	}
	fmt.Fprintln(hash, b.arguments(""), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return hex.EncodeToString(hash.Sum(nil))[:12], nil
}

func (k *Kit) compile(ctx context.Context, o Options) error {
	for _, b := range Binaries() {
		dir := filepath.Join(o.Modules, b.Module)
		key, err := b.key(dir)
		if err != nil {
			return err
		}
		path := filepath.Join(o.Cache, "bin", b.Name+"-"+key)
		err = k.made(o, b.Name, path, func(temporary string) error {
			_, err := run(ctx, dir, []string{"CGO_ENABLED=0"}, "go", b.arguments(temporary)...)
			return err
		})
		if err != nil {
			return err
		}
		k.Binaries[b.Name] = path
	}
	return nil
}
