package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
)

// Requirement is what a cluster, its class and the tenancy ask of a stack.
type Requirement struct {
	Stack, Autonomy string // may be empty: any
	Isolation       string
	Sandbox         catalogue.Sandbox
	GVisorIsHard    bool
	AllowStale      bool
}

// Unfit is why a stack does not meet a requirement.
type Unfit struct {
	Code                   diag.Code
	Field, Message, Remedy string
}

// Fit tells why a stack does not meet a requirement; nil if it does.
func (want Requirement) Fit(stack catalogue.Stack) *Unfit {
	if stack.Missing != "" {
		return &Unfit{diag.StackNotGenerated, "stack", "tenantc makes no objects for the stack " + stack.Name + ": " + stack.Missing, "write stack: " + stack.Instead}
	}
	if doubt := stack.Doubt(); doubt != "" && !want.AllowStale {
		return &Unfit{diag.StackStale, "stack", doubt, "write stack: " + stack.Instead + ", or policy.allowStaleStacks: true in tenancy.yaml"}
	}
	if want.Autonomy != "" && !catalogue.AutonomyMeets(stack.Autonomy, want.Autonomy) {
		return &Unfit{diag.Autonomy, "autonomy", fmt.Sprintf("the stack %s gives the autonomy %s, not %s", stack.Name, cmp.Or(stack.Autonomy, "of no cluster"), want.Autonomy), "write autonomy: " + stack.Autonomy}
	}
	gives := stack.Isolation(want.Sandbox, want.GVisorIsHard)
	if catalogue.IsolationMeets(gives, want.Isolation) {
		return nil
	}
	return &Unfit{diag.IsolationTooWeak, "sandbox",
		fmt.Sprintf("the stack %s with the sandbox %s isolates %s, but %s is required", stack.Name, want.Sandbox.Name, cmp.Or(gives, "nobody"), want.Isolation), stronger(stack, want)}
}

// stronger is the hint for a stack that isolates too little.
func stronger(stack catalogue.Stack, want Requirement) string {
	if catalogue.IsolationMeets(stack.ControlPlane, want.Isolation) {
		return "choose a stronger sandbox, such as kata-clh"
	}
	return "choose a stack that isolates " + want.Isolation + "; tenantc stacks --isolation " + want.Isolation + " lists them"
}

// Candidate is a stack of the site that could make the cluster, with what it
// would cost, or why it cannot.
type Candidate struct {
	Stack catalogue.Stack
	Cost  catalogue.Cost
	Why   string // why it does not fit; empty for one that does
	Lacks string // what the spec lacks for it, though it would fit
}

// chooseStack takes the named stack if it fits, else the cheapest that the site
// offers and that fits; of equals, the first of the catalogue.
// One for which the spec lacks something is taken only where no other fits, and
// what it lacks is then reported.
func (r *clusterResolver) chooseStack(want Requirement) (catalogue.Stack, *Unfit) {
	if want.Stack != "" {
		return r.namedStack(want)
	}
	candidates := r.candidates(want)
	var best *Candidate
	var reasons []string
	for i, c := range candidates {
		if c.Why != "" {
			reasons = append(reasons, c.Why)
		} else if best == nil || c.before(*best) {
			best = &candidates[i]
		}
	}
	if best == nil {
		return catalogue.Stack{}, &Unfit{diag.NoStackFits, "stack", "no stack of site " + r.site.Name + " fits: " + strings.Join(reasons, "; "), "ask for less, or choose another site or sandbox"}
	}
	return best.Stack, nil
}

func (c Candidate) before(other Candidate) bool {
	if (c.Lacks == "") != (other.Lacks == "") {
		return c.Lacks == ""
	}
	return c.Cost.Weight() < other.Cost.Weight()
}

func (r *clusterResolver) namedStack(want Requirement) (catalogue.Stack, *Unfit) {
	if !slices.Contains(r.site.Stacks, want.Stack) {
		return catalogue.Stack{}, r.notOffered(want.Stack)
	}
	if stack, made := catalogue.StackFor(want.Stack); made {
		return stack, want.Fit(stack)
	}
	var unmade catalogue.Stack
	for _, stack := range catalogue.Studied() {
		if stack.Name == want.Stack {
			unmade = stack
		}
	}
	return unmade, want.Fit(unmade)
}

func (r *clusterResolver) notOffered(stack string) *Unfit {
	return &Unfit{diag.StackNotOffered, "stack", fmt.Sprintf("site %s does not offer the stack %s", r.site.Name, stack), "it offers: " + list(r.site.Stacks)}
}

// candidates are the site's stacks in the catalogue's order. Where only one
// fits, nobody asks what it costs.
func (r *clusterResolver) candidates(want Requirement) []Candidate {
	var out []Candidate
	fit := 0
	for _, stack := range catalogue.Studied() {
		if !slices.Contains(r.site.Stacks, stack.Name) {
			continue
		}
		c := Candidate{Stack: stack}
		if unfit := want.Fit(stack); unfit != nil {
			c.Why = unfit.Message
		} else {
			fit++
		}
		out = append(out, c)
	}
	if fit > 1 || r.rec != nil {
		for i := range out {
			r.price(&out[i])
		}
	}
	return out
}

// price resolves the cluster as if the stack had been named, for what it takes.
func (r *clusterResolver) price(c *Candidate) {
	if c.Why == "" {
		trial := *r
		trial.rec, trial.diags, trial.spec.Stack = nil, nil, c.Stack.Name
		cluster := trial.resolve()
		c.Cost = catalogue.CostOf(cluster.Charges)
		if trial.diags.HasErrors() {
			c.Lacks = trial.diags[0].Message
		}
	}
	price := c.Cost.String()
	if why := cmp.Or(c.Why, c.Lacks); why != "" {
		price = "no: " + why
	}
	r.rec.note("stack.candidates."+c.Stack.Name, price, "what it takes besides the quota", nil)
}
