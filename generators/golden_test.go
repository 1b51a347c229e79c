package generators

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/object"
)

// What each feature looks like on a site, object by object.
func TestGolden(t *testing.T) {
	all := scenes(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			s := all[name]
			golden.Check(t, "testdata/boundary/"+name+".yaml", documents(Boundary(s.tenancy, s.site, s.cluster)))
			require.Empty(t, Refused(s.site, s.cluster))
			layer := Layer(s.tenancy, s.site, s.cluster)
			golden.Check(t, "testdata/cluster/"+name+".yaml", documents(layer))
		})
	}
}

func documents(objects []object.Object) []byte {
	var out bytes.Buffer
	for _, o := range objects {
		out.WriteString("---\n")
		out.Write(o.YAML())
	}
	return out.Bytes()
}
