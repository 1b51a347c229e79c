package spec

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tenantc/tenantc/internal/cache"
	"github.com/tenantc/tenantc/internal/diag"
)

// Parse judges all files, with as many workers as given (at least one), and
// returns the valid documents and every fault. The result depends on neither
// the order of the files nor the number of workers. When ctx is done it stops
// early, and the result is of no use.
func Parse(ctx context.Context, files []File, workers int) (Documents, diag.List) {
	return ParseCached(ctx, files, workers, nil)
}

// ParseCached is Parse, but does not judge again a file that the cache knows to
// be without fault. A nil cache knows none.
func ParseCached(ctx context.Context, files []File, workers int, known *cache.Cache) (Documents, diag.List) {
	return Judge(ctx, files, workers, known).Documents(nil)
}

// Judge is what ParseCached does with each file by itself.
func Judge(ctx context.Context, files []File, workers int, known *cache.Cache) Judged {
	lock, files, faults := takeLock(files)
	results := make([]result, len(files))
	judge(ctx, files, results, max(1, min(workers, len(files))), known)
	j := Judged{Lock: lock, faults: faults}
	for _, r := range results {
		j.items = append(j.items, r.items...)
		j.faults = append(j.faults, r.faults...)
	}
	return j
}

// takeLock reads the lock file, which holds no documents, and leaves the others.
func takeLock(files []File) (Lock, []File, diag.List) {
	at := slices.IndexFunc(files, func(f File) bool { return f.Path == LockFile })
	if at < 0 {
		return Lock{}, files, nil
	}
	lock, faults := parseLock(files[at])
	return lock, slices.Delete(slices.Clone(files), at, at+1), faults
}

// result is what came of one file.
type result struct {
	items  []Item
	faults diag.List
}

func judge(ctx context.Context, files []File, results []result, workers int, known *cache.Cache) {
	var next atomic.Int64
	var group sync.WaitGroup
	first := sync.OnceValue(NewParser)
	for range workers {
		group.Go(func() {
			var p *Parser
			for i := next.Add(1) - 1; int(i) < len(files) && ctx.Err() == nil; i = next.Add(1) - 1 {
				results[i] = remembered(files[i], known, func() result {
					if p == nil {
						p = first().another()
					}
					items, faults := p.ParseFile(files[i])
					return result{items, faults}
				})
			}
		})
	}
	group.Wait()
}

// remembered asks the cache first, and tells it about files without faults. The
// path is part of the key because a folder holds one kind only.
func remembered(f File, known *cache.Cache, parse func() result) result {
	if known == nil {
		return parse()
	}
	key := cache.KeyOf("spec", []byte(f.Path), f.Data)
	if data, found := known.Get(key); found {
		if items, ok := DecodeItems(f, data); ok {
			return result{items: made(items, key)}
		}
	}
	r := parse()
	r.items = made(r.items, key)
	if len(r.faults) == 0 {
		known.Put(key, EncodeItems(r.items))
	}
	return r
}

// made notes what items were made of.
func made(items []Item, of cache.Key) []Item {
	for i := range items {
		items[i].of = of
	}
	return items
}
