package publish

import (
	"fmt"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/signature"
)

// resigned is the subject of a commit that only signs what is published.
const resigned = "fleet: sign what is published"

// unsigned tells whether no site takes what is published, because sites verify
// and it is not signed: reason enough for a commit.
func (c Comparison) unsigned() bool {
	head := c.fleet.Head()
	return c.Result.Plan.Tenancy.Fleet.Verify.Format != "" && head.Hash != "" && len(head.Signature) == 0
}

// signable refuses to publish what no site would take: where the tenancy says
// that sites verify, an unsigned commit stops all of them.
func signable(checked compiler.Result, key signature.Key) diag.List {
	want := checked.Plan.Tenancy.Fleet.Verify.Format
	if want == "" || key.Format == want {
		return nil
	}
	d := diag.Diagnostic{
		Severity: diag.Error, Code: diag.NotSigned, Path: "spec.fleet.verify", Position: checked.Documents.Tenancy.At("spec.fleet.verify"),
		Message: fmt.Sprintf("sites verify an %s signature, and there is no key to sign with", want),
		Hint:    "give the private key with --signing-key FILE, or in " + signature.EnvKey,
	}
	if !key.None() {
		d.Message = fmt.Sprintf("sites verify an %s signature, and the key to sign with is an %s one", want, key.Format)
		d.Hint = "sign with the key whose public half is in the sites' Secret, or change fleet.verify.signature there and on the sites"
	}
	return diag.List{d}
}
