package change

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/disk"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/overlay"
	"github.com/tenantc/tenantc/internal/publish"
	"github.com/tenantc/tenantc/internal/tree"
)

// againstFolder compares with a compiled folder. What the cache knows to be in
// it as the specs make it is not made again.
func againstFolder(ctx context.Context, source compiler.Source, path string, o publish.Options) (Change, diag.List, error) {
	checked, faults := compiler.Check(ctx, source, o.Compiler)
	c := Change{After: checked}
	if err := context.Cause(ctx); err != nil || faults.HasErrors() {
		return c, faults, err
	}
	if !isFolder(filepath.Join(path, tree.SitesFolder)) {
		return c, faults, BaseError{fmt.Errorf("the base %s is no compiled folder: there is no %s/ in it", path, tree.SitesFolder)}
	}
	files, err := disk.Read(ctx, path, overlay.Owned)
	if err != nil {
		return c, faults, err
	}
	compile := o.Compiler
	if folder, err := gitrepo.FolderHashes(tree.Tree{Files: files}); err == nil { // a folder that git could not hold has no hashes, and differs
		compile.Base = &compiler.Base{Folder: folder, Hashes: gitrepo.FolderHashes}
	}
	after, more := compiler.Generate(ctx, checked, source, compile)
	if faults = append(faults, more...); context.Cause(ctx) != nil || faults.HasErrors() {
		return c, faults, context.Cause(ctx)
	}
	made := after.Tree.Whole()
	report, more := diff.Trees(without(files, made.Unchanged), made.Files)
	c.Report = report
	return c, append(faults, more...), nil
}

// without leaves out the files of the folders.
func without(files map[string][]byte, folders map[string]tree.Hash) map[string][]byte {
	rest := map[string][]byte{}
	for path, data := range files {
		if !inside(path, folders) {
			rest[path] = data
		}
	}
	return rest
}

func inside(path string, folders map[string]tree.Hash) bool {
	for i := strings.LastIndexByte(path, '/'); i > 0; i = strings.LastIndexByte(path[:i], '/') {
		if _, found := folders[path[:i]]; found {
			return true
		}
	}
	return false
}

// pathOf is a path as a user writes it, which counts from the tenancy.
func pathOf(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
