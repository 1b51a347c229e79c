package site

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/tenantc/tenantc/lab/internal/build"
)

// Spec is what the lab reads of a Site document; the schema is tenantc's.
type Spec struct {
	Name       string
	Pools      []Pool
	Stacks     []string
	Components struct{ ClusterAPI, Vcluster string }
	Network    struct {
		CNI          string
		ServiceCIDRs []string
		Ingress      struct{ Namespace string }

		LoadBalancerPool string
	}
	Namespaces struct{ ClusterAPI, VclusterProvider, Metrics string }
}

// Pool is a group of equal nodes.
type Pool struct {
	Name        string
	Nodes       int
	Allocatable map[string]string
	Labels      map[string]string
	Taints      []map[string]string
	Sandboxes   []string
}

// ReadSpec finds the site in the tenancy's sites folder.
func ReadSpec(tenancy, name string) (Spec, error) {
	files, err := filepath.Glob(filepath.Join(tenancy, "sites", "*.yaml"))
	if err != nil {
		return Spec{}, err
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return Spec{}, err
		}
		for _, document := range strings.Split("\n"+string(data), "\n---") {
			var d struct {
				Kind     string
				Metadata struct{ Name string }
				Spec     Spec
			}
			if err := yaml.Unmarshal([]byte(document), &d); err != nil {
				return Spec{}, fmt.Errorf("%s: %w", file, err)
			}
			if d.Kind == "Site" && d.Metadata.Name == name {
				return d.Spec.complete(name), nil
			}
		}
	}
	return Spec{}, fmt.Errorf("no site %s in %s", name, filepath.Join(tenancy, "sites"))
}

func (s Spec) complete(name string) Spec {
	s.Name = name
	for field, value := range map[*string]string{
		&s.Namespaces.ClusterAPI:       "capi-system",
		&s.Namespaces.VclusterProvider: "cluster-api-provider-vcluster-system",
		&s.Namespaces.Metrics:          "kube-system",
	} {
		if *field == "" {
			*field = value
		}
	}
	return s
}

// clusterAPI is a version of Cluster API that the lab has.
type clusterAPI struct {
	source   string // module: its kinds, webhooks and role
	binary   string
	contract string
}

// clusterAPI is the lab's version for a site: from 1.11 on the API is v1beta2.
func (s Spec) clusterAPI() clusterAPI {
	_, minor, _ := strings.Cut(s.Components.ClusterAPI, ".")
	if n, err := strconv.Atoi(minor); err == nil && n >= 11 {
		return clusterAPI{build.ClusterAPIv1beta2, "cluster-api-v1beta2", "v1beta2"}
	}
	return clusterAPI{build.ClusterAPI, "cluster-api", "v1beta1"}
}
