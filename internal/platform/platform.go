// Package platform makes what a site needs before any tenant: out of the
// templates, chosen and filled in for the site, its RuntimeClasses, admission
// policies, priorities and the role of tenants' accounts.
//
// What does not belong here: what a policy says (templates/), objects of one
// tenant cluster (package generators), and whether what came out still isolates
// (package verify).
package platform

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/kustomize"
	"github.com/tenantc/tenantc/internal/object"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/templates"
)

// Objects are the platform objects of a site, by identity. own are the
// tenancy's templates by their path below its templates/ folder: a folder of
// them stands in the place of the built-in one of that name, as a whole.
// Positions of faults are in those files.
func Objects(t resolve.Tenancy, s resolve.Site, own templates.Files) ([]object.Object, diag.List) {
	objects, faults := build(sources(t, s, own), own)
	return labelled(objects, s.Name), faults
}

// Cache makes Objects of many sites: those that differ in nothing but their
// name are built once. Its zero value is ready, and safe for use by several
// goroutines. It is meant for one run, and keeps what it built until the end.
type Cache struct {
	builds sync.Map // of func() result, by the digest of a build's files
}

type result struct {
	objects []object.Object
	faults  diag.List
}

// Objects is the function Objects. own must be the same in every call.
func (c *Cache) Objects(t resolve.Tenancy, s resolve.Site, own templates.Files) ([]object.Object, diag.List) {
	files := sources(t, s, own)
	once, _ := c.builds.LoadOrStore(digest(files), sync.OnceValue(func() result {
		objects, faults := build(files, own)
		return result{objects, faults}
	}))
	r := once.(func() result)()
	return labelled(r.objects, s.Name), slices.Clone(r.faults)
}

// build builds and judges the files of one platform.
func build(files map[string][]byte, own templates.Files) ([]object.Object, diag.List) {
	if faults := misplaced(own); len(faults) > 0 {
		return nil, faults
	}
	objects, faults := kustomize.Build(files, folder)
	if len(faults) > 0 {
		return nil, faults
	}
	faults = append(faults, forbidden(files, objects)...)
	faults = append(faults, missing(files, objects)...)
	if len(faults) > 0 {
		return nil, faults
	}
	object.Sort(objects)
	return objects, nil
}

// labelled returns objects with the label of the site, and leaves the given ones alone.
func labelled(objects []object.Object, site string) []object.Object {
	out := make([]object.Object, len(objects))
	for i, o := range objects {
		value := maps.Clone(o.Value)
		meta, _ := value["metadata"].(map[string]any)
		value["metadata"] = maps.Clone(meta)
		out[i] = object.Object{ID: o.ID, Value: value}.Label(map[string]string{object.LabelSite: site})
	}
	return out
}

func digest(files map[string][]byte) [sha256.Size]byte {
	h := sha256.New()
	for _, path := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%d %s %d ", len(path), path, len(files[path]))
		h.Write(files[path])
	}
	return [sha256.Size]byte(h.Sum(nil))
}
