package spec

import (
	"bytes"
	"encoding/json"

	"github.com/tenantc/tenantc/internal/cache"
	"github.com/tenantc/tenantc/schema"
)

const tenantKind = "Tenant"

// Item is a document of a file, judged by itself. One that comes from a cache
// is decoded when somebody asks for it.
type Item struct {
	Index      int // of the document in its file
	Kind, Name string

	raw       []byte // JSON; nil when the document has faults
	value     any    // *schema.Tenancy and so on; nil when it has faults or is not decoded yet
	positions *positions
	rest      *rest // what is sound of a tenant with faults; nil where that cannot be told

	of      cache.Key // digest of the file's path and content, where a cache was asked
	outline *outline  // nil when it is still to be taken from the value
	late    *File     // the file that a document from a cache is in
}

// outline is what of a document the others have to know.
type outline struct {
	Domain   string            `json:"domain,omitempty"`   // of a Site
	Clusters []OutlinedCluster `json:"clusters,omitempty"` // of a Tenant
}

// OutlinedCluster is what a tenant cluster may share with others.
type OutlinedCluster struct {
	Name  string   `json:"name"`
	Site  string   `json:"site,omitempty"` // as the spec names it
	Hosts []string `json:"hosts,omitempty"`
}

// Outline is what of a valid document the others have to know, without all else
// that is in it.
type Outline struct {
	Kind, Name string
	File       string
	Of         cache.Key         // digest of the file's path and content
	Domain     string            // of a Site: its apiDomain
	Clusters   []OutlinedCluster // of a Tenant

	positions *positions
}

func (i Item) outlined() Outline {
	o := i.outline
	if o == nil {
		o = outlineOf(i.value)
	}
	return Outline{
		Kind: i.Kind, Name: i.Name, File: i.positions.file.Path, Of: i.of,
		Domain: o.Domain, Clusters: o.Clusters, positions: i.positions,
	}
}

func outlineOf(value any) *outline {
	o := &outline{}
	switch v := value.(type) {
	case *schema.Site:
		o.Domain = v.Spec.APIDomain
	case *schema.Tenant:
		for _, c := range v.Spec.Clusters {
			cluster := OutlinedCluster{Name: c.Name, Site: c.Site}
			if c.Network != nil {
				cluster.Hosts = c.Network.Hosts
			}
			o.Clusters = append(o.Clusters, cluster)
		}
	}
	return o
}

// load is the typed value; nil when the document has faults. What a cache has
// spoilt is read from the file again.
func (i Item) load() any {
	if i.value != nil || i.raw == nil {
		return i.value
	}
	if value, err := decode(i.Kind, i.raw); err == nil {
		return value
	}
	again, _ := NewParser().ParseFile(*i.late)
	for _, item := range again {
		if item.Index == i.Index {
			return item.value
		}
	}
	return nil
}

// head is an Item as a cache keeps it, but for its value.
type head struct {
	Index int    `json:"index"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	outline
}

// EncodeItems makes what DecodeItems reads, of a file without faults: the heads
// in the first line, then the value of each in a line, so that a value is not
// looked at before it is wanted.
func EncodeItems(items []Item) []byte {
	heads := make([]head, len(items))
	for i, item := range items {
		heads[i] = head{item.Index, item.Kind, item.Name, *outlineOf(item.value)}
	}
	data, err := json.Marshal(heads)
	if err != nil {
		panic("spec: " + err.Error()) // plain data
	}
	for _, item := range items {
		data = append(append(data, '\n'), item.raw...)
	}
	return data
}

// DecodeItems makes items again without asking the schema. f must hold the
// bytes that they were made of. False means that data is of no use.
func DecodeItems(f File, data []byte) ([]Item, bool) {
	first, rest, _ := bytes.Cut(data, []byte{'\n'})
	var heads []head
	if json.Unmarshal(first, &heads) != nil {
		return nil, false
	}
	items := make([]Item, len(heads))
	for i, h := range heads {
		var raw []byte
		if raw, rest, _ = bytes.Cut(rest, []byte{'\n'}); len(raw) == 0 {
			return nil, false
		}
		items[i] = Item{Index: h.Index, Kind: h.Kind, Name: h.Name, raw: raw, outline: &h.outline, late: &f, positions: latePositions(f, h.Index)}
	}
	return items, len(rest) == 0
}
