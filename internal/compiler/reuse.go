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

// standing is the hash that a folder has, "" where there is no base that would
// have it, and whether the base has the very same.
func (g *generator) standing(folder string, made tree.Tree) (hash tree.Hash, same bool) {
	if g.options.Base == nil {
		return "", false
	}
	hash, err := g.options.Base.Hash(made, folder)
	if err != nil {
		return "", false
	}
	return hash, g.inBase(folder, hash)
}

// proven tells whether what the base has was built and checked by this very
// tenantc when it was published.
func (g *generator) proven() bool { return g.options.Base != nil && g.options.Base.Proven }

// provenInBase tells whether that holds of a folder that was made again.
func (g *generator) provenInBase(folder string, made tree.Tree) bool {
	if !g.proven() {
		return false
	}
	_, same := g.standing(folder, made)
	return same
}

func (g *generator) inBase(folder string, hash tree.Hash) bool {
	have, err := g.options.Base.Folder(folder)
	return err == nil && hash != "" && have == hash
}

func keep(folder string, hash tree.Hash) part {
	t := tree.New()
	t.Unchanged[folder] = hash
	return part{tree: t, hash: hash}
}
