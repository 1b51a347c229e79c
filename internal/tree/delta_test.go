package tree

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is added comes back, list by list and change by change, in order of the
// path; an empty file is not taken for none.
func TestDelta(t *testing.T) {
	turin := Changes{
		{Path: "sites/turin/flux/b", Before: []byte("old"), After: []byte{}},
		{Path: "sites/turin/flux", Before: []byte{}},
		{Path: "sites/turin/a", After: []byte("new")},
	}
	other := New()
	other.Add("sites/turin-2/empty", nil)
	other.Add("sites/turin-2/file", []byte("text"))
	stowed := other.Stow("sites/turin-2", "1").Stowed["sites/turin-2"]

	var d Delta
	d.AddAll(stowed)
	d.Add(turin)
	d.Add(nil)
	require.Equal(t, 5, d.Len())
	require.Equal(t, []Change{
		turin[0], turin[1], turin[2],
		{Path: "sites/turin-2/empty", After: []byte{}}, {Path: "sites/turin-2/file", After: []byte("text")},
	}, slices.Collect(d.All()))
	require.Len(t, slices.Collect(d.Lists()), 2)
	require.Equal(t, "sites/turin/a", turin[0].Path)
}

// A tree that is put away is the same when it comes back, and takes much less
// room meanwhile.
func TestStow(t *testing.T) {
	whole := New()
	whole.Unchanged["sites/s/tenants/b/p"] = "2"
	for i := range 100 {
		whole.Add(fmt.Sprintf("sites/s/tenants/a/p/boundary/object-%d.yaml", i), fmt.Appendf(nil, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: object-%d\n", i))
	}
	away := whole.Stow("sites/s", "1")
	require.Empty(t, away.Files)
	require.Empty(t, away.Unchanged)
	require.Equal(t, []string{"sites/s"}, slices.Collect(maps.Keys(away.Stowed)))
	s := away.Stowed["sites/s"]
	require.Equal(t, Hash("1"), s.Hash)
	require.False(t, s.Complete())
	require.Equal(t, whole, s.Tree())
	require.Equal(t, whole, away.Whole())
	whole.Add("sites/s-2", []byte("before what is in sites/s"))
	away.Add("sites/s-2", []byte("before what is in sites/s"))
	require.Equal(t, whole.Digest(), away.Digest())
	require.Less(t, len(s.files.deflated)*5, s.files.paths+s.files.contents)
}
