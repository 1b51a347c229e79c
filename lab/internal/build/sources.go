package build

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Modules whose files (CRDs, roles, webhooks, stages, charts) a site is set up
// with, each with the sum that go.sum would have for it.
const (
	SourceController    = "github.com/fluxcd/source-controller@v1.9.6"
	KustomizeController = "github.com/fluxcd/kustomize-controller@v1.9.5"
	ClusterAPI          = "sigs.k8s.io/cluster-api@v1.9.3"
	ClusterAPIv1beta2   = "sigs.k8s.io/cluster-api@v1.13.6"
	Provider            = "github.com/loft-sh/cluster-api-provider-vcluster@v0.2.2"
	Kwok                = "sigs.k8s.io/kwok@v0.8.0"
	Cilium              = "github.com/cilium/cilium@v1.20.2"
	KubevirtProvider    = "sigs.k8s.io/cluster-api-provider-kubevirt@v0.1.10"
	KamajiProvider      = "github.com/clastix/cluster-api-control-plane-provider-kamaji@v0.20.0"
	Capsule             = "github.com/projectcapsule/capsule@v0.12.4"
	HNC                 = "sigs.k8s.io/hierarchical-namespaces@v1.1.0"
)

func sums() map[string]string {
	return map[string]string{
		SourceController:                      "h1:nG534/bI6nVpyHra7ONAk6xDB3xPsVT+EOLHZHXPrrc=",
		KustomizeController:                   "h1:/XY2zy3K7fntyppEXIHG7oRMzmfgIt50eJzUfaPX1Kc=",
		ClusterAPI:                            "h1:lKWbrXzyNmJh++IcX54ZbAmnO7tZ2wKgds7WvskpiXY=",
		ClusterAPIv1beta2:                     "h1:imZVIstbRIq2DoKftQv0wPm+vyhWXrE3Zft8E43maqo=",
		Provider:                              "h1:B1mcLiiQCASNta6AjhlY+RDRWxVjMl3G7RkenDXQ3y0=",
		Kwok:                                  "h1:OTIOTwgROqPMovcTwxICx2eYQ4AwLpSx5EpjbDKF4SQ=",
		Cilium:                                "h1:dqiEGIcXc+gqCLYG/l7VCFJ8GHyb4HUrwbZOpkX5dL8=",
		KubevirtProvider:                      "h1:QcB6QqzLl8AqlHTl898eKkiP4hSelPxxCLD2tQy4rIU=",
		KamajiProvider:                        "h1:rYRwnpBynwIogBhz78RPJ31CZE/kuHj2JS1/CI46T9M=",
		Capsule:                               "h1:NDV+STt7awNZHmDI5TV0somMQzNPYKIju32WPKbuhj4=",
		HNC:                                   "h1:aPf67ywj8hJaIl5TWPY5wgN+Gwa3oxQNyNqhAHznU3A=",
		"github.com/loft-sh/vcluster@v0.20.0": "h1:Tg7MCKI56LWHepMeTMn1RPBgHmPJu9KCkEyEHOBsGT4=",
		"github.com/loft-sh/vcluster@v0.30.0": "h1:fdnasGlrBtCMBoFKR3tszkeOHA4dB5sqMr5l//eQnMQ=",
	}
}

// charts are the vcluster versions that can be had, by module. Others are in
// the chart repository only, which the lab does not reach.
func charts() map[string]string {
	return map[string]string{
		"0.20.0": "github.com/loft-sh/vcluster@v0.20.0",
		"0.30.0": "github.com/loft-sh/vcluster@v0.30.0",
	}
}

// download fetches the sources and holds them against their sums.
func (k *Kit) download(ctx context.Context, o Options) error {
	if err := os.MkdirAll(o.Cache, 0o755); err != nil {
		return err
	}
	for module, sum := range sums() {
		// The sums here take the place of the public database, which not every proxy passes on.
		out, err := run(ctx, o.Cache, []string{"GONOSUMDB=*"}, "go", "mod", "download", "-json", module)
		if err != nil {
			return fmt.Errorf("%s: %w\n%s", module, err, out)
		}
		var got struct{ Dir, Sum string }
		if err := json.Unmarshal(out, &got); err != nil {
			return fmt.Errorf("%s: %w", module, err)
		}
		if got.Sum != sum {
			return fmt.Errorf("%s: its sum is %s, expected %s", module, got.Sum, sum)
		}
		k.Sources[module] = got.Dir
	}
	return nil
}

// packCharts makes the archives that the provider looks for.
func (k *Kit) packCharts(ctx context.Context, o Options) error {
	for version, module := range charts() {
		path := filepath.Join(o.Cache, "charts", "vcluster-"+version+".tgz")
		err := k.made(o, filepath.Base(path), path, func(temporary string) error {
			dir, err := os.MkdirTemp(o.Cache, "chart-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			chart := filepath.Join(k.Sources[module], "chart")
			if _, err := run(ctx, dir, nil, k.Binaries["helm"], "package", chart, "--version", version, "--app-version", version); err != nil {
				return err
			}
			return os.Rename(filepath.Join(dir, filepath.Base(path)), temporary)
		})
		if err != nil {
			return err
		}
		k.Charts[version] = path
	}
	return nil
}
