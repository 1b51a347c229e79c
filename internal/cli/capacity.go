package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/capacity"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/resolve"
	"github.com/tenantc/tenantc/internal/spec"
)

func newCapacity(s *settings) *cobra.Command {
	output := enum{value: "text", allowed: []string{"text", "json", "svg"}}
	var add, without []string
	cmd := &cobra.Command{
		Use:   "capacity",
		Short: "Print what is sold and what is left, by site and pool",
		Long: `Add up what the quotas of all tenant clusters promise, with what their stacks and
sandboxes take on top, and hold it against what each site has: nodes without the
reserve, CPU times the overcommit, storage by class, pods, and load balancer
addresses. Exit code 1 when a site cannot keep its promises.`,
		Example: `  # What is left where
  tenantc capacity

  # Would this tenant fit? Would it with one node fewer in every pool?
  tenantc capacity --add new.yaml
  tenantc capacity --add new.yaml --without node

  # Without two nodes of one pool
  tenantc capacity --without turin-1/general=2

  # A chart for a pull request or a README
  tenantc capacity --output svg > capacity.svg`,
		Args: noArgs,
	}
	cmd.Flags().StringArrayVar(&add, "add", nil, "as if `FILE` were in the tenancy, in the place of one of its name")
	cmd.Flags().StringArrayVar(&without, "without", nil, "as if nodes were gone: `node` for one of every pool, or SITE/POOL; =N for N of them")
	cmd.Flags().VarP(&output, "output", "o", "text, json or svg")
	format := formatFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		source, faults, err := compiler.Load(cmd.Context(), s.dir)
		if err != nil {
			return err
		}
		var from added
		if source.Specs, from, err = s.withFiles(source.Specs, add); err != nil {
			return err
		}
		result, more := s.promised(cmd, source, len(add) > 0)
		if err := cmd.Context().Err(); err != nil {
			return err
		}
		if err := s.verdict(cmd.ErrOrStderr(), from.named(append(faults, more...)), format); err != nil {
			return err
		}
		for _, text := range without {
			if result.Plan.Sites, err = capacity.Without(result.Plan.Sites, text); err != nil {
				return usageError{fmt.Errorf("--without %w", err)}
			}
		}
		sites := capacity.Sites(result.Plan)
		if err := printCapacity(cmd.OutOrStdout(), output.value, sites, result.Plan.Capacity); err != nil {
			return err
		}
		for _, site := range sites {
			if !site.Fits() {
				return errNo
			}
		}
		return nil
	}
	return cmd
}

// promised resolves the tenancy. What was added without a site is placed first,
// as tenantc place would.
func (s *settings) promised(cmd *cobra.Command, source compiler.Source, place bool) (compiler.Result, diag.List) {
	if !place {
		return compiler.Resolve(cmd.Context(), source, s.options())
	}
	outcome, result, faults := compiler.Place(cmd.Context(), source, s.options())
	faults = slices.DeleteFunc(faults, capacity.Says) // the table says it better
	if !faults.HasErrors() {
		_ = printPlaced(cmd.ErrOrStderr(), outcome)
	}
	return result, faults
}

func printCapacity(w io.Writer, output string, sites []capacity.Site, policy resolve.CapacityPolicy) error {
	switch output {
	case "json":
		return capacity.JSON(w, sites)
	case "svg":
		return capacity.SVG(w, sites, policy)
	}
	return capacity.Text(w, sites)
}

// added are files of the command line among the specs: as the user wrote them,
// by their path among the specs.
type added map[string]string

// withFiles puts files among the specs. One that is no spec of the tenancy by its
// place counts as a tenant's.
func (s *settings) withFiles(specs []spec.File, names []string) ([]spec.File, added, error) {
	from := added{}
	for i, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, nil, err
		}
		path := spec.TenantsFolder + "/" + filepath.Base(name)
		if within, err := s.within(name); err == nil && spec.IsSpec(within) {
			path = within
		}
		if _, taken := from[path]; taken { // two files of one name, of different folders
			path = fmt.Sprintf("%s/%d/%s", spec.TenantsFolder, i, filepath.Base(name))
		}
		from[path] = name
		specs = replace(specs, spec.File{Path: path, Data: data})
	}
	return specs, from, nil
}

// named is the diagnostics with the names of files as the user wrote them.
func (a added) named(list diag.List) diag.List {
	return moved(list, func(p *diag.Position) {
		if name, is := a[p.File]; is {
			p.File = name
		}
	})
}

func replace(specs []spec.File, file spec.File) []spec.File {
	for i, f := range specs {
		if f.Path == file.Path {
			specs[i] = file
			return specs
		}
	}
	return append(specs, file)
}
