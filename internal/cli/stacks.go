package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/resolve"
)

func newStacks(s *settings) *cobra.Command {
	isolation := enum{allowed: catalogue.Isolations()}
	autonomy := enum{allowed: catalogue.Autonomies()}
	sandbox := enum{allowed: catalogue.SandboxNames()}
	output := enum{value: "text", allowed: []string{"text", "json"}}
	var site string
	cmd := &cobra.Command{
		Use:   "stacks",
		Short: "Print the ways to make a tenant cluster: which fit, the cheapest first, and why not the others",
		Long: fmt.Sprintf(`Print the stacks: the approach, the autonomy and isolation that they give, how ready
their project is, and what a tenant cluster of each takes besides what was bought.

Asked for an isolation or an autonomy, it says which stacks give it, the cheapest
first, with the weakest sandbox that is enough, and of each other why it does not.
With --site it answers for what that site offers and the tenancy's policy allows.

Costs are of one cluster with a quota of %d cores, %s and %d pods and the defaults
of the stack; tenantc explain has those of a tenant's own. One core weighs as
much as 4 GiB.`, resolve.TypicalCPU, resolve.TypicalMemory, resolve.TypicalPods),
		Example: `  # All stacks
  tenantc stacks

  # What would keep tenants apart who do not trust one another
  tenantc stacks --isolation hard --autonomy virtual-cluster

  # The same on one site, for a program
  tenantc stacks --isolation hard --site turin-1 -o json`,
		Args: noArgs,
	}
	cmd.Flags().Var(&isolation, "isolation", "the least isolation: soft, hard or hard+")
	cmd.Flags().Var(&autonomy, "autonomy", "the least autonomy: namespace, virtual-cluster or cluster")
	cmd.Flags().Var(&sandbox, "sandbox", "with this sandbox (default: the weakest that is enough)")
	cmd.Flags().StringVar(&site, "site", "", "what `SITE` of the tenancy offers")
	cmd.Flags().VarP(&output, "output", "o", "text or json")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		want := resolve.Requirement{
			Isolation: cmp.Or(isolation.value, catalogue.Soft), Autonomy: autonomy.value,
			Sandbox: catalogue.Sandbox{Name: sandbox.value},
		}
		offers, err := s.offers(cmd, site, want)
		if err != nil {
			return err
		}
		if output.value == "json" {
			err = stacksJSON(cmd.OutOrStdout(), offers)
		} else {
			err = stacksText(cmd.OutOrStdout(), offers)
		}
		if err == nil && !slices.ContainsFunc(offers, func(o resolve.Offer) bool { return o.Why == "" }) {
			return errNo
		}
		return err
	}
	return cmd
}

// offers asks the catalogue, or a site of the tenancy.
func (s *settings) offers(cmd *cobra.Command, site string, want resolve.Requirement) ([]resolve.Offer, error) {
	if site == "" {
		return resolve.Offers(want, catalogue.Sandboxes()), nil
	}
	source, faults, err := compiler.Load(cmd.Context(), s.dir)
	if err != nil {
		return nil, err
	}
	result, more := compiler.Check(cmd.Context(), source, s.options())
	offers, known := resolve.SiteOffers(result.Documents, site, want)
	if !known || result.Documents.Tenancy == nil { // which may be for what is wrong with a spec
		if err := s.verdict(cmd.ErrOrStderr(), append(faults, more...), &enum{value: string(diag.Text)}); err != nil {
			return nil, err
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "tenantc: there is no site %q\n", site)
		return nil, errNo
	}
	return offers, nil
}

func stacksText(out io.Writer, offers []resolve.Offer) error {
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "STACK\tAPPROACH\tAUTONOMY\tISOLATION\tSANDBOX\tREADINESS\tTAKES")
	for _, o := range offers {
		if o.Why == "" {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s (%s)\t%s\n", o.Stack.Name, o.Stack.Approach, o.Stack.Autonomy, o.Isolation, o.Sandbox,
				o.Stack.Readiness.Verdict, o.Stack.Readiness.AsOf, o.Cost)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	title := "\nDo not fit:\n"
	for _, o := range offers {
		if o.Why != "" {
			fmt.Fprintf(out, "%s  %s: %s\n", title, o.Stack.Name, o.Why)
			title = ""
		}
	}
	return nil
}

// offeredStack is the JSON form of an offer.
type offeredStack struct {
	Stack        string         `json:"stack"`
	Title        string         `json:"title"`
	Approach     string         `json:"approach"`
	Autonomy     string         `json:"autonomy,omitempty"`
	ControlPlane string         `json:"controlPlane,omitempty"` // its isolation
	Isolation    string         `json:"isolation,omitempty"`    // with the sandbox
	Sandbox      string         `json:"sandbox,omitempty"`
	Readiness    readiness      `json:"readiness"`
	Needs        []neededByName `json:"needs,omitempty"`
	CPU          string         `json:"cpu,omitempty"`
	Memory       string         `json:"memory,omitempty"`
	Fits         bool           `json:"fits"`
	Why          string         `json:"why,omitempty"`
}

type readiness struct {
	Verdict string `json:"verdict"`
	AsOf    string `json:"asOf"`
	Reason  string `json:"reason"`
}

type neededByName struct {
	Component string `json:"component"`
	Least     string `json:"least,omitempty"`
	Below     string `json:"below,omitempty"`
}

func stacksJSON(out io.Writer, offers []resolve.Offer) error {
	list := make([]offeredStack, 0, len(offers))
	for _, o := range offers {
		s := offeredStack{
			Stack: o.Stack.Name, Title: o.Stack.Title, Approach: o.Stack.Approach, Autonomy: o.Stack.Autonomy,
			ControlPlane: o.Stack.ControlPlane, Isolation: o.Isolation, Sandbox: o.Sandbox,
			Readiness: readiness(o.Stack.Readiness), Fits: o.Why == "", Why: o.Why,
		}
		if s.Fits {
			s.CPU, s.Memory = o.Cost.CPU.String(), o.Cost.Memory.String()
		}
		for _, n := range o.Stack.Needs {
			s.Needs = append(s.Needs, neededByName{n.Component, n.Least, n.Below})
		}
		list = append(list, s)
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(list)
}
