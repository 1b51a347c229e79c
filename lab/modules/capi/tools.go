//go:build tools

package tools

import (
	_ "github.com/loft-sh/cluster-api-provider-vcluster"
	_ "sigs.k8s.io/cluster-api"
)
