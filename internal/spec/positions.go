package spec

import (
	"cmp"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/tenantc/tenantc/internal/diag"
)

// place is where one path was written. The path is kept as a hash: 16 bytes a
// value, about 1.5 kB for a tenant of one cluster.
type place struct {
	hash         uint64
	line, column uint32
}

// positions finds places in a document. Those of a document that came from a
// cache are worked out when first asked for, from the file's bytes.
type positions struct {
	file  File
	index int // of the document in its file

	once  sync.Once
	table []place // by hash
}

func newPositions(f File, index int, table []place) *positions {
	slices.SortFunc(table, func(a, b place) int { return cmp.Compare(a.hash, b.hash) })
	p := &positions{file: File{Path: f.Path}, index: index, table: table}
	p.once.Do(func() {})
	return p
}

func latePositions(f File, index int) *positions { return &positions{file: f, index: index} }

func (p *positions) load() {
	docs, _ := parseYAML(p.file)
	for _, doc := range docs {
		if doc.index != p.index {
			continue
		}
		p.table = newPositions(p.file, p.index, newGate(p.file).document(doc.root)).table
	}
	p.file.Data = nil
}

// at finds a path's place, or that of what was written nearest around it.
func (p *positions) at(path string) diag.Position {
	p.once.Do(p.load)
	for {
		hash := hashOn(fnvOffset, path)
		i, found := slices.BinarySearchFunc(p.table, hash, func(a place, h uint64) int { return cmp.Compare(a.hash, h) })
		if found {
			return diag.Position{File: p.file.Path, Line: int(p.table[i].line), Column: int(p.table[i].column)}
		}
		if path == "" {
			return diag.Position{File: p.file.Path}
		}
		path = parent(path)
	}
}

// nodeAt is where a value is pointed at: a scalar and an item of a list at
// themselves, a collection at its key.
func nodeAt(file string, key, value *yaml.Node) diag.Position {
	n := value
	if key != nil && (value.Kind != yaml.ScalarNode || value.Value == "" && value.Style == 0) {
		n = key
	}
	return diag.Position{File: file, Line: n.Line, Column: n.Column}
}
