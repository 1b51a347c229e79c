package catalogue

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLookup(t *testing.T) {
	c, found := Lookup("0.30.0")
	require.True(t, found)
	tag, found := c.Image(K8s, "1.34")
	require.True(t, found)
	require.Equal(t, "v1.34.0", tag)
	require.Equal(t, []string{"1.30", "1.31", "1.32", "1.33", "1.34"}, c.Minors(K8s))
	require.Equal(t, []string{K8s, K3s}, c.DistroNames())

	_, found = Lookup("0.30")
	require.False(t, found, "only whole versions are looked up")
	require.True(t, slices.IsSortedFunc(Versions(), compareVersions))
}

// What a chart no longer has is not offered.
func TestDistrosLeave(t *testing.T) {
	for version, want := range map[string][]string{
		"0.20.0": {K8s, K3s, K0s}, "0.25.0": {K8s, K3s, K0s}, "0.30.0": {K8s, K3s},
		"0.33.0": {K8s}, "0.34.0": {K8s}, "0.36.0": {K8s},
	} {
		c, found := Lookup(version)
		require.True(t, found, version)
		require.Equal(t, want, c.DistroNames(), version)
	}
	c, _ := Lookup("0.34.0")
	_, found := c.Image(K8s, "1.36")
	require.False(t, found, "newer than the chart")
}

func TestStores(t *testing.T) {
	c, _ := Lookup("0.25.0")
	for _, test := range []struct {
		distro, store string
		edition       Edition
	}{
		{K8s, SQLite, OSS}, {K8s, Etcd, OSS}, {K8s, EmbeddedEtcd, Pro}, {K8s, MySQL, Pro},
		{K3s, Postgres, OSS}, {K3s, EmbeddedEtcd, Pro}, {K0s, Etcd, OSS},
		{K0s, MySQL, ""}, {K8s, "redis", ""}, {"rke2", SQLite, ""},
	} {
		edition, found := c.Store(test.distro, test.store)
		require.Equal(t, test.edition, edition, "%s %s", test.distro, test.store)
		require.Equal(t, test.edition != "", found, "%s %s", test.distro, test.store)
	}
	require.Equal(t, "StatefulSet", ControlPlaneKind(SQLite))
	require.Equal(t, "Deployment", ControlPlaneKind(Postgres))
	require.Equal(t, 1, ControlPlaneSurge(Etcd))
	require.Zero(t, ControlPlaneSurge(EmbeddedEtcd))
}

func TestSandboxes(t *testing.T) {
	for _, test := range []struct {
		name, kata, cpu, memory string
		vm                      bool
	}{
		{KataQEMU, "3.24", "250m", "160Mi", true},
		{KataQEMU, "4.1", "250m", "320Mi", true},
		{KataCLH, "3.24", "250m", "130Mi", true},
		{KataFC, "4.0.1", "250m", "130Mi", true},
		{KataDragonball, "4.1", "250m", "130Mi", true},
		{GVisor, "", "50m", "64Mi", false},
		{None, "", "0", "0", false},
	} {
		s, found := SandboxFor(test.name, test.kata)
		require.True(t, found, test.name)
		require.Equal(t, test.cpu, s.CPU.String(), test.name)
		require.Equal(t, test.memory, s.Memory.String(), test.name)
		require.Equal(t, test.vm, s.VM, test.name)
		require.Equal(t, test.vm, IsKata(test.name), test.name)
	}
	for _, unknown := range [][2]string{{"kata-remote", "4.1"}, {KataCLH, "5.0"}, {KataCLH, ""}, {"", ""}} {
		_, found := SandboxFor(unknown[0], unknown[1])
		require.False(t, found, unknown)
	}
	for _, name := range SandboxNames() {
		s, found := SandboxFor(name, "3.24")
		require.True(t, found, name)
		require.Equal(t, name == KataFC, s.BlockSnapshotter, name)
	}
}

// The table of the study's isolation (mission, design: isolation).
func TestIsolation(t *testing.T) {
	clh, _ := SandboxFor(KataCLH, "4.1")
	gvisor, _ := SandboxFor(GVisor, "")
	none, _ := SandboxFor(None, "")
	for _, test := range []struct {
		stack        string
		sandbox      Sandbox
		gvisorIsHard bool
		want         string
	}{
		{"vcluster", clh, false, Hard},
		{"vcluster", none, true, Soft},
		{"vcluster", gvisor, false, Soft},
		{"vcluster", gvisor, true, Hard},
		{"virtualcluster", clh, false, Hard},
		{"kubevirt", none, false, HardPlus},
		{"kamaji", none, false, HardPlus},
		{"namespace", clh, true, Soft},
		{"capsule", clh, true, Soft},
		{"hnc", gvisor, true, Soft},
		{"liqo", none, true, Soft},
		{"tensile-kube", clh, true, ""},
	} {
		at := slices.IndexFunc(Studied(), func(s Stack) bool { return s.Name == test.stack })
		require.GreaterOrEqual(t, at, 0, test.stack)
		stack := Studied()[at]
		require.Equal(t, test.want, stack.Isolation(test.sandbox, test.gvisorIsHard), "%s %s", test.stack, test.sandbox.Name)
	}
}

func TestLevels(t *testing.T) {
	require.True(t, IsolationMeets(HardPlus, Hard))
	require.True(t, IsolationMeets(Hard, Hard))
	require.False(t, IsolationMeets(Soft, Hard))
	require.False(t, IsolationMeets("", Soft))
	require.False(t, IsolationMeets(Hard, "harder"))
	require.True(t, AutonomyMeets(AutonomyCluster, AutonomyNamespace))
	require.False(t, AutonomyMeets(AutonomyNamespace, AutonomyVirtualCluster))
}

// Every stack says what a reader of the table wants to know, and one that is
// doubted or not made what to use instead.
func TestStacks(t *testing.T) {
	for _, s := range Studied() {
		require.NotEmpty(t, s.Title, s.Name)
		require.NotEmpty(t, s.Readiness.Reason, s.Name)
		require.Regexp(t, `^20\d\d-\d\d$`, s.Readiness.AsOf, s.Name)
		if s.Doubt() != "" || s.Missing != "" {
			instead, found := StackFor(s.Instead)
			require.True(t, found, s.Name)
			require.Empty(t, instead.Doubt(), s.Name)
		}
	}
	for _, name := range []string{"openstack", "virtualcluster"} {
		_, found := StackFor(name)
		require.False(t, found, "tenantc makes nothing for %s", name)
	}
	require.NotEmpty(t, must(StackFor("virtink")).Doubt())
	require.NotEmpty(t, must(StackFor("liqo")).Doubt())
	require.Empty(t, must(StackFor("kubevirt")).Doubt())
}

func must(s Stack, _ bool) Stack { return s }
