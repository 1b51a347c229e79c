package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/resolve"
)

func newExplain(s *settings) *cobra.Command {
	output := enum{value: "text", allowed: []string{"text", "json"}}
	cmd := &cobra.Command{
		Use:   "explain TENANT | FILE:LINE",
		Short: "Print what a tenant resolves to, or what a line of the output came from",
		Long: `Print every value of a tenant's clusters with where it came from: its spec, its
class, its site or tenantc's defaults. Or, for a line of a file that compile or
publish wrote, every value of a spec with which the line changes, and the
template that it stands in.`,
		Example: `  # Every value of acme's clusters, and how its quota on the site adds up
  tenantc explain acme

  # The same for a program
  tenantc explain acme -o json

  # Why does the site's quota say so?
  tenantc explain fleet/sites/turin-1/tenants/acme/prod/boundary/resourcequota-tenantc.yaml:26`,
		Args: exactArgs("TENANT or FILE:LINE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if file, line, is := fileLine(args[0]); is {
				return s.explainLine(cmd, file, line, output.value == "json")
			}
			if strings.ContainsAny(args[0], "/.") { // no tenant's name has either
				return usageError{fmt.Errorf("%q names no line: write FILE:LINE, as in %s:1", args[0], args[0])}
			}
			source, list, err := compiler.Load(cmd.Context(), s.dir)
			if err != nil {
				return err
			}
			clusters, faults, found := compiler.Explain(cmd.Context(), source, s.options(), args[0])
			if err := diag.Print(cmd.ErrOrStderr(), append(list, faults...), diag.Text); err != nil {
				return err
			}
			if !found {
				fmt.Fprintf(cmd.ErrOrStderr(), "tenantc: there is no tenant %q\n", args[0])
				return errNo
			}
			if output.value == "json" {
				err = explainJSON(cmd.OutOrStdout(), clusters)
			} else {
				err = explainText(cmd.OutOrStdout(), clusters)
			}
			if err == nil && append(list, faults...).HasErrors() {
				return errNo
			}
			return err
		},
	}
	output.flag(cmd, "output", "o", "text or json")
	return cmd
}

func explainText(out io.Writer, clusters []resolve.Cluster) error {
	for i, c := range clusters {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "%s/%s on %s, namespace %s\n\n", c.Tenant, c.Name, c.Site, c.Namespace)
		w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
		fmt.Fprintln(w, "  FIELD\tVALUE\tFROM")
		for _, v := range c.Values {
			fmt.Fprintf(w, "  %s\t%s\t%s\n", v.Path, v.Value, from(v))
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if err := explainQuota(out, c); err != nil {
			return err
		}
	}
	return nil
}

// from says where a value was written, for the places that a user can open.
func from(v resolve.Value) string {
	if v.At.File == "" || v.Source == "default" {
		return v.Source
	}
	return fmt.Sprintf("%s, %s:%d:%d", v.Source, v.At.File, v.At.Line, v.At.Column)
}

// explainQuota shows how the quota on the site adds up.
func explainQuota(out io.Writer, c resolve.Cluster) error {
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "  QUOTA ON THE SITE\tCOUNT\tCPU REQUESTS\tCPU LIMITS\tMEMORY REQUESTS\tMEMORY LIMITS\tSTORAGE\tNODE DISK\tPODS")
	fmt.Fprintf(w, "  bought\t\t\t%s\t\t%s\t%s\t\t%d\n", c.Bought.CPU.String(), c.Bought.Memory.String(), c.Bought.Storage.String(), c.Bought.Pods)
	for _, charge := range c.Charges {
		if !counts(charge) {
			continue
		}
		fmt.Fprintf(w, "  + %s\t%d ×\t%s\t%s\t%s\t%s\t%s\t%s\t%d\n", charge.Name, charge.Count,
			charge.RequestsCPU.String(), charge.LimitsCPU.String(), charge.RequestsMemory.String(), charge.LimitsMemory.String(), charge.Storage.String(), charge.Disk.Limits.String(), charge.Pods)
	}
	sum := func(name corev1.ResourceName) string { q := c.Quota[name]; return q.String() }
	fmt.Fprintf(w, "  = hard\t\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", sum(corev1.ResourceRequestsCPU), sum(corev1.ResourceLimitsCPU),
		sum(corev1.ResourceRequestsMemory), sum(corev1.ResourceLimitsMemory), sum(corev1.ResourceRequestsStorage), sum(corev1.ResourceLimitsEphemeralStorage), sum(corev1.ResourcePods))
	return w.Flush()
}

// counts tells whether a charge is one to the quota; some are but to the cost.
func counts(c resolve.Charge) bool {
	return c.Pods > 0 || slices.ContainsFunc([]resource.Quantity{c.RequestsCPU, c.LimitsCPU, c.RequestsMemory, c.LimitsMemory, c.Storage, c.Disk.Limits},
		func(q resource.Quantity) bool { return !q.IsZero() })
}

// explainedCluster is the JSON form of one cluster.
type explainedCluster struct {
	Tenant    string            `json:"tenant"`
	Cluster   string            `json:"cluster"`
	Site      string            `json:"site"`
	Namespace string            `json:"namespace"`
	Values    []explainedValue  `json:"values"`
	Quota     resolve.HostQuota `json:"quota"`
}

type explainedValue struct {
	Path  string         `json:"path"`
	Value string         `json:"value"`
	From  string         `json:"from"`
	At    *diag.Position `json:"at,omitempty"`
}

func explainJSON(out io.Writer, clusters []resolve.Cluster) error {
	list := []explainedCluster{}
	for _, c := range clusters {
		e := explainedCluster{Tenant: c.Tenant, Cluster: c.Name, Site: c.Site, Namespace: c.Namespace, Quota: c.Quota}
		for _, v := range c.Values {
			value := explainedValue{Path: v.Path, Value: v.Value, From: v.Source}
			if v.At.File != "" {
				value.At = &v.At
			}
			e.Values = append(e.Values, value)
		}
		list = append(list, e)
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(list)
}
