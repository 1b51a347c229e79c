package resolve

import (
	"fmt"
	"slices"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/signature"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/schema"
)

// versionFloor is the least version of something on a site, and why.
type versionFloor struct {
	path, name, have, least, why string
}

// checkVersions refuses what the emitted objects cannot work with.
func (r *siteResolver) checkVersions() {
	c := r.spec.Components
	for _, f := range []versionFloor{
		{"spec.kubernetes", "Kubernetes", r.spec.Kubernetes, "1.30", "the admission policies that keep tenants in their sandbox are served from there"},
		{"spec.components.flux", "Flux", c.Flux, "2.7", "a stuck tenant keeps no other from being served from there (CancelHealthCheckOnNewRevision)"},
		{"spec.components.clusterAPI", "Cluster API", c.ClusterAPI, "1.8", "the vCluster provider is used with nothing older"},
	} {
		if f.have != "" && older(f.have, f.least) {
			r.fault(diag.TooOld, f.path, fmt.Sprintf("%s %s is older than %s: %s", f.name, f.have, f.least, f.why), "upgrade the site first")
		}
	}
	if c.ClusterAPI != "" && !older(c.ClusterAPI, "1.16") {
		r.fault(diag.TooNew, "spec.components.clusterAPI",
			fmt.Sprintf("Cluster API %s no longer serves the v1beta1 contract of the vCluster provider", c.ClusterAPI), "stay below 1.16")
	}
	if !slices.Contains(r.spec.Stacks, "vcluster") {
		return
	}
	for _, needed := range []struct{ name, version string }{{"vcluster", c.VCluster}, {"clusterAPI", c.ClusterAPI}} {
		if needed.version == "" {
			r.fault(diag.ComponentMissing, "spec.components."+needed.name,
				"the site offers the stack vcluster, but components."+needed.name+" is not given", "write the version that is installed")
		}
	}
}

// sshVerifiedSince is the first Flux whose source-controller (1.9) verifies
// SSH signatures; OpenPGP ones all that tenantc takes do.
const sshVerifiedSince = "2.9"

// checkVerification refuses a site that could not verify what it pulls: it
// would take no commit at all.
func checkVerification(doc *spec.Document[schema.Site], tenancy *spec.Document[schema.Tenancy], v Verification) diag.List {
	flux := doc.Value.Spec.Components.Flux
	if v.Format != signature.SSH || flux == "" || !older(flux, sshVerifiedSince) {
		return nil
	}
	const path = "spec.components.flux"
	return diag.List{{
		Severity: diag.Error, Code: diag.TooOld, Path: path, Position: doc.At(path),
		Message: fmt.Sprintf("Flux %s is older than %s: it cannot verify the SSH signatures that the tenancy's fleet.verify asks for", flux, sshVerifiedSince),
		Hint:    "upgrade the site first, or sign with OpenPGP",
		Notes:   []diag.Note{{Position: tenancy.At("spec.fleet.verify"), Message: "the tenancy asks for it here"}},
	}}
}
