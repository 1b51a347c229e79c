// Package spec reads a tenancy's files into typed documents that remember where
// each value was written. Three judges in a row, each with bounds of its own:
// the raw bytes, the YAML nodes (what parsers would read differently is
// refused) and the CUE schema. What needs a second document to be judged is
// package resolve's, except that a kind and name are defined once.
package spec

import (
	"path"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
)

// File is one file of a tenancy. Path is relative to its root, with forward
// slashes. Data must not be changed any more.
type File struct {
	Path string
	Data []byte
}

// The layout of a tenancy repository.
const (
	TenancyFile     = "tenancy.yaml"
	TenantsFolder   = "tenants"
	SitesFolder     = "sites"
	ClassesFolder   = "classes"
	TemplatesFolder = "templates"
	WaiversFolder   = "waivers"
)

// IsSpec tells whether the file at path holds documents: tenancy.yaml, and the
// YAML files at any depth below tenants/, sites/, classes/ and waivers/.
func IsSpec(name string) bool {
	if name == TenancyFile {
		return true
	}
	top, _, below := strings.Cut(name, "/")
	return below && folderKind(top) != "" && isYAML(name) && !strings.Contains(name, "/.")
}

// Belongs tells whether the file at path is part of a tenancy: a spec, the
// placements, or a YAML file of a template. Whatever else lies beside them, such
// as a README.md, is neither read nor digested.
func Belongs(name string) bool {
	if IsSpec(name) || name == LockFile {
		return true
	}
	template, is := strings.CutPrefix(name, TemplatesFolder+"/")
	return is && strings.Contains(template, "/") && isYAML(name) && !strings.Contains(name, "/.")
}

// isStray tells whether the file at path is none of a tenancy's, but stands where
// its specs do and would be one to kubectl.
func isStray(name string) bool {
	return strings.EqualFold(path.Ext(name), ".json") && IsSpec(name+".yaml")
}

func isYAML(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

// folderKind is the one kind that a folder holds. Who may approve a tenant must
// not be able to slip a class, a site or a waiver in with it. tenancy.yaml may hold all.
func folderKind(folder string) string {
	switch folder {
	case TenantsFolder:
		return "Tenant"
	case SitesFolder:
		return "Site"
	case ClassesFolder:
		return "TenantClass"
	case WaiversFolder:
		return "Waiver"
	}
	return ""
}

func fault(code diag.Code, at diag.Position, message, hint string) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: code, Position: at, Message: message, Hint: hint}
}
