package site

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/lab/internal/build"
	"github.com/tenantc/tenantc/lab/internal/kube"
	"github.com/tenantc/tenantc/lab/internal/process"
)

// startNodes makes the site's nodes and starts kwok, which plays their kubelets.
func (s *Site) startNodes(ctx context.Context) error {
	login, err := s.kubeconfig(kubelets)
	if err != nil {
		return err
	}
	ports, err := process.FreePorts(1)
	if err != nil {
		return err
	}
	arguments := []string{
		"--kubeconfig=" + login, "--manage-all-nodes=true", "--node-lease-duration-seconds=40", fmt.Sprintf("--server-address=127.0.0.1:%d", ports[0]),
	}
	for _, stage := range []string{
		"node/fast/node-initialize.yaml", "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
		"pod/fast/pod-ready.yaml", "pod/fast/pod-complete.yaml", "pod/fast/pod-delete.yaml",
	} {
		arguments = append(arguments, "--config="+s.source(build.Kwok, "kustomize/stage/"+stage))
	}
	if _, err := s.start("kwok", process.Command{Path: s.lab.Kit.Binaries["kwok"], Args: arguments}); err != nil {
		return err
	}
	for _, pool := range s.Spec.Pools {
		for i := range pool.Nodes {
			if err := s.applyNode(ctx, pool, fmt.Sprintf("%s-%s-%d", s.Spec.Name, pool.Name, i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// applyNode makes a node with the labels of its pool, and those by which
// RuntimeClasses find it (docs/site.md, Nodes).
func (s *Site) applyNode(ctx context.Context, pool Pool, name string) error {
	labels := map[string]string{
		"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "type": "kwok",
	}
	maps.Copy(labels, pool.Labels)
	for _, sandbox := range pool.Sandboxes {
		switch {
		case strings.HasPrefix(sandbox, "kata-"):
			labels["katacontainers.io/kata-runtime"] = "true"
		case sandbox == "gvisor":
			labels["tenantc.dev/gvisor"] = "true"
		}
	}
	allocatable := map[string]any{"ephemeral-storage": "1Ti"}
	for _, key := range slices.Sorted(maps.Keys(pool.Allocatable)) {
		allocatable[key] = pool.Allocatable[key]
	}
	node := kube.Must("{apiVersion: v1, kind: Node, metadata: {name: %s}}", name)
	node.SetLabels(labels)
	node.SetAnnotations(map[string]string{"kwok.x-k8s.io/node": "fake"})
	taints := make([]any, len(pool.Taints))
	for i, taint := range pool.Taints {
		taints[i] = map[string]any{"key": taint["key"], "value": taint["value"], "effect": taint["effect"]}
	}
	node.Object["spec"] = map[string]any{"taints": taints}
	node.Object["status"] = map[string]any{"allocatable": allocatable, "capacity": allocatable}
	_, err := s.Admin.Create(ctx, node)
	return err
}
