package capacity

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantc/tenantc/internal/resolve"
)

// Without is the sites with fewer nodes: node takes one off every pool, SITE or
// SITE/POOL off those, and =N behind it takes N. The error is for what names no
// pool, or no number.
func Without(sites []resolve.Site, text string) ([]resolve.Site, error) {
	what, number, counted := strings.Cut(text, "=")
	count := 1
	if counted {
		var err error
		if count, err = strconv.Atoi(number); err != nil || count < 1 {
			return nil, fmt.Errorf("%s: %q is no number of nodes", text, number)
		}
	}
	name, poolName, _ := strings.Cut(what, "/")
	found := false
	sites = slices.Clone(sites)
	for s, site := range sites {
		sites[s].Pools = slices.Clone(site.Pools)
		for i, pool := range site.Pools {
			if what == "node" || name == site.Name && (poolName == "" || poolName == pool.Name) {
				found = true
				sites[s].Pools[i].Nodes = max(0, pool.Nodes-count)
			}
		}
	}
	if !found {
		return nil, fmt.Errorf("%s: there is no such site or pool; write node, SITE or SITE/POOL", text)
	}
	return sites, nil
}
