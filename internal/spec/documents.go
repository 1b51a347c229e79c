package spec

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/schema"
)

// Document is a valid document of a tenancy.
type Document[T any] struct {
	File  string
	Value T

	name      string
	positions *positions
	wrong     []string // paths of what was wrong and is left out of the value; nil for a valid document
}

// At is where the value at a path, as in spec.clusters[0].quota.memory, was
// written; for one that was not written, the nearest value around it.
func (d *Document[T]) At(path string) diag.Position { return d.positions.at(path) }

// Documents are the valid documents of a tenancy, by name.
type Documents struct {
	Tenancy *Document[schema.Tenancy] // nil when there is none
	Sites   []*Document[schema.Site]
	Classes []*Document[schema.TenantClass]
	Tenants []*Document[schema.Tenant]
	Waivers []*Document[schema.Waiver]
	Lock    Lock // what tenantc place has decided

	// Faulty are tenants with faults of their own, without what is wrong of them;
	// see Document.Sound. They are not among the valid ones.
	Faulty []*Document[schema.Tenant]

	// Left are tenants that are not among the valid ones only because whoever
	// asked did not want them; see Judged.Documents.
	Left []Outline

	broken map[identity]bool
}

// Broken tells whether there is, or may be, a document of that kind and name that
// is not among the valid ones: one whose name cannot be read may have any.
// References to it are no fault of their own.
func (d Documents) Broken(kind, name string) bool {
	return d.broken[identity{kind, name}] || d.broken[identity{kind, ""}]
}

// IsLeft tells whether a tenant was left out.
func (d Documents) IsLeft(tenant string) bool {
	_, found := slices.BinarySearchFunc(d.Left, tenant, func(o Outline, name string) int { return cmp.Compare(o.Name, name) })
	return found
}

type identity struct{ kind, name string }

// Collect puts the items of all files together, in an order that does not
// depend on that of the files, and tells what is defined twice.
func Collect(items []Item) (Documents, diag.List) { return collect(items, nil) }

// collect does so without the tenants that are left out.
func collect(items []Item, left map[string]bool) (Documents, diag.List) {
	items = slices.Clone(items)
	slices.SortFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.positions.file.Path, b.positions.file.Path), cmp.Compare(a.Index, b.Index))
	})
	docs := Documents{broken: map[identity]bool{}}
	first := map[identity]Item{}
	var faults diag.List
	for _, item := range items {
		id := identity{item.Kind, item.Name}
		if item.Kind == "Tenancy" {
			id.name = "" // there is one, whatever its name
		}
		if before, taken := first[id]; taken && item.Kind != "" && item.Name != "" {
			faults = append(faults, twice(item, before))
			continue
		}
		first[id] = item
		if item.Kind == tenantKind && left[item.Name] {
			docs.Left = append(docs.Left, item.outlined())
			continue
		}
		docs.add(item)
	}
	if _, found := first[identity{"Tenancy", ""}]; !found {
		faults = append(faults, fault(diag.NotOneTenancy, diag.Position{File: TenancyFile},
			"there is no document of kind Tenancy", "write one in tenancy.yaml; tenantc init makes a whole tenancy repository, and -C names one that is elsewhere"))
	}
	docs.sort()
	return docs, faults
}

func twice(item, before Item) diag.Diagnostic {
	d := fault(diag.DefinedTwice, item.positions.at("metadata.name"), fmt.Sprintf("%s %q is defined twice", item.Kind, item.Name),
		"rename or remove one of the two")
	if item.Kind == "Tenancy" {
		d.Code, d.Message, d.Hint = diag.NotOneTenancy, "there is a second document of kind Tenancy", "keep one, in tenancy.yaml"
	}
	d.Path = "metadata.name"
	d.Notes = []diag.Note{{Position: before.positions.at("metadata.name"), Message: "the first is here"}}
	if item.Kind == "Tenant" {
		d.Tenant = item.Name
	}
	return d
}

func (d *Documents) add(item Item) {
	switch v := item.load().(type) {
	case *schema.Tenancy:
		d.Tenancy = newDocument(item, v)
	case *schema.Site:
		d.Sites = append(d.Sites, newDocument(item, v))
	case *schema.TenantClass:
		d.Classes = append(d.Classes, newDocument(item, v))
	case *schema.Tenant:
		d.Tenants = append(d.Tenants, newDocument(item, v))
	case *schema.Waiver:
		d.Waivers = append(d.Waivers, newDocument(item, v))
	default:
		d.broken[identity{item.Kind, item.Name}] = true
		if item.rest != nil {
			faulty := newDocument(item, item.rest.tenant)
			faulty.wrong = item.rest.wrong
			d.Faulty = append(d.Faulty, faulty)
		}
	}
}

func newDocument[T any](item Item, v *T) *Document[T] {
	return &Document[T]{File: item.positions.file.Path, Value: *v, name: item.Name, positions: item.positions}
}

func (d *Documents) sort() {
	slices.SortFunc(d.Sites, byName[schema.Site])
	slices.SortFunc(d.Classes, byName[schema.TenantClass])
	slices.SortFunc(d.Tenants, byName[schema.Tenant])
	slices.SortStableFunc(d.Faulty, byName[schema.Tenant]) // several may have no name
	slices.SortFunc(d.Waivers, byName[schema.Waiver])
	slices.SortFunc(d.Left, func(a, b Outline) int { return cmp.Compare(a.Name, b.Name) })
}

func byName[T any](a, b *Document[T]) int { return cmp.Compare(a.name, b.name) }
