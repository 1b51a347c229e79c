package catalogue

import "slices"

// Levels of isolation, in words of the study: soft is permissions only, hard is
// a control plane of one's own and pods in microVMs, hard+ is dedicated control
// planes and nodes in virtual machines.
const (
	Soft     = "soft"
	Hard     = "hard"
	HardPlus = "hard+"
)

// Levels of autonomy.
const (
	AutonomyNamespace      = "namespace"
	AutonomyVirtualCluster = "virtual-cluster"
	AutonomyCluster        = "cluster"
)

// Isolations lists the levels of isolation, the weakest first.
func Isolations() []string { return []string{Soft, Hard, HardPlus} }

// Autonomies lists the levels of autonomy, the least first.
func Autonomies() []string {
	return []string{AutonomyNamespace, AutonomyVirtualCluster, AutonomyCluster}
}

// IsolationMeets tells whether one level is at least another. A word that is no
// level meets nothing.
func IsolationMeets(have, want string) bool { return meets(Isolations(), have, want) }

// AutonomyMeets is the same for autonomy.
func AutonomyMeets(have, want string) bool { return meets(Autonomies(), have, want) }

func meets(levels []string, have, want string) bool {
	h, w := slices.Index(levels, have), slices.Index(levels, want)
	return h >= 0 && w >= 0 && h >= w
}
