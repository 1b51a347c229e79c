package resolve

import (
	"fmt"

	"github.com/tenantc/tenantc/internal/catalogue"
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
	} {
		if f.have != "" && older(f.have, f.least) {
			r.fault(diag.TooOld, f.path, fmt.Sprintf("%s %s is older than %s: %s", f.name, f.have, f.least, f.why), "upgrade the site first")
		}
	}
	for i, name := range r.spec.Stacks {
		stack, _ := catalogue.StackFor(name)
		path := fmt.Sprintf("spec.stacks[%d]", i)
		r.checkNeeds(stack, path)
		if name == catalogue.Virtink && orZero(r.spec.Images).Virtink == nil {
			r.fault(diag.ComponentMissing, path, "the site offers the stack virtink, but images.virtink is not given: what its machines boot is nobody's but the site's",
				"write images: {virtink: {repository: …, kubernetes: […], kernel: …}} with images of your own")
		}
	}
}

// checkNeeds holds what a stack needs against what is installed.
func (r *siteResolver) checkNeeds(stack catalogue.Stack, path string) {
	have := versions(r.spec.Components)
	for _, need := range stack.Needs {
		field, version := "spec.components."+need.Component, have[need.Component]
		switch {
		case version == "":
			r.fault(diag.ComponentMissing, path, fmt.Sprintf("the site offers the stack %s, but components.%s is not given", stack.Name, need.Component),
				"write the version that is installed")
		case need.Least != "" && older(version, need.Least):
			r.fault(diag.TooOld, field, fmt.Sprintf("%s %s is older than %s: %s", need.Component, version, need.Least, need.Why), "upgrade the site first")
		case need.Below != "" && !older(version, need.Below):
			r.fault(diag.TooNew, field, fmt.Sprintf("%s %s is too new for the stack %s: %s", need.Component, version, stack.Name, need.Why), "stay below "+need.Below)
		}
	}
}

// versions are the components of a site by the name that its spec has for them.
func versions(c schema.Components) map[string]string {
	return map[string]string{
		"vcluster": c.VCluster, "clusterAPI": c.ClusterAPI, "kubevirt": c.Kubevirt, "kubevirtProvider": c.KubevirtProvider,
		"kamaji": c.Kamaji, "kamajiProvider": c.KamajiProvider, "capsule": c.Capsule, "hnc": c.Hnc, "liqo": c.Liqo,
		"virtink": c.Virtink, "virtinkProvider": c.VirtinkProvider,
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
