package compiler

import (
	"encoding/json"

	"github.com/tenantc/tenantc/internal/cache"
	"github.com/tenantc/tenantc/internal/tree"
	"github.com/tenantc/tenantc/internal/verify"
)

// What an earlier run made of the same inputs is not made again if the base
// has it: the cache holds, for the digest of the inputs, the hash of the folder
// that they compile to, and for a cluster the summary that the checks across
// its site need. Folders get into the cache after they were proven.

type cachedCluster struct {
	Hash   tree.Hash      `json:"hash"`
	Layers []verify.Layer `json:"layers"`
}

// unchanged is a whole folder that the base has as these inputs make it.
func (g *generator) unchanged(key cache.Key, folder string) (part, bool) {
	if g.options.Base == nil {
		return part{}, false
	}
	data, known := g.options.Cache.Get(key)
	if !known || !g.inBase(folder, tree.Hash(data)) {
		return part{}, false
	}
	return keep(folder, tree.Hash(data)), true
}

// remember tells the cache what inputs compile to, and says so; "" where there
// is nobody to remember it.
func (g *generator) remember(key cache.Key, hash tree.Hash) tree.Hash {
	if hash == "" || g.options.Cache == nil {
		return ""
	}
	g.options.Cache.Put(key, []byte(hash))
	return hash
}

func (g *generator) unchangedCluster(key cache.Key, folder string) (part, []verify.Layer, bool) {
	if g.options.Base == nil {
		return part{}, nil, false
	}
	data, known := g.options.Cache.Get(key)
	var cached cachedCluster
	if !known || json.Unmarshal(data, &cached) != nil || !g.inBase(folder, cached.Hash) {
		return part{}, nil, false
	}
	return keep(folder, cached.Hash), cached.Layers, true
}

func (g *generator) rememberCluster(key cache.Key, hash tree.Hash, layers []verify.Layer) {
	if hash != "" && g.options.Cache != nil {
		g.options.Cache.Put(key, encode(cachedCluster{hash, layers}))
	}
}

// hashes tells what hash each folder of a tree has; "" where there is no base
// that would have it.
func (g *generator) hashes(made tree.Tree) func(folder string) tree.Hash {
	none := func(string) tree.Hash { return "" }
	if g.options.Base == nil {
		return none
	}
	of, err := g.options.Base.Hashes(made)
	if err != nil {
		return none
	}
	return func(folder string) tree.Hash {
		hash, _ := of(folder)
		return hash
	}
}

// proven tells whether what the base has was built and checked by this very
// tenantc when it was published.
func (g *generator) proven() bool { return g.options.Base != nil && g.options.Base.Proven }

// inBase tells whether the base has a folder with the very same in it.
func (g *generator) inBase(folder string, hash tree.Hash) bool {
	if hash == "" {
		return false
	}
	have, err := g.options.Base.Folder(folder)
	return err == nil && have == hash
}

func keep(folder string, hash tree.Hash) part {
	t := tree.New()
	t.Unchanged[folder] = hash
	return part{tree: t, hash: hash}
}
