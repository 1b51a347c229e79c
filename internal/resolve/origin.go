package resolve

import (
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/spec"
	"github.com/tenantc/tenantc/schema"
)

// Origin is where the cluster was written. A place is looked up when it is asked
// for: of a spec that came from the cache, the file is read again for it.
type Origin struct {
	doc  *spec.Document[schema.Tenant] // nil: nowhere
	path string
}

// Cluster is the cluster's entry in its tenant's document.
func (o Origin) Cluster() diag.Position { return o.at("") }

// Lifecycle is the cluster's lifecycle, or else its entry.
func (o Origin) Lifecycle() diag.Position { return o.at(".lifecycle") }

func (o Origin) at(field string) diag.Position {
	if o.doc == nil {
		return diag.Position{}
	}
	return o.doc.At(o.path + field)
}
