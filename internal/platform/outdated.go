package platform

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/templates"
)

// Outdated warns of templates of the tenancy's own that are, to the byte, those
// of an earlier tenantc. Nobody has changed them, so nobody means to keep them;
// but as long as the folder stands, no site gets what was learnt since.
func Outdated(own templates.Files) diag.List {
	builtIn, known := templates.Default(), templates.Known()
	var faults diag.List
	for _, name := range folders(own) {
		sum := FolderDigest(own, name)
		if sum == FolderDigest(builtIn, name) || !strings.Contains(known, name+" "+sum+"\n") {
			continue
		}
		faults = append(faults, diag.Diagnostic{
			Severity: diag.Warning, Code: diag.PlatformOutdated, Position: diag.Position{File: path.Join(folder, name)},
			Message: fmt.Sprintf("the template %s is an unchanged copy of an earlier tenantc's", name),
			Hint:    "remove the folder: the built-in template is used then, and follows tenantc's version",
		})
	}
	return faults
}

// FolderDigest is a SHA-256, in hexadecimal digits, over one folder of templates.
func FolderDigest(files templates.Files, name string) string {
	of := map[string][]byte{}
	copyFolder(of, files, name)
	sum := digest(of)
	return hex.EncodeToString(sum[:sha256.Size])
}
