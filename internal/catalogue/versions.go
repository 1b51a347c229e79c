package catalogue

// charts is the table of supported charts, the oldest first. A version gets in
// when its schema lies under charts/, its values were rendered with helm, and
// the goldens of package generators pass for it.
func charts() []Chart {
	return []Chart{
		{
			Version: "0.20.0",
			Distros: map[string]map[string]string{
				K8s: {"1.27": "v1.27.15", "1.28": "v1.28.11", "1.29": "v1.29.6", "1.30": "v1.30.2"},
				K3s: {"1.27": "v1.27.15-k3s1", "1.28": "v1.28.11-k3s1", "1.29": "v1.29.6-k3s1", "1.30": "v1.30.2-k3s1"},
				K0s: {"1.27": "v1.27.15-k0s.0", "1.28": "v1.28.11-k0s.0", "1.29": "v1.29.6-k0s.0", "1.30": "v1.30.2-k0s.0"},
			},
			HashedLabels:    true,
			VolumeSnapshots: true,
			ReachesKubelets: true,
			NodeHosts:       "/etc/NodeHosts",
			Schema:          "charts/0.20.0/values.schema.json",
		},
		{
			Version: "0.25.0",
			Distros: map[string]map[string]string{
				K8s: {"1.30": "v1.30.2", "1.31": "v1.31.1", "1.32": "v1.32.1"},
				K3s: {"1.30": "v1.30.2-k3s1", "1.31": "v1.31.1-k3s1", "1.32": "v1.32.1-k3s1"},
				// The chart's own table runs 1.30.2 for 1.31 and 1.32 of k0s, too: those are not offered.
				K0s: {"1.30": "v1.30.2-k0s.0"},
			},
			ForcesRuntimeClass: true,
			DistroImage:        true,
			VolumeSnapshots:    true,
			ReachesKubelets:    true,
			NodeHosts:          "/etc/NodeHosts",
			Schema:             "charts/0.25.0/values.schema.json",
		},
		{
			Version: "0.30.0",
			Distros: map[string]map[string]string{
				K8s: {"1.30": "v1.30.2", "1.31": "v1.31.1", "1.32": "v1.32.1", "1.33": "v1.33.4", "1.34": "v1.34.0"},
				K3s: {"1.30": "v1.30.2-k3s1", "1.31": "v1.31.1-k3s1", "1.32": "v1.32.1-k3s1", "1.33": "v1.33.3-k3s1", "1.34": "v1.34.1-k3s1"},
			},
			ForcesRuntimeClass:    true,
			SelectsStorageClasses: true,
			DistroImage:           true,
			VolumeSnapshotRules:   true,
			VolumeSnapshots:       true,
			ReachesKubelets:       true,
			NodeHosts:             "/etc/coredns/NodeHosts",
			Schema:                "charts/0.30.0/values.schema.json",
		},
		{
			Version:               "0.33.0",
			Distros:               k8sOnly("1.35"),
			ForcesRuntimeClass:    true,
			SelectsStorageClasses: true,
			DistroImage:           true,
			VolumeSnapshotRules:   true,
			VolumeSnapshots:       true,
			NodeHosts:             "/etc/coredns/NodeHosts",
			Schema:                "charts/0.33.0/values.schema.json",
		},
		{
			Version:                  "0.34.0",
			Distros:                  k8sOnly("1.35"),
			ForcesRuntimeClass:       true,
			ControlPlaneRuntimeClass: true,
			SelectsStorageClasses:    true,
			DistroImage:              true,
			VolumeSnapshotRules:      true,
			VolumeSnapshots:          true,
			NodeHosts:                "/etc/coredns/NodeHosts",
			Schema:                   "charts/0.34.0/values.schema.json",
		},
		{
			Version:                  "0.36.0",
			Distros:                  k8sOnly("1.36"),
			ForcesRuntimeClass:       true,
			ControlPlaneRuntimeClass: true,
			SelectsStorageClasses:    true,
			DistroImage:              true,
			NodeHosts:                "/etc/coredns/NodeHosts",
			Schema:                   "charts/0.36.0/values.schema.json",
		},
	}
}

// k8sOnly is the table of charts from 0.33 on, which have one distribution,
// up to the newest minor that the chart knows.
func k8sOnly(newest string) map[string]map[string]string {
	known := map[string]string{
		"1.30": "v1.30.2", "1.31": "v1.31.1", "1.32": "v1.32.1", "1.33": "v1.33.4",
		"1.34": "v1.34.0", "1.35": "v1.35.0", "1.36": "v1.36.0",
	}
	for minor := range known {
		if compareVersions(minor, newest) > 0 {
			delete(known, minor)
		}
	}
	return map[string]map[string]string{K8s: known}
}
